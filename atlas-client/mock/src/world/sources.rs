//! The sources, as the available projects list them.

use serde_json::{Value, json};

use crate::config::{Config, Source};

/// Returns the sources in a project.
pub(crate) fn of_project<'a>(
    config: &'a Config,
    project: &'a str,
) -> impl Iterator<Item = &'a Source> {
    let sources = config.sources.iter();
    sources.filter(move |source| source.project == project)
}

/// Returns the available projects, each once, in the order of their first sources.
pub(crate) fn available(config: &Config) -> Vec<Value> {
    let mut projects: Vec<&str> = Vec::new();
    for source in &config.sources {
        if !projects.contains(&source.project.as_str()) {
            projects.push(&source.project);
        }
    }
    let projects = projects.iter().enumerate();
    projects
        .map(|(at, project)| available_project(config, at, project))
        .collect()
}

fn available_project(config: &Config, at: usize, project: &str) -> Value {
    let mut hosts: Vec<&str> = Vec::new();
    for source in of_project(config, project) {
        if !hosts.contains(&source.host.as_str()) {
            hosts.push(&source.host);
        }
    }
    let deployments = of_project(config, project).enumerate();
    let deployments: Vec<Value> = deployments
        .map(|(number, source)| deployment(at, number, &source.cluster))
        .collect();
    let name = match at {
        0 => "Source".to_owned(),
        _ => format!("Source {}", at + 1),
    };
    json!({
        "deployments": deployments,
        "migrationHosts": hosts,
        "name": name,
        "projectId": project,
    })
}

fn deployment(project: usize, number: usize, name: &str) -> Value {
    // The first cluster of the first project keeps the id that it had when there was only one.
    let id = (0x2a1b_0c9d_u64 + ((project as u64) << 16) + number as u64) & 0xffff_ffff;
    json!({
        "agentVersion": "108.0.0.8694-1",
        "clusterId": format!("5e9f8a7b6c5d4e3f{id:08x}"),
        "dbSizeBytes": 8_589_934_592_u64,
        "featureCompatibilityVersion": "7.0",
        "managed": true,
        "mongoDBVersion": "7.0.12",
        "name": name,
        "oplogSizeMB": 2048,
        "sharded": false,
        "shardsSize": 1,
        "tlsEnabled": true,
    })
}

//! Renders the report as one self-contained page of HTML: light and dark, for any screen width and
//! for print. Filters need a short script; without it, everything is shown.

use super::{
    Piece, Section, advice_for, impact_on_others, item_with_note, pieces, plain, removed_with,
    take_first,
};
use crate::report::effects::describe;
use crate::report::exempt::Exempted;
use crate::report::finding::{Finding, Level};
use crate::report::grouping::{Group, effects};
use crate::report::review::{Review, count};
use crate::report::{Breaks, Change, ChangeKind, Report};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// The maximal number of operations that are shown for a finding.
const OPERATIONS: usize = 24;
/// The maximal number of findings or changes of a cause that are shown without folding.
const OPEN: usize = 3;

/// Renders the report as a page.
pub fn html(review: &Review) -> String {
    let verdict = review.verdict();
    let class = class(review.worst());
    let title = escaped(&format!("API review: {verdict}"));
    let mut body = String::new();
    body.push_str(&format!(
        "<header>\n<p class=\"verdict {class}\">{}</p>\n<h1>API review</h1>\n\
         <p class=\"compared\"><code>{}</code> <span aria-label=\"to\">→</span> <code>{}</code></p>\n\
         </header>\n",
        escaped(verdict),
        escaped(&review.old),
        escaped(&review.new),
    ));
    body.push_str(&figures(review));
    for note in &review.notes {
        body.push_str(&format!("<p class=\"note\">Note: {}</p>\n", sentence(note)));
    }
    if let Some(why) = &review.without_rust {
        body.push_str(&format!(
            "<p class=\"note\">The Rust API is not compared: {}</p>\n",
            escaped(why)
        ));
    }
    if !review.report.findings.is_empty() {
        body.push_str(&filters(&review.report));
    }
    let groups = review.groups();
    for one in Section::ALL {
        body.push_str(&section(one, &one.of(&groups), review));
    }
    body.push_str(&exempted_section(&review.exempted));
    body.push_str(&harmless_section(&review.compatible_changes(), review));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

fn class(level: Option<Level>) -> &'static str {
    match level {
        Some(Level::Breaking) => "breaking",
        Some(Level::Warning) => "warning",
        Some(Level::Info) => "info",
        None => "none",
    }
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Breaking => "Breaking",
        Level::Warning => "Warnings",
        Level::Info => "Compatible",
    }
}

fn counted(report: &Report, level: Level) -> usize {
    match level {
        Level::Breaking => report.summary.breaking,
        Level::Warning => report.summary.warning,
        Level::Info => report.summary.info,
    }
}

fn figures(review: &Review) -> String {
    let mut out = String::from("<ul class=\"figures\">\n");
    let mut figure = |class: &str, value: &str, label: &str| {
        out.push_str(&format!(
            "<li class=\"{class}\"><b>{value}</b> <span>{}</span></li>\n",
            escaped(label)
        ));
    };
    for level in [Level::Breaking, Level::Warning, Level::Info] {
        let n = counted(&review.report, level);
        let class = if n == 0 { "zero" } else { class(Some(level)) };
        figure(class, &n.to_string(), &name(level).to_lowercase());
    }
    if !review.exempted.is_empty() {
        figure("", &review.exempted.len().to_string(), "exempted");
    }
    if let Some(rust) = &review.report.rust {
        let bump = rust.bump.to_string();
        figure(
            "rust",
            &bump,
            &format!("Rust version step: {}", rust.breaks()),
        );
    }
    out.push_str("</ul>\n");
    out
}

/// Renders the filter form, hidden until its script runs.
fn filters(report: &Report) -> String {
    let mut out = String::from("<form class=\"filters\" hidden>\n");
    for level in [Level::Breaking, Level::Warning, Level::Info] {
        let n = counted(report, level);
        if n > 0 {
            out.push_str(&format!(
                "<label><input type=\"checkbox\" name=\"level\" value=\"{}\" checked> {} \
                 <small>{n}</small></label>\n",
                class(Some(level)),
                name(level)
            ));
        }
    }
    out.push_str(
        "<input type=\"search\" name=\"text\" placeholder=\"Filter by name, operation or check\" \
         aria-label=\"Filter by name, operation or check\">\n<output></output>\n</form>\n",
    );
    out
}

fn section(section: Section, groups: &[&Group<'_>], review: &Review) -> String {
    if groups.is_empty() {
        return String::new();
    }
    let class = match section {
        Section::Compile | Section::Runtime => "code",
        Section::Breaking => "breaking",
        Section::Warnings => "warning",
        Section::Compatible => "info",
    };
    let findings: usize = groups.iter().map(|group| group.count()).sum();
    let mut out = format!(
        "<section class=\"{class}\">\n<h2>{} <small>{}</small></h2>\n",
        section.title(review.report.rust.is_some()),
        count(findings, "finding")
    );
    if let Some(description) = section.description(groups, review.report.rust.is_some()) {
        out.push_str(&format!(
            "<p class=\"meaning\">{}</p>\n",
            sentence(&description)
        ));
    }
    for group in groups {
        out.push_str(&cause(group, review));
    }
    out.push_str("</section>\n");
    out
}

/// Renders a cause: its headline, what to do, its findings, and the Rust code that it breaks.
fn cause(group: &Group<'_>, review: &Review) -> String {
    let level = class(Some(group.level));
    let mut out = format!(
        "<div class=\"group\" data-level=\"{level}\">\n<h3>{}</h3>\n",
        sentence(&group.headline)
    );
    let mut said = Vec::new();
    if let Some(impact) = impact_on_others(group) {
        let class = if group.exempted { "none" } else { level };
        said.push(format!("<span class=\"{class}\">{impact}</span>"));
    } else {
        let advice = advice_for(group, review.report.rust.is_some());
        said.extend(advice.map(|advice| format!("→ {}", sentence(&advice))));
    }
    said.extend(removed_with(group).map(|gone| format!("Rust: {}", sentence(&gone))));
    for (effect, changes) in group.effects() {
        let (what, advice) = describe(effect, &changes);
        let advice = match advice.as_str() {
            "" => String::new(),
            advice => format!(" → {}", sentence(advice)),
        };
        said.push(format!("Rust: {}{advice}", sentence(&what)));
    }
    if !said.is_empty() {
        out.push_str(&format!(
            "<ul class=\"todo\">\n<li>{}</li>\n</ul>\n",
            said.join("</li>\n<li>")
        ));
    }
    // Exempted findings have a separate section.
    if !group.exempted {
        let findings = group.entries.iter().flat_map(|entry| &entry.places);
        let with_text = group.count() > 1;
        let articles: String = findings
            .map(|(_, found)| finding(found, with_text))
            .collect();
        out.push_str(&folded(&articles, group.count(), "finding"));
    }
    if !group.rust.is_empty() {
        let table = table(&group.rust, review);
        out.push_str(&folded(&table, group.rust.len(), "change of Rust code"));
    }
    out.push_str("</div>\n");
    out
}

/// Folds `content` if it has more than a few parts.
fn folded(content: &str, n: usize, noun: &str) -> String {
    if n <= OPEN {
        return content.to_owned();
    }
    let summary = match noun.split_once(" of ") {
        Some((noun, of)) => format!("{} of {of}", count(n, noun)),
        None => count(n, noun),
    };
    format!("<details class=\"list\">\n<summary>{summary}</summary>\n{content}</details>\n")
}

fn finding(finding: &Finding, with_text: bool) -> String {
    let mut out = format!("<article id=\"f-{}\">\n", escaped(&finding.fingerprint));
    if with_text {
        out.push_str(&format!("<p>{}</p>\n", sentence(&finding.text)));
    }
    out.push_str(&format!(
        "<p class=\"facts\"><code>{}</code>",
        escaped(finding.id)
    ));
    if let Some(side) = finding.side {
        out.push_str(&format!(" <span class=\"side\">{side}</span>"));
    }
    out.push_str("</p>\n");
    let is_named = |operation: &String| finding.text.contains(operation.as_str());
    if !finding.operations.iter().all(is_named) {
        out.push_str(&operations(&finding.operations));
    }
    out.push_str(&format!(
        "<p class=\"place\"><code>{}</code> <code>{}</code></p>\n</article>\n",
        breakable(&finding.pointer),
        escaped(&finding.fingerprint)
    ));
    out
}

/// Renders a list of operations, folded if it is long.
fn operations(all: &[String]) -> String {
    let (shown, left_out) = take_first(all, OPERATIONS);
    let mut list = String::from("<ul class=\"operations\">\n");
    for operation in shown {
        list.push_str(&format!("<li><code>{}</code></li>\n", breakable(operation)));
    }
    if left_out > 0 {
        list.push_str(&format!(
            "<li>and {left_out} more, all of which are in the JSON</li>\n"
        ));
    }
    list.push_str("</ul>\n");
    if all.len() <= 3 {
        return list;
    }
    format!(
        "<details>\n<summary>{}</summary>\n{list}</details>\n",
        count(all.len(), "operation")
    )
}

/// Renders the changes of Rust code that break nothing.
fn harmless_section(changes: &[&Change], review: &Review) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "<section class=\"info\">\n<h2>Compatible in Rust code <small>{}</small></h2>\n",
        count(changes.len(), "change")
    );
    for (effect, changes) in effects(changes) {
        out.push_str(&format!(
            "<div class=\"group\">\n<h3>{}</h3>\n{}</div>\n",
            sentence(&effect.counted(changes.len())),
            folded(&table(&changes, review), changes.len(), "item")
        ));
    }
    out.push_str("</section>\n");
    out
}

fn table(changes: &[&Change], review: &Review) -> String {
    let mut out = String::from(
        "<table>\n<thead><tr><th>change</th><th>item</th><th>breaks</th><th>because</th></tr></thead>\n\
         <tbody>\n",
    );
    for change in changes {
        let kind = match change.kind {
            ChangeKind::Added => "added",
            ChangeKind::Removed => "removed",
            ChangeKind::Changed => "changed",
        };
        let breaks = match change.breaks {
            Some(Breaks::Compile) => "<b>compile time</b>",
            Some(Breaks::Runtime) => "<b>run time</b>",
            None => "–",
        };
        out.push_str(&format!(
            "<tr><td>{kind}</td><td><code>{}</code></td><td>{breaks}</td><td>{}</td></tr>\n",
            breakable(&item_with_note(change)),
            because(change, review)
        ));
    }
    out.push_str("</tbody>\n</table>\n");
    out
}

fn because(change: &Change, review: &Review) -> String {
    match review.cause(change) {
        Some(finding) => format!(
            "<a href=\"#f-{}\">{}</a>",
            escaped(&finding.fingerprint),
            escaped(finding.id)
        ),
        None => "–".to_owned(),
    }
}

fn exempted_section(exempted: &[Exempted]) -> String {
    if exempted.is_empty() {
        return String::new();
    }
    let mut out = format!(
        "<section class=\"exempted\">\n<h2>Exempted <small>{}</small></h2>\n<div class=\"group\">\n",
        exempted.len()
    );
    for entry in exempted {
        out.push_str(&format!(
            "<article id=\"f-{}\">\n<p>{}</p>\n<p class=\"facts\"><code>{}</code> until {}: {}</p>\n\
             </article>\n",
            escaped(&entry.finding.fingerprint),
            sentence(&entry.finding.text),
            escaped(entry.finding.id),
            entry.expires,
            escaped(&entry.reason)
        ));
    }
    out.push_str("</div>\n</section>\n");
    out
}

fn sentence(text: &str) -> String {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(text) => escaped(text),
            Piece::Code(text) => format!("<code>{}</code>", breakable(text)),
        })
        .collect()
}

/// Escapes `text` for elements and attributes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Allows line breaks in paths and pointers.
fn breakable(text: &str) -> String {
    escaped(text)
        .replace('/', "/<wbr>")
        .replace("::", "::<wbr>")
}

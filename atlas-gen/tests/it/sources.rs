//! The files of passes and edits, as their modules name them.

/// Returns the paths of the files in `folders`: each a path that ends with `/`, or is empty, with the
/// text of its module.
pub fn modules(folders: &[(&str, &str)]) -> Vec<String> {
    let all = folders.iter().flat_map(|(folder, text)| {
        let names = text
            .lines()
            .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
        names.map(move |name| format!("{folder}{name}"))
    });
    let mut all: Vec<String> = all.collect();
    all.sort();
    all
}

/// Returns the name in the table of the file at `path`.
pub fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

//! Lists the files of passes and edits from the `mod` declarations in their folders.

/// Returns the paths of the modules in `folders`: each a folder's path, empty or ending with `/`,
/// with the text of its `mod.rs`.
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

/// Returns the table's name for the file at `path`.
pub fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

//! The error type of the generator: what is wrong with an input, where, and what would be right.
//!
//! It knows locations in files (line, JSON pointer, operation), not how they were found.

use std::fmt;

/// A `Result` whose error defaults to [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An input that code cannot be generated from, with the location of the fault.
///
/// `Display` is one line: `file:line: /json/pointer: what is wrong; what would be right`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    message: String,
    file: Option<String>,
    line: Option<usize>,
    pointer: Option<String>,
    operation: Option<String>,
}

impl Error {
    /// Creates an error with `message`, which is lower-case and has no trailing full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            file: None,
            line: None,
            pointer: None,
            operation: None,
        }
    }

    /// Creates an error at the JSON pointer (RFC 6901) `pointer` of a document.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            ..Self::new(message)
        }
    }

    /// Sets the file, unless it is already set.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        self.file.get_or_insert_with(|| file.to_owned());
        self
    }

    /// Sets the line (counted from 1), unless it is already set.
    #[must_use]
    pub fn on_line(mut self, line: usize) -> Self {
        self.line.get_or_insert(line);
        self
    }

    /// Sets the operation id, unless it is already set.
    #[must_use]
    pub fn in_operation(mut self, operation: &str) -> Self {
        self.operation.get_or_insert_with(|| operation.to_owned());
        self
    }

    /// Returns what is wrong, without the location.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the file, as its caller named it.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// Returns the line in [`Self::file`], counted from 1.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// Returns the JSON pointer (RFC 6901) into the document.
    pub fn pointer(&self) -> Option<&str> {
        self.pointer.as_deref()
    }

    /// Returns the operation id.
    pub fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}:{line}: ")?,
            (Some(file), None) => write!(f, "{file}: ")?,
            (None, Some(line)) => write!(f, "line {line}: ")?,
            (None, None) => {}
        }
        // What is quoted from an input may have several lines; an error is always one.
        if let Some(operation) = &self.operation {
            write!(f, "operation {}: ", one_line(operation))?;
        }
        // The empty pointer is the whole document and is not shown.
        if let Some(pointer) = self.pointer.as_deref().filter(|text| !text.is_empty()) {
            write!(f, "{}: ", one_line(pointer))?;
        }
        f.write_str(&one_line(&self.message))
    }
}

fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join(" ")
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_that_starts_with_its_location() {
        let error = Error::at("/paths/~1x/get", "first\n  second")
            .in_file("a.yaml")
            .on_line(7)
            .in_operation("get\nX");
        assert_eq!(
            error.to_string(),
            "a.yaml:7: operation get X: /paths/~1x/get: first second"
        );
    }
}

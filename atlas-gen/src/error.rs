//! The one error of the generator: what is wrong with an input, where, and what would be right.
//!
//! It knows places in files (line, JSON pointer, operation), not how they were found.

use std::fmt;

/// A `Result` whose error is [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An input that cannot be turned into code, with the place of the fault.
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
    /// An error that says `message`; lower-case, without a trailing full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            file: None,
            line: None,
            pointer: None,
            operation: None,
        }
    }

    /// An error at the JSON pointer (RFC 6901) `pointer` of a document.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            ..Self::new(message)
        }
    }

    /// Adds the file, unless one is known already.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        self.file.get_or_insert_with(|| file.to_owned());
        self
    }

    /// Adds the line (counted from 1), unless one is known already.
    #[must_use]
    pub fn on_line(mut self, line: usize) -> Self {
        self.line.get_or_insert(line);
        self
    }

    /// Adds the operation id, unless one is known already.
    #[must_use]
    pub fn in_operation(mut self, operation: &str) -> Self {
        self.operation.get_or_insert_with(|| operation.to_owned());
        self
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file, as its caller named it.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The line in [`Self::file`], counted from 1.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// The JSON pointer (RFC 6901) into the document.
    pub fn pointer(&self) -> Option<&str> {
        self.pointer.as_deref()
    }

    /// The operation id.
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
        if let Some(operation) = &self.operation {
            write!(f, "operation {operation}: ")?;
        }
        // The empty pointer is the whole document, which needs no words.
        if let Some(pointer) = self.pointer.as_deref().filter(|text| !text.is_empty()) {
            write!(f, "{pointer}: ")?;
        }
        // A message may quote its input; one error stays one line all the same.
        for (i, part) in self.message.lines().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            f.write_str(part.trim())?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_that_starts_with_the_place() {
        let error = Error::at("/paths/~1x/get", "first\n  second")
            .in_file("a.yaml")
            .on_line(7)
            .in_operation("getX");
        assert_eq!(
            error.to_string(),
            "a.yaml:7: operation getX: /paths/~1x/get: first second"
        );
    }
}

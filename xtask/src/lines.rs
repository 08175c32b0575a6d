//! Prints lines without an end of the task if nobody reads them, as in `cargo xtask codegen | head`:
//! `println!` and `eprintln!` would panic.

use std::io::{self, Write};

use atlas_gen::{Error, Result};

/// Prints a line to the standard output.
macro_rules! out_line {
    () => { out_line!("") };
    ($($text:tt)*) => {
        $crate::lines::print(&mut ::std::io::stdout(), format_args!($($text)*))
    };
}

/// Prints a line to the standard error.
macro_rules! err_line {
    ($($text:tt)*) => {
        $crate::lines::print(&mut ::std::io::stderr(), format_args!($($text)*))
    };
}

/// Prints a report. A closed pipe is not an error.
///
/// # Errors
/// The report cannot be written.
pub fn report(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(format!("the report cannot be shown: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints a line about what is done; whether anyone reads it does not matter.
pub fn print(to: &mut dyn Write, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(to, "{text}");
}

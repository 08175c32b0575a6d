//! `cargo xtask codegen` as a program, on copies of this workspace's inputs: its output, exit
//! status and written files, and which files it does not change.

mod cases;
mod checkout;
mod drift;
#[cfg(unix)]
mod links;
mod malformed;
mod slices;
mod workspace;
mod writing;

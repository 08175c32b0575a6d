//! `cargo xtask codegen` as a program, on copies of this workspace's inputs: what it prints, what it
//! exits with, what it writes and what it leaves alone.

mod cases;
mod checkout;
mod drift;
#[cfg(unix)]
mod links;
mod malformed;
mod slices;
mod workspace;
mod writing;

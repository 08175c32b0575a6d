//! `cargo xtask codegen` as a program, on copies of this workspace's inputs: what it prints, what it
//! exits with, what it writes and what it leaves alone.

mod cases;
mod drift;
mod malformed;
mod workspace;
mod writing;

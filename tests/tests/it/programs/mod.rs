//! The examples as programs, and their output.

mod fleet_service;
mod migrate_fleet;
mod printed;
mod push_migration;

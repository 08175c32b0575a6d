//! The examples as programs, and what they print.

mod fleet_service;
mod migrate_fleet;
mod printed;
mod push_migration;

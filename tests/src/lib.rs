//! Nothing but a place for the tests across crates, which stand in `tests/it`.

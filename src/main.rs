//! The `bylaw` command.
fn main() {}

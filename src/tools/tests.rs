#![allow(clippy::unwrap_used)]
//! Examples run.

//! Text → tree. `grammar/bylaw.pest` is known here only; nothing below reads files.

pub mod tree;

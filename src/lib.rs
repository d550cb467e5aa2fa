//! Bylaw: institutional regulations as data.
//!
//! | stage | from | to | module |
//! |---|---|---|---|
//! | parse | text | tree | [`syntax`] |
//! | resolve | trees | [`model::Model`] (the core language; also the bundle) | [`model`] |
//! | read | files | [`records::Record`]s and [`records::Facts`] | [`records`] |
//! | judge | model × records | [`reference::verdict::Verdict`]s and statements | [`reference`] |
//! | unfold | one verdict | [`reference::derivation::Derivation`] → prose, JSON; and its checker | [`explain`] |
//! | show | verdicts, statements | text, JSON lines, CSV | [`report`] |
//! | try | a model's examples | which expectations are met | [`tools`] |
//!
//! Data goes one way, downwards in this table. [`diagnostics`] depends on nothing. Only [`cli`] touches files and the terminal.

pub mod cli;
pub mod diagnostics;
pub mod explain;
pub mod model;
pub mod records;
pub mod reference;
pub mod report;
pub mod syntax;
pub mod tools;

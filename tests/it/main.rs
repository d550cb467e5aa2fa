//! The whole program, from outside: what it prints, how it ends.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod alike;
mod blocks;
mod browser;
mod codes;
mod corrected;
mod coverage;
mod decisions;
mod defects;
mod derivations;
mod diff;
mod ends;
mod engine;
mod engine_bearers;
mod engine_duties;
mod engine_keys;
mod engine_random;
mod engine_saved;
mod exercised;
mod explained;
mod face;
mod fmt;
mod generate;
mod help;
mod html;
mod index;
mod init;
mod lint;
mod lint_lists;
mod lint_loopholes;
mod lint_pairs;
mod lint_policies;
mod lint_timing;
mod lint_windows;
mod linear;
mod logs;
mod lsp;
mod named_second;
mod order;
mod pages;
mod passing;
mod passing_csv;
#[cfg(feature = "parquet")]
mod passing_tables;
mod passing_xes;
#[cfg(feature = "parquet")]
mod parquet;
mod planted;
mod policies;
mod run;
mod semantics;
mod semantics_records;
mod simulate;
mod state;
mod statements;
mod streams;
mod tables;
mod threads;

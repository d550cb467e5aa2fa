//! The whole program, from outside: what it prints, how it ends.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod codes;
mod derivations;
mod policies;
mod run;
mod streams;

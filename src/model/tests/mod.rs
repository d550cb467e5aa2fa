//! Tests of the model, one file a subject.
#![allow(clippy::unwrap_used, clippy::panic)]

mod adopt;
mod bundle;
mod calendar;
mod codes;
mod disk;
mod errors;
mod forms;
mod institutions;
mod sample;
mod states;
mod traps;
mod torn;

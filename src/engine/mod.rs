//! Records × rules → verdicts, fast: norms are compiled once, and records pass by once.
//!
//! What it judges, it judges as the reference evaluator does; the rest it leaves to it. A norm outside of the language of words has its reason
//! ([`Plan::outside`]); a subject of whom something is missing, open, contradictory or out of order is judged again by the reference evaluator
//! ([`Finished::again`]). So everything here is plainly known: one world, whole numbers, no causes.
//!
//! | step | file | from | to |
//! |---|---|---|---|
//! | words | `word.rs`, `numbered.rs`, `table.rs`, `kinds.rs`, `facts.rs` | names, quantities, dates, registers | 64-bit words |
//! | compile | `common.rs`, `compile.rs`, `compare.rs`, `between.rs`, `typed.rs`, `counter.rs`, `norm.rs`, `duty.rs`, `keep.rs`, `due.rs`, `instant.rs`, `lookup.rs`, `asks.rs`, `office.rs` | expressions, measures, norms | [`code`], counters, norms for each record type |
//! | plan | `build.rs`, `uses.rs`, `undo.rs`, `program.rs`, `pick.rs`, `plan.rs`, `plans.rs` | a model | [`Plan`], one for each entity of subjects: what is judged for a record of each type, layer by layer |
//! | batch | `decode/`, `feed.rs`, `batch.rs`, `spill.rs` | lines, records; pieces of them, by several threads | words and texts |
//! | run | `run.rs`, `work.rs`, `runs.rs`, `together.rs`, `room.rs`, `judge.rs`, `bearer.rs`, `state.rs` | a batch | verdicts; the state of each subject moved on |
//! | wait | `late.rs`, `timer.rs` | duties that began, records that may meet them | verdicts on them, when nothing can change them any more |
//! | close | `close.rs` | the end of a period, or of all records | verdicts on periods, statements |
//! | out | `sink.rs`, `told.rs`, `alike.rs`, `track.rs` | verdicts | whoever takes them, as words or whole |
//! | keep | `saved/` | a state | bytes, for each subject by itself or all in one, and back |
//! | all | `pass.rs`, `left.rs`, `open.rs`, `looks.rs`, `audit.rs` | a model, records | the audit: whole verdicts, and those of the reference evaluator for the rest |
//!
//! Nothing in it knows files, tongues or explanations.

mod alike;
mod asks;
mod audit;
mod batch;
mod bearer;
mod between;
mod build;
mod close;
mod code;
mod common;
mod compare;
mod compile;
mod counter;
mod decode;
mod divide;
mod due;
mod duty;
mod facts;
mod feed;
mod instant;
mod judge;
mod keep;
mod kinds;
mod late;
mod left;
mod lookup;
mod looks;
mod norm;
mod numbered;
mod office;
mod open;
mod outside;
mod pass;
mod pick;
mod plan;
mod plans;
mod program;
mod room;
mod run;
mod runs;
mod saved;
mod sink;
mod spill;
mod state;
mod table;
mod timer;
mod together;
mod told;
mod track;
mod typed;
mod undo;
mod uses;
mod word;
mod work;

pub use audit::audit;
pub(crate) use audit::rest;
pub(crate) use alike::Told;
pub(crate) use left::Left;
pub(crate) use looks::{Looks, Occurred};
pub(crate) use pass::{Passing, Take, lateness};
pub use batch::Batch;
pub use close::Finished;
#[cfg(feature = "arrow")]
pub(crate) use decode::Columns;
pub use decode::Decoder;
pub(crate) use decode::{Notes, Passage, Written};
pub use judge::Outcome;
pub use outside::Outside;
pub use plan::{Plan, PostingKind};
pub use plans::Plans;
pub use run::Run;
pub use runs::Runs;
pub use together::{After, together};
pub use sink::{Judged, Occasion, Sink, Statement};

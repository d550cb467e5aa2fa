//! Records × rules → verdicts: the naive evaluator, written to be read. It is the meaning of the language; every file follows the
//! sections of `docs/semantics.md` that it names.
//!
//! | file | what |
//! |---|---|
//! | [`audit`], [`derive`], [`unfold`] | all verdicts, or some; one verdict unfolded; all occasions unfolded, without what would have changed them |
//! | `occasion`, `periods`, `throughout`, `reaches` | what is judged, one by one (§4) |
//! | `judge`, `merge`, `world`, `alike` | one occasion in one world; all worlds together (§3, §10); periods that come to the same, once |
//! | `eval`, `read`, `attest`, `compare`, `arithmetic`, `interval`, `value` | expressions (§3, §9) |
//! | `measure`, `gather`, `aggregate`, `group` | counting records in windows, going through members (§5) |
//! | `decide`, `hits`, `bounds`, `effects`, `except`, `require`, `either`, `deadline`, `pause`, `delay`, `yields` | what a norm does (§6–§8) |
//! | `statement`, `revision` | what follows for people (§8, §10) |
//! | `change`, `suppose` | what would have changed a verdict |
//! | `known`, `rules` | the records with their indexes; what a regulation's header settles |

mod aggregate;
mod alike;
mod arithmetic;
mod attest;
mod audit;
mod bounds;
mod change;
mod clock;
mod compare;
mod deadline;
mod decide;
mod delay;
pub mod derivation;
mod derive;
mod effects;
mod either;
mod eval;
mod except;
mod gather;
mod group;
mod hits;
mod interval;
mod judge;
mod known;
mod measure;
mod merge;
mod occasion;
mod office;
mod pause;
mod periods;
mod reaches;
mod read;
mod request;
mod require;
mod revision;
mod rules;
mod slots;
mod spells;
mod statement;
mod run;
mod stay;
mod suppose;
mod term;
mod throughout;
mod unfold;
mod value;
pub mod verdict;
mod world;
mod yields;

pub use audit::{Asked, Choice, Wanted, audit, audit_some, supersede};
pub(crate) use audit::{audit_on, notes, put_together, sort};
pub(crate) use revision::{Alike as AlikeRevisions, Digits};
pub(crate) use statement::totals as statement_totals;
pub(crate) use derive::have_a_word;
pub use derive::{Unfolding, derive, verdicts_of};
pub(crate) use periods::{Span, span};
pub use unfold::{Unfolded, UnfoldedWorld, unfold};

/// The statements of sorted verdicts.
pub(crate) fn statements(model: &crate::model::Model, verdicts: &[verdict::Verdict]) -> Vec<verdict::Statement> {
    statement::all(model, verdicts, crate::threads::Threads::ONE)
}

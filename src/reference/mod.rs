//! Records × rules → verdicts: the naive evaluator, written to be read. It is the meaning of the language.

pub mod derivation;
pub mod verdict;

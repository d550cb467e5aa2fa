//! Offices: what holding a post asks of a person.

use super::expr::{Expr, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Does a person hold an office on the day of a record? Like a measure, an office is worked out where it is asked about: what it asks of the
/// person stands here, and its facts are read as of that day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Holds {
    /// The person.
    pub who: Expr,
    /// Which office: a value of the enumeration of a regulation's offices.
    pub office: Expr,
    /// The record or occasion whose day counts.
    pub on: Scope,
    /// Every office that it can be, and what it asks of the person.
    pub asks: Vec<(String, Expr)>,
}

impl Holds {
    /// What the office called so asks of the person.
    pub fn asked(&self, office: &str) -> Option<&Expr> {
        self.asks.iter().find(|(name, _)| name == office).map(|(_, asked)| asked)
    }
}

/// Prefix of the enumeration of a regulation's offices: `office:regulation`.
pub const OFFICES: &str = "office:";

/// The value of that enumeration for a step that nobody need take.
pub const NOBODY: &str = "nobody";

/// The slot in which an approval without `not their own` shows that the asker signed for himself.
pub const SELF_SIGNED: &str = "self_signed";

//! Aggregates over subjects: the members of a register, or of a set.

use super::expr::{Aggregate, Expr};
use super::value::Unit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `number of machine where …`, `average over each cadre of (…)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// `Count`, `Total`, `Least`, `Most` or `Average`.
    pub aggregate: Aggregate,
    /// Whose members.
    pub of: Members,
    /// Which of them ([`Expr::Each`] is the member that is looked at).
    pub filter: Option<Expr>,
    /// Value of each; none when they are counted.
    pub value: Option<Expr>,
    /// Unit of the value; [`Unit::One`] when they are counted, and for values that are no quantities.
    pub unit: Unit,
}

/// Whose members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Members {
    /// Those who belong to the register on the occasion's day; of a period, on its last.
    Register(String),
    /// Those who belong to the register on some day of the occasion's period.
    During(String),
    /// Those in the set that the expression gives; their entity.
    Set(Expr, String),
}

impl Group {
    /// The set that is looked through, when it is one.
    pub fn set(&self) -> Option<&Expr> {
        if let Members::Set(set, _) = &self.of { Some(set) } else { None }
    }

    /// The entity of the members.
    pub fn entity(&self) -> &str {
        let (Members::Register(entity) | Members::During(entity) | Members::Set(_, entity)) = &self.of;
        entity
    }
}

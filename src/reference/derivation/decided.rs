//! How a slot got its value.

use super::step::{Step, Value};
use super::super::verdict::Ruling;
use serde::{Deserialize, Serialize};

/// A clause or row that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClauseTried {
    /// The points of the item whose mark it is, evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Step>,
    /// Name (`row 2`).
    pub name: String,
    /// Citations.
    pub cites: Vec<String>,
    /// Its condition.
    pub when: Option<Step>,
    /// It applies (none: open).
    pub applies: Option<bool>,
    /// Its value, when it applies.
    pub value: Option<Step>,
}

/// How a slot got its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// Slot.
    pub slot: String,
    /// Clauses and rows.
    pub clauses: Vec<ClauseTried>,
    /// Combined value before forfeits and exceptions.
    pub combined: Value,
    /// Forfeit conditions: applies.
    pub forfeits: Vec<(Vec<String>, Step)>,
    /// Floor and cap, evaluated.
    pub floor: Option<(Vec<String>, Step)>,
    /// Cap.
    pub cap: Option<(Vec<String>, Step)>,
    /// Value after everything, exceptions included.
    pub value: Value,
    /// Ruling of the part.
    pub ruling: Ruling,
}

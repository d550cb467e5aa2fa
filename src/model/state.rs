//! States: what records begin and others end, and what can be asked about time in them.

use super::expr::{Pattern, Window};
use super::value::Unit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A question about a state. Like a measure, a state is worked out where it is asked about: its patterns stand here, linked to the
/// subject in question; without links they are about all subjects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stay {
    /// Name of the state, `regulation.name` or the bare name of a shared one.
    pub state: String,
    /// Title for people.
    pub label: Option<String>,
    /// Register or case whose subjects can be in it.
    pub of: String,
    /// Records with which a subject enters.
    pub begins: Turn,
    /// Records with which it leaves; none: the state is for good.
    pub ends: Option<Turn>,
    /// What is asked.
    pub ask: Ask,
}

impl Stay {
    /// The records that begin and end the state.
    pub fn turns(&self) -> impl Iterator<Item = &Turn> {
        std::iter::once(&self.begins).chain(&self.ends)
    }
}

/// Records that begin or end a state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Turn {
    /// Which records.
    pub pattern: Pattern,
    /// The role that names the subject.
    pub role: String,
}

/// What is asked about a state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Is the subject in it just before the record that is looked at (the occasion's, or the counted one), or, where there is no record, at
    /// the end of the occasion's day?
    Now,
    /// How long the subject is in it: days, hours or minutes.
    Time(Unit, Window),
    /// The least number of subjects in it at once, over every moment of the window.
    LeastAtOnce(Window),
    /// The largest number of subjects in it at once.
    MostAtOnce(Window),
}

impl Ask {
    /// The window, where there is one.
    pub fn window(&self) -> Option<&Window> {
        match self {
            Self::Now => None,
            Self::Time(_, window) | Self::LeastAtOnce(window) | Self::MostAtOnce(window) => Some(window),
        }
    }
}

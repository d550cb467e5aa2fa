//! Verdicts, unfolded and checked.

use super::Unsound;
use crate::diagnostics::Tongue;
use crate::explain::{self, Filed};
use crate::model::Model;
use crate::records::Records;
use crate::reference::Unfolding;
use crate::reference::derivation::Derivation;
use crate::reference::verdict::Verdict;

/// Why a verdict is as it is: for people in two tongues, for programs as JSON.
///
/// ```
/// use bylaw::{Cut, Policy, Tongue};
///
/// let policy = Policy::parse("
/// regulation office “办公室制度”
///   time zone Asia/Shanghai
///   currency CNY
///
/// register staff “职工”
/// event late “迟到” by staff
///
/// rule late_fine “迟到罚款” [2e]
///   on late
///   fine 2 CNY [2e]
/// ")?;
/// let mut reader = policy.reader();
/// reader.row(&[("type", "late"), ("id", "e1"), ("at", "2024-03-05T08:37"), ("staff", "li")])?;
/// let records = reader.finish(Cut::default());
///
/// let explanation = policy.explain(&records, "office.late_fine@e1").expect("there is such a verdict")?;
/// assert!(explanation.summary(Tongue::En).contains("fine"));
/// assert!(explanation.summary(Tongue::Zh).contains("迟到"));
/// assert!(explanation.prose(Tongue::Zh).contains("2e"));
/// assert_eq!(explanation.json()["derivation"]["verdict"]["id"], "office.late_fine@e1");
///
/// assert!(policy.explain(&records, "office.late_fine@e2").is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Explanation<'a> {
    model: &'a Model,
    records: Filed<'a>,
    derivation: Derivation,
}

impl<'a> Explanation<'a> {
    /// The derivation, if the checker accepts it.
    pub(super) fn checked(model: &'a Model, records: impl Into<Filed<'a>>, derivation: Derivation) -> Result<Self, Unsound> {
        let records = records.into();
        explain::check(model, records.clone(), &derivation).map_err(Unsound)?;
        Ok(Self { model, records, derivation })
    }

    /// The verdict.
    pub fn verdict(&self) -> &Verdict {
        &self.derivation.verdict
    }

    /// The whole explanation in `tongue`, as `docs/explain.md` lists its sections. Long lists of records are shortened, with counts.
    pub fn prose(&self, tongue: Tongue) -> String {
        explain::prose(self.model, self.records.clone(), &self.derivation, tongue)
    }

    /// Its first sentence: who, what, ruling, when, amount.
    pub fn summary(&self, tongue: Tongue) -> String {
        explain::summary(self.model, self.records.clone(), &self.derivation, tongue)
    }

    /// Everything that was looked at, as `docs/explain.md` says, nothing shortened.
    pub fn json(&self) -> serde_json::Value {
        explain::json_with_summary(self.model, self.records.clone(), &self.derivation)
    }
}

/// The explanations of all verdicts, each worked out when it is asked for: [`Policy::explanations`](crate::Policy::explanations).
pub struct Explanations<'a> {
    model: &'a Model,
    records: Filed<'a>,
    unfolding: Option<Unfolding<'a>>,
}

impl<'a> Explanations<'a> {
    pub(super) fn new(model: &'a Model, records: &'a Records) -> Self {
        Self { model, records: Filed::from(records), unfolding: Unfolding::new(model, records) }
    }

    /// All verdicts: those of an audit, in the order in which the norms were judged.
    pub fn verdicts(&self) -> &'_ [Verdict] {
        self.unfolding.as_ref().map(Unfolding::verdicts).unwrap_or_default()
    }

    /// Unfolds the verdict with this id; none when the records give no such verdict. It is checked before it is given out.
    ///
    /// # Errors
    /// When the checker does not get the same: a bug.
    pub fn of(&self, verdict: &str) -> Option<Result<Explanation<'a>, Unsound>> {
        let derivation = self.unfolding.as_ref()?.derive(verdict)?;
        Some(Explanation::checked(self.model, self.records.clone(), derivation))
    }
}

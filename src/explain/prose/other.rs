//! What else was looked at, and how sure it is.

use super::Prose;
use super::condition::first_false;
use crate::diagnostics::Tongue;
use crate::reference::derivation::NotApplied;
use crate::reference::verdict::Ruling;

/// How many other clauses are listed.
const SHOWN: usize = 12;

impl Prose<'_> {
    /// Other norms on the same record.
    pub(super) fn not_applied(&mut self) {
        let others = &self.derivation.not_applied;
        if others.is_empty() {
            return;
        }
        self.page.heading(self.words.pick("Other clauses on the same record that do not apply", "就同一记录未适用的其他条款"));
        for other in others.iter().take(SHOWN) {
            let line = self.other(other);
            self.page.line(1, &line);
        }
        if let Some(more) = others.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let line = if self.words.zh() { format!("另有 {more} 项") } else { format!("and {more} more") };
            self.page.line(1, &line);
        }
    }

    fn other(&self, other: &NotApplied) -> String {
        let why = match &other.condition {
            Some(step) => self.words.about(&other.rule).condition_line(first_false(step)),
            None if self.words.model.norm(&other.rule).is_some_and(|norm| !norm.terms.is_empty()) => {
                self.words.pick("what it waits for has come in time, or it is not in force", "所等待之事已在期间内发生，或当日不在有效期内").to_owned()
            }
            None => self.words.pick("not in force on that day", "当日不在有效期内").to_owned(),
        };
        let name = format!("{}{}", self.words.quoted_norm(&other.rule), self.words.cites(&other.cites));
        format!("{name}{}{why}", self.words.pick(": ", "："))
    }

    /// Known up to; final or not.
    pub(super) fn standing(&mut self) {
        let known = self.words.at(self.derivation.known_until);
        let verdict = &self.derivation.verdict;
        let lateness = self.words.model.regulation(verdict.rule.split('.').next().unwrap_or_default()).map_or(0, |r| r.lateness);
        let days = self.words.quantity(crate::model::number::Number::whole(i64::from(lateness)), &crate::model::value::Unit::Days);
        let text = match (verdict.is_final, verdict.ruling, self.words.tongue) {
            (true, _, Tongue::En) => format!("Known up to {known}. Final: no record that comes in time can change it."),
            (true, _, Tongue::Zh) => format!("数据截至{known}。本结论为最终结论，按时报送的记录不会再改变它。"),
            (false, Ruling::Pending, Tongue::En) => format!("Known up to {known}. Not final: the time has not run out."),
            (false, Ruling::Pending, Tongue::Zh) => format!("数据截至{known}。期限未满，尚非最终结论。"),
            (false, _, Tongue::En) if lateness > 0 => {
                format!("Known up to {known}. Not final: records may come in up to {days} late and could still change it.")
            }
            (false, _, Tongue::Zh) if lateness > 0 => format!("数据截至{known}。尚非最终结论：记录可迟报 {days}，其间结论仍可能改变。"),
            (false, _, Tongue::En) => format!("Known up to {known}. Not final: further records could still change it."),
            (false, _, Tongue::Zh) => format!("数据截至{known}。尚非最终结论：后续记录仍可能改变它。"),
        };
        self.page.blank();
        self.page.line(0, &text);
    }
}

//! States in words.

use super::Words;
use crate::model::expr::{Expr, Window};
use crate::model::state::{Ask, Stay};
use crate::model::value::Unit;

impl Words<'_> {
    /// `staff in suspended`, `days in suspended in the month`, `the least number of cadre in on duty at once in the day`.
    pub(crate) fn stay(&self, stay: &Stay, counted: &[String]) -> String {
        let state = self.state(stay);
        match &stay.ask {
            Ask::Now if self.zh() => self.around(&self.whose(stay, counted), "处于", &state),
            Ask::Now => format!("{} is in {state}", self.whose(stay, counted)),
            Ask::Time(unit, window) => self.time_in(stay, unit, window, counted),
            Ask::LeastAtOnce(window) => self.at_once(stay, window, ("the least number", "最少数")),
            Ask::MostAtOnce(window) => self.at_once(stay, window, ("the largest number", "最多数")),
        }
    }

    /// `staff is not in suspended`, `干部不处于“停职”`.
    pub(crate) fn stays_not(&self, stay: &Stay, counted: &[String]) -> String {
        self.around(&self.whose(stay, counted), self.pick("is not in", "不处于"), &self.state(stay))
    }

    /// `if staff had been in suspended`, `若干部处于“停职”`; the other way round when it is so.
    pub(crate) fn had_stayed(&self, stay: &Stay, now: bool) -> String {
        match (self.zh(), now) {
            (true, true) => self.after("若", &self.stays_not(stay, &[])),
            (true, false) => self.after("若", &self.stay(stay, &[])),
            (false, _) => format!("if {} had {}been in {}", self.whose(stay, &[]), if now { "not " } else { "" }, self.state(stay)),
        }
    }

    /// The state's title or name, in quotes.
    pub(crate) fn state(&self, stay: &Stay) -> String {
        let name = stay.state.rsplit('.').next().unwrap_or(&stay.state);
        format!("“{}”", self.label_or(stay.label.as_deref(), name))
    }

    fn whose(&self, stay: &Stay, counted: &[String]) -> String {
        let subject = stay.begins.pattern.links.first().map(|(_, subject)| subject);
        subject.map_or_else(|| self.entity(&stay.of), |subject| self.phrase(subject, counted))
    }

    fn time_in(&self, stay: &Stay, unit: &Unit, window: &Window, counted: &[String]) -> String {
        let (en, zh) = match unit {
            Unit::Hours => ("hours", "小时数"),
            Unit::Minutes => ("minutes", "分钟数"),
            _ => ("days", "天数"),
        };
        let own = matches!(stay.begins.pattern.links.first(), None | Some((_, Expr::Subject)));
        let (state, window) = (self.state(stay), self.window(window));
        if self.zh() {
            let whose = if own { String::new() } else { self.whose(stay, counted) };
            return format!("{window}{whose}处于{state}的{zh}");
        }
        let whose = if own { String::new() } else { format!(" of {}", self.whose(stay, counted)) };
        format!("{en}{whose} in {state} {window}").trim_end().to_owned()
    }

    fn at_once(&self, stay: &Stay, window: &Window, (en, zh): (&str, &str)) -> String {
        let (state, window, of) = (self.state(stay), self.window(window), self.entity(&stay.of));
        if self.zh() {
            return self.around(&format!("{window}同时处于{state}的"), &of, zh);
        }
        format!("{en} of {of} in {state} at once {window}").trim_end().to_owned()
    }
}

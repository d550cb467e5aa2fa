//! Exceptions: which applied, which prevailed, what they did.

use super::Prose;
use super::condition::first_false;
use crate::diagnostics::Tongue;
use crate::explain::words;
use crate::model::norm::Action;
use crate::reference::derivation::{ExceptionTried, World};

impl Prose<'_> {
    pub(super) fn exceptions(&mut self, world: &World) {
        if world.exceptions.is_empty() {
            return;
        }
        self.page.heading(self.words.pick("Exceptions", "例外"));
        for tried in &world.exceptions {
            self.exception(tried, &world.exceptions, 1);
        }
    }

    fn exception(&mut self, tried: &ExceptionTried, beside: &[ExceptionTried], depth: usize) {
        let name = format!("{}{}", self.words.quoted_norm(&tried.name), self.words.cites(&tried.cites));
        let (en, zh) = match (tried.applies, tried.prevails) {
            (Some(true), Some(true)) => ("applies and prevails", "适用并优先"),
            (Some(true), Some(false)) => ("applies but is itself switched off by an exception", "适用，但被其例外排除"),
            (Some(true), None) => ("applies; whether it prevails is open", "适用，是否优先未定"),
            (Some(false), _) => ("does not apply", "不适用"),
            (None, _) => ("is open", "是否适用未定"),
        };
        let upon = beside.iter().filter(|other| other.prevails == Some(true)).find(|other| changed_by(other, &tried.name));
        let does = match (tried.prevails, upon) {
            (Some(true), Some(other)) => self.upon(other),
            (Some(true), None) => self.action(tried),
            _ => String::new(),
        };
        self.page.line(depth, &format!("{name}{}{}{does}", self.words.pick(": ", "："), self.words.pick(en, zh)));
        match (&tried.when, tried.applies) {
            (Some(when), Some(false)) => {
                let line = self.words.condition_line(first_false(when));
                self.page.line(depth + 1, &line);
            }
            (Some(when), _) => self.condition(when, depth + 1),
            (None, Some(false)) => self.page.line(depth + 1, self.words.pick("not in force on that day", "当日不在有效期内")),
            (None, _) => {}
        }
        // What does not apply needs no exception.
        for inner in tried.exceptions.iter().filter(|_| tried.applies != Some(false)) {
            self.exception(inner, &tried.exceptions, depth + 1);
        }
    }

    /// It changes what another exception gives, and is told there.
    fn upon(&self, other: &ExceptionTried) -> String {
        let other = self.words.quoted_norm(&other.name);
        if self.words.zh() { format!("，作用于{other}的结果，见该例外") } else { format!("; it changes what {other} gives, and is told there") }
    }

    /// What a prevailing exception, or one to it, does to a slot; a value that one puts in its place comes before all else.
    pub(super) fn action_on(&self, tried: &ExceptionTried, slot: &str) -> Option<&Action> {
        let exceptions = self.words.norm.map(|norm| norm.exceptions.as_slice()).unwrap_or_default();
        let own = words::exception(exceptions, &tried.name).map(|exception| &exception.action);
        let of_slot = |action: &&Action| matches!(action, Action::Replace(name, _) | Action::Times(name, _) | Action::More(name, _) if name == slot);
        let inner = tried.exceptions.iter().filter(|inner| inner.prevails == Some(true)).filter_map(|inner| self.action_on(inner, slot));
        let all: Vec<&Action> = own.into_iter().filter(of_slot).chain(inner).collect();
        all.iter().find(|action| matches!(action, Action::Replace(..))).or_else(|| all.first()).copied()
    }

    /// What a prevailing exception does.
    fn action(&self, tried: &ExceptionTried) -> String {
        let exceptions = self.words.norm.map(|norm| norm.exceptions.as_slice()).unwrap_or_default();
        let Some(exception) = words::exception(exceptions, &tried.name) else { return String::new() };
        let value = tried.value.as_ref().map(|step| self.amount(step)).unwrap_or_default();
        let slot = |slot: &str| self.words.slot(slot);
        match (&exception.action, self.words.tongue) {
            (Action::Off, Tongue::En) => "; it switches the clause off".to_owned(),
            (Action::Off, Tongue::Zh) => "，原条款不再适用".to_owned(),
            (Action::Violation, Tongue::En) => "; it makes this a violation".to_owned(),
            (Action::Violation, Tongue::Zh) => "，构成违规".to_owned(),
            (Action::Replace(name, _), Tongue::En) => format!("; the {} is instead {value}", slot(name)),
            (Action::Replace(name, _), Tongue::Zh) => format!("，{}改为 {value}", slot(name)),
            (Action::Times(name, _), Tongue::En) => format!("; the {} is multiplied by {value}", slot(name)),
            (Action::Times(name, _), Tongue::Zh) => format!("，{}乘以 {value}", slot(name)),
            (Action::More(name, _), Tongue::En) => format!("; the {} is raised by {value}", slot(name)),
            (Action::More(name, _), Tongue::Zh) => format!("，{}增加 {value}", slot(name)),
        }
    }
}

/// Does a prevailing exception of this name change what it gives?
fn changed_by(tried: &ExceptionTried, name: &str) -> bool {
    tried.exceptions.iter().any(|inner| inner.prevails == Some(true) && (inner.name == name || changed_by(inner, name)))
}

//! How the lowering says what is wrong.

use super::names::Scoped;
use super::{At, Lower, Text};
use crate::diagnostics::{Diagnostic, Place, Say, Severity, Span};
use std::sync::Arc;

/// Codes for something that is not there. Where texts could not be read in full it may well be there.
const LACKS: [&str; 7] = ["bad-currency", "cannot-breach", "link-missing", "no-calendar", "no-such-slot", "no-time-zone", "wrong-line"];
/// The same, for something that would stand in the same item.
const LACKS_IN_ITEM: [&str; 2] = ["form-incomplete", "occasion-missing"];

/// Nothing to say at a label.
pub(super) fn here() -> Say {
    Say::new("", "")
}

/// Names in backticks, joined by commas, at most twelve.
pub(super) fn list<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let all: Vec<String> = names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect();
    let shown = all.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > 12 { format!("{shown}, …") } else { shown }
}

/// The candidate most like `name`, when one is like enough to be meant.
pub(in crate::model) fn similar<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let far = |candidate: &str| strsim::damerau_levenshtein(name, candidate);
    let allowed = (name.chars().count() / 3).max(1);
    let near = candidates.into_iter().filter(|c| *c != name).map(|c| (far(c), c)).filter(|(n, _)| *n <= allowed);
    near.min().map(|(_, candidate)| candidate.to_owned())
}

impl Lower<'_> {
    pub(super) fn place(&self, at: At) -> Place {
        let text = self.texts.get(at.0).expect("places are made from texts");
        Place { source: Arc::clone(&text.source), span: at.1 }
    }

    /// Might the name used at `at` be declared in a part of a text that could not be read? Any line at the left margin may declare
    /// it, and any indented line that begins with it; but not the line of the use.
    fn perhaps_declared(&self, at: At, name: &str) -> bool {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let mentions = |part: &str| part.split(|c| !is_part(c)).any(|word| word == name);
        let declares = |line: &str| match line.strip_prefix([' ', '\t', '\u{3000}']) {
            Some(rest) => rest.trim_start().strip_prefix(name).is_some_and(|rest| !rest.starts_with(is_part)),
            None => mentions(line),
        };
        self.texts.iter().enumerate().filter(|(_, text)| text.broken).any(|(file, text)| {
            let mut start = 0;
            let declared = text.source.text.split_inclusive('\n').any(|line| {
                let own = file == at.0 && (start..start + line.len()).contains(&at.1.start);
                start += line.len();
                !own && declares(line)
            });
            // A line that could not be read may give a name to its own item (`for each … as NAME`), or to others (`decides NAME`, a table).
            let own = text.item_at(at.1).filter(|_| file == at.0);
            let in_own = |span: Span| own.is_some_and(|own| own.start <= span.start && span.end <= own.end);
            let gives = |part: &str| part.starts_with('|') || part.split_whitespace().nth(1) == Some(name);
            let unread = |span: &Span| text.source.text.get(span.start..span.end).is_some_and(|part| mentions(part) && (in_own(*span) || gives(part)));
            declared || text.unread.iter().any(unread)
        })
    }

    /// Might what is missing at `at` stand in what could not be read?
    fn perhaps_there(&self, code: &str, at: At) -> bool {
        let in_item = |text: &Text| text.item_at(at.1).is_none_or(|item| text.unread_in(item).next().is_some());
        match code {
            _ if LACKS.contains(&code) => self.texts.iter().any(|text| text.broken),
            _ if LACKS_IN_ITEM.contains(&code) => self.texts.get(at.0).is_some_and(|text| text.broken && in_item(text)),
            _ => false,
        }
    }

    /// Was something wrong in the text of this norm? What it lacks then follows from that.
    pub(super) fn is_wrong(&self, norm: &str) -> bool {
        let Some((file, Scoped::Norm(tree))) = self.names.scoped.get(norm) else { return false };
        let Some((source, item)) = self.texts.get(*file).and_then(|text| Some((&text.source, text.item_at(tree.head.name.span)?))) else { return false };
        let within = |place: &Place| Arc::ptr_eq(&place.source, source) && item.start <= place.span.start && place.span.end <= item.end;
        self.told.iter().any(|told| told.severity == Severity::Error && told.labels.first().is_some_and(|label| within(&label.place)))
    }

    /// Keeps a diagnostic, once.
    pub(super) fn tell(&mut self, diagnostic: Diagnostic) {
        if !self.told.contains(&diagnostic) {
            self.told.push(diagnostic);
        }
    }

    /// An error at one place: what is wrong and what to do.
    pub(super) fn error(&mut self, code: &'static str, at: At, message: Say, help: Say) {
        if self.perhaps_there(code, at) {
            return;
        }
        let place = self.place(at);
        self.tell(Diagnostic::error(code, message).at(place, here()).help(help));
    }

    /// An error with the text that belongs at its place, where that is certain.
    pub(super) fn error_fixed(&mut self, code: &'static str, at: At, message: Say, help: Say, text: Option<Say>) {
        if self.perhaps_there(code, at) {
            return;
        }
        let error = Diagnostic::error(code, message).at(self.place(at), here()).help(help);
        self.tell(match text {
            Some(text) => error.fix(text),
            None => error,
        });
    }

    /// Does exactly this text stand there?
    pub(super) fn stands(&self, at: At, text: &str) -> bool {
        self.texts.get(at.0).and_then(|file| file.source.text.get(at.1.start..at.1.end)) == Some(text)
    }

    /// An error that lies between two places.
    pub(super) fn error2(&mut self, code: &'static str, message: Say, at: (At, Say), other: (At, Say), help: Say) {
        let (first, second) = (self.place(at.0), self.place(other.0));
        self.tell(Diagnostic::error(code, message).at(first, at.1).at(second, other.1).help(help));
    }

    /// Worth looking at.
    pub(super) fn warn(&mut self, code: &'static str, at: At, message: Say, help: Say) {
        if self.texts.iter().any(|text| text.broken) {
            return;
        }
        let place = self.place(at);
        let mut warning = Diagnostic::error(code, message).at(place, here()).help(help);
        warning.severity = Severity::Warning;
        self.tell(warning);
    }

    /// Words of the language are the same in both tongues once they are read: how this one stands in the text.
    fn as_written<'n>(&'n self, at: At, name: &'n str) -> &'n str {
        let words = ["this", "at", "day", "period", "membership", "days", "start", "end"];
        let text = self.texts.get(at.0).and_then(|text| text.source.text.get(at.1.start..at.1.end));
        text.filter(|text| words.contains(&name) && !text.is_empty() && text.chars().all(char::is_alphanumeric)).unwrap_or(name)
    }

    /// A name that nothing has: `what` it should name, and what there is.
    pub(super) fn unknown(&mut self, at: At, what: (&str, &str), name: &str, candidates: &[&str]) {
        if self.perhaps_declared(at, name.rsplit('.').next().unwrap_or(name)) {
            return;
        }
        let written = self.as_written(at, name);
        let message = Say::new(format!("there is no {} called `{written}`", what.0), format!("没有名为 `{written}` 的{}", what.1));
        let mut sorted: Vec<&str> = candidates.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let near = similar(name, sorted.iter().copied());
        let help = match &near {
            Some(near) => Say::new(format!("did you mean `{near}`?"), format!("是否指 `{near}`？")),
            None if sorted.is_empty() => Say::new(format!("declare the {} first", what.0), format!("请先声明{}", what.1)),
            None => Say::new(format!("known are {}; or declare it", list(&sorted)), format!("已知的有 {}；或请先声明", list(&sorted))),
        };
        self.error_fixed("unknown-name", at, message, help, near.filter(|_| self.stands(at, name)).map(|near| Say::new(near.clone(), near)));
    }
}

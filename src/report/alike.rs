//! Lines of JSONL for verdicts that say the same of several subjects: what they have in common is written once, for all of them. Each line is, byte for byte, the one
//! that `jsonl.rs` writes of the whole verdict, but for the word of `final`, which may not be known yet.

use super::jsonl;
use super::words::{cites, put_at};
use crate::engine::Told;
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::reference::verdict::{Item, StatementLine, Verdict};
use std::io::{self, Write};

/// The texts that they have in common.
#[derive(Debug)]
pub(crate) struct Alike {
    /// From the ruling to the source.
    head: String,
    effects: String,
    /// Behind the revision.
    tail: String,
}

/// A line of a statement without the id of its verdict.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) posting: Posting,
    pub(crate) amount: Option<Number>,
    pub(crate) unit: Unit,
    /// Where it stands.
    pub(crate) source: String,
    /// The same, one by one.
    cited: Vec<String>,
    /// How a sum is made up.
    items: Vec<Item>,
    /// Behind the id.
    tail: String,
}

/// What stands around that which each verdict has of its own.
const HEAD: (&str, &str) = ("{\"id\":\"\"", ",\"subject\":null,");
const EFFECTS: (&str, &str) = (",\"events\":[]", ",\"final\":false,\"revision\":\"\"");
const POSTED: &str = "{\"verdict\":\"\"";

impl Alike {
    /// Of a verdict that has nothing of its own.
    pub(crate) fn new(verdict: &Verdict) -> io::Result<Self> {
        let line = text(|out| jsonl::verdict(verdict, out))?;
        let rest = line.strip_prefix(HEAD.0).ok_or_else(broken)?;
        let (head, rest) = rest.split_once(HEAD.1).ok_or_else(broken)?;
        let (_, rest) = rest.split_once(EFFECTS.0).ok_or_else(broken)?;
        let (effects, tail) = rest.split_once(EFFECTS.1).ok_or_else(broken)?;
        Ok(Self { head: head.to_owned(), effects: effects.to_owned(), tail: tail.to_owned() })
    }

    /// Writes the line of a verdict without the word of `final`; where that belongs.
    pub(crate) fn line(&self, told: &Told<'_>, out: &mut Vec<u8>) -> io::Result<usize> {
        out.extend_from_slice(b"{\"id\":");
        serde_json::to_writer(&mut *out, told.id)?;
        out.extend_from_slice(self.head.as_bytes());
        out.extend_from_slice(b",\"subject\":");
        serde_json::to_writer(&mut *out, &*told.subject.0)?;
        // One text of two: the quotes between them go.
        out.pop();
        out.push(b':');
        let middle = out.len();
        serde_json::to_writer(&mut *out, &*told.subject.1)?;
        out.remove(middle);
        out.extend_from_slice(b",\"at\":\"");
        put_at(told.at, out);
        out.extend_from_slice(b"\",\"period\":");
        serde_json::to_writer(&mut *out, &told.period)?;
        out.extend_from_slice(b",\"events\":");
        serde_json::to_writer(&mut *out, told.events)?;
        out.extend_from_slice(self.effects.as_bytes());
        out.extend_from_slice(b",\"final\":");
        let hole = out.len();
        write!(out, ",\"revision\":\"{}\"", told.revision)?;
        out.extend_from_slice(self.tail.as_bytes());
        Ok(hole)
    }
}

impl Posted {
    /// What a verdict that has nothing of its own posts.
    pub(crate) fn of(verdict: &Verdict) -> io::Result<Vec<Self>> {
        let mut all = Vec::new();
        for effect in &verdict.effects {
            let Some(posting) = effect.posting else { continue };
            let cited = if effect.cites.is_empty() { verdict.source.clone() } else { effect.cites.clone() };
            let (amount, unit, source, items) = (effect.amount, effect.unit.clone().unwrap_or(Unit::One), cites(&cited), effect.items.clone());
            let line = StatementLine { verdict: String::new(), rule: verdict.rule.clone(), source: cited.clone(), posting, amount, unit: unit.clone(), items: Vec::new() };
            let line = text(|out| jsonl::statement_line(&line, out))?;
            all.push(Self { posting, amount, unit, source, cited, items, tail: line.strip_prefix(POSTED).ok_or_else(broken)?.to_owned() });
        }
        Ok(all)
    }

    /// The line, of a rule and a verdict.
    pub(crate) fn whole(&self, rule: &str, verdict: &str) -> StatementLine {
        let source = self.cited.clone();
        StatementLine { verdict: verdict.to_owned(), rule: rule.to_owned(), source, posting: self.posting, amount: self.amount, unit: self.unit.clone(), items: self.items.clone() }
    }

    /// Writes its line, as one of a list.
    pub(crate) fn line(&self, id: &str, out: &mut Vec<u8>) -> io::Result<()> {
        out.extend_from_slice(b"{\"verdict\":");
        serde_json::to_writer(&mut *out, id)?;
        out.extend_from_slice(self.tail.as_bytes());
        Ok(())
    }
}

fn broken() -> io::Error {
    io::Error::other("a verdict that is written in another way")
}

fn text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<String> {
    let mut out = Vec::new();
    write(&mut out)?;
    String::from_utf8(out).map_err(io::Error::other)
}

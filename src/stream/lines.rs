//! Verdicts → lines and what is added up of them; each thread has its own.

use super::sorter::{Key, Sorter};
use crate::engine::{Left, Take};
use crate::model::Model;
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::records::At;
use crate::reference::verdict::{Ruling, Statement, StatementLine, Verdict};
use crate::reference::statement_totals;
use crate::report::summary::Counted;
use crate::report::totals::Totals;
use crate::report::{csv, is_shown, jsonl};
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

/// Bytes of lines that all threads together keep in memory.
const ROOM: usize = 32 << 20;

/// Which lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Verdicts, statements, and what comes behind them.
    Jsonl,
    /// Verdicts alone.
    Csv,
}

/// Lines so far.
pub(super) struct Lines<'m> {
    model: &'m Model,
    form: Form,
    /// Norms that do not apply are shown.
    all: bool,
    zone: Tz,
    /// What is judged elsewhere.
    left: Arc<Left>,
    verdicts: Sorter,
    statements: Sorter,
    /// Of each norm.
    counts: Vec<Counted>,
    key: Key,
    line: Vec<u8>,
    failed: Option<io::Error>,
}

impl<'m> Lines<'m> {
    /// For one of so many threads. `zone`: that of the regulations.
    pub(super) fn new(model: &'m Model, (form, all): (Form, bool), zone: Tz, left: Arc<Left>, threads: usize) -> Self {
        // Those of verdicts, and those of statements.
        let room = ROOM / 2 / threads.max(1);
        Self {
            model,
            form,
            all,
            zone,
            left,
            verdicts: Sorter::new(room),
            statements: Sorter::new(room),
            counts: vec![Counted::default(); model.norms.len()],
            key: Key::default(),
            line: Vec::new(),
            failed: None,
        }
    }

    fn put(&mut self, norm: usize, verdict: &Verdict) -> io::Result<()> {
        if let Some(counted) = self.counts.get_mut(norm) {
            counted.add(verdict.ruling);
        }
        if is_shown(self.all, verdict) {
            self.line.clear();
            match self.form {
                Form::Jsonl => jsonl::verdict(verdict, &mut self.line)?,
                Form::Csv => csv::verdict(verdict, &mut self.line)?,
            }
            time(self.key.clear(), verdict);
            self.key.text(&verdict.id);
            self.verdicts.push(&self.key.0, &self.line)?;
        }
        if self.form == Form::Jsonl && verdict.ruling != Ruling::NotApplicable {
            self.post(verdict)?;
        }
        Ok(())
    }

    /// What it posts, by subject and month; there in the order of verdicts.
    fn post(&mut self, verdict: &Verdict) -> io::Result<()> {
        let day = verdict.at.day(self.zone);
        let month = day.with_day(1).unwrap_or(day);
        for (at, effect) in verdict.effects.iter().enumerate() {
            let (Some(posting), Some((entity, id))) = (effect.posting, &effect.to) else { continue };
            let posted = Posted {
                entity: entity.to_string(),
                id: id.to_string(),
                month: month.num_days_from_ce(),
                verdict: verdict.id.clone(),
                rule: verdict.rule.clone(),
                source: if effect.cites.is_empty() { verdict.source.clone() } else { effect.cites.clone() },
                posting,
                amount: effect.amount.map(Number::parts),
                unit: effect.unit.clone().unwrap_or(Unit::One),
            };
            self.key.clear().text(entity).text(id).number(i64::from(posted.month));
            time(&mut self.key, verdict);
            self.key.text(&verdict.id).number(i64::try_from(at).unwrap_or(i64::MAX));
            let text = postcard::to_stdvec(&posted).map_err(io::Error::other)?;
            self.statements.push(&self.key.0, &text)?;
        }
        Ok(())
    }

    /// Writes the lines of all threads. What was counted of verdicts by norm, and to whom.
    pub(super) fn write(all: Vec<Self>, out: &mut dyn Write) -> io::Result<(BTreeMap<&'m str, Counted>, Totals)> {
        let mut rules: BTreeMap<&str, Counted> = BTreeMap::new();
        let (mut verdicts, mut posted) = (Vec::new(), Vec::new());
        let mut form = Form::Jsonl;
        for lines in all {
            if let Some(error) = lines.failed {
                return Err(error);
            }
            for (norm, counted) in lines.model.norms.iter().zip(&lines.counts).filter(|(_, counted)| !counted.is_none()) {
                rules.entry(&norm.name).or_default().plus(counted);
            }
            form = lines.form;
            verdicts.push(lines.verdicts);
            posted.push(lines.statements);
        }
        if form == Form::Csv {
            csv::header(out)?;
        }
        Sorter::merge(verdicts, |_, line| out.write_all(line))?;
        let mut totals = Totals::default();
        statements(posted, |statement| {
            totals.add(statement);
            jsonl::statement(statement, out)
        })?;
        Ok((rules, totals))
    }
}

impl Take for Lines<'_> {
    fn take(&mut self, norm: usize, verdict: Verdict) {
        if self.failed.is_none() && !self.left.of_subject(verdict.subject.as_ref()) {
            self.failed = self.put(norm, &verdict).err();
        }
    }

    fn passes_over(&mut self, norm: usize, subject: &str) -> bool {
        if !self.all
            && !self.left.is_of_entity(subject)
            && let Some(counted) = self.counts.get_mut(norm)
        {
            counted.add(Ruling::NotApplicable);
        }
        !self.all
    }
}

/// By time: that of its place.
fn time(key: &mut Key, verdict: &Verdict) {
    let time = match verdict.at {
        At::Date(day) => day.and_time(chrono::NaiveTime::MIN),
        At::Moment(moment) => moment.naive_local(),
    };
    key.number(time.and_utc().timestamp()).number(i64::from(time.and_utc().timestamp_subsec_nanos()));
}

/// What is posted to somebody.
#[derive(Serialize, Deserialize)]
struct Posted {
    entity: String,
    id: String,
    /// Its first day, counted from the first of January of the year 1.
    month: i32,
    verdict: String,
    rule: String,
    source: Vec<String>,
    posting: Posting,
    /// Numerator and denominator.
    amount: Option<(i128, i128)>,
    unit: Unit,
}

/// Puts what was posted together, subject by subject and month by month.
fn statements(posted: Vec<Sorter>, mut take: impl FnMut(&Statement) -> io::Result<()>) -> io::Result<()> {
    let mut open: Option<(Statement, i32)> = None;
    let mut done = |open: &mut Option<(Statement, i32)>| {
        let Some((mut statement, _)) = open.take() else { return Ok(()) };
        statement.totals = statement_totals(&statement.lines);
        take(&statement)
    };
    Sorter::merge(posted, |_, text| {
        let posted: Posted = postcard::from_bytes(text).map_err(io::Error::other)?;
        let is_next = |(statement, month): &(Statement, i32)| *month == posted.month && (&*statement.subject.0, &*statement.subject.1) == (&*posted.entity, &*posted.id);
        if !open.as_ref().is_some_and(is_next) {
            done(&mut open)?;
            let month = NaiveDate::from_num_days_from_ce_opt(posted.month).unwrap_or_default().format("%Y-%m").to_string();
            let subject = (Arc::from(posted.entity.as_str()), Arc::from(posted.id.as_str()));
            open = Some((Statement { subject, month, lines: Vec::new(), totals: Vec::new() }, posted.month));
        }
        let amount = posted.amount.and_then(|(numerator, denominator)| Number::of_parts(numerator, denominator));
        let line = StatementLine { verdict: posted.verdict, rule: posted.rule, source: posted.source, posting: posted.posting, amount, unit: posted.unit, items: Vec::new() };
        if let Some((statement, _)) = &mut open {
            statement.lines.push(line);
        }
        Ok(())
    })?;
    done(&mut open)
}

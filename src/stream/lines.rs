//! Verdicts → lines and what is added up of them; each thread has its own.

use super::open::Open;
use super::posted::{Posting, statements};
use super::sorter::{Key, Sorter};
use crate::engine::{Left, Take, Told};
use crate::model::Model;
use crate::model::value::Unit;
use crate::records::At;
use crate::reference::verdict::{Ruling, StatementLine, Verdict};
use crate::report::alike::Alike;
use crate::report::summary::Counted;
use crate::report::totals::Totals;
#[cfg(feature = "parquet")]
use crate::report::parquet;
use crate::report::{csv, is_shown, jsonl};
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
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
    /// The same, as a file of Parquet.
    #[cfg(feature = "parquet")]
    Parquet,
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
    /// Room to write in.
    line: Vec<u8>,
    text: Vec<u8>,
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
            text: Vec::new(),
            failed: None,
        }
    }

    /// Puts the line of a verdict that has its texts in common with others.
    fn put(&mut self, norm: usize, told: &Told<'_>, alike: &mut Option<Alike>) -> io::Result<()> {
        let ruling = told.alike.ruling;
        if let Some(counted) = self.counts.get_mut(norm) {
            counted.add(ruling);
        }
        let alike = match alike {
            Some(alike) => alike,
            None => alike.insert(Alike::new(told.alike)?),
        };
        if self.all || ruling != Ruling::NotApplicable {
            let line = Open::room(&mut self.line);
            let hole = match self.form {
                Form::Jsonl => alike.line(told, line)?,
                Form::Csv => csv::open(told.verdict(), line)?,
                #[cfg(feature = "parquet")]
                Form::Parquet => {
                    packed(&told.verdict(), line)?;
                    0
                }
            };
            Open { settled: told.settled, hole }.enter(line)?;
            time(self.key.clear(), told.at);
            self.key.text(told.id);
            self.verdicts.push(&self.key.0, &self.line)?;
        }
        if self.form == Form::Jsonl && !alike.posted.is_empty() {
            let month = self.month(told.at);
            for (number, posted) in alike.posted.iter().enumerate() {
                self.line.clear();
                posted.line(told.id, &mut self.line)?;
                let of = Posting { rule: &told.alike.rule, posting: posted.posting, amount: posted.amount, unit: &posted.unit };
                self.post(told.subject, month, (told.at, told.id, number), of)?;
            }
        }
        Ok(())
    }

    /// A verdict that was judged elsewhere.
    pub(super) fn elsewhere(&mut self, norm: usize, verdict: &Verdict) {
        if self.failed.is_none() {
            self.failed = self.whole(norm, verdict).err();
        }
    }

    fn whole(&mut self, norm: usize, verdict: &Verdict) -> io::Result<()> {
        if let Some(counted) = self.counts.get_mut(norm) {
            counted.add(verdict.ruling);
        }
        if is_shown(self.all, verdict) {
            let line = Open::room(&mut self.line);
            match self.form {
                Form::Jsonl => jsonl::verdict(verdict, line)?,
                Form::Csv => csv::verdict(verdict, line)?,
                #[cfg(feature = "parquet")]
                Form::Parquet => packed(verdict, line)?,
            }
            Open::WHOLE.enter(line)?;
            time(self.key.clear(), verdict.at);
            self.key.text(&verdict.id);
            self.verdicts.push(&self.key.0, &self.line)?;
        }
        if self.form != Form::Jsonl || verdict.ruling == Ruling::NotApplicable {
            return Ok(());
        }
        let month = self.month(verdict.at);
        for (number, effect) in verdict.effects.iter().enumerate() {
            let (Some(posting), Some(to)) = (effect.posting, &effect.to) else { continue };
            let source = if effect.cites.is_empty() { verdict.source.clone() } else { effect.cites.clone() };
            let unit = effect.unit.clone().unwrap_or(Unit::One);
            let line = StatementLine { verdict: verdict.id.clone(), rule: verdict.rule.clone(), source, posting, amount: effect.amount, unit, items: Vec::new() };
            self.line.clear();
            jsonl::statement_line(&line, &mut self.line)?;
            let of = Posting { rule: &line.rule, posting, amount: line.amount, unit: &line.unit };
            self.post(to, month, (verdict.at, &verdict.id, number), of)?;
        }
        Ok(())
    }

    /// First day of the month of a time, counted from the first of January of the year 1.
    fn month(&self, at: At) -> i32 {
        let day = at.day(self.zone);
        day.with_day(1).unwrap_or(day).num_days_from_ce()
    }

    /// What is posted to somebody in a month, with its line; there in the order of verdicts.
    fn post(&mut self, (entity, id): &(Arc<str>, Arc<str>), month: i32, (at, verdict, number): (At, &str, usize), of: Posting<'_>) -> io::Result<()> {
        self.key.clear().text(entity).text(id).number(i64::from(month));
        time(&mut self.key, at);
        self.key.text(verdict).number(i64::try_from(number).unwrap_or(i64::MAX));
        self.text.clear();
        of.write((entity, id, month), &self.line, &mut self.text)?;
        self.statements.push(&self.key.0, &self.text)
    }

    /// Writes the lines of all threads; `over` is the last day that is over. What was counted of verdicts by norm, and to whom.
    pub(super) fn write(all: Vec<Self>, over: Option<NaiveDate>, out: &mut dyn Write) -> io::Result<(BTreeMap<&'m str, Counted>, Totals)> {
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
        match form {
            Form::Jsonl => Sorter::merge(verdicts, |_, text| Open::write(text, over, jsonl::FINAL, out))?,
            Form::Csv => {
                csv::header(out)?;
                Sorter::merge(verdicts, |_, text| Open::write(text, over, csv::FINAL, out))?;
            }
            #[cfg(feature = "parquet")]
            Form::Parquet => {
                let mut rows = parquet::Rows::new(out)?;
                Sorter::merge(verdicts, |_, text| {
                    let (is_final, packed) = Open::read(text, over);
                    let mut row: parquet::Row<&str> = postcard::from_bytes(packed).map_err(io::Error::other)?;
                    row.is_final = is_final.unwrap_or(row.is_final);
                    rows.push(&row)
                })?;
                rows.end()?;
            }
        }
        let mut totals = Totals::default();
        statements(posted, |statement, lines| {
            totals.add(statement);
            jsonl::statement_of(statement, lines, out)
        })?;
        Ok((rules, totals))
    }
}

impl Take for Lines<'_> {
    type Form = Option<Alike>;

    fn take(&mut self, norm: usize, told: &Told<'_>, form: &mut Option<Alike>) {
        if self.failed.is_none() && !self.left.is_of_entity(told.of) {
            self.failed = self.put(norm, told, form).err();
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

/// A row of a table, until it is written.
#[cfg(feature = "parquet")]
fn packed(verdict: &Verdict, line: &mut Vec<u8>) -> io::Result<()> {
    postcard::to_io(&parquet::Row::of(verdict), line).map(|_| ()).map_err(io::Error::other)
}

/// By time: that of its place.
fn time(key: &mut Key, at: At) {
    let time = match at {
        At::Date(day) => day.and_time(chrono::NaiveTime::MIN),
        At::Moment(moment) => moment.naive_local(),
    };
    key.number(time.and_utc().timestamp()).number(i64::from(time.and_utc().timestamp_subsec_nanos()));
}

//! Verdicts → lines and what is added up of them; each thread has its own.

use super::Asked;
use super::firsts::Firsts;
use super::open::Open;
use super::posted::{Posting, Said};
use super::sorter::{Key, Sorter};
use crate::engine::{Left, Take, Told};
use crate::model::Model;
use crate::model::value::Unit;
use crate::records::At;
use crate::reference::verdict::{Ruling, StatementLine, Verdict};
use crate::report::alike::{self, Posted};
use crate::report::row::{self, Row};
use crate::report::summary::Counted;
use crate::report::words::cites;
use crate::report::{csv, is_shown, jsonl};
use chrono::Datelike;
use chrono_tz::Tz;
use std::io;
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
    /// A report for people, with or without colour.
    Human {
        /// ANSI colours.
        colour: bool,
    },
    /// Verdicts and statements, as tables of Arrow.
    #[cfg(feature = "arrow")]
    Arrow,
}

impl Form {
    /// Does it have statements?
    fn has_statements(self) -> bool {
        match self {
            Self::Jsonl | Self::Human { .. } => true,
            Self::Csv => false,
            #[cfg(feature = "parquet")]
            Self::Parquet => false,
            #[cfg(feature = "arrow")]
            Self::Arrow => true,
        }
    }
}

/// What verdicts have in common.
pub(super) struct Alike {
    texts: Texts,
    /// What each of them posts.
    posted: Vec<Posted>,
}

/// The texts of it, by the form.
enum Texts {
    Line(alike::Alike),
    Row(row::Common),
}

impl Alike {
    /// `statements`: what it posts is wanted.
    fn new((form, statements): (Form, bool), verdict: &Verdict) -> io::Result<Self> {
        let texts = match form {
            Form::Jsonl => Texts::Line(alike::Alike::new(verdict)?),
            _ => Texts::Row(row::Common::new(verdict)),
        };
        Ok(Self { texts, posted: if statements { Posted::of(verdict)? } else { Vec::new() } })
    }
}

/// Lines so far.
pub(super) struct Lines<'m> {
    pub(super) model: &'m Model,
    pub(super) form: Form,
    /// Norms that do not apply are shown.
    all: bool,
    /// What is posted is wanted.
    posts: bool,
    zone: Tz,
    /// What is judged elsewhere.
    left: Arc<Left>,
    pub(super) verdicts: Sorter,
    pub(super) statements: Sorter,
    /// The first verdicts, for people.
    pub(super) firsts: Firsts,
    /// Of each norm.
    pub(super) counts: Vec<Counted>,
    key: Key,
    /// Room to write in.
    line: Vec<u8>,
    text: Vec<u8>,
    pub(super) failed: Option<io::Error>,
}

impl<'m> Lines<'m> {
    /// For one of so many threads. `zone`: that of the regulations.
    pub(super) fn new(model: &'m Model, Asked { form, all, statements, .. }: Asked, zone: Tz, left: Arc<Left>, threads: usize) -> Self {
        // Those of verdicts, and those of statements.
        let room = ROOM / 2 / threads.max(1);
        Self {
            model,
            form,
            all,
            posts: statements || form.has_statements(),
            zone,
            left,
            verdicts: Sorter::new(room),
            statements: Sorter::new(room),
            firsts: Firsts::default(),
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
            None => alike.insert(Alike::new((self.form, self.posts), told.alike)?),
        };
        if self.all || ruling != Ruling::NotApplicable {
            time(self.key.clear(), told.at);
            self.key.text(told.id);
            if let Form::Human { .. } = self.form {
                self.firsts.push(ruling, &self.key.0, || told.verdict());
            } else {
                self.line(told, &alike.texts)?;
            }
        }
        if !alike.posted.is_empty() {
            let month = self.month(told.at);
            for (number, posted) in alike.posted.iter().enumerate() {
                let of = Posting { rule: &told.alike.rule, posting: posted.posting, amount: posted.amount, unit: &posted.unit };
                self.line.clear();
                let said = match self.form {
                    Form::Jsonl => {
                        posted.line(told.id, &mut self.line)?;
                        Said::Written(&self.line)
                    }
                    Form::Human { .. } => Said::Written(packed(&posted.whole(&told.alike.rule, told.id), &mut self.line)?),
                    form if form.has_statements() => Said::Texts(told.id, &posted.source),
                    // The amounts are wanted alone.
                    _ => Said::Written(&[]),
                };
                self.text.clear();
                of.write((&told.subject.0, &told.subject.1, month), said, &mut self.text)?;
                self.post(told.subject, month, (told.at, told.id, number))?;
            }
        }
        Ok(())
    }

    /// Puts the line itself; its key is there.
    fn line(&mut self, told: &Told<'_>, texts: &Texts) -> io::Result<()> {
        let line = Open::room(&mut self.line);
        let hole = match texts {
            Texts::Line(alike) => alike.line(told, line)?,
            Texts::Row(common) => {
                let row = common.row(told, &mut self.text)?;
                if self.form == Form::Csv {
                    csv::open(&row, line)?
                } else {
                    postcard::to_io(&row, &mut *line).map_err(io::Error::other)?;
                    0
                }
            }
        };
        Open { settled: told.settled, hole }.enter(line)?;
        self.verdicts.push(&self.key.0, &self.line)
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
            time(self.key.clear(), verdict.at);
            self.key.text(&verdict.id);
            if let Form::Human { .. } = self.form {
                self.firsts.push(verdict.ruling, &self.key.0, || verdict.clone());
            } else {
                let line = Open::room(&mut self.line);
                match self.form {
                    Form::Jsonl => jsonl::verdict(verdict, line)?,
                    Form::Csv => csv::verdict(&Row::of(verdict), line)?,
                    _ => postcard::to_io(&Row::of(verdict), &mut *line).map(|_| ()).map_err(io::Error::other)?,
                }
                Open::WHOLE.enter(line)?;
                self.verdicts.push(&self.key.0, &self.line)?;
            }
        }
        if !self.posts || verdict.ruling == Ruling::NotApplicable {
            return Ok(());
        }
        let month = self.month(verdict.at);
        for (number, effect) in verdict.effects.iter().enumerate() {
            let (Some(posting), Some(to)) = (effect.posting, &effect.to) else { continue };
            let source = if effect.cites.is_empty() { verdict.source.clone() } else { effect.cites.clone() };
            let unit = effect.unit.clone().unwrap_or(Unit::One);
            let texts = cites(&source);
            let line = StatementLine { verdict: verdict.id.clone(), rule: verdict.rule.clone(), source, posting, amount: effect.amount, unit, items: effect.items.clone() };
            let of = Posting { rule: &line.rule, posting, amount: line.amount, unit: &line.unit };
            self.line.clear();
            let said = match self.form {
                Form::Jsonl => {
                    jsonl::statement_line(&line, &mut self.line)?;
                    Said::Written(&self.line)
                }
                Form::Human { .. } => Said::Written(packed(&line, &mut self.line)?),
                form if form.has_statements() => Said::Texts(&line.verdict, &texts),
                _ => Said::Written(&[]),
            };
            self.text.clear();
            of.write((&to.0, &to.1, month), said, &mut self.text)?;
            self.post(to, month, (verdict.at, &verdict.id, number))?;
        }
        Ok(())
    }

    /// First day of the month of a time, counted from the first of January of the year 1.
    fn month(&self, at: At) -> i32 {
        let day = at.day(self.zone);
        day.with_day(1).unwrap_or(day).num_days_from_ce()
    }

    /// What is posted to somebody in a month, which is written already; there in the order of verdicts.
    fn post(&mut self, (entity, id): &(Arc<str>, Arc<str>), month: i32, (at, verdict, number): (At, &str, usize)) -> io::Result<()> {
        self.key.clear().text(entity).text(id).number(i64::from(month));
        time(&mut self.key, at);
        self.key.text(verdict).number(i64::try_from(number).unwrap_or(i64::MAX));
        self.statements.push(&self.key.0, &self.text)
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

/// A line of a statement for people, until it is shown.
fn packed<'l>(line: &StatementLine, into: &'l mut Vec<u8>) -> io::Result<&'l [u8]> {
    postcard::to_io(line, &mut *into).map_err(io::Error::other)?;
    Ok(into)
}

/// By time: that of its place.
fn time(key: &mut Key, at: At) {
    let time = match at {
        At::Date(day) => day.and_time(chrono::NaiveTime::MIN),
        At::Moment(moment) => moment.naive_local(),
    };
    key.number(time.and_utc().timestamp()).number(i64::from(time.and_utc().timestamp_subsec_nanos()));
}

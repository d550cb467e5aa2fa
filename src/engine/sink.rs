//! What the engine gives out: verdicts and statements, borrowed from where they were worked out.

use super::batch::Stamp;
use super::judge::Outcome;
use super::norm::Judging;
use super::plan::Plan;
use super::timer::Said;
use super::track::Tracking;
use super::word::{Names, Word};
use crate::reference::verdict::Ruling;
use chrono::NaiveDate;
use std::fmt;

/// Takes verdicts as they are reached. Subjects that turn out to need the reference evaluator are told at the end ([`super::Finished::again`]): what was
/// said of them is void.
pub trait Sink {
    /// A verdict.
    fn verdict(&mut self, verdict: &Judged<'_>);
    /// What was posted for a subject in a month, in which something was. A duty that turned out to be breached may post more for a month that was told already, and what is posted
    /// to somebody else than the subject is told by itself.
    fn statement(&mut self, statement: &Statement<'_>);
    /// A norm does not apply to a record or period of this subject. True: nothing more is wanted of that, so that no verdict is made of it. Asked only when
    /// [`Sink::wants_not_applicable`].
    fn passes_over(&mut self, _norm: usize, _subject: &str) -> bool {
        false
    }
    /// Are verdicts of norms that do not apply wanted?
    fn wants_not_applicable(&self) -> bool {
        false
    }
}

/// A verdict.
pub struct Judged<'a> {
    /// Index into the model's norms.
    pub norm: usize,
    /// What was judged.
    pub occasion: Occasion<'a>,
    /// Number of the subject whose record or period it is.
    pub subject: Word,
    /// Who is bound, and of which entity, when that may be somebody else.
    pub(super) bearer: Option<(Word, usize)>,
    /// Its day.
    pub day: NaiveDate,
    /// Ruling: violation, compliant or not applicable.
    pub ruling: Ruling,
    /// One for each decision of the norm, and for each sanction if it is breached; none when it does not apply.
    pub outcomes: &'a [Outcome],
    /// Place of the record that was read, among all that were; none for a period.
    pub row: Option<usize>,
    /// What became of its duties, where it has some.
    pub(super) late: Option<&'a Late>,
    pub(super) told: Option<&'a Tracking>,
    pub(super) judging: &'a Judging,
    pub(super) plan: &'a Plan<'a>,
    pub(super) names: &'a Names,
}

/// What became of duties, told when nothing could change it any more.
#[derive(Debug)]
pub(super) struct Late {
    /// When the occasion happened.
    pub(super) at: Stamp,
    pub(super) said: Vec<Said>,
    /// The last day on which a record could change it; none: at any time.
    pub(super) horizon: Option<Word>,
}

/// What was judged.
#[derive(Debug, Clone, Copy)]
pub enum Occasion<'a> {
    /// A record: its name, and the norms from which it was made, the first one last.
    Record {
        /// Name of the record that was read.
        name: &'a str,
        /// `regulation.norm` of those that made one of the other, the last one first.
        made_by: Made<'a>,
    },
    /// A period of the subject, by its name (`2024-03`).
    Period(&'a str),
}

/// By which norms a record was made.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// Norm, which of its records, and how the record it was made from was made.
    pub(super) chain: Option<(&'a str, usize, &'a Made<'a>)>,
}

impl Made<'_> {
    /// The name of a record that was made so from the one with this name.
    pub(super) fn of(&self, name: &str) -> String {
        struct Name<'n>(&'n Made<'n>, &'n str);
        impl fmt::Display for Name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.write(self.1, f)
            }
        }
        Name(self, name).to_string()
    }

    fn write(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.chain {
            None => f.write_str(name),
            Some((norm, number, from)) => {
                write!(f, "{norm}@")?;
                from.write(name, f)?;
                if number > 0 { write!(f, "#{}", number + 1) } else { Ok(()) }
            }
        }
    }
}

impl Judged<'_> {
    /// Name of the subject whose record or period it is.
    pub fn name(&self) -> &str {
        self.names.name(self.plan.entity, self.subject)
    }

    /// Names of the records on which it rests, the one that was judged first; none when the run does not keep track ([`super::Run::tracking`]).
    pub fn events(&self) -> impl Iterator<Item = &str> {
        self.told.into_iter().flat_map(|told| &told.events).map(|name| &**name)
    }

    /// Name of who is bound, and is posted to: the bearer, or else the subject.
    pub fn bound(&self) -> &str {
        self.bearer.map_or_else(|| self.name(), |(bearer, entity)| self.names.name(entity, bearer))
    }

    /// Writes the second part of the verdict's id.
    pub(super) fn put_key(&self, into: &mut String) {
        match &self.occasion {
            Occasion::Record { name, made_by: Made { chain: None } } => into.push_str(name),
            Occasion::Record { name, made_by } => into.push_str(&made_by.of(name)),
            Occasion::Period(period) => {
                into.push_str(self.name());
                into.push('/');
                into.push_str(period);
            }
        }
    }

    /// The second part of the verdict's id.
    pub fn key(&self) -> String {
        let mut key = String::new();
        self.put_key(&mut key);
        key
    }
}

/// What was posted for a subject in a month.
#[derive(Debug)]
pub struct Statement<'a> {
    /// Number of the subject.
    pub subject: Word,
    /// Its name.
    pub name: &'a str,
    /// Entity of the subject, by its place in the model.
    pub entity: usize,
    /// Name of the subject of the plan whose records led to it: another one where somebody else is bound. If it turns out to need the reference evaluator, this is void.
    pub of: &'a str,
    /// First day of the month.
    pub month: NaiveDate,
    /// How many lines there are.
    pub lines: u64,
    /// Sums in steps, in the order of [`super::Plan::postings`].
    pub totals: &'a [Word],
}

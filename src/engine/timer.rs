//! Duties under way: what came so far of what is asked for, and what that comes to. They are written down as they are (`saved/`): a change of what they hold is
//! a change of that format.

use super::batch::Stamp;
use super::bearer::Bound;
use super::due::{Due, place};
use super::duty::{Asked, Duty, Later};
use super::judge::Outcome;
use super::norm::Judging;
use super::code::Traced;
use super::track::Place;
use super::word::Word;
use crate::model::expr::Op;
use crate::reference::verdict::Ruling;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The duties of a subject.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Open {
    pub(super) timers: Vec<Timer>,
    /// Norms of which some were told already.
    pub(super) told: Vec<usize>,
}

/// The duties that an occasion began, until nothing can change what is said of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Timer {
    /// The norm for the occasion's record type.
    pub(super) judging: usize,
    /// Place among all records of the one that was read.
    pub(super) root: usize,
    /// Name of the occasion.
    pub(super) name: Box<str>,
    pub(super) at: Stamp,
    /// Who is bound, when that may be somebody else than the subject.
    pub(super) bearer: Option<Bound>,
    /// Of everything but the duties.
    pub(super) ruling: Ruling,
    pub(super) outcomes: Vec<Outcome>,
    /// What follows if a duty is breached; none: it follows already, or nothing does.
    pub(super) sanctions: Option<Vec<Outcome>>,
    /// Nobody can tell what follows.
    pub(super) is_odd: bool,
    /// Of each duty, what came of what it asks for.
    pub(super) duties: Vec<Vec<Progress>>,
    pub(super) told: Option<Box<Told>>,
}

/// For the whole verdict.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) trace: Vec<Traced>,
    /// Names of the records on which it rests.
    pub(super) events: Vec<SmolStr>,
    /// The same if a duty is breached.
    pub(super) breached: (Vec<Traced>, Vec<SmolStr>),
    /// The records that came in time.
    pub(super) timely: Vec<Place>,
}

/// What came so far.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Progress {
    /// The condition held, or not.
    Now(bool),
    Records(Came),
}

/// Records that came.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Came {
    pub(super) due: Due,
    /// What is kept of the occasion.
    pub(super) kept: Box<[Word]>,
    timely: Word,
    every: Word,
    /// When the number was reached, in time or late, and when it was exceeded in time.
    reached: Option<Stamp>,
    exceeded: Option<Stamp>,
    /// Day of the last that came in time.
    last: Option<Word>,
}

/// What is said of a duty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Said {
    pub(super) ruling: Ruling,
    pub(super) due: Option<Stamp>,
    pub(super) met: Option<Stamp>,
    /// The last day on which a record could change it; none: at any time.
    horizon: Option<Word>,
}

impl Came {
    pub(super) fn new(due: Due, kept: Box<[Word]>) -> Self {
        Self { due, kept, timely: 0, every: 0, reached: None, exceeded: None, last: None }
    }

    /// A record came; was it in time?
    pub(super) fn count(&mut self, later: &Later, at: Stamp, in_time: bool) {
        self.every += 1;
        if self.every == later.number {
            self.reached = Some(at);
        }
        if in_time {
            self.timely += 1;
            self.last = Some(at.day);
            if self.timely == later.number + 1 {
                self.exceeded = Some(at);
            }
        }
    }

    fn said(&self, later: &Later, over: bool) -> Said {
        let not_met = if over { Ruling::Violation } else { Ruling::Pending };
        let not_exceeded = if over || self.due == Due::Never { Ruling::Compliant } else { Ruling::Pending };
        let ruling = match later.op {
            Op::Ge if self.timely >= later.number => Ruling::Compliant,
            Op::Ge => not_met,
            _ if self.timely > later.number => Ruling::Violation,
            Op::Le => not_exceeded,
            _ if self.timely == later.number => not_exceeded,
            _ => not_met,
        };
        let is_exceeded = later.op != Op::Ge && self.exceeded.is_some();
        let met = if is_exceeded { self.exceeded } else { self.reached.filter(|_| later.op != Op::Le) };
        let for_good = ruling == Ruling::Compliant && later.op == Op::Ge;
        let due = self.due.at();
        let days = [due.filter(|_| !for_good), met.filter(|_| for_good)].into_iter().flatten().map(|at| at.day);
        let horizon = days.chain(self.last).max().unwrap_or(Word::MIN);
        let is_open = ruling == Ruling::Compliant && !for_good && self.due == Due::Never;
        Said { ruling, due, met, horizon: (!is_open).then_some(horizon) }
    }

    /// Can no record of that day or later change what is said?
    fn is_settled(&self, later: &Later, day: Word) -> bool {
        self.due.at().is_some_and(|due| due.day < day) && (later.op == Op::Le || self.every >= later.number)
    }
}

impl Timer {
    /// Can no record of that day or later change what is said?
    pub(super) fn is_settled(&self, judging: &Judging, day: Word) -> bool {
        let progress = self.duties.iter().zip(&judging.duties).flat_map(|(progress, duty)| progress.iter().zip(&duty.asked));
        progress.into_iter().all(|(progress, asked)| match (progress, asked) {
            (Progress::Records(came), Asked::Records(later)) => came.is_settled(later, day),
            _ => true,
        })
    }

    /// What is said of each duty. `over`: has a deadline passed? None: nobody can tell.
    pub(super) fn said(&self, judging: &Judging, over: impl Fn(Stamp) -> Option<bool>) -> Option<Vec<Said>> {
        self.duties.iter().zip(&judging.duties).map(|(progress, duty)| said(progress, duty, &over)).collect()
    }

    /// The last day on which a record could change the verdict; none: at any time.
    pub(super) fn horizon(&self, said: &[Said]) -> Option<Word> {
        said.iter().try_fold(self.at.day, |last, said| Some(last.max(said.horizon?)))
    }
}

fn said(progress: &[Progress], duty: &Duty, over: &impl Fn(Stamp) -> Option<bool>) -> Option<Said> {
    let mut all = Vec::new();
    for (progress, asked) in progress.iter().zip(&duty.asked) {
        all.push(match (progress, asked) {
            (Progress::Records(came), Asked::Records(later)) => {
                let over = came.due.at().map_or(Some(false), over)?;
                (came.said(later, over), false)
            }
            (Progress::Now(holds), _) => (Said { ruling: if *holds { Ruling::Compliant } else { Ruling::Violation }, due: None, met: None, horizon: Some(Word::MIN) }, true),
            _ => return None,
        });
    }
    if duty.either { Some(best(&all)) } else { all.first().map(|(said, _)| *said) }
}

/// Of alternatives (and whether each is judged at once): met, else still possible, else breached.
fn best(all: &[(Said, bool)]) -> Said {
    let has = |ruling: Ruling| all.iter().any(|(said, _)| said.ruling == ruling);
    let ruling = [Ruling::Compliant, Ruling::Pending].into_iter().find(|ruling| has(*ruling)).unwrap_or(Ruling::Violation);
    let deciding = || all.iter().filter(|(said, _)| said.ruling == ruling);
    let met = deciding().filter_map(|(said, _)| said.met).filter(|_| ruling == Ruling::Compliant).min_by_key(|met| place(*met));
    let dues: Option<Vec<Stamp>> = deciding().filter(|(_, at_once)| !at_once).map(|(said, _)| said.due).collect();
    let due = dues.and_then(|dues| dues.into_iter().max_by_key(|due| place(*due)));
    let horizon = all.iter().try_fold(Word::MIN, |last, (said, _)| Some(last.max(said.horizon?)));
    Said { ruling, due, met, horizon }
}

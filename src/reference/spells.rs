//! The course of a state (§5): from which day and which moment on a subject is in it, out of it, or open.

use super::judge::Judge;
use super::known::{Id, Standing};
use super::verdict::Cause;
use crate::records::At;
use chrono::{DateTime, FixedOffset, NaiveDate};
use std::collections::BTreeMap;

/// A moment.
pub(super) type Moment = DateTime<FixedOffset>;

/// Is the subject in the state?
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Is {
    Out,
    In,
    /// It may be either, for these reasons.
    Open(Vec<Cause>),
}

/// A record that begins or ends a state.
#[derive(Debug, Clone)]
pub(super) struct Turned {
    pub id: Id,
    pub enters: bool,
    /// Why it is there only possibly.
    pub possible: Option<Vec<Cause>>,
}

/// What a subject's turns make of its state.
pub(super) struct Course {
    /// How each day with a turn ends.
    pub days: Vec<(NaiveDate, Is)>,
    /// What holds from each moment on.
    pub moments: Vec<(Moment, Is)>,
}

impl Course {
    /// After all turns.
    pub(super) fn last(&self) -> &Is {
        self.days.last().map_or(&Is::Out, |(_, is)| is)
    }

    /// At the end of a day.
    pub(super) fn on(&self, day: NaiveDate) -> &Is {
        let turned = self.days.partition_point(|(turn, _)| *turn <= day);
        turned.checked_sub(1).and_then(|n| self.days.get(n)).map_or(&Is::Out, |(_, is)| is)
    }

    /// At a moment.
    pub(super) fn at(&self, moment: Moment) -> &Is {
        let turned = self.moments.partition_point(|(turn, _)| *turn <= moment);
        turned.checked_sub(1).and_then(|n| self.moments.get(n)).map_or(&Is::Out, |(_, is)| is)
    }
}

impl Judge<'_, '_> {
    /// The course that these turns of one subject give; none when a day has no beginning.
    pub(super) fn course(&self, turns: &[Turned]) -> Option<Course> {
        let mut by_day: BTreeMap<NaiveDate, Vec<&Turned>> = BTreeMap::new();
        for turn in turns {
            by_day.entry(self.rules.day(self.known.record(turn.id).at)).or_default().push(turn);
        }
        let mut course = Course { days: Vec::new(), moments: Vec::new() };
        let mut now = Is::Out;
        for (day, turns) in by_day {
            let end = self.after(&now, &turns);
            self.within_day(day, &now, &turns, &end, &mut course.moments)?;
            course.days.push((day, end.clone()));
            now = end;
        }
        Some(course)
    }

    /// The state after some turns: what the last of them says, whichever it may be.
    fn after(&self, before: &Is, turns: &[&Turned]) -> Is {
        let (known, zone) = (self.known, self.rules.zone);
        let stands = |a: &Turned, b: &Turned| known.standing(a.id, b.id, zone);
        let followed = |turn: &Turned| turns.iter().any(|other| other.possible.is_none() && stands(other, turn) == Standing::After);
        let last: Vec<&Turned> = turns.iter().copied().filter(|turn| !followed(turn)).collect();
        let kept = turns.iter().all(|turn| turn.possible.is_some());
        let enters = last.iter().any(|turn| turn.enters) || (kept && *before != Is::Out);
        let leaves = last.iter().any(|turn| !turn.enters) || (kept && *before != Is::In);
        if enters != leaves {
            return if enters { Is::In } else { Is::Out };
        }
        let mut causes: Vec<Cause> = last.iter().flat_map(|turn| turn.possible.iter().flatten().cloned()).collect();
        if let (true, Is::Open(earlier)) = (kept, before) {
            causes.extend(earlier.iter().cloned());
        }
        for (n, one) in last.iter().enumerate() {
            let rivals = last.iter().skip(n + 1).filter(|other| other.enters != one.enters && stands(other, one) == Standing::Unordered);
            causes.extend(rivals.map(|other| self.tie(one.id, other.id)));
        }
        if causes.is_empty() {
            // One record both ends and begins it, and is there only in one of these.
            causes.extend(last.iter().map(|turn| Cause::PossibleRecords { records: vec![known.reference(turn.id)] }));
        }
        Is::Open(causes)
    }

    /// What holds in the course of a day. A turn without an hour holds for its whole day; beside turns with an hour, nobody knows which
    /// part of the day it leaves.
    fn within_day(&self, day: NaiveDate, before: &Is, turns: &[&Turned], end: &Is, moments: &mut Vec<(Moment, Is)>) -> Option<()> {
        let at = |turn: &Turned| self.happened(turn.id);
        let dated: Vec<&&Turned> = turns.iter().filter(|turn| matches!(at(turn), At::Date(_))).collect();
        if turns.iter().all(|turn| matches!(self.known.record(turn.id).at, At::Date(_))) {
            moments.push((self.midnight(day)?, end.clone()));
            return Some(());
        }
        if !dated.is_empty() {
            let same = |turn: &&Turned| *before == if turn.enters { Is::In } else { Is::Out };
            if !turns.iter().all(same) {
                let mut causes: Vec<Cause> = dated.iter().map(|turn| self.no_hour(turn.id)).collect();
                if let Is::Open(earlier) = before {
                    causes.extend(earlier.iter().cloned());
                }
                moments.push((self.midnight(day)?, Is::Open(causes)));
                moments.push((self.midnight(day.succ_opt()?)?, end.clone()));
            }
            return Some(());
        }
        let mut by_moment: BTreeMap<Moment, Vec<&Turned>> = BTreeMap::new();
        for turn in turns {
            if let At::Moment(moment) = at(turn) {
                by_moment.entry(moment).or_default().push(turn);
            }
        }
        let mut now = before.clone();
        for (moment, turns) in by_moment {
            now = self.after(&now, &turns);
            moments.push((moment, now.clone()));
        }
        Some(())
    }

    /// The first moment of a day.
    pub(super) fn midnight(&self, day: NaiveDate) -> Option<Moment> {
        // Where clocks are put forward at midnight, the day begins later.
        (0..4).find_map(|hour| self.rules.local(day.and_hms_opt(hour, 0, 0)?))
    }
}

//! Which records count (§5): within the bounds, visible, with equal links, passing the filter, and no second one of a kind.

use super::derivation::{LeftOut, Step};
use super::judge::Judge;
use super::known::{DAWN, Id, Standing};
use super::occasion::sees;
use super::value::Val;
use super::verdict::Cause;
use super::{compare, world};
use crate::model::expr::{Expr, Op, Pattern};
use crate::model::value::Scalar;
use crate::records::order::{Order, compare_times};
use crate::records::{At, Stored};
use chrono::{DateTime, FixedOffset, NaiveDate};

/// Most branches that are tried for one counted record.
const MOST_INSIDE: usize = 512;

/// Where counting begins.
#[derive(Debug, Clone)]
pub(super) enum Low {
    Open,
    /// This day is the first.
    Day(NaiveDate),
    /// Later than this moment.
    After(DateTime<FixedOffset>),
    /// At or after this time.
    From(At),
    /// At or after this record, which is not counted itself.
    FromRecord(Id),
    /// After all of these records; those marked may not be there.
    Since(Vec<(Id, Option<Vec<Cause>>)>),
}

/// Where counting ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum High {
    Open,
    /// Up to and with (`false`) this time, whether it has come or not.
    Until(At, bool),
    /// Up to and with (`false`) this time, which is waited for.
    Term(At, bool),
    /// This day is the last.
    Day(NaiveDate),
    /// Up to and with this record.
    Record(Id),
    /// Up to this record, without it.
    Before(Id),
}

/// Bounds of a window.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    pub low: Low,
    pub high: High,
}

/// A record that counts.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    pub id: Id,
    /// Why it counts only possibly.
    pub possible: Option<Vec<Cause>>,
    pub filter: Option<Step>,
}

/// The records of a pattern within bounds.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub counts: Vec<Counts>,
    pub left_out: Vec<(String, At, LeftOut)>,
}

enum Place {
    In,
    Before,
    After,
    Unclear(Vec<Cause>),
}

enum Match {
    Yes(Option<Step>),
    No(LeftOut),
    Maybe(Vec<Cause>, Option<Step>),
    Fault(Cause),
}

impl Judge<'_, '_> {
    /// The records of the pattern within the bounds, in order.
    ///
    /// # Errors
    /// A fault in a link, a filter or a distinct value.
    pub(super) fn gather(&mut self, pattern: &Pattern, bounds: &Bounds, distinct: Option<&Expr>) -> Result<Gathered, Cause> {
        let links = self.link_values(pattern)?;
        let first = match links.first() {
            Some((_, Val::Known(scalar))) => Some(scalar.clone()),
            _ => None,
        };
        if pattern.events.iter().any(|event| self.known.backdated.contains(event.as_str())) {
            self.reach(None);
        }
        let tells = self.steps.is_some();
        let days = if tells { (None, None) } else { self.days_of(bounds) };
        let mut gathered = Gathered::default();
        let mut seen: Vec<(Val, Id)> = Vec::new();
        for id in self.known.candidates(pattern, first.as_ref(), days) {
            match self.counts(id, pattern, &links, bounds)? {
                Ok(counts) => match distinct {
                    None => gathered.counts.push(counts),
                    Some(key) => self.once(counts, key, &mut seen, &mut gathered)?,
                },
                Err(reason) if tells => gathered.left_out.push(self.left(id, reason)),
                Err(_) => {}
            }
        }
        if tells {
            self.set_aside(pattern, first.as_ref(), &mut gathered);
        }
        Ok(gathered)
    }

    fn left(&self, id: Id, reason: LeftOut) -> (String, At, LeftOut) {
        (self.known.reference(id), self.known.record(id).at, reason)
    }

    /// The values that links must equal. One that is blank is a fault: whose records are meant, nobody can tell.
    fn link_values<'p>(&mut self, pattern: &'p Pattern) -> Result<Vec<(&'p str, Val)>, Cause> {
        let mut values = Vec::new();
        for (name, value) in &pattern.links {
            match self.stepped(value).0 {
                Val::Blank => return Err(Cause::Blank { what: name.clone() }),
                Val::Fault(cause) => return Err(cause),
                value => values.push((name.as_str(), value)),
            }
        }
        Ok(values)
    }

    /// Does this record count? Inner error: why not.
    fn counts(&mut self, id: Id, pattern: &Pattern, links: &[(&str, Val)], bounds: &Bounds) -> Result<Result<Counts, LeftOut>, Cause> {
        if !sees(self.norm, self.known, id) {
            return Ok(Err(LeftOut::NotFor));
        }
        let mut doubts = match self.place(id, bounds) {
            Place::Before => return Ok(Err(LeftOut::Before)),
            Place::After => return Ok(Err(LeftOut::After)),
            Place::In => Vec::new(),
            Place::Unclear(causes) => causes,
        };
        let filter = match self.matches(id, pattern, links) {
            Match::No(reason) => return Ok(Err(reason)),
            Match::Fault(cause) => return Err(cause),
            Match::Yes(step) => step,
            Match::Maybe(causes, step) => {
                doubts.extend(causes);
                step
            }
        };
        if let Some(made) = self.known.made(id) {
            let (under, certain) = (made.under.clone(), made.record.certain);
            for (parameter, alternative) in under {
                if self.reading(&parameter) != Some(alternative) {
                    return Ok(Err(LeftOut::NotFor));
                }
            }
            if !certain {
                doubts.push(Cause::PossibleRecords { records: vec![self.known.reference(id)] });
            }
        }
        Ok(Ok(Counts { id, possible: (!doubts.is_empty()).then_some(doubts), filter }))
    }

    /// Only one for each value.
    fn once(&mut self, mut counts: Counts, key: &Expr, seen: &mut Vec<(Val, Id)>, gathered: &mut Gathered) -> Result<(), Cause> {
        let before = self.counted.replace(counts.id);
        let (value, _) = self.stepped(key);
        self.counted = before;
        if let Val::Fault(cause) = value {
            return Err(cause);
        }
        if let Val::Linear(_) | Val::Opaque(_) = &value {
            let causes = self.causes_of(&value);
            counts.possible.get_or_insert_default().extend(causes);
            gathered.counts.push(counts);
            return Ok(());
        }
        match seen.iter().find(|(other, _)| *other == value) {
            Some((_, first)) => {
                let reason = LeftOut::SameAs(self.known.reference(*first));
                let left = self.left(counts.id, reason);
                gathered.left_out.push(left);
            }
            None => {
                // Behind a record that only possibly counts, the next of the same value still does.
                if counts.possible.is_none() {
                    seen.push((value, counts.id));
                }
                gathered.counts.push(counts);
            }
        }
        Ok(())
    }

    /// Does a record surely lie within the bounds?
    pub(super) fn lies_in(&self, id: Id, bounds: &Bounds) -> bool {
        matches!(self.place(id, bounds), Place::In)
    }

    /// Where a record lies.
    fn place(&self, id: Id, bounds: &Bounds) -> Place {
        let mut doubts = Vec::new();
        for place in [self.place_low(id, &bounds.low), self.place_high(id, bounds.high)] {
            match place {
                Place::In => {}
                Place::Unclear(causes) => doubts.extend(causes),
                outside => return outside,
            }
        }
        if doubts.is_empty() { Place::In } else { Place::Unclear(doubts) }
    }

    /// When a record happened: one that was made for a day, when the day begins.
    pub(super) fn happened(&self, id: Id) -> At {
        let record = self.known.record(id);
        match record.at {
            At::Date(day) if record.stream == DAWN => self.midnight(day).map_or(record.at, At::Moment),
            at => at,
        }
    }

    fn place_low(&self, id: Id, low: &Low) -> Place {
        let at = self.happened(id);
        let inside = |yes: bool| if yes { Place::In } else { Place::Before };
        match low {
            Low::Open => Place::In,
            Low::Day(day) => inside(self.rules.day(at) >= *day),
            Low::After(moment) => match compare_times(at, At::Moment(*moment), self.rules.zone) {
                Order::After => Place::In,
                Order::Unordered if matches!(at, At::Date(_)) => Place::Unclear(vec![self.no_hour(id)]),
                _ => Place::Before,
            },
            Low::From(start) => match (compare_times(at, *start, self.rules.zone), at, start) {
                (Order::Before, ..) => Place::Before,
                (Order::Unordered, At::Date(_), At::Moment(_)) => Place::Unclear(vec![self.no_hour(id)]),
                _ => Place::In,
            },
            Low::FromRecord(start) => match self.known.standing(id, *start, self.rules.zone) {
                Standing::After => Place::In,
                Standing::Before | Standing::Same => Place::Before,
                Standing::Unordered => Place::Unclear(vec![self.tie(id, *start)]),
            },
            Low::Since(since) => self.place_since(id, since),
        }
    }

    fn place_since(&self, id: Id, since: &[(Id, Option<Vec<Cause>>)]) -> Place {
        let mut doubts = Vec::new();
        for (other, possible) in since {
            match (self.known.standing(id, *other, self.rules.zone), possible) {
                (Standing::After, _) => {}
                (Standing::Before | Standing::Same, None) => return Place::Before,
                (Standing::Before | Standing::Same, Some(causes)) => doubts.extend(causes.iter().cloned()),
                (Standing::Unordered, _) => doubts.push(self.tie(id, *other)),
            }
        }
        if doubts.is_empty() { Place::In } else { Place::Unclear(doubts) }
    }

    fn place_high(&self, id: Id, high: High) -> Place {
        let inside = |yes: bool| if yes { Place::In } else { Place::After };
        match high {
            High::Open => Place::In,
            High::Until(at, before) => {
                let order = compare_times(self.happened(id), at, self.rules.zone);
                inside(order == Order::Before || order != Order::After && !before)
            }
            High::Term(end, before) => {
                let at = self.happened(id);
                match (compare_times(at, end, self.rules.zone), at, end) {
                    (Order::Before, ..) => Place::In,
                    (Order::After, ..) => Place::After,
                    (Order::Unordered, At::Date(_), At::Moment(_)) => Place::Unclear(vec![self.no_hour(id)]),
                    _ => inside(!before),
                }
            }
            High::Day(day) => inside(self.rules.day(self.known.record(id).at) <= day),
            High::Record(end) => match self.known.standing(id, end, self.rules.zone) {
                Standing::Before | Standing::Same => Place::In,
                Standing::After => Place::After,
                Standing::Unordered => Place::Unclear(vec![self.tie(id, end)]),
            },
            High::Before(end) => match self.known.standing(id, end, self.rules.zone) {
                Standing::Before => Place::In,
                Standing::Same | Standing::After => Place::After,
                Standing::Unordered => Place::Unclear(vec![self.tie(id, end)]),
            },
        }
    }

    pub(super) fn tie(&self, a: Id, b: Id) -> Cause {
        let mut records = vec![self.known.reference(a), self.known.reference(b)];
        records.sort();
        Cause::Tie { records }
    }

    pub(super) fn no_hour(&self, id: Id) -> Cause {
        Cause::MissingField { record: self.known.reference(id), field: "at".to_owned() }
    }

    /// Days between which a record of the window must lie.
    fn days_of(&self, bounds: &Bounds) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let day = |id: &Id| self.rules.day(self.known.record(*id).at);
        let low = match &bounds.low {
            Low::Open => None,
            Low::Day(day) => Some(*day),
            Low::After(moment) => Some(self.rules.day(At::Moment(*moment))),
            Low::From(at) => Some(self.rules.day(*at)),
            Low::FromRecord(id) => Some(day(id)),
            Low::Since(since) => since.iter().filter(|(_, possible)| possible.is_none()).map(|(id, _)| day(id)).max(),
        };
        let high = match &bounds.high {
            High::Open => None,
            High::Until(at, _) | High::Term(at, _) => Some(self.rules.day(*at)),
            High::Day(day) => Some(*day),
            High::Record(id) | High::Before(id) => Some(day(id)),
        };
        (low, high)
    }

    /// Links and filter. The record's own open values are tried here, inside the measure, and nowhere else.
    fn matches(&mut self, id: Id, pattern: &Pattern, links: &[(&str, Val)]) -> Match {
        if let Some(name) = self.link_differs(id, links) {
            return Match::No(LeftOut::Link(name));
        }
        let is_plain = links.iter().all(|(name, value)| matches!((self.known.field(id, name), value), (Stored::Known(_), Val::Known(_))));
        if is_plain && pattern.filter.is_none() && self.known.valid(id).is_none() {
            return Match::Yes(None);
        }
        // The occasion's own record has its open values chosen for the whole judgement.
        if self.root_is_occasion(id) {
            return self.tried(id, pattern, links);
        }
        let owner = super::read::owner(&self.known.reference(id));
        let (mut results, mut causes, mut forced) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            self.world.enter(owner.clone(), forced);
            results.push(self.tried(id, pattern, links));
            let taken = self.world.leave();
            causes.extend(taken.iter().flat_map(|choice| choice.causes.iter().cloned()));
            match world::next(&taken) {
                Some(next) if results.len() < MOST_INSIDE => forced = next,
                _ => break,
            }
        }
        causes.sort();
        causes.dedup();
        merged(results, causes)
    }

    fn root_is_occasion(&self, id: Id) -> bool {
        self.occasion.record.is_some_and(|record| record == id)
    }

    /// The name of a link that surely differs.
    fn link_differs(&self, id: Id, links: &[(&str, Val)]) -> Option<String> {
        let differs = |(name, value): &&(&str, Val)| match (self.known.field(id, name), value) {
            (Stored::Known(stored), Val::Known(wanted)) => stored != wanted,
            (Stored::Blank, _) => true,
            _ => false,
        };
        links.iter().find(differs).map(|(name, _)| (*name).to_owned())
    }

    fn tried(&mut self, id: Id, pattern: &Pattern, links: &[(&str, Val)]) -> Match {
        let counted = self.counted.replace(id);
        let mut found = None;
        for (name, wanted) in links {
            let value = self.field(crate::model::expr::Scope::Counted, name);
            self.detail = super::derivation::Detail::None;
            let expr = Expr::Subject;
            if self.compare(Op::Eq, (&value, &expr), (wanted, &expr)).as_bool() == Some(false) {
                found = Some(Match::No(LeftOut::Link((*name).to_owned())));
            }
        }
        if found.is_none()
            && let Some(valid) = self.known.valid(id)
        {
            found = self.void(valid);
        }
        let found = found.unwrap_or_else(|| match &pattern.filter {
            None => Match::Yes(None),
            Some(filter) => {
                let (value, step) = self.stepped(filter);
                match compare::all(&[value]) {
                    Val::Fault(cause) => Match::Fault(cause),
                    value if value.as_bool() == Some(true) => Match::Yes(step),
                    _ => Match::No(match step {
                        Some(step) => LeftOut::Filter(Box::new(step)),
                        None => LeftOut::NotFor,
                    }),
                }
            }
        });
        self.counted = counted;
        found
    }

    /// Is the record that is looked at void?
    fn void(&mut self, valid: &Expr) -> Option<Match> {
        let (value, step) = self.stepped(valid);
        match compare::all(&[value]) {
            Val::Fault(cause) => Some(Match::Fault(cause)),
            value if value.as_bool() == Some(true) => None,
            _ => Some(Match::No(step.map_or(LeftOut::NotFor, |step| LeftOut::Void(Box::new(step))))),
        }
    }

    /// Superseded, retracted and cut records that would have been candidates.
    fn set_aside(&self, pattern: &Pattern, link: Option<&Scalar>, gathered: &mut Gathered) {
        for (record, reason) in &self.known.records.set_aside {
            let Some(event) = self.known.model.events.get(record.event).filter(|event| pattern.events.contains(&event.name)) else {
                continue;
            };
            let value = pattern.links.first().and_then(|(name, _)| record.fields.get(event.field(name)?));
            let same_link = match (value, link) {
                (Some(Stored::Known(value)), Some(link)) => value == link,
                _ => true,
            };
            if same_link {
                gathered.left_out.push((record.reference(), record.at, reason.clone()));
            }
        }
    }
}


/// What all the branches of one record say together.
fn merged(results: Vec<Match>, causes: Vec<Cause>) -> Match {
    let (mut yes, mut no) = (None, None);
    for result in results {
        match result {
            Match::Fault(cause) => return Match::Fault(cause),
            Match::Yes(step) | Match::Maybe(_, step) => yes = yes.or(Some(step)),
            Match::No(reason) => no = no.or(Some(reason)),
        }
    }
    match (yes, no) {
        (Some(step), None) => Match::Yes(step),
        (None, Some(reason)) => Match::No(reason),
        (Some(step), Some(_)) => Match::Maybe(causes, step),
        (None, None) => Match::Yes(None),
    }
}

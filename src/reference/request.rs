//! Extensions on request (§7): what was asked for in time, what was answered, one after the other.

use super::deadline::{Due, Found};
use super::derivation::{Became, LeftOut, Requested, Requests};
use super::gather::{Bounds, Gathered, High, Low};
use super::judge::Judge;
use super::known::{Id, Standing};
use super::pause::Suspensions;
use super::value::Val;
use super::verdict::Cause;
use crate::model::expr::Pattern;
use crate::model::norm::OnRequest;
use crate::model::value::Scalar;
use crate::records::At;

/// What a record of the exchange does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Asks,
    Grants,
    Refuses,
}

/// The requests and answers in their order, and those that do not fit.
pub(super) struct Exchange {
    steps: Vec<(Id, Does)>,
    unfit: Vec<Requested>,
}

/// A request that waits for its answer.
struct Waiting {
    id: Id,
    /// Until when an answer counts.
    answer: Due,
}

impl Judge<'_, '_> {
    /// The requests and answers since the occasion.
    ///
    /// # Errors
    /// A fault in one of the patterns.
    pub(super) fn exchange(&mut self, request: &OnRequest, start: At) -> Result<Exchange, Cause> {
        let mut exchange = Exchange { steps: Vec::new(), unfit: Vec::new() };
        self.gather_for(&mut exchange, &request.asked, Does::Asks, start)?;
        self.gather_for(&mut exchange, &request.granted, Does::Grants, start)?;
        if let Some(refused) = &request.refused {
            self.gather_for(&mut exchange, refused, Does::Refuses, start)?;
        }
        self.put_in_order(&mut exchange.steps);
        exchange.unfit.sort_by(|a, b| a.record.cmp(&b.record));
        Ok(exchange)
    }

    fn gather_for(&mut self, exchange: &mut Exchange, pattern: &Pattern, does: Does, start: At) -> Result<(), Cause> {
        let low = self.occasion.record.map_or(Low::From(start), Low::FromRecord);
        let Gathered { counts, left_out } = self.gather(pattern, &Bounds { low, high: High::Open }, None)?;
        for counts in counts {
            self.used.insert(counts.id);
            let reference = self.known.reference(counts.id);
            if counts.possible.is_none_or(|causes| self.taken_to_be(&format!("record {reference}"), &causes)) {
                exchange.steps.push((counts.id, does));
            }
        }
        let unfit = left_out.into_iter().filter(|(_, _, why)| matches!(why, LeftOut::Filter(_) | LeftOut::Void(_)));
        exchange.unfit.extend(unfit.map(|(record, at, why)| Requested { record, at, became: Became::Unfit(Box::new(why)) }));
        Ok(())
    }

    /// In the order of time; where nobody knows which of two came first, each may have.
    fn put_in_order(&mut self, steps: &mut [(Id, Does)]) {
        let mut ids: Vec<Id> = steps.iter().map(|(id, _)| *id).collect();
        self.known.in_order(&mut ids);
        steps.sort_by_key(|(id, _)| ids.iter().position(|one| one == id));
        for end in 1..steps.len() {
            for at in (1..=end).rev() {
                let (Some((one, a)), Some((other, b))) = (steps.get(at - 1).copied(), steps.get(at).copied()) else { break };
                let tied = a != b && self.known.standing(one, other, self.rules.zone) == Standing::Unordered;
                let key = format!("{} before {}", self.known.reference(one), self.known.reference(other));
                if !tied || self.taken_to_be(&key, &[self.tie(one, other)]) {
                    break;
                }
                steps.swap(at - 1, at);
            }
        }
    }

    /// The deadline after all requests and answers.
    ///
    /// # Errors
    /// A fault where a deadline is compared or worked out.
    pub(super) fn requested(&mut self, request: &OnRequest, exchange: Exchange, base: Found, pauses: &Suspensions, start: At) -> Result<Found, Cause> {
        let mut told = Requests { cites: request.cites.clone(), due: base.due.as_told(), steps: Vec::new() };
        let mut found = base;
        let mut waiting: Option<Waiting> = None;
        for (id, does) in exchange.steps {
            let at = self.known.record(id).at;
            if let Some(waits) = waiting.take() {
                let in_time = self.in_time(at, &waits.answer);
                if sure(&in_time)? {
                    waiting = Some(waits);
                } else {
                    told.steps.push(self.became(waits.id, Became::Lapsed(waits.answer.as_told())));
                    self.lapsed(&waits);
                }
            }
            let became = match (does, waiting.take()) {
                (Does::Asks, Some(waits)) => {
                    waiting = Some(waits);
                    Became::Again
                }
                (Does::Asks, None) => {
                    let in_time = self.in_time(at, &found.due);
                    if sure(&in_time)? {
                        waiting = Some(Waiting { id, answer: self.answer_by(request, at)? });
                        Became::Asked
                    } else {
                        Became::TooLate
                    }
                }
                (_, None) => Became::NotAsked,
                (Does::Refuses, Some(_)) => Became::Refused,
                (Does::Grants, Some(_)) => {
                    let counted = self.counted.replace(id);
                    let new = self.deadline(&request.deadline, pauses, start);
                    self.counted = counted;
                    found = Found { start: found.start, ..self.not_shorter(found, new?) };
                    Became::Granted(found.due.as_told())
                }
            };
            told.steps.push(self.became(id, became));
        }
        if let Some(waits) = waiting {
            let over = self.is_over(&waits.answer);
            if sure(&over)? {
                told.steps.push(self.became(waits.id, Became::Lapsed(waits.answer.as_told())));
                self.lapsed(&waits);
            } else {
                told.steps.push(self.became(waits.id, Became::Waits(waits.answer.as_told())));
                found.due = Due::Waits(Box::new(found.due));
            }
        }
        told.steps.extend(exchange.unfit);
        Ok(Found { requests: self.steps.is_some().then_some(told), ..found })
    }

    /// Until when a request of this time may be answered.
    fn answer_by(&mut self, request: &OnRequest, at: At) -> Result<Due, Cause> {
        let Some(length) = &request.answered else { return Ok(Due::Never) };
        match self.stepped(length).0 {
            Val::Known(Scalar::Quantity(number, unit)) => Ok(self.count_days(at, number, &unit, &Vec::new(), self.rules.same_day)?.0),
            _ => Err(Cause::Fault { fault: "unit".to_owned() }),
        }
    }

    /// That it was not answered hangs on the time in which it could have been.
    fn lapsed(&mut self, waits: &Waiting) {
        if let Some(at) = waits.answer.as_told() {
            self.reach(Some(self.rules.day(at)));
        }
    }

    fn became(&self, id: Id, became: Became) -> Requested {
        Requested { record: self.known.reference(id), at: self.known.record(id).at, became }
    }
}

/// Yes or no, or why it cannot be said.
fn sure(value: &Val) -> Result<bool, Cause> {
    match value {
        Val::Fault(cause) => Err(cause.clone()),
        value => Ok(value.as_bool() == Some(true)),
    }
}

//! Extensions on request, gone through once more: what was asked for in time, what was answered, and the deadline in the end.

use super::Checker;
use super::case::{Order, Scene, Seen, order_times};
use super::decide::answer;
use super::measure::Standing;
use super::require::length;
use super::window::Bounds;
use crate::model::norm::{Deadline, Norm, OnRequest, Requirement};
use crate::records::At;
use crate::reference::derivation::{Became, Detail, LeftOut, Required, Step, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What a record of the exchange does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    Asks,
    Grants,
    Refuses,
}

/// Every extension on request that the norm has.
pub(super) fn all(norm: &Norm) -> impl Iterator<Item = &OnRequest> {
    norm.terms.iter().chain(&norm.requirements).flat_map(Requirement::each).filter_map(|one| one.until.as_ref()?.on_request.as_deref())
}

/// Is a request told to be waiting for its answer?
pub(super) fn waits(told: &Required) -> bool {
    told.requests.iter().flat_map(|requests| &requests.steps).any(|step| matches!(step.became, Became::Waits(_)))
}

/// Until when something could still have come: the deadline, and the time for each answer that did not come.
pub(super) fn waited_for(told: &Required) -> Vec<At> {
    let lapsed = told.requests.iter().flat_map(|requests| &requests.steps).filter_map(|step| if let Became::Lapsed(by) = step.became { by } else { None });
    told.due.into_iter().chain(lapsed).collect()
}

/// The records that ask and answer; not those that do not fit.
pub(super) fn exchanged(told: &Required) -> impl Iterator<Item = &str> {
    let steps = told.requests.iter().flat_map(|requests| &requests.steps);
    steps.filter(|step| !matches!(step.became, Became::Unfit(_))).map(|step| step.record.as_str())
}

impl<'c> Scene<'c> {
    /// The requests and answers since the occasion, in their order, those that do not fit among them.
    pub(super) fn exchanged(&self, request: &OnRequest) -> Vec<(Seen<'c>, Does, Standing)> {
        let case = self.case;
        let start = case.first_of_case().filter(|_| matches!(case.norm.occasion, crate::model::norm::Occasion::Case { .. }));
        let start = start.or(case.period.map(|(first, _)| At::Date(first))).unwrap_or(case.at);
        let bounds = Bounds::plain(Some(start), None).following(case.trigger);
        let patterns = [(Some(&request.asked), Does::Asks), (Some(&request.granted), Does::Grants), (request.refused.as_ref(), Does::Refuses)];
        let mut all = Vec::new();
        for (pattern, does) in patterns {
            let sorted = pattern.map(|pattern| self.sort_out(pattern, None, &bounds)).unwrap_or_default();
            let near = sorted.into_iter().filter(|(_, standing)| {
                matches!(standing, Standing::Counted { .. } | Standing::Filter | Standing::Void | Standing::Unclear)
            });
            all.extend(near.map(|(seen, standing)| (seen, does, standing)));
        }
        let places: BTreeMap<String, usize> = case.sorted().enumerate().map(|(place, seen)| (seen.reference(), place)).collect();
        all.sort_by_key(|(seen, ..)| places.get(&seen.reference()).copied());
        all
    }

    /// Is the new deadline of a grant blank or a fault?
    pub(super) fn grants_nothing(&self, request: &OnRequest) -> bool {
        let grants = self.exchanged(request).into_iter().filter(|(_, does, standing)| *does == Does::Grants && matches!(standing, Standing::Counted { .. }));
        grants.into_iter().any(|(seen, ..)| matches!(self.at_record(seen).eval(length(&request.deadline)), Some(Value::Blank | Value::Fault(_))))
    }
}

impl<'c> Checker<'c> {
    /// The deadline that counts in the end, and where its names stand: at the last record that granted one.
    pub(super) fn granted<'m>(&self, scene: Scene<'c>, requirement: &'m Requirement, told: &Required, base: &'m Deadline) -> (&'m Deadline, Scene<'c>) {
        let Some(request) = requirement.until.as_ref().and_then(|until| until.on_request.as_deref()) else { return (base, scene) };
        let steps = told.requests.iter().flat_map(|requests| &requests.steps).rev();
        for step in steps.filter(|step| matches!(step.became, Became::Granted(_))) {
            let Some(place) = self.case.record(&step.record).map(|seen| scene.at_record(seen)) else { continue };
            // A grant of a day that is no later than the one in force leaves that.
            let due = self.due_in(place, requirement, told, &request.deadline);
            if due.is_none() || due == told.due {
                return (&request.deadline, place);
            }
        }
        (base, scene)
    }

    /// What is told of the requests is what happened.
    pub(super) fn requests(&mut self, scene: Scene<'c>, requirement: &Requirement, told: &Required, base: &Deadline) {
        let request = requirement.until.as_ref().and_then(|until| until.on_request.as_deref());
        let (request, requests) = match (request, &told.requests) {
            (Some(request), Some(requests)) => (request, requests),
            (None, None) => return,
            _ => return self.fault("requests for more time are missing, or told without need", "延期申请缺失，或无故列出"),
        };
        if requests.cites != request.cites {
            self.fault("the citations are others", "引注不符");
        }
        if self.due_in(scene, requirement, told, base).is_some_and(|due| requests.due != Some(due)) {
            self.fault("the deadline before any request is another", "申请之前的期限不符");
        }
        let last = requests.steps.iter().rev().find_map(|step| if let Became::Granted(due) = step.became { Some(due) } else { None });
        if last.flatten().is_some_and(|granted| told.due != Some(granted)) {
            self.fault("the deadline is not the one that was granted", "期限与准予的期限不符");
        }
        let all = scene.exchanged(request);
        if all.iter().any(|(_, _, standing)| matches!(standing, Standing::Unclear | Standing::Counted { certain: false })) {
            return;
        }
        let (unfit, fit): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, _, standing)| matches!(standing, Standing::Filter | Standing::Void));
        let unfit: BTreeSet<String> = unfit.into_iter().map(|(seen, ..)| seen.reference()).collect();
        let told_unfit: BTreeSet<String> =
            requests.steps.iter().filter(|step| matches!(step.became, Became::Unfit(_))).map(|step| step.record.clone()).collect();
        for step in &requests.steps {
            let seen = self.case.record(&step.record);
            if seen.is_none_or(|seen| seen.at() != step.at) {
                self.fault("a request or answer is not in the records, or was at another time", "申请或答复不在记录中，或时间不符");
            }
            if let (Became::Unfit(why), Some(seen)) = (&step.became, seen) {
                self.unfit(scene, request, seen, why);
            }
        }
        if unfit != told_unfit {
            self.fault("other requests or answers do not fit", "不符合条件的申请或答复不符");
        }
        let fit: Vec<(Seen<'c>, Does)> = fit.into_iter().map(|(seen, does, _)| (seen, does)).collect();
        let Some(expected) = self.exchange(scene, requirement, told, (request, base), &fit) else { return };
        let steps = requests.steps.iter().filter(|step| !matches!(step.became, Became::Unfit(_)));
        if !steps.map(|step| (step.record.clone(), step.became.clone())).eq(expected) {
            self.fault("something else came of the requests for more time", "延期申请的结果不符");
        }
    }

    /// A request or answer that does not fit: the condition that it fails, evaluated.
    fn unfit(&mut self, scene: Scene<'c>, request: &OnRequest, seen: Seen<'c>, why: &LeftOut) {
        let pattern = request.patterns().find(|pattern| self.case.is_of(seen, pattern));
        let valid = seen.event(self.case.model).and_then(|event| event.valid.as_ref()).map(|valid| &valid.when);
        let (condition, step) = match why {
            LeftOut::Filter(step) => (pattern.and_then(|pattern| pattern.filter.as_ref()), step),
            LeftOut::Void(step) => (valid, step),
            _ => return self.fault("a request or answer is left out for a reason that it cannot have", "申请或答复的不计理由不成立"),
        };
        match condition {
            Some(condition) if answer(Some(step)) == Some(false) => self.step(scene.at_record(seen), condition, step),
            _ => self.fault("a request or answer is left out for a reason that it cannot have", "申请或答复的不计理由不成立"),
        }
    }

    /// Every request and answer with what came of it; none when the checker cannot say.
    fn exchange(
        &self,
        scene: Scene<'c>,
        requirement: &Requirement,
        told: &Required,
        (request, base): (&OnRequest, &Deadline),
        all: &[(Seen<'c>, Does)],
    ) -> Option<Vec<(String, Became)>> {
        let mut due = told.requests.as_ref()?.due;
        let (mut waiting, mut became): (Option<(String, Option<At>)>, _) = (None, Vec::new());
        let mut last: Option<(Seen<'c>, Does)> = None;
        for (seen, does) in all.iter().copied() {
            if last.is_some_and(|(before, did)| did != does && self.case.order(before, seen) == Order::Unknown) {
                return None;
            }
            last = Some((seen, does));
            if let Some((record, Some(by))) = &waiting
                && self.is_late(seen.at(), *by)?
            {
                became.push((record.clone(), Became::Lapsed(Some(*by))));
                waiting = None;
            }
            let what = match (does, waiting.take()) {
                (Does::Asks, Some(waits)) => {
                    waiting = Some(waits);
                    Became::Again
                }
                (Does::Asks, None) => {
                    let strict = matches!((base, due?), (Deadline::Before(_), At::Moment(_)));
                    if strict {
                        return None;
                    }
                    if self.is_late(seen.at(), due?)? {
                        Became::TooLate
                    } else {
                        waiting = Some((seen.reference(), self.answer_by(scene, request, seen.at())?));
                        Became::Asked
                    }
                }
                (_, None) => Became::NotAsked,
                (Does::Refuses, Some(_)) => Became::Refused,
                (Does::Grants, Some(_)) => {
                    let place = scene.at_record(seen);
                    due = match (place.eval(length(&request.deadline))?, due) {
                        (Value::Open { .. }, _) => None,
                        (_, before) => {
                            let new = self.due_in(place, requirement, told, &request.deadline)?;
                            // An extension never shortens.
                            Some(before.filter(|before| self.follows(*before, new)).unwrap_or(new))
                        }
                    };
                    Became::Granted(due)
                }
            };
            became.push((seen.reference(), what));
        }
        if let Some((record, by)) = waiting {
            let over = by.is_some_and(|by| self.case.passed(by));
            became.push((record, if over { Became::Lapsed(by) } else { Became::Waits(by) }));
        }
        Some(became)
    }

    fn is_late(&self, at: At, due: At) -> Option<bool> {
        match order_times(at, due, self.case.zone) {
            Order::After => Some(true),
            Order::Before | Order::Same => Some(false),
            // A deadline that is a day is all of it.
            Order::Unknown if matches!(due, At::Date(_)) => Some(false),
            Order::Unknown => None,
        }
    }

    /// Until when an answer counts; the outer none when the checker cannot say.
    #[allow(clippy::option_option)]
    fn answer_by(&self, scene: Scene<'c>, request: &OnRequest, asked: At) -> Option<Option<At>> {
        let Some(length) = &request.answered else { return Some(None) };
        match scene.eval(length)? {
            Value::Known(scalar) => super::due::within_length(self.case, asked, &scalar, &[], self.case.regulation.same_day).map(Some),
            _ => None,
        }
    }

    /// When a deadline runs out, its names standing here; none when the checker cannot say.
    pub(super) fn due_in(&self, scene: Scene<'c>, requirement: &Requirement, told: &Required, deadline: &Deadline) -> Option<At> {
        let expr = length(deadline).clone();
        let value = scene.eval(&expr)?;
        let untouched = !told.requests.iter().flat_map(|requests| &requests.steps).any(|step| matches!(step.became, Became::Granted(_)));
        let here = Required {
            deadline: Some(Step { expr, value, parts: Vec::new(), detail: Detail::None }),
            days: told.days.clone().filter(|_| untouched),
            ..told.clone()
        };
        self.due_of(self.start(scene, Some(deadline)), &here, deadline, requirement)
    }
}

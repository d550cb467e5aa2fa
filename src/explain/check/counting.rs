//! The records of a measure: every one exists, matches and lies in the window; none that does is left out.

use super::Checker;
use super::arith::yes;
use super::case::{Scene, Seen};
use super::judged::Attested;
use super::measure::{Counted, Standing};
use super::step::agrees;
use crate::model::expr::{Expr, Measure, Pattern};
use crate::records::At;
use crate::reference::derivation::{CountedRecord, Counting, LeftOut, Value};
use std::collections::BTreeMap;

impl<'c> Checker<'c> {
    /// Checks the records of a measure; its value, when the checker can say.
    pub(super) fn counting(&mut self, scene: Scene<'c>, measure: &Measure, told: &Counting) -> Option<Value> {
        let mine = scene.measure(measure);
        if let Some(bounds) = &mine.bounds {
            self.told_bounds(told, bounds.from, bounds.until);
        }
        self.listed(scene, &measure.pattern, measure.of.as_ref(), &mine, told);
        mine.value
    }

    /// The window as told is the window as worked out.
    pub(super) fn told_bounds(&mut self, told: &Counting, from: Option<At>, until: Option<At>) {
        if told.from != from || told.until != until {
            self.fault("the window of a count is another one", "计数期间不符");
        }
    }

    /// The lists of counted and left out records against the checker's own.
    pub(super) fn listed(&mut self, scene: Scene<'c>, pattern: &Pattern, of: Option<&Expr>, mine: &Counted<'c>, told: &Counting) {
        let counted: BTreeMap<&str, &CountedRecord> = told.counted.iter().map(|record| (record.record.as_str(), record)).collect();
        // An earlier revision has the same reference as the record that replaced it.
        let (aside, others): (Vec<_>, Vec<_>) = told.left_out.iter().partition(|(record, _, why)| self.set_aside(record, why));
        let left: BTreeMap<&str, &LeftOut> = others.iter().map(|(record, _, why)| (record.as_str(), why)).collect();
        if counted.len() != told.counted.len() || left.len() != others.len() {
            self.fault("a record is listed twice", "同一记录重复列出");
        }
        let mut known = 0;
        for (seen, standing) in &mine.records {
            let reference = seen.reference();
            let (told_counted, told_left) = (counted.get(reference.as_str()), left.get(reference.as_str()));
            known += usize::from(told_counted.is_some()) + usize::from(told_left.is_some());
            self.one(scene, pattern, of, *seen, standing, told_counted.copied(), told_left.copied());
        }
        if self.aside_of(scene, pattern) != aside.len() {
            self.fault("a record that was set aside is not listed, or one of another subject is", "未列出被搁置的记录，或列出了他人的记录");
        }
        if known + aside.len() != told.counted.len() + told.left_out.len() {
            self.fault("a record is listed that is not there or is of another type", "列出了不存在或类型不符的记录");
        }
        self.in_time_order(told);
    }

    #[allow(clippy::too_many_arguments)]
    fn one(
        &mut self,
        scene: Scene<'c>,
        pattern: &Pattern,
        of: Option<&Expr>,
        seen: Seen<'c>,
        standing: &Standing,
        counted: Option<&CountedRecord>,
        left: Option<&LeftOut>,
    ) {
        let (place, tried) = (scene.at_record(seen), scene.at_tried(seen));
        match (standing, counted, left) {
            (Standing::Counted { certain }, Some(told), None) => {
                let value = of.and_then(|of| place.eval(of));
                let same_value = match (&value, &told.value) {
                    (Some(mine), Some(told)) => agrees(mine, told),
                    (Some(_), None) => false,
                    (None, told) => told.is_none() || of.is_some(),
                };
                let right = told.certain == *certain && told.at == seen.at() && same_value;
                if !right || seen.event(self.case.model).is_none_or(|event| event.name != told.event) {
                    self.record_fault(seen, "is not what the list says", "与所列内容不符");
                }
                self.filter(place, pattern, told);
            }
            (Standing::Unclear, ..) => {}
            (Standing::Counted { .. }, ..) => self.record_fault(seen, "matches and lies in the window, but is not counted", "符合条件且在期间内，却未计入"),
            (_, Some(_), _) => self.record_fault(seen, "is counted, but should not be", "不应计入"),
            (standing, None, told) => self.left(tried, pattern, seen, standing, told),
        }
    }

    /// The evaluated filter of a counted record.
    fn filter(&mut self, place: Scene<'c>, pattern: &Pattern, told: &CountedRecord) {
        match (&pattern.filter, &told.filter) {
            // Its own open values are tried inside the measure: what is told is one of several branches.
            (Some(filter), Some(step)) if !told.certain && step.expr == *filter => {}
            (Some(filter), Some(step)) => self.step(place, filter, step),
            (None, None) => {}
            _ => self.fault("the condition on a counted record is missing", "缺少计入记录的条件"),
        }
    }

    /// The reason for which a record is left out. Those about other links, and those that the norm may not see, need not be listed.
    fn left(&mut self, place: Scene<'c>, pattern: &Pattern, seen: Seen<'c>, standing: &Standing, told: Option<&LeftOut>) {
        let linked = pattern.links.iter().all(|(field, value)| place.field(seen, field) == place.eval(value));
        let true_reason = match (standing, told) {
            (Standing::Before, Some(LeftOut::Before)) | (Standing::After, Some(LeftOut::After)) | (Standing::NotFor, Some(LeftOut::NotFor)) => true,
            // What lies beyond an open deadline may be about something else, too.
            (Standing::Link(_) | Standing::After, Some(LeftOut::Link(field))) => pattern.links.iter().any(|(link, value)| link == field && place.differs(seen, link, value)),
            (Standing::SameAs(first), Some(LeftOut::SameAs(told))) => first == told,
            (Standing::Void | Standing::After, Some(LeftOut::Void(step))) => match seen.event(self.case.model).and_then(|event| event.valid.as_ref()) {
                Some(valid) => {
                    self.step(place, &valid.when, step);
                    step.value != yes(true)
                }
                None => false,
            },
            // What comes after a deadline may be left out for another true reason: it would not have counted anyhow.
            (Standing::Filter | Standing::After, Some(LeftOut::Filter(step))) => match &pattern.filter {
                // Its own open values are tried inside the measure: what is told is one of several branches, all of which leave it out.
                Some(filter) if place.hangs_on_tried(filter) => step.expr == *filter && step.value != yes(true),
                Some(filter) => {
                    self.step(place, filter, step);
                    step.value != yes(true)
                }
                None => false,
            },
            (Standing::After, Some(LeftOut::SameAs(first))) => *first != seen.reference() && self.case.record(first).is_some(),
            (Standing::Link(_) | Standing::NotFor, None) => true,
            (_, None) => !linked,
            _ => false,
        };
        if !true_reason {
            self.record_fault(seen, "is left out without its true reason", "未计入，但未注明真实原因");
        }
    }

    /// How many records of the pattern's types were set aside, as far as the first link tells.
    fn aside_of(&self, scene: Scene<'c>, pattern: &Pattern) -> usize {
        let link = pattern.links.first().map(|(field, value)| (field, scene.eval(value)));
        let same = |seen: Seen<'c>| match &link {
            Some((field, Some(Value::Known(asked)))) => match seen.field(self.case.model, field) {
                Some(Value::Known(own)) => own == *asked,
                _ => true,
            },
            _ => true,
        };
        let all = self.case.records.set_aside.iter().map(|(record, _)| Seen::File(record));
        all.filter(|seen| self.case.is_of(*seen, pattern) && same(*seen)).count()
    }

    /// Is it one of the records that were set aside before judging, for this reason?
    fn set_aside(&self, reference: &str, why: &LeftOut) -> bool {
        self.case.records.set_aside.iter().any(|(record, reason)| record.reference() == reference && reason == why)
    }

    fn in_time_order(&mut self, told: &Counting) {
        let out_of_order = told.counted.windows(2).any(|pair| match pair {
            [first, second] => !self.case.in_order(first.at, second.at),
            _ => false,
        });
        if out_of_order {
            self.fault("counted records are not in order", "计入的记录未按时间排列");
        }
    }

    /// Which attestation counted, which did not and why.
    pub(super) fn judged(&mut self, scene: Scene<'c>, name: &str, about: &str, told: (Option<&str>, bool, &[(String, LeftOut)])) {
        let (attested, presumed, ignored) = told;
        let Attested { said } = scene.attestations(name, about);
        if said.iter().any(|(_, may)| may.is_none()) {
            return;
        }
        let counts = said.iter().rev().find(|(_, may)| *may == Some(true)).map(|(seen, _)| seen.reference());
        let presumes = counts.is_none() && scene.presumes(name) == Some(true);
        if attested != counts.as_deref() || presumed != presumes {
            self.fault("another attestation counts", "应以另一认定为准");
        }
        let barred: Vec<String> = said.iter().filter(|(_, may)| *may == Some(false)).map(|(seen, _)| seen.reference()).collect();
        let told_barred = ignored.iter().filter(|(_, why)| matches!(why, LeftOut::NotAuthorised(_) | LeftOut::NotIn(_) | LeftOut::NotFor)).count();
        if told_barred != barred.len() || !barred.iter().all(|record| ignored.iter().any(|(told, _)| told == record)) {
            self.fault("the attestations that do not count are not all listed", "未列全不予采信的认定");
        }
    }

    fn record_fault(&mut self, seen: Seen<'c>, en: &str, zh: &str) {
        let reference = seen.reference();
        self.fault(&format!("record `{reference}` {en}"), &format!("记录 `{reference}` {zh}"));
    }
}

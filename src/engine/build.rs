//! Making a plan: norm by norm, earlier layers first, so that what a norm reads is compiled before it.

use super::code::Code;
use super::common::Common;
use super::compile::Maker;
use super::counter::{Counter, Counters, Span, Update};
use super::facts::Facts;
use super::kinds::Kinds;
use super::late;
use super::norm::{self, Judging};
use super::outside::{Made, NOT_FIRST, OTHERS, Outside, outside};
use super::pick::Pick;
use super::plan::{Closing, LINES, Plan, PostingKind};
use super::program;
use super::typed::Typed;
use super::uses::{Events, makers, read_slots};
use super::word::{Kept, Names, Word};
use crate::model::expr::Period;
use crate::model::norm::{Norm, Occasion};
use crate::model::order::{self, Layer};
use crate::model::walk;
use crate::model::{Field, Model, Regulation};
use crate::records;
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

impl<'m> Plan<'m> {
    /// The plan for the records of one entity. `anywhere`: they name their subject in any field; then only norms that have nothing to do with others are judged.
    pub(super) fn around(model: &'m Model, facts: &records::Facts, (entity, anywhere): (usize, bool)) -> Self {
        let (kinds, mut names) = (Kinds::new(model), Names::new(model));
        let facts = Facts::new(model, &kinds, facts, &mut names);
        let events = model.events.len();
        let common = Common { model, kinds, names, facts, counters: Counters::new(events), decided: read_slots(model), entity, anywhere, needed: vec![BTreeSet::new(); events], added: Vec::new(), working_days: BTreeMap::new() };
        let makers = makers(model);
        let mut building = Building { common, makers, needs: if anywhere { order::needs(model) } else { Vec::new() }, judgings: Vec::new(), layers: Vec::new(), closings: BTreeMap::new(), outside: BTreeMap::new(), valid: Vec::new() };
        building.valid();
        for (number, layer) in order::layers(model).into_iter().enumerate() {
            let looks_back = matches!(layer, Layer::Periods(_));
            for at in layer.norms() {
                if let Err(why) = building.norm(at, number, looks_back) {
                    building.outside.insert(at, why);
                }
            }
        }
        building.finish()
    }
}

/// A plan in the making.
struct Building<'m> {
    common: Common<'m>,
    /// By record type: the norms that make its records.
    makers: Vec<Vec<usize>>,
    /// Of each norm: those that it reads from.
    needs: Vec<BTreeSet<usize>>,
    judgings: Vec<Judging>,
    /// Layer and record type (none: a period) of each.
    layers: Vec<(usize, Option<usize>)>,
    closings: BTreeMap<Period, Vec<usize>>,
    outside: BTreeMap<usize, Outside>,
    valid: Vec<Made<Option<Code>>>,
}

impl<'m> Building<'m> {
    /// What makes records valid.
    fn valid(&mut self) {
        let model = self.common.model;
        for (at, event) in model.events.iter().enumerate() {
            let mut maker = Maker { common: &mut self.common, event: Some(at), counted: true, own: false, period: None, each: None, keeping: None, norm: &event.name };
            let valid = event.valid.as_ref().map(|valid| maker.condition(&valid.when)).transpose();
            self.valid.push(valid);
        }
    }

    fn norm(&mut self, at: usize, layer: usize, looks_back: bool) -> Made<()> {
        let model = self.common.model;
        let Some(norm) = model.norms.get(at) else { return Ok(()) };
        if looks_back {
            return outside("it looks back at the period before", "回溯上一期间");
        }
        if zone_of(model.regulation(&norm.regulation)) != zone(model) {
            return outside("days of another time zone", "另一时区的日期");
        }
        self.records_are_there(norm)?;
        if self.common.anywhere && !self.stands_alone(at, norm) {
            return outside(NOT_FIRST.0, NOT_FIRST.1);
        }
        let before = self.common.added.len();
        let made = self.judgings_of(at, norm);
        match made {
            Ok(made) => {
                for (event, judging) in made {
                    if let (None, Occasion::Period { every, .. }) = (event, &norm.occasion) {
                        self.closings.entry(every.unit).or_default().push(self.judgings.len());
                    }
                    self.layers.push((layer, event));
                    self.judgings.push(judging);
                }
                Ok(())
            }
            Err(why) => {
                self.common.undo(before);
                Err(why)
            }
        }
    }

    /// Is it about records that are read, and neither rests on other norms nor makes records for them?
    fn stands_alone(&self, at: usize, norm: &Norm) -> bool {
        let is_read = |name: &String| self.common.model.event(name).is_some_and(|event| !event.derived);
        let is_of_record = matches!(&norm.occasion, Occasion::Record(pattern) if pattern.events.iter().all(is_read));
        is_of_record && norm.yields.is_empty() && self.needs.get(at).is_some_and(BTreeSet::is_empty)
    }

    fn judgings_of(&mut self, at: usize, norm: &Norm) -> Made<Vec<(Option<usize>, Judging)>> {
        let model = self.common.model;
        match &norm.occasion {
            Occasion::Record(pattern) if pattern.links.is_empty() => {
                let mut all = Vec::new();
                for name in &pattern.events {
                    let Some(event) = model.event_index(name).filter(|event| self.common.key(*event).is_some()) else {
                        return outside(NOT_FIRST.0, NOT_FIRST.1);
                    };
                    all.push((Some(event), norm::made(&mut self.common, at, norm, (Some(event), None), pattern.filter.as_ref())?));
                }
                Ok(all)
            }
            Occasion::Period { entity: Some(entity), filter, every } => {
                let is_entity = model.entities.get(self.common.entity).is_some_and(|known| known.name == *entity);
                if !is_entity {
                    return outside(OTHERS.0, OTHERS.1);
                }
                if every.count != 1 || every.working || every.weekday.is_some() {
                    return outside("another rhythm", "其他周期");
                }
                if norm.decisions.iter().any(|decision| decision.posting.is_some()) && every.unit != Period::Month {
                    return outside("an amount that is posted for other than a month", "非按月计发的数额");
                }
                self.everybody_is_seen()?;
                Ok(vec![(None, norm::made(&mut self.common, at, norm, (None, Some(every.unit)), filter.as_ref())?)])
            }
            Occasion::Record(_) => outside("records that must equal something else", "须与他项相等的记录"),
            Occasion::Member(..) => outside("each member of a set", "集合的每个成员"),
            Occasion::Period { .. } => outside("a period of the institution", "机构的期间"),
            Occasion::Case { .. } => outside("a whole case", "整个案件"),
            Occasion::Throughout { .. } => outside("what holds throughout", "持续状态"),
            Occasion::Reaches { .. } => outside("a count that reaches a number", "累计达到次数"),
        }
    }

    /// Without a register, whoever occurs in any role has periods: all of them must be seen as subjects.
    fn everybody_is_seen(&self) -> Made<()> {
        let (common, model) = (&self.common, self.common.model);
        if common.facts.loaded(common.entity) {
            return Ok(());
        }
        let other = |event: &crate::model::EventType| event.fields.iter().skip(1).any(|field| Kept::of(model, field) == Kept::Ref(common.entity));
        let read = model.events.iter().filter(|event| !event.derived);
        if read.into_iter().any(other) { outside("no register says who has periods", "无名册说明期间的主体") } else { Ok(()) }
    }

    /// Records that norms make must be made here, and validity must be compiled.
    fn records_are_there(&self, norm: &Norm) -> Made<()> {
        let model = self.common.model;
        let mut seen = Events(BTreeSet::new());
        walk::norm(norm, &mut seen);
        for name in &seen.0 {
            let Some(event) = model.event_index(name) else { continue };
            if let Some(Err(why)) = self.valid.get(event) {
                return Err(why.clone());
            }
            let derived = model.events.get(event).is_some_and(|event| event.derived);
            let makers = self.makers.get(event).map(Vec::as_slice).unwrap_or_default();
            if (derived && makers.is_empty()) || makers.iter().any(|at| self.outside.contains_key(at)) {
                return outside("a record that a norm outside makes", "由未预编译条款产生的记录");
            }
        }
        Ok(())
    }

    /// What is judged when a period of the unit ends.
    fn closing(&self, unit: Period, anew: &[(usize, Word)], fresh: &[Word]) -> Closing {
        let judgings = self.closings.get(&unit).cloned().unwrap_or_default();
        let begins = |word: usize| anew.iter().any(|(known, _)| *known == word);
        let never = |code: &Code| code.rests_on(&begins) && code.alone(fresh, &self.common.facts, &self.common.names) == Some(0);
        let is_quiet = judgings.iter().filter_map(|at| self.judgings.get(*at)).all(|judging| judging.filter.as_ref().is_some_and(never) || judging.when.as_ref().is_some_and(never));
        Closing { judgings, is_quiet }
    }

    fn finish(mut self) -> Plan<'m> {
        let model = self.common.model;
        let mut postings: Vec<PostingKind> = Vec::new();
        let words = self.common.counters.all.len();
        for (place, judging) in self.judgings.iter_mut().enumerate() {
            judging.place = place;
            for deciding in judging.decisions.iter_mut().chain(&mut judging.if_breached) {
                let (Some(posting), Typed::Quantity(_, step, unit)) = (deciding.posting, &deciding.typed) else { continue };
                let kind = PostingKind { posting, unit: unit.clone(), step: *step };
                let at = postings.iter().position(|known| *known == kind).unwrap_or_else(|| {
                    postings.push(kind);
                    postings.len() - 1
                });
                deciding.posted = Some(words + at);
            }
        }
        let header = words + postings.len();
        let mut units: BTreeMap<Period, Vec<(usize, Word)>> = self.closings.keys().map(|unit| (*unit, Vec::new())).collect();
        let mut fresh: Vec<Word> = Vec::new();
        for (word, counter) in self.common.counters.all.iter().enumerate() {
            fresh.push(counter.start);
            if let Span::Each(unit) = counter.span {
                units.entry(unit).or_default().push((word, counter.start));
            }
        }
        if !postings.is_empty() {
            let month = units.entry(Period::Month).or_default();
            month.extend((words..header).map(|word| (word, 0)));
            month.push((header + LINES, 0));
        }
        fresh.extend(postings.iter().map(|_| 0));
        let units: Vec<(Period, Vec<(usize, Word)>)> = units.into_iter().collect();
        fresh.extend([Word::MAX, Word::MIN, Word::MIN, 0, 0]);
        fresh.extend(units.iter().map(|_| Word::MIN));
        let kept = |(event, fields): (usize, &Vec<Field>)| {
            let needed = self.common.needed.get(event);
            fields.iter().enumerate().map(|(at, field)| (Kept::of(model, field), needed.is_some_and(|needed| needed.contains(&at)))).collect()
        };
        let closings = units.iter().map(|(unit, words)| self.closing(*unit, words, &fresh)).collect();
        let fields: Vec<Vec<(Kept, bool)>> = model.events.iter().map(|event| &event.fields).enumerate().map(kept).collect();
        let programs = program::programs(model, &self.judgings, &self.layers);
        let feeds = late::feeds(&self.judgings, model.events.len());
        // Of records that nothing is asked of, nobody need know whose they are: others judge what rests on them.
        let is_asked = |event: usize| {
            let is_counted = self.common.counters.updates.get(event).is_some_and(|updates| !updates.is_empty());
            is_counted || programs.get(event).is_some_and(|steps| !steps.is_empty()) || feeds.get(event).is_some_and(|feeds| !feeds.is_empty())
        };
        let key = |event: usize| self.common.key_at(event).filter(|_| !self.common.anywhere || is_asked(event));
        let keys: Vec<Option<usize>> = (0..model.events.len()).map(key).collect();
        let of = |(fields, key): (&Vec<(Kept, bool)>, &Option<usize>)| {
            let named = |(at, (kept, needed)): (usize, &(Kept, bool))| (*needed && kept.is_named() && *key != Some(at)).then_some(at);
            fields.iter().enumerate().filter_map(named).collect()
        };
        let read = fields.iter().map(|fields| (0..).zip(fields).filter_map(|(at, (_, needed))| needed.then_some(at)).collect()).collect();
        let named = fields.iter().zip(&keys).map(of).collect();
        let program_picks = (0..).zip(&programs).map(|(root, steps)| program::pick(root, steps, &self.judgings)).collect();
        let update_pick = |updates: &Vec<Update>| Pick::new(updates.iter().map(|update| update.filter.as_ref()?.guard()));
        Plan {
            model,
            entity: self.common.entity,
            zone: zone(model),
            fields,
            named,
            read,
            keys,
            anywhere: self.common.anywhere,
            valid: self.valid.into_iter().map(|valid| valid.unwrap_or(None)).collect(),
            update_picks: self.common.counters.updates.iter().map(update_pick).collect(),
            updates: self.common.counters.updates,
            feeds,
            judgings: self.judgings,
            programs,
            program_picks,
            closings,
            decided: self.common.decided.len(),
            counters: words,
            means: self.common.counters.all.iter().map(Counter::means).collect(),
            fresh,
            units,
            header,
            postings,
            outside: self.outside.into_iter().collect(),
            kinds: self.common.kinds,
            names: self.common.names,
            facts: self.common.facts,
            digest: OnceLock::new(),
        }
    }
}

/// The time zone in which days are counted.
fn zone(model: &Model) -> Tz {
    zone_of(model.regulations.first())
}

fn zone_of(regulation: Option<&Regulation>) -> Tz {
    regulation.and_then(|regulation| regulation.time_zone.parse().ok()).unwrap_or(Tz::UTC)
}

//! Records counted and records left out.

use super::lists::{Listed, list, same_records};
use super::{Prose, table};
use crate::diagnostics::Tongue;
use crate::model::expr::{Expr, Measure};
use crate::model::norm::What;
use crate::reference::derivation::{CountedRecord, Counting, Detail, ExceptionTried, LeftOut, Making, Required, Step, Suspended, Value, World};
use std::collections::BTreeMap;

/// How many records are listed one by one.
const SHOWN: usize = 12;
/// How many records outside the window are listed one by one.
const FAR: usize = 4;
/// Places among the reasons.
const BEFORE: u8 = 3;
const AFTER: u8 = 4;
const UNKNOWN: u8 = 9;

impl Prose<'_> {
    /// Every list of records of the world, each once, below the measures that counted it.
    pub(super) fn countings(&mut self, world: &World) {
        let mut lists: Vec<Listed<'_>> = Vec::new();
        for step in steps(world) {
            measures(step, &mut |measure, step, counting| list(&mut lists, measure, &step.value, counting));
        }
        let reached = self.derivation.reached.as_ref();
        let stays = super::stays::all(world);
        if lists.is_empty() && reached.is_none() && stays.is_empty() {
            return;
        }
        self.page.heading(self.words.pick("Records counted", "计入的记录"));
        if let Some(counting) = reached {
            self.reached(counting);
        }
        for (n, listed) in lists.iter().enumerate() {
            for (measure, value) in &listed.measures {
                let title = format!("{} = {}{}", self.title(measure), self.words.value(value), self.window_text(listed.counting));
                self.page.line(1, &title);
            }
            let Some((measure, _)) = listed.measures.first() else { continue };
            let events = &measure.pattern.events;
            match lists.iter().take(n).find(|earlier| same_records(earlier, listed)).and_then(|earlier| earlier.measures.first()) {
                Some((earlier, _)) if listed.counting.counted.len() > 1 => {
                    let line = self.same_as(earlier, listed.counting.counted.len());
                    self.page.line(2, &line);
                    self.left_out(listed.counting, events, 2);
                }
                _ => self.table(listed.counting, &listed.values, events, 2),
            }
        }
        self.stays(&stays);
    }

    /// What was counted, with the measure's name if it has one.
    fn title(&self, measure: &Measure) -> String {
        let named = measure.name.as_ref().map(|_| format!("{}{}", self.words.measure(measure), self.words.pick(", that is ", "，即")));
        format!("{}{}", named.unwrap_or_default(), self.words.measure_in_full(measure))
    }

    fn same_as(&self, earlier: &Measure, n: usize) -> String {
        let earlier = self.words.measure(earlier);
        match self.words.tongue {
            Tongue::En => format!("the same {n} records as for: {earlier}"),
            Tongue::Zh => format!("与“{earlier}”所列 {n} 条记录相同"),
        }
    }

    fn reached(&mut self, counting: &Counting) {
        let Some(crate::model::norm::Occasion::Reaches { measure, .. }) = self.words.norm.map(|norm| &norm.occasion) else { return };
        let line = format!(
            "{}{}{}",
            self.words.pick("what brought it about: ", "触发情形："),
            self.words.measure_in_full(measure),
            self.window_text(counting)
        );
        self.page.line(1, &line);
        self.counting(counting, &measure.pattern.events, 2);
    }

    /// The days or moments between which records count.
    pub(super) fn window_text(&self, counting: &Counting) -> String {
        let words = &self.words;
        let (from, until) = (counting.from.map(|at| words.at(at)), counting.until.map(|at| words.at(at)));
        match (from, until, words.tongue) {
            (None, None, _) => String::new(),
            (Some(from), Some(until), _) if from == until => words.aside(&from),
            (Some(from), Some(until), Tongue::En) => format!(" ({from} to {until})"),
            (Some(from), None, Tongue::En) => format!(" (from {from})"),
            (None, Some(until), Tongue::En) => format!(" (up to {until})"),
            (Some(from), Some(until), Tongue::Zh) => format!("（{from}至{until}）"),
            (Some(from), None, Tongue::Zh) => format!("（自{from}起）"),
            (None, Some(until), Tongue::Zh) => format!("（至{until}止）"),
        }
    }

    /// The records of a counting as a table, then those left out.
    pub(super) fn counting(&mut self, counting: &Counting, events: &[String], depth: usize) {
        self.table(counting, &[counting], events, depth);
    }

    fn table(&mut self, counting: &Counting, values: &[&Counting], events: &[String], depth: usize) {
        if counting.counted.is_empty() {
            self.page.line(depth, self.words.pick("none", "无"));
        }
        let row = |(n, record): (usize, &CountedRecord)| {
            let values = values.iter().filter_map(|of| of.counted.get(n)?.value.as_ref());
            self.row(record, values)
        };
        let rows: Vec<Vec<String>> = counting.counted.iter().take(SHOWN).enumerate().map(row).collect();
        self.page.lines(depth, &table::lines(&rows));
        if let Some(more) = counting.counted.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let line = match self.words.tongue {
                Tongue::En => format!("and {more} more, {} in all", counting.counted.len()),
                Tongue::Zh => format!("另有 {more} 条，共 {} 条", counting.counted.len()),
            };
            self.page.line(depth, &line);
        }
        self.left_out(counting, events, depth);
    }

    fn row<'v>(&self, record: &CountedRecord, values: impl Iterator<Item = &'v Value>) -> Vec<String> {
        let at = self.words.at(record.at);
        let mut row = vec![record.record.clone(), self.words.event(&record.event), at.clone()];
        row.extend(values.map(|value| self.words.value(value)).filter(|value| *value != at));
        if !record.certain {
            row.push(self.words.pick("possibly", "是否计入未定").to_owned());
        }
        row
    }

    fn left_out(&mut self, counting: &Counting, events: &[String], depth: usize) {
        if counting.left_out.is_empty() {
            return;
        }
        let mut groups: BTreeMap<(u8, String), Vec<String>> = BTreeMap::new();
        for (record, at, why) in &counting.left_out {
            let said = format!("{record}{}", self.words.aside(&self.words.at(*at)));
            groups.entry((rank(why), self.reason(why, events))).or_default().push(said);
        }
        let n = counting.left_out.len();
        let title = match self.words.tongue {
            Tongue::En => format!("left out: {n}"),
            Tongue::Zh => format!("未计入：{n} 条"),
        };
        self.page.line(depth, &title);
        for ((rank, reason), records) in groups {
            if let Some(nearest) = self.nearest(rank, &records) {
                self.page.line(depth + 1, &format!("{reason}{}{nearest}", self.words.pick(": ", "：")));
                continue;
            }
            let shown = records.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(self.words.pick(", ", "、"));
            let more = records.len().saturating_sub(SHOWN);
            let more = match (more, self.words.tongue) {
                (0, _) => String::new(),
                (more, Tongue::En) => format!(" and {more} more"),
                (more, Tongue::Zh) => format!("等，另有 {more} 条"),
            };
            self.page.line(depth + 1, &format!("{reason}{}{shown}{more}", self.words.pick(": ", "：")));
        }
    }

    /// Of many records outside the window the one that is nearest to it.
    fn nearest(&self, rank: u8, records: &[String]) -> Option<String> {
        let (which, (en, zh)) = match rank {
            BEFORE => (records.last()?, ("the last", "末条为")),
            AFTER | UNKNOWN => (records.first()?, ("the first", "首条为")),
            _ => return None,
        };
        let n = records.len();
        let text = if self.words.zh() { format!("{n} 条，{}", self.words.after(zh, which)) } else { format!("{n} records, {en} {which}") };
        (n > FAR).then_some(text)
    }

    /// Why a record is not counted.
    pub(super) fn reason(&self, why: &LeftOut, events: &[String]) -> String {
        let words = &self.words;
        let (en, zh) = match why {
            LeftOut::Before => ("before the time that counts".to_owned(), "早于计算期间".to_owned()),
            LeftOut::After => ("after the time that counts".to_owned(), "晚于计算期间".to_owned()),
            LeftOut::Void(step) => {
                let asked = words.asked(super::condition::first_false(step), events);
                (format!("void: it does not meet {asked}"), format!("无效：不符合“{asked}”"))
            }
            LeftOut::Filter(step) => {
                let asked = words.asked(super::condition::first_false(step), events);
                (format!("does not meet {asked}"), format!("不符合“{asked}”"))
            }
            LeftOut::Link(field) => {
                let field = words.field(events, field);
                (format!("about another {field}"), format!("{field}不同"))
            }
            LeftOut::SameAs(record) => (format!("the same as {record}, which is counted"), format!("与已计入的 {record} 相同")),
            LeftOut::Superseded(record) => (format!("replaced by {record}"), format!("已由 {record} 更正")),
            LeftOut::Retracted(record) => (format!("taken back by {record}"), format!("已由 {record} 撤回")),
            LeftOut::NotFor => ("counts for other clauses only".to_owned(), "仅用于其他条款".to_owned()),
            LeftOut::NotIn(register) => (format!("said by somebody who is not in the register `{register}` that day"), format!("认定人当日不在名册 `{register}` 中")),
            LeftOut::NotAuthorised(step) => {
                let asked = words.asked(step, &["attestation".to_owned()]);
                (format!("said by somebody who may not ({asked})"), format!("认定人无权认定（{asked}）"))
            }
            LeftOut::Unreadable => ("says no value that it could have".to_owned(), "所载不是可用的取值".to_owned()),
            LeftOut::NotYetKnown => ("later than what is known".to_owned(), "晚于数据截止时间".to_owned()),
        };
        if words.zh() { zh } else { en }
    }
}

/// The order in which reasons are told.
fn rank(why: &LeftOut) -> u8 {
    match why {
        LeftOut::Filter(_) | LeftOut::Void(_) => 0,
        LeftOut::SameAs(_) => 1,
        LeftOut::Link(_) => 2,
        LeftOut::Before => BEFORE,
        LeftOut::After => AFTER,
        LeftOut::NotFor => 5,
        LeftOut::NotIn(_) | LeftOut::NotAuthorised(_) => 6,
        LeftOut::Unreadable => 6,
        LeftOut::Superseded(_) => 7,
        LeftOut::Retracted(_) => 8,
        LeftOut::NotYetKnown => UNKNOWN,
    }
}

/// Every evaluated expression of a world, in the order of the text. Requirements' own countings are told with them.
pub(super) fn steps(world: &World) -> Vec<&Step> {
    let mut all: Vec<&Step> = world.about.iter().chain(&world.when).collect();
    for decided in world.decisions.iter().chain(&world.if_breached) {
        for clause in &decided.clauses {
            all.extend(clause.when.iter().chain(&clause.value));
        }
        all.extend(decided.forfeits.iter().chain(&decided.floor).chain(&decided.cap).map(|(_, step)| step));
    }
    for required in world.terms.iter().chain(&world.requirements).flat_map(Required::each) {
        all.extend(required.what.iter().chain(&required.deadline));
        all.extend(required.changes.iter().map(|(_, step)| step));
        all.extend(required.suspended.iter().flat_map(Suspended::steps));
    }
    world.exceptions.iter().for_each(|tried| exception_steps(tried, &mut all));
    all.extend(world.makes.iter().flat_map(Making::steps));
    all
}

fn exception_steps<'d>(tried: &'d ExceptionTried, all: &mut Vec<&'d Step>) {
    all.extend(tried.when.iter().chain(&tried.value));
    tried.exceptions.iter().for_each(|inner| exception_steps(inner, all));
}

/// Every measure inside a step, with its counting.
fn measures<'d>(step: &'d Step, see: &mut impl FnMut(&'d Measure, &'d Step, &'d Counting)) {
    if let (Expr::Measure(measure), Detail::Counted(counting)) = (&step.expr, &step.detail) {
        see(measure, step, counting);
    }
    step.parts.iter().for_each(|part| measures(part, see));
}

/// What a requirement looks for, when it looks for records.
pub(super) fn required_events(what: &What) -> &[String] {
    match what {
        What::Records { pattern, .. } => &pattern.events,
        _ => &[],
    }
}

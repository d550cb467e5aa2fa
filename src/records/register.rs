//! Rows of a register: `id`, attributes, and optionally the days from and until which they hold.

use super::problem::{self, Problem, listed};
use super::raw::Row;
use super::record::{Fact, Facts, Origin, Rejection, Stored};
use super::sink::Sink;
use super::store::{RegisterRow, Store};
use super::time;
use super::typed::{Typing, column};
use crate::diagnostics::Say;
use crate::model::Entity;
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Takes the rows of one register file.
pub(crate) struct RegisterSink<'r, 'm> {
    pub(crate) entity: &'m Entity,
    pub(crate) zone: Option<Tz>,
    pub(crate) typing: &'r mut Typing<'m>,
    pub(crate) store: &'r mut Store,
    pub(crate) file: Arc<str>,
}

impl Sink for RegisterSink<'_, '_> {
    fn header(&mut self, columns: &[String]) -> Result<(), Problem> {
        if columns.iter().any(|column| column == "id") {
            return Ok(());
        }
        let has = listed(columns.iter().map(String::as_str));
        Err(Problem::new(
            "no-id-column",
            Say::new(format!("the register `{}` has no column `id`", self.file), format!("名册 `{}` 没有 `id` 列", self.file)),
            Say::new(format!("the file has {}: rename the one that identifies a row to `id`", has.0), format!("该文件有 {}：请将标识各行的列改名为 `id`", has.1)),
        ))
    }

    fn row(&mut self, row: &dyn Row, line: u64, _: Option<(&str, u64)>) {
        self.store.counts.register_rows += 1;
        let origin = Origin { file: Arc::clone(&self.file), line };
        match self.read(row, origin.clone()) {
            Ok(row) => self.store.registers.entry(self.entity.name.clone()).or_default().push(row),
            Err((problem, id)) => self.reject(problem, origin, id),
        }
    }

    fn bad(&mut self, line: u64, problem: Problem) {
        self.store.counts.register_rows += 1;
        self.reject(problem, Origin { file: Arc::clone(&self.file), line }, None);
    }
}

impl RegisterSink<'_, '_> {
    fn reject(&mut self, problem: Problem, origin: Origin, id: Option<String>) {
        self.store.counts.register_rejected += 1;
        self.store.rows_rejected.push(problem.at(origin, id));
    }

    fn read(&mut self, row: &dyn Row, origin: Origin) -> Result<RegisterRow, (Problem, Option<String>)> {
        let raw = row.get("id");
        let id = raw.text("id").map_err(|problem| (problem, None))?.ok_or_else(|| (missing_id(), None))?;
        self.values(row, id, origin).map_err(|problem| (problem, Some(id.to_owned())))
    }

    fn values(&mut self, row: &dyn Row, id: &str, origin: Origin) -> Result<RegisterRow, Problem> {
        let day = |name: &str| row.get(name).text(name)?.map(|text| time::date(name, text)).transpose();
        let (from, until) = (day("from")?, day("until")?);
        if let (Some(from), Some(until)) = (from, until)
            && from > until
        {
            return Err(bad_interval(from, until));
        }
        let mut values = Vec::with_capacity(self.entity.attributes.len());
        for field in &self.entity.attributes {
            values.push(self.typing.value(field, &row.get(column(field)), self.zone)?);
        }
        Ok(RegisterRow { id: self.typing.share(id), from, until, values, origin })
    }
}

fn missing_id() -> Problem {
    Problem::new(
        "missing-id",
        Say::new("the row of the register does not say whom it is about: `id` is blank or not there", "名册的这一行没有写明对象：`id` 为空或不存在"),
        Say::new("fill in `id` as the records name the subject", "请填写 `id`，与记录中的编号一致"),
    )
}

fn bad_interval(from: NaiveDate, until: NaiveDate) -> Problem {
    Problem::new(
        "bad-interval",
        Say::new(format!("the row holds from `{from}` until `{until}`, which is earlier"), format!("该行自 `{from}` 起至 `{until}` 止，止日早于起日")),
        Say::new("correct one of the two days; leave `until` empty when there is no end", "请改正其中一个日期；没有止日的，`until` 留空"),
    )
}

/// The registers' facts. Two rows about one subject that overlap in time and differ in an attribute are both rejected: nobody knows which is right. The
/// subject stays a member.
pub(crate) fn facts(store: &mut Store, entities: &[Entity], facts: &mut Facts) {
    let registers = std::mem::take(&mut store.registers);
    for (name, mut rows) in registers {
        let Some(entity) = entities.iter().find(|entity| entity.name == name) else { continue };
        rows.sort_by(|a, b| (&a.id, a.from, a.until, &a.values).cmp(&(&b.id, b.from, b.until, &b.values)));
        for same in rows.chunk_by(|a, b| a.id == b.id) {
            let rejections = overlaps(entity, same);
            let bad: BTreeSet<usize> = rejections.iter().map(|(row, _)| *row).collect();
            store.counts.register_rejected += bad.len() as u64;
            store.rows_rejected.extend(rejections.into_iter().map(|(_, rejection)| rejection));
            add(facts, entity, same, &bad);
        }
        facts.loaded.insert(name);
    }
}

fn add(facts: &mut Facts, entity: &Entity, rows: &[RegisterRow], bad: &BTreeSet<usize>) {
    for (index, row) in rows.iter().enumerate() {
        let members = facts.members.entry(entity.name.clone()).or_default().entry(Arc::clone(&row.id)).or_default();
        if members.last() != Some(&(row.from, row.until)) {
            members.push((row.from, row.until));
        }
        let known = entity.attributes.iter().zip(&row.values).filter(|(_, value)| **value != Stored::Missing);
        for (field, value) in known.filter(|_| !bad.contains(&index)) {
            let of = facts.entities.entry(entity.name.clone()).or_default().entry(Arc::clone(&row.id)).or_default();
            let fact = Fact { from: row.from, until: row.until, value: value.clone() };
            let values = of.entry(field.name.clone()).or_default();
            if values.last() != Some(&fact) {
                values.push(fact);
            }
        }
    }
}

fn overlaps(entity: &Entity, rows: &[RegisterRow]) -> Vec<(usize, Rejection)> {
    let mut found: Vec<(usize, Rejection)> = Vec::new();
    let mut known = BTreeSet::new();
    for (first, a) in rows.iter().enumerate() {
        let later = rows.iter().enumerate().skip(first + 1);
        for (second, b) in later.take_while(|(_, b)| a.until.is_none_or(|until| b.from.is_none_or(|from| from <= until))) {
            let differ = a.values.iter().zip(&b.values).position(|(a, b)| a != b && *a != Stored::Missing && *b != Stored::Missing);
            let Some(field) = differ.and_then(|at| entity.attributes.get(at)) else { continue };
            for (row, of, other) in [(first, a, b), (second, b, a)] {
                if known.insert(row) {
                    found.push((row, overlapping(&field.name, of, other)));
                }
            }
        }
    }
    found
}

fn overlapping(attribute: &str, row: &RegisterRow, other: &RegisterRow) -> Rejection {
    let (id, place) = (problem::shown(&row.id), format!("{}:{}", other.origin.file, other.origin.line));
    Problem::new(
        "overlapping-rows",
        Say::new(
            format!("`{id}` has another `{attribute}` on the same days at {place}"),
            format!("`{id}` 在相同日期另有不同的 `{attribute}`，见 {place}"),
        ),
        Say::new("let one row end (`until`) before the other begins (`from`), or remove the wrong one", "请让一行的 `until` 早于另一行的 `from`，或删去错误的一行"),
    )
    .at(row.origin.clone(), Some(row.id.to_string()))
}

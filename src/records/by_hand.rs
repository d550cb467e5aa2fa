//! Records and rows of registers that a program gives one by one: as texts, as typed values, or as an example of a policy says them.

use super::problem;
use super::raw::Pairs;
use super::reader::{Given, Reader, sink};
use super::record::{Fact, Origin, Record, Rejection, Stored};
use super::sink::Sink;
use super::store::RegisterRow;
use super::time;
use crate::diagnostics::Say;
use crate::model::value::Scalar;
use crate::model::{EntitySort, GivenRecord, GivenSubject};
use std::sync::Arc;

impl Reader<'_> {
    /// Reads one row by hand: names of columns with what stands in them, as in a CSV file (`docs/records.md`). An empty text is blank, a column that is not
    /// there is missing. All rows given so are in the order given, as those of one file.
    ///
    /// ```
    /// # use bylaw::{Cut, Policy};
    /// let policy = Policy::parse("
    /// regulation office
    ///   time zone Asia/Shanghai
    /// register staff
    /// event late by staff
    ///   minutes: minutes, 0 ..
    /// ")?;
    /// let mut reader = policy.reader();
    /// reader.row(&[("type", "late"), ("id", "e1"), ("at", "2024-03-05T08:37"), ("staff", "li"), ("minutes", "7")])?;
    /// let rejection = reader.row(&[("type", "late"), ("id", "e2"), ("at", "2024-03-06"), ("minutes", "-7")]).unwrap_err();
    /// assert_eq!(rejection.code, "out-of-range");
    /// let records = reader.finish(Cut::default());
    /// assert_eq!((records.counts.read, records.counts.used, records.counts.rejected), (2, 1, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Why the row cannot be used. It stands in [`Records::rejections`] as well.
    pub fn row(&mut self, columns: &[(&str, &str)]) -> Result<(), Rejection> {
        let file: Arc<str> = "<row>".into();
        let source: Arc<str> = "".into();
        let (stream, seq) = self.by_hand.unwrap_or_else(|| (self.store.stream(&source, &file), 0));
        self.by_hand = Some((stream, seq + 1));
        let before = self.store.rejections.len();
        let mut sink = sink(&self.layout, &mut self.typing, &mut self.store, Given { file, source, stream, seq });
        let pairs = Pairs(columns);
        match pairs.twice() {
            Some(name) => sink.bad(seq + 1, problem::duplicate_key(name)),
            None => sink.row(&pairs, seq + 1, None),
        }
        self.store.rejections.get(before).cloned().map_or(Ok(()), Err)
    }

    /// Adds a record that is already typed. Records with the same `stream` are ordered by `seq`. [`Reader::row`] is the way for a few records by hand; this one
    /// is for programs that have typed values.
    ///
    /// ```
    /// # use bylaw::{Cut, Policy};
    /// use bylaw::model::value::Scalar;
    /// use bylaw::records::{At, Origin, Record, Stored};
    ///
    /// let policy = Policy::parse("
    /// regulation office
    ///   time zone Asia/Shanghai
    /// register staff
    /// event late by staff
    /// ")?;
    /// let mut reader = policy.reader();
    /// reader.push(Record {
    ///     event: policy.model().event_index("late").expect("it is declared"),
    ///     source: "gate".into(),
    ///     id: "17".into(),
    ///     revision: 0,
    ///     recorded_at: None,
    ///     at: policy.time("2024-03-05T08:37")?,
    ///     stream: 0,
    ///     seq: 1,
    ///     fields: vec![Stored::Known(Scalar::Ref("staff".into(), "li".into()))],
    ///     origin: Origin { file: "gate".into(), line: 1 },
    ///     certain: true,
    ///     only_for: None,
    /// });
    /// assert_eq!(reader.finish(Cut::default()).records[0].reference(), "gate/17");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn push(&mut self, record: Record) {
        self.store.push(record);
    }

    /// Adds a record of an example; the records of one reader are in one stream, in the order given. The error says why it cannot be used.
    pub fn given(&mut self, record: &GivenRecord) -> Result<(), Say> {
        let unknown = || Say::new(format!("there is no event `{}`", record.event), format!("没有事件 `{}`", record.event));
        let index = self.model().events.iter().position(|event| event.name == record.event).ok_or_else(unknown)?;
        let plan = self.layout.plans.get(index).ok_or_else(unknown)?;
        let at = time::at("at", &record.at, plan.zone).map_err(|problem| problem.message)?;
        let of = |name: &str| record.fields.iter().find(|(field, _)| field == name).map(|(_, value)| stored(value));
        let seq = self.store.records.len() as u64 + 1;
        self.store.push(Record {
            event: index,
            source: "".into(),
            id: record.id.as_str().into(),
            revision: 0,
            recorded_at: None,
            at,
            stream: u32::MAX,
            seq,
            fields: plan.event.fields.iter().map(|field| of(&field.name).unwrap_or(Stored::Missing)).collect(),
            origin: Origin { file: "<example>".into(), line: seq },
            certain: true,
            only_for: None,
        });
        Ok(())
    }

    /// Adds a register row of an example, which always holds; for a case, its attributes.
    pub fn subject(&mut self, subject: &GivenSubject) {
        let Some(entity) = self.model().entities.iter().find(|entity| entity.name == subject.entity) else { return };
        let of = |name: &str| subject.attributes.iter().find(|(field, _)| field == name).map_or(Stored::Missing, |(_, value)| stored(value));
        let id: Arc<str> = subject.id.as_str().into();
        if entity.sort == EntitySort::Register {
            let values = entity.attributes.iter().map(|field| of(&field.name)).collect();
            let origin = Origin { file: "<example>".into(), line: 0 };
            let row = RegisterRow { id, from: subject.days.from, until: subject.days.until, values, origin };
            self.store.registers.entry(subject.entity.clone()).or_default().push(row);
            return;
        }
        let facts = self.given.entities.entry(subject.entity.clone()).or_default().entry(id).or_default();
        for (name, value) in &subject.attributes {
            facts.insert(name.clone(), vec![Fact { from: subject.days.from, until: subject.days.until, value: stored(value) }]);
        }
    }
}

/// A given value; none is blank.
fn stored(value: &Option<Scalar>) -> Stored {
    value.clone().map_or(Stored::Blank, Stored::Known)
}

//! Batches of Arrow → groups of rows. Their texts are not copied: what is written stands in the batches.

use super::Rows;
use super::group::{Group, Texts};
use arrow_array::cast::AsArray;
use arrow_array::{Array, BooleanArray, ListArray, RecordBatch, StringArray};
use arrow_buffer::Buffer;
use bytes::Bytes;
use parquet::data_type::ByteArray;
use std::io;
use std::ops::Range;

/// The columns of a batch.
struct Columns<'b> {
    before: [&'b StringArray; 7],
    events: (&'b ListArray, &'b StringArray),
    effects: (&'b ListArray, [&'b StringArray; 5]),
    is_final: &'b BooleanArray,
    after: [&'b StringArray; 2],
}

impl Rows<'_> {
    /// The rows of a batch of verdicts. A file has either batches or single rows.
    pub(crate) fn push_batch(&mut self, batch: &RecordBatch) -> io::Result<()> {
        let columns = Columns::of(batch).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "these are not the columns of verdicts"))?;
        let mut from = 0;
        while from < batch.num_rows() {
            let until = columns.fill(&mut self.group, from..batch.num_rows());
            columns.put(&mut self.group, from..until);
            if self.group.is_full() {
                self.put()?;
            }
            from = until;
        }
        Ok(())
    }
}

impl<'b> Columns<'b> {
    fn of(batch: &'b RecordBatch) -> Option<Self> {
        let text = |name: &str| batch.column_by_name(name)?.as_string_opt::<i32>();
        let (events, effects) = (batch.column_by_name("events")?.as_list_opt::<i32>()?, batch.column_by_name("effects")?.as_list_opt::<i32>()?);
        let fields: Option<Vec<&StringArray>> = effects.values().as_struct_opt()?.columns().iter().map(|field| field.as_string_opt::<i32>()).collect();
        Some(Self {
            before: [text("id")?, text("verdict")?, text("rule")?, text("source")?, text("subject")?, text("at")?, text("period")?],
            events: (events, events.values().as_string_opt::<i32>()?),
            effects: (effects, fields?.try_into().ok()?),
            is_final: batch.column_by_name("final")?.as_boolean_opt()?,
            after: [text("revision")?, text("supersedes")?],
        })
    }

    /// Up to which row the group takes more; at least one.
    fn fill(&self, group: &mut Group, rows: Range<usize>) -> usize {
        let mut until = rows.start;
        while until < rows.end && !group.is_full() {
            let plain = self.before.iter().chain(&self.after).map(|column| bytes(column, until..until + 1));
            let effects = elements(self.effects.0, until);
            group.bytes += plain.sum::<usize>() + bytes(self.events.1, elements(self.events.0, until));
            group.bytes += self.effects.1.iter().map(|field| bytes(field, effects.clone())).sum::<usize>();
            group.is_final.push(self.is_final.value(until));
            until += 1;
        }
        until
    }

    fn put(&self, group: &mut Group, rows: Range<usize>) {
        for (into, column) in group.before.iter_mut().zip(self.before).chain(group.after.iter_mut().zip(self.after)) {
            into.reserve();
            let texts = Slices::of(column);
            rows.clone().for_each(|row| texts.put(row, (1, 0), into));
        }
        let lists = [(&mut group.events, self.events, 1)].into_iter();
        let (list, fields) = self.effects;
        // What kind an effect is always stands there.
        let effects = group.effects.iter_mut().zip(fields).enumerate().map(|(at, (into, field))| (into, (list, field), if at == 0 { 1 } else { 2 }));
        for (into, (list, column), whole) in lists.chain(effects) {
            into.reserve();
            let texts = Slices::of(column);
            for row in rows.clone() {
                let elements = elements(list, row);
                if elements.is_empty() {
                    into.there.push(0);
                    into.again.push(0);
                }
                let first = elements.start;
                elements.for_each(|at| texts.put(at, (whole, i16::from(at > first)), into));
            }
        }
    }
}

/// Where the texts of a column stand.
struct Slices<'b> {
    column: &'b StringArray,
    bytes: Bytes,
}

/// A buffer of Arrow, for as long as something of it is written.
struct Shared(Buffer);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<'b> Slices<'b> {
    fn of(column: &'b StringArray) -> Self {
        Self { column, bytes: Bytes::from_owner(Shared(column.values().clone())) }
    }

    /// One of them; with the definition level of one that is there, and its repetition level.
    fn put(&self, at: usize, (whole, again): (i16, i16), into: &mut Texts) {
        into.again.push(again);
        into.there.push(if self.column.is_valid(at) { whole } else { whole - 1 });
        if self.column.is_valid(at) {
            into.elsewhere.push(ByteArray::from(self.bytes.slice(place(self.column.value_offsets(), at..at + 1))));
        }
    }
}

/// The elements of a row.
fn elements(list: &ListArray, row: usize) -> Range<usize> {
    place(list.value_offsets(), row..row + 1)
}

/// How many bytes these texts have.
fn bytes(column: &StringArray, texts: Range<usize>) -> usize {
    place(column.value_offsets(), texts).len()
}

/// Where these lie, one behind the other.
fn place(offsets: &[i32], of: Range<usize>) -> Range<usize> {
    let offset = |at: usize| offsets.get(at).map_or(0, |offset| usize::try_from(*offset).unwrap_or(0));
    offset(of.start)..offset(of.end)
}

//! States of single subjects, as a table: what carries an audit that is shared out over machines from month to month.

use crate::data::{Data, Given, collected};
use crate::errors::Failure;
use crate::progress::Progress;
use crate::state::is_damaged;
use crate::table::Table;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int64Type};
use arrow_array::{Array, ArrayRef, BinaryArray, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, Field, Schema};
use bylaw::records::{Key, KeyState};
use bylaw::shard::{not_plain, shard_of};
use bylaw::{Policy, Reader, Threads};
use chrono::{DateTime, NaiveDate};
use pyo3::prelude::*;
use pyo3_arrow::input::AnyRecordBatch;
use std::sync::Arc;

/// What is read beside the rows of a part: their places in the whole, and the states of its subjects.
#[derive(Debug, Default)]
pub(crate) struct Carried {
    /// By whose subjects the states are told apart.
    entity: String,
    places: Option<Vec<u64>>,
    states: Vec<RecordBatch>,
}

/// What Python gives of it: the entity; a table with the places in its first column, or none; a table of states, or none.
pub(crate) type Beside<'py> = (String, Option<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>);

impl Carried {
    pub(crate) fn of((entity, places, states): Beside<'_>) -> PyResult<Self> {
        let places = places.map(|places| signed_places(&places)).transpose()?;
        let places = places.map(|places| places.into_iter().map(|place| u64::try_from(place).unwrap_or_default()).collect());
        Ok(Self { entity, places, states: states.map(|states| batches(&states)).transpose()?.unwrap_or_default() })
    }

    /// Puts it into a reader that has read the rows.
    pub(crate) fn put(&self, reader: &mut Reader<'_>) -> Result<(), Failure> {
        if let Some(places) = &self.places {
            reader.placed(places);
        }
        let rows = self.states.iter().map(|batch| rows(&self.entity, batch)).collect::<Option<Vec<_>>>().ok_or_else(is_damaged)?;
        reader.resume_keys(rows.into_iter().flatten()).map_err(|unusable| Failure::State(unusable.message, unusable.help))
    }
}

fn batches(table: &Bound<'_, PyAny>) -> PyResult<Vec<RecordBatch>> {
    let all = table.extract::<AnyRecordBatch>()?.into_reader()?;
    all.collect::<Result<_, ArrowError>>().map_err(|error| pyo3::exceptions::PyValueError::new_err(error.to_string()))
}

/// The places of rows in the whole, which stand in the first column of a table; below 0, a row has none.
pub(crate) fn signed_places(table: &Bound<'_, PyAny>) -> PyResult<Vec<i64>> {
    let column = |batch: &RecordBatch| batch.columns().first().and_then(|column| Some(column.as_primitive_opt::<Int64Type>()?.values().to_vec()));
    Ok(batches(table)?.iter().filter_map(column).flatten().collect())
}

/// The rows of a batch; none when it is no table of states.
fn rows<'b>(entity: &'b str, batch: &'b RecordBatch) -> Option<Vec<(Key<'b>, &'b [u8])>> {
    let column = |name| batch.column_by_name(name).map(|column| &**column);
    let key = column("key")?;
    let key = (key.as_string_opt::<i32>(), key.as_string_opt::<i64>());
    let payload = column("payload")?;
    let payload = (payload.as_binary_opt::<i32>(), payload.as_binary_opt::<i64>());
    let number = |name| column(name)?.as_primitive_opt::<Int64Type>();
    let (records, last, first) = (number("records")?, number("last")?, column("first")?.as_primitive_opt::<Date32Type>()?);
    let row = |at: usize| {
        let key = match key {
            (Some(keys), _) => keys.is_valid(at).then(|| keys.value(at)),
            (_, Some(keys)) => keys.is_valid(at).then(|| keys.value(at)),
            _ => return None,
        };
        let payload = match payload {
            (Some(payloads), _) => payloads.value(at),
            (_, Some(payloads)) => payloads.value(at),
            _ => return None,
        };
        let first = if first.is_valid(at) { Some(day(first.value(at))?) } else { None };
        let last = if last.is_valid(at) { Some(u64::try_from(last.value(at)).ok()?) } else { None };
        Some((Key { entity, key, records: u64::try_from(records.value(at)).ok()?, first, last }, payload))
    };
    (0..batch.num_rows()).map(row).collect()
}

/// A day, from how many days it is after the first of 1970; and back.
fn day(days: i32) -> Option<NaiveDate> {
    Some(DateTime::from_timestamp(i64::from(days) * 86_400, 0)?.date_naive())
}

fn days(day: NaiveDate) -> Option<i32> {
    i32::try_from(day.signed_duration_since(NaiveDate::default()).num_days()).ok()
}

/// A table, of columns with their names.
fn table(columns: Vec<(&str, ArrayRef)>) -> Result<Table, Failure> {
    let fields: Vec<Field> = columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns.into_iter().map(|(_, column)| column).collect());
    Ok(Table::new(schema, vec![batch.map_err(|error| Failure::too_large(&error))?]))
}

/// Reads the rows of a part and what is carried beside them, and hands the reader over.
fn read<T>(rules: &Policy, events: Given<'_>, carried: Carried, py: Python<'_>, then: impl FnOnce(&Reader<'_>) -> Result<T, Failure> + Send) -> PyResult<T>
where
    T: Send,
{
    let mut data = Data::of(events, Vec::new())?;
    let read = py.detach(|| -> Result<T, Failure> {
        let mut reader = collected(rules, &mut data, Threads::ONE, &mut Progress::new(None), |_| {}, None)?;
        carried.put(&mut reader)?;
        then(&reader)
    });
    Ok(read?)
}

/// What was read and is carried, by the subjects of `entity`: `key`, `first`, `last`, `records`, `payload`. `own`: number of the part, and how many there are.
pub(crate) fn keyed(rules: &Policy, events: Given<'_>, carried: Carried, entity: &str, own: Option<(u32, u32)>, py: Python<'_>) -> PyResult<Table> {
    read(rules, events, carried, py, |reader| {
        let states = reader.by_key(entity).map_err(|error| Failure::Unwritten(bylaw::Say::new(error.to_string(), error.to_string())))?;
        let is_other = |key: &&str| own.is_some_and(|(at, of)| shard_of(key, of) != at);
        if let Some(key) = states.iter().filter_map(|state| state.key.as_deref()).find(is_other) {
            return Err(not_plain(entity, key).into());
        }
        let column = |state: fn(&KeyState) -> Option<i64>| -> ArrayRef { Arc::new(states.iter().map(state).collect::<Int64Array>()) };
        table(vec![
            ("key", Arc::new(states.iter().map(|state| state.key.as_deref()).collect::<StringArray>())),
            ("first", Arc::new(states.iter().map(|state| state.first.and_then(days)).collect::<Date32Array>())),
            ("last", column(|state| state.last.and_then(|last| i64::try_from(last).ok()))),
            ("records", column(|state| i64::try_from(state.records).ok())),
            ("payload", Arc::new(states.iter().map(|state| Some(&state.bytes[..])).collect::<BinaryArray>())),
        ])
    })
}

/// For each subject of `entity` the day of its earliest record, whatever becomes of it: `key`, `day`.
pub(crate) fn earliest(rules: &Policy, events: Given<'_>, entity: &str, py: Python<'_>) -> PyResult<Table> {
    read(rules, events, Carried::default(), py, |reader| {
        let days_of = reader.earliest(entity);
        table(vec![
            ("key", Arc::new(days_of.keys().map(|key| Some(&**key)).collect::<StringArray>())),
            ("day", Arc::new(days_of.values().map(|day| days(*day)).collect::<Date32Array>())),
        ])
    })
}

/// How the carried records are called, whose they are by `entity`, and whom they correct: `source`, `id`, `key`, `supersedes`, `retracts`; empty where there is none.
pub(crate) fn named(rules: &Policy, carried: Carried, entity: &str, py: Python<'_>) -> PyResult<Table> {
    read(rules, Vec::new(), carried, py, |reader| {
        let all = reader.named(entity);
        let texts = |text: fn(&bylaw::records::Named) -> Option<&Arc<str>>| -> ArrayRef { Arc::new(all.iter().map(|one| Some(text(one).map_or("", |text| text))).collect::<StringArray>()) };
        table(vec![
            ("source", texts(|one| Some(&one.source))),
            ("id", texts(|one| Some(&one.id))),
            ("key", texts(|one| Some(&one.key))),
            ("supersedes", texts(|one| one.supersedes.as_ref())),
            ("retracts", texts(|one| one.retracts.as_ref())),
        ])
    })
}

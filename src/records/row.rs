//! One row → one record, or what is wrong with it.

use super::layout::{EventPlan, Found, Layout};
use super::problem::{self, Problem, listed};
use super::raw::{Raw, Row};
use super::record::{At, Origin, Record, Stored};
use super::time;
use super::typed::{Typing, column};
use crate::diagnostics::Say;
use crate::model::EventType;
use chrono::{DateTime, FixedOffset, NaiveTime};
use chrono_tz::Tz;
use std::fmt::Write as _;
use std::sync::Arc;

/// Where a row stands, and what its id is when it has none.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    /// File and line.
    pub(crate) origin: Origin,
    /// Name given to the source, or empty.
    pub(crate) source: &'a Arc<str>,
    pub(crate) stream: u32,
    pub(crate) seq: u64,
    /// Case and place in it; none: the line is the id.
    pub(crate) trace: Option<(&'a str, u64)>,
}

/// A record with its corrections and the attributes of its cases.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) record: Record,
    pub(crate) supersedes: Option<Arc<str>>,
    pub(crate) retracts: Option<Arc<str>>,
    /// The attributes of the plan's cases, one after the other.
    pub(crate) attributes: Vec<Stored>,
}

/// What became of a row.
#[derive(Debug)]
pub(crate) enum Outcome {
    Read(Box<Item>),
    /// Of a type that no policy declares.
    Ignored(String),
    /// No type column in it.
    NoType(Problem),
    Bad(Problem, Option<String>),
}

/// Reads one row.
pub(crate) fn read(layout: &Layout<'_>, typing: &mut Typing<'_>, row: &dyn Row, place: Place<'_>) -> Outcome {
    let index = match layout.find(row) {
        Found::Event(index) => index,
        Found::Unknown(name) => return Outcome::Ignored(name),
        Found::Blank => return Outcome::Bad(no_type(layout), None),
        Found::NoColumn => return Outcome::NoType(no_type(layout)),
        Found::Several(events) => {
            let names = listed(events.iter().filter_map(|index| layout.plans.get(*index)).map(|plan| plan.event.name.as_str()));
            return Outcome::Bad(problem::ambiguous_type(&names), None);
        }
    };
    let plan = layout.plans.get(index).expect("a plan for each event");
    let id = match row.get(&plan.event.columns.id).text(&plan.event.columns.id) {
        Ok(id) => id.map_or_else(|| default_id(&place), str::to_owned),
        Err(problem) => return Outcome::Bad(problem, None),
    };
    match item(plan, index, typing, row, place, &id) {
        Ok(item) => Outcome::Read(Box::new(item)),
        Err(problem) => Outcome::Bad(problem, Some(id)),
    }
}

fn no_type(layout: &Layout<'_>) -> Problem {
    problem::missing_type(&listed(layout.type_columns()))
}

fn default_id(place: &Place<'_>) -> String {
    let mut id = String::new();
    unnamed(&mut id, place.trace, place.origin.line);
    id
}

/// Writes what a record is called that has no id: in a log its case and place there, elsewhere its line.
pub(crate) fn unnamed(id: &mut String, trace: Option<(&str, u64)>, line: u64) {
    match trace {
        Some((case, number)) => write!(id, "{case}#{number}"),
        None => write!(id, "L{line}"),
    }
    .expect("writing to a string does not fail");
}

fn item(plan: &EventPlan<'_>, index: usize, typing: &mut Typing<'_>, row: &dyn Row, place: Place<'_>, id: &str) -> Result<Item, Problem> {
    let (event, columns) = (plan.event, &plan.event.columns);
    let text = |column: &str| row.get(column).text(column).map(|text| text.map(str::to_owned));
    let at = happened(event, row, plan.zone)?;
    let source = text(&columns.source)?.map_or_else(|| Arc::clone(place.source), |source| typing.share(&source));
    let mut fields = Vec::with_capacity(event.fields.len());
    for field in &event.fields {
        fields.push(typing.value(field, &row.get(column(field)), plan.zone)?);
    }
    let mut attributes = Vec::new();
    for field in plan.cases.iter().flat_map(|case| case.attributes()) {
        attributes.push(typing.value(field, &row.get(column(field)), plan.zone)?);
    }
    let record = Record {
        event: index,
        source,
        id: id.into(),
        revision: text(&columns.revision)?.map_or(Ok(0), |text| revision(&columns.revision, &text))?,
        recorded_at: text(&columns.recorded_at)?.map(|text| recorded(&columns.recorded_at, &text, plan.zone)).transpose()?,
        at,
        stream: place.stream,
        seq: place.seq,
        fields,
        origin: place.origin,
        certain: true,
        only_for: None,
    };
    let supersedes = text(&columns.supersedes)?.map(Arc::from);
    let retracts = text(&columns.retracts)?.map(Arc::from);
    Ok(Item { record, supersedes, retracts, attributes })
}

fn happened(event: &EventType, row: &dyn Row, zone: Option<Tz>) -> Result<At, Problem> {
    let column = &event.columns.at;
    let raw = row.get(column);
    if matches!(raw, Raw::Number(_) | Raw::Yes(_)) {
        return Err(problem::wrong_type(column, raw.text(column)?.unwrap_or_default(), &time::expected_at()));
    }
    let text = raw.text(column)?.ok_or_else(|| problem::missing_time(column))?;
    if event.columns.at_is_date { time::date(column, text).map(At::Date) } else { time::at(column, text, zone) }
}

fn revision(column: &str, text: &str) -> Result<u64, Problem> {
    let whole = || Say::new("a whole number from 0", "不小于 0 的整数");
    text.parse().map_err(|_| problem::wrong_type(column, text, &whole()))
}

/// A recording time; a date alone means its end, so that nothing is known too early.
fn recorded(column: &str, text: &str, zone: Option<Tz>) -> Result<DateTime<FixedOffset>, Problem> {
    match time::at(column, text, zone)? {
        At::Moment(moment) => Ok(moment),
        At::Date(day) => {
            let zone = zone.ok_or_else(|| problem::time_without_zone(text))?;
            let end = day.and_time(NaiveTime::from_hms_opt(23, 59, 59).expect("a time of day"));
            let moment = end.and_local_timezone(zone).latest().ok_or_else(|| problem::time_in_gap(text, zone.name()))?;
            Ok(moment.fixed_offset())
        }
    }
}

//! Calendar periods, their names, and the occasions that they make (§4).

use super::judge::Judge;
use super::known::Known;
use super::occasion::Occasion;
use super::rules::Rules;
use super::value::Val;
use super::verdict::Cause;
use crate::model::expr::{Expr, Period};
use crate::model::norm::Rhythm;
use crate::model::number::Number;
use crate::model::value::Unit;
use crate::records::At;
use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A period with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub name: String,
}

/// The first day of the period that holds `day`.
pub(super) fn start(unit: Period, day: NaiveDate) -> NaiveDate {
    let month = |month: u32| NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day);
    match unit {
        Period::Day => day,
        Period::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
        Period::Month => month(day.month()),
        Period::Quarter => month((day.month() - 1) / 3 * 3 + 1),
        Period::HalfYear => month((day.month() - 1) / 6 * 6 + 1),
        Period::Year => month(1),
    }
}

/// The period that holds `day`.
pub(crate) fn span(unit: Period, day: NaiveDate) -> Span {
    let first = start(unit, day);
    let months = |n: u32| first.checked_add_months(Months::new(n)).and_then(|next| next.pred_opt()).unwrap_or(first);
    let last = match unit {
        Period::Day => first,
        Period::Week => first + Days::new(6),
        Period::Month => months(1),
        Period::Quarter => months(3),
        Period::HalfYear => months(6),
        Period::Year => months(12),
    };
    let name = match unit {
        Period::Day => first.to_string(),
        Period::Week => format!("{}-W{:02}", first.iso_week().year(), first.iso_week().week()),
        Period::Month => format!("{}-{:02}", first.year(), first.month()),
        Period::Quarter => format!("{}-Q{}", first.year(), first.month() / 3 + 1),
        Period::HalfYear => format!("{}-H{}", first.year(), first.month() / 6 + 1),
        Period::Year => first.year().to_string(),
    };
    Span { first, last, name }
}

/// The year that begins on this day (month and day) and holds `day`: its first and last day.
pub(super) fn year_from((month, first): (u32, u32), day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let begins = |year: i32| NaiveDate::from_ymd_opt(year, month, first);
    let this = begins(day.year())?;
    let (from, next) = if this <= day { (this, begins(day.year() + 1)?) } else { (begins(day.year() - 1)?, this) };
    Some((from, next.pred_opt()?))
}

/// The period of the rhythm that holds `day`.
pub(super) fn of_rhythm(every: &Rhythm, day: NaiveDate) -> Span {
    if every.count > 1 {
        return several(every, day).unwrap_or_else(|| span(every.unit, day));
    }
    if every.working || every.weekday.is_some() { span(Period::Day, day) } else { span(every.unit, day) }
}

/// The row of periods that holds `day`: `2022-2024`, `2024-01..02`, `2024-12..2025-01`, `2024-W01..W02`.
fn several(every: &Rhythm, day: NaiveDate) -> Option<Span> {
    let count = i32::try_from(every.count).ok()?;
    let from = every.from.or(NaiveDate::from_ymd_opt(0, 1, 1))?;
    let months = match every.unit {
        Period::Day | Period::Week => None,
        Period::Month => Some(1),
        Period::Quarter => Some(3),
        Period::HalfYear => Some(6),
        Period::Year => Some(12),
    };
    let (first, next) = match months {
        Some(months) => {
            let (length, of) = (count.checked_mul(months)?, |day: NaiveDate| day.year() * 12 + day.month0().cast_signed());
            let first = of(from) + (of(day) - of(from)).div_euclid(length) * length;
            let month = |n: i32| NaiveDate::from_ymd_opt(n.div_euclid(12), n.rem_euclid(12).cast_unsigned() + 1, 1);
            (month(first)?, month(first.checked_add(length)?)?)
        }
        None => {
            let length = i64::from(count) * if every.unit == Period::Week { 7 } else { 1 };
            let first = from.checked_add_signed(TimeDelta::days((day - from).num_days().div_euclid(length) * length))?;
            (first, first.checked_add_signed(TimeDelta::days(length))?)
        }
    };
    let last = next.pred_opt()?;
    let (one, other) = (span(every.unit, first).name, span(every.unit, last).name);
    let name = match (every.unit, one.split_once('-'), other.split_once('-')) {
        (Period::Year, ..) => format!("{one}-{other}"),
        (_, Some((year, _)), Some((same, rest))) if year == same => format!("{one}..{rest}"),
        _ => format!("{one}..{other}"),
    };
    Some(Span { first, last, name })
}

/// The periods from the one that holds `first` to the one that holds `until`, with what makes them doubtful.
fn run(every: &Rhythm, rules: &Rules, first: NaiveDate, until: NaiveDate) -> Vec<(Span, Option<Vec<Cause>>)> {
    let mut all = Vec::new();
    let mut day = first;
    while day <= until.max(first) {
        let span = of_rhythm(every, day);
        let next = span.last.succ_opt();
        let weekday = every.weekday.is_none_or(|wanted| u32::from(wanted) == day.weekday().num_days_from_monday());
        match if every.working { rules.works(day) } else { Ok(true) } {
            Ok(true) if weekday => all.push((span, None)),
            Err(_) if weekday => all.push((span, Some(vec![Cause::CalendarUnknown { day }]))),
            _ => {}
        }
        match next {
            Some(next) => day = next,
            None => break,
        }
    }
    all
}

/// Each subject in each period.
pub(super) fn all<'a>(
    known: &Known,
    rules: &Rules,
    entity: Option<&str>,
    filter: Option<&'a Expr>,
    every: &Rhythm,
    key: Option<&str>,
) -> Vec<Occasion<'a>> {
    let until = rules.day(known.until);
    let first = known.records.records.iter().map(|record| rules.day(record.at)).min().unwrap_or(until);
    let subjects = entity.map(|entity| (Arc::<str>::from(entity), subjects(known, entity)));
    let mut occasions = Vec::new();
    for (span, doubt) in run(every, rules, first, until) {
        let one = |subject: Option<(Arc<str>, Arc<str>)>| {
            let name = match &subject {
                Some((_, id)) => format!("{id}/{}", span.name),
                None => span.name.clone(),
            };
            let at = At::Date(span.last);
            Occasion { subject, period: Some(span.clone()), filter, doubt: doubt.clone(), ..Occasion::new(name, at, rules) }
        };
        match &subjects {
            None => occasions.push(one(None)),
            Some((entity, subjects)) => {
                let here = subjects.iter().filter(|(_, times)| belongs(times, &span));
                occasions.extend(here.map(|(id, _)| one(Some((entity.clone(), id.clone())))));
            }
        }
    }
    occasions.retain(|occasion| key.is_none_or(|key| occasion.key == key));
    occasions
}

pub(super) type Times = Vec<(Option<NaiveDate>, Option<NaiveDate>)>;

/// Who belongs to the register and when; without a loaded register, who occurs in the records.
pub(super) fn subjects(known: &Known, entity: &str) -> BTreeMap<Arc<str>, Times> {
    let facts = &known.records.facts;
    if facts.loaded.contains(entity) {
        return facts.members.get(entity).cloned().unwrap_or_default();
    }
    known.by_subject(entity).into_keys().map(|id| (id, vec![(None, None)])).collect()
}

impl Judge<'_, '_> {
    /// The day as of which the attributes of a subject are read (§2): the occasion's; of a period its last, or else the last of its days on which
    /// the subject is in the register.
    pub(super) fn known_on(&self, entity: &str, id: &str) -> NaiveDate {
        let day = self.fact_day.unwrap_or(self.occasion.day);
        let Some(span) = self.occasion.period.as_ref().filter(|_| self.fact_day.is_none()) else { return day };
        let times = self.known.records.facts.members.get(entity).and_then(|members| members.get(id));
        let within = |(from, until): &(Option<NaiveDate>, Option<NaiveDate>)| {
            let last = until.unwrap_or(span.last).min(span.last);
            (last >= from.unwrap_or(span.first).max(span.first)).then_some(last)
        };
        times.and_then(|times| times.iter().filter_map(within).max()).unwrap_or(day)
    }

    /// On how many days of the period somebody is in a register, or in how many full calendar months; without a loaded register, on all of them.
    pub(super) fn belonging(&self, entity: &str, id: &str, months: bool) -> Val {
        let facts = &self.known.records.facts;
        let (first, last) = self.occasion.period.as_ref().map_or((self.occasion.day, self.occasion.day), |span| (span.first, span.last));
        let times = facts.members.get(entity).and_then(|members| members.get(id));
        let there = |day: NaiveDate| {
            let within = |(from, until): &(Option<NaiveDate>, Option<NaiveDate>)| from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until);
            !facts.loaded.contains(entity) || times.is_some_and(|times| times.iter().any(within))
        };
        if months {
            let starts = first.iter_days().take_while(|day| *day <= last).filter(|day| day.day() == 1);
            let full = |start: &NaiveDate| start.iter_days().take_while(|day| day.month() == start.month()).all(|day| day <= last && there(day));
            let months = starts.filter(full).count();
            return Val::number(Number::whole(i64::try_from(months).unwrap_or(i64::MAX)), Unit::Months);
        }
        let days = first.iter_days().take_while(|day| *day <= last).filter(|day| there(*day)).count();
        Val::number(Number::whole(i64::try_from(days).unwrap_or(i64::MAX)), Unit::Days)
    }
}

fn belongs(times: &Times, span: &Span) -> bool {
    times.iter().any(|(from, until)| from.is_none_or(|from| from <= span.last) && until.is_none_or(|until| span.first <= until))
}

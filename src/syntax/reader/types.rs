//! Fields, types, units and literals.

use super::items::more_head;
use super::{Cx, Kids, Pair, Rule, kids, only};
use crate::syntax::trouble;
use crate::syntax::tree::{Field, Head, KindValues, Node, Period, Quantity, Rounding, Type, Unit, Weekday};
use rust_decimal::Decimal;

/// `days "天数": days in halves, 0.5 .. 365 from "column"`.
pub(super) fn field(cx: Cx<'_>, pair: Pair<'_>) -> Field {
    let mut parts = kids(pair);
    let mut head = Head { name: cx.name(parts.one()), label: None, cites: Vec::new() };
    more_head(cx, &mut head, &mut parts);
    typed(cx, head, &mut parts)
}

/// The rest of a field after its colon.
pub(super) fn typed(cx: Cx<'_>, head: Head, parts: &mut Kids<'_>) -> Field {
    let ty = ty(cx, parts.one());
    let grain = parts.opt(Rule::grain).map(|pair| {
        let step = only(pair);
        let value = if step.as_rule() == Rule::half { Decimal::new(5, 1) } else { decimal(cx, &step) };
        cx.node(value, &step)
    });
    let range = parts.opt(Rule::range).map(|pair| {
        let mut ends = kids(pair);
        let mut end = |rule| ends.opt(rule).map(|end| cx.node(decimal(cx, &end), &end));
        (end(Rule::low), end(Rule::high))
    });
    let column = parts.opt(Rule::column).map(|pair| cx.text(only(pair)));
    Field { name: head.name, label: head.label, ty, grain, range, column }
}

/// A type.
pub(super) fn ty(cx: Cx<'_>, pair: Pair<'_>) -> Node<Type> {
    let inner = only(pair.clone());
    let value = match inner.as_rule() {
        Rule::t_one_of | Rule::t_ordered => Type::OneOf(kind_values(cx, only(inner))),
        Rule::t_set => Type::Set(cx.name(only(inner))),
        Rule::t_number if matches!(inner.as_str(), "count" | "计数") => Type::Count,
        Rule::t_number => Type::Number,
        Rule::t_text => Type::Text,
        Rule::t_yes_no => Type::YesNo,
        Rule::t_date => Type::Date,
        Rule::t_moment => Type::Moment,
        Rule::t_time => Type::Time,
        Rule::t_money => match inner.as_str() {
            "money" | "金额" => Type::Money(None),
            code => Type::Money(Some(currency(code))),
        },
        Rule::t_unit => Type::Unit(unit_of(&only(inner))),
        _ => Type::Named(cx.name(only(inner))),
    };
    cx.node(value, &pair)
}

/// The values of an enumeration.
pub(super) fn kind_values(cx: Cx<'_>, pair: Pair<'_>) -> KindValues {
    let ordered = super::has(&pair, Rule::op_below);
    let value = |pair| {
        let mut parts = kids(pair);
        (cx.name(parts.one()), parts.opt(Rule::text).map(|text| cx.text(text)))
    };
    KindValues { ordered, values: kids(pair).filter(|pair| pair.as_rule() == Rule::kind_value).map(value).collect() }
}

/// `5 days`.
pub(super) fn quantity(cx: Cx<'_>, pair: Pair<'_>) -> Quantity {
    let mut parts = kids(pair);
    let number = parts.one();
    Quantity { number: cx.node(decimal(cx, &number), &number), unit: parts.opt(Rule::unit).map(|pair| unit(cx, pair)) }
}

/// A unit after a number.
pub(super) fn unit(cx: Cx<'_>, pair: Pair<'_>) -> Node<Unit> {
    let inner = only(pair);
    cx.node(unit_of(&inner), &inner)
}

fn unit_of(pair: &Pair<'_>) -> Unit {
    match pair.as_rule() {
        Rule::u_working_days | Rule::d_working_days => Unit::WorkingDays,
        Rule::u_days | Rule::d_days => Unit::Days,
        Rule::u_weeks | Rule::d_weeks => Unit::Weeks,
        Rule::u_months | Rule::d_months => Unit::Months,
        Rule::u_years | Rule::d_years => Unit::Years,
        Rule::u_hours | Rule::d_hours => Unit::Hours,
        Rule::u_minutes | Rule::d_minutes => Unit::Minutes,
        Rule::u_percent => Unit::Percent,
        Rule::u_points => Unit::Points,
        Rule::u_times => Unit::Times,
        _ => Unit::Money(currency(pair.as_str())),
    }
}

/// The unit of `days from A to B`.
pub(super) fn unit_of_difference(cx: Cx<'_>, pair: Pair<'_>) -> Node<Unit> {
    let inner = only(pair);
    cx.node(unit_of(&inner), &inner)
}

fn currency(written: &str) -> String {
    crate::syntax::currency::code(written).to_owned()
}

/// A number; one with too many digits is told and read as 0.
pub(super) fn decimal(cx: Cx<'_>, pair: &Pair<'_>) -> Decimal {
    Decimal::from_str_exact(pair.as_str().trim()).unwrap_or_else(|_| {
        cx.tell(trouble::bad_number(cx.span(pair), pair.as_str()));
        Decimal::ZERO
    })
}

/// A date as `YYYY-MM-DD`; one that does not exist is told.
pub(super) fn date(cx: Cx<'_>, pair: &Pair<'_>) -> Node<String> {
    let parts: Vec<&str> = pair.as_str().split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let number = |at: usize| parts.get(at).and_then(|part| part.parse::<u32>().ok()).unwrap_or_default();
    let day = i32::try_from(number(0)).ok().and_then(|year| chrono::NaiveDate::from_ymd_opt(year, number(1), number(2)));
    if day.is_none() {
        cx.tell(trouble::bad_date(cx.span(pair), pair.as_str()));
    }
    cx.node(day.map_or_else(|| pair.as_str().to_owned(), |day| day.format("%Y-%m-%d").to_string()), pair)
}

/// The first period of a rhythm: `2004`, `2024-03` or a day.
pub(super) fn first_period(cx: Cx<'_>, pair: Pair<'_>) -> Node<String> {
    match pair.as_rule() {
        Rule::date => date(cx, &pair),
        Rule::month_day => cx.node(month_day(cx, &pair), &pair),
        Rule::year_month => {
            let mut parts = pair.as_str().split(|c: char| !c.is_ascii_digit());
            let (year, month) = (parts.next().unwrap_or_default(), parts.find(|part| !part.is_empty()).unwrap_or_default());
            if !month.parse().is_ok_and(|month: u32| (1..=12).contains(&month)) {
                cx.tell(trouble::bad_date(cx.span(&pair), pair.as_str()));
            }
            cx.node(format!("{year}-{month:0>2}"), &pair)
        }
        _ => cx.node(pair.as_str().to_owned(), &pair),
    }
}

/// A day of the year as `MM-DD`; `02-29` is one.
pub(super) fn month_day(cx: Cx<'_>, pair: &Pair<'_>) -> String {
    let written = pair.as_str();
    let exists = chrono::NaiveDate::parse_from_str(&format!("2024-{written}"), "%Y-%m-%d").is_ok();
    if !exists {
        cx.tell(trouble::bad_date(cx.span(pair), written));
    }
    written.to_owned()
}

/// A time of day as `HH:MM`.
pub(super) fn time(cx: Cx<'_>, pair: &Pair<'_>) -> String {
    let written = pair.as_str();
    match chrono::NaiveTime::parse_from_str(written, "%H:%M") {
        Ok(time) => time.format("%H:%M").to_string(),
        Err(_) => {
            cx.tell(trouble::bad_time(cx.span(pair), written));
            written.to_owned()
        }
    }
}

/// A calendar period.
pub(super) fn period(pair: &Pair<'_>) -> Period {
    match pair.as_rule() {
        Rule::p_working_day => Period::WorkingDay,
        Rule::p_week => Period::Week,
        Rule::p_month => Period::Month,
        Rule::p_quarter => Period::Quarter,
        Rule::p_half_year => Period::HalfYear,
        Rule::p_year => Period::Year,
        _ => Period::Day,
    }
}

/// A day of the week.
pub(super) fn weekday(cx: Cx<'_>, pair: Pair<'_>) -> Node<Weekday> {
    let day = match only(pair.clone()).as_rule() {
        Rule::monday => Weekday::Monday,
        Rule::tuesday => Weekday::Tuesday,
        Rule::wednesday => Weekday::Wednesday,
        Rule::thursday => Weekday::Thursday,
        Rule::friday => Weekday::Friday,
        Rule::saturday => Weekday::Saturday,
        _ => Weekday::Sunday,
    };
    cx.node(day, &pair)
}

/// A rounding mode.
pub(super) fn rounding(cx: Cx<'_>, pair: Pair<'_>) -> Node<Rounding> {
    let inner = only(pair);
    let mode = match inner.as_rule() {
        Rule::m_half_up => Rounding::HalfUp,
        Rule::m_half_even => Rounding::HalfEven,
        Rule::m_down => Rounding::Down,
        _ => Rounding::Up,
    };
    cx.node(mode, &inner)
}

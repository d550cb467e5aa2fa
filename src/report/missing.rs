//! Why an expectation finds no verdict: which ones of its norm there are, or why there is none.

use crate::diagnostics::Say;
use crate::model::norm::{Norm, Occasion};
use crate::model::{Expected, Model};
use crate::records::{At, Record};
use crate::reference::derivation::LeftOut;
use crate::reference::verdict::Verdict;
use crate::tools::Ran;
use std::collections::BTreeSet;

/// So many verdicts are named.
const SHOWN: usize = 5;

/// What is said of an expectation without a verdict.
pub(super) fn missing(model: &Model, ran: &Ran<'_>, expected: &Expected) -> Say {
    let mut verdicts: Vec<&Verdict> = ran.audit.verdicts.iter().filter(|verdict| verdict.rule == expected.norm).collect();
    let Some(norm) = model.norm(&expected.norm) else { return Say::new("there is no such verdict", "没有这样的判定") };
    if verdicts.is_empty() {
        let why = none(model, ran, norm);
        return Say::new(format!("there is no verdict of this norm: {}", why.en), format!("没有这条规范的判定：{}", why.zh));
    }
    let of = |verdict: &Verdict| expected.subject.as_ref().is_some_and(|id| names(verdict).iter().any(|name| name == id));
    verdicts.sort_by_key(|verdict| !of(verdict));
    let mut seen = BTreeSet::new();
    let all: Vec<(String, String)> = verdicts.iter().map(|verdict| place(verdict)).filter(|place| seen.insert(place.clone())).collect();
    let more = all.len().saturating_sub(SHOWN);
    let list = |of: fn(&(String, String)) -> &str, comma: &str| all.iter().take(SHOWN).map(of).collect::<Vec<_>>().join(comma);
    let (en, zh) = (list(|place| &place.0, ", "), list(|place| &place.1, "、"));
    let (more_en, more_zh) = if more > 0 { (format!(" and {more} more"), format!("等（另有 {more} 个）")) } else { Default::default() };
    let periods = periods(ran, norm);
    Say::new(
        format!("there is no such verdict; those of this norm are {en}{more_en}{}", periods.en),
        format!("没有这样的判定；这条规范的判定有：{zh}{more_zh}{}", periods.zh),
    )
}

/// By what names an expectation may call the verdict: its bearer, its record, its subject.
fn names(verdict: &Verdict) -> Vec<String> {
    let key = verdict.id.split_once('@').map_or("", |(_, key)| key);
    verdict.subject.iter().map(|(_, id)| id.to_string()).chain(key.split('/').map(str::to_owned)).collect()
}

/// As an expectation would name it: `of "li" on 2024-03-05`.
fn place(verdict: &Verdict) -> (String, String) {
    let id = names(verdict).into_iter().next().unwrap_or_default();
    match &verdict.period {
        Some(period) if id == *period => (format!("for {period}"), format!("于 {period}")),
        Some(period) => (format!("of \"{id}\" for {period}"), format!("对 “{id}” 于 {period}")),
        None => {
            let day = day(verdict.at);
            (format!("of \"{id}\" on {day}"), format!("对 “{id}” 于 {day}"))
        }
    }
}

fn day(at: At) -> String {
    match at {
        At::Date(day) => day.to_string(),
        At::Moment(moment) => moment.date_naive().to_string(),
    }
}

/// From when to when periods are judged.
fn periods(ran: &Ran<'_>, norm: &Norm) -> Say {
    let first = ran.records.records.first().map(|record| day(record.at));
    match (&norm.occasion, first, ran.records.until) {
        (Occasion::Period { .. }, Some(first), Some(until)) => {
            let until = day(until);
            Say::new(
                format!("; periods are judged from the one that holds the first record ({first}) to the one that holds {until}"),
                format!("；期间自首条记录（{first}）所在的期间起，至 {until} 所在的期间止判定"),
            )
        }
        _ => Say::new("", ""),
    }
}

/// Why nothing was an occasion of the norm.
fn none(model: &Model, ran: &Ran<'_>, norm: &Norm) -> Say {
    if ran.records.until.is_none() {
        return Say::new("the example gives no record and does not say `known up to DATE`", "示例没有给出记录，也没有写 `截至 日期`");
    }
    match &norm.occasion {
        Occasion::Record(pattern) | Occasion::Member(pattern, _) => of_events(model, ran, &pattern.events),
        Occasion::Reaches { measure, .. } if !any(model, &ran.records.records, &measure.pattern.events) => of_events(model, ran, &measure.pattern.events),
        Occasion::Reaches { .. } => Say::new("the number is not reached", "次数没有达到"),
        Occasion::Case { entity, .. } => Say::new(
            format!("no record of a `{entity}` is given that meets the norm's condition"),
            format!("没有给出属于 `{entity}` 且符合规范条件的记录"),
        ),
        Occasion::Period { entity: None, .. } => {
            let periods = periods(ran, norm);
            Say::new(format!("no period meets the norm's condition{}", periods.en), format!("没有期间符合规范的条件{}", periods.zh))
        }
        Occasion::Period { entity: Some(entity), .. } | Occasion::Throughout { entity, .. } => {
            let periods = periods(ran, norm);
            let valid = match (&norm.occasion, model.regulation(&norm.regulation)) {
                (Occasion::Throughout { .. }, Some(of)) if !norm.validity.is_always() || !of.validity.is_always() => Say::new(" while the norm is in force", "（在规范施行期间）"),
                _ => Say::new("", ""),
            };
            Say::new(
                format!("no `{entity}` is given that belongs to the register and meets the norm's condition{}{}", valid.en, periods.en),
                format!("没有给出在册且符合规范条件的 `{entity}`{}{}", valid.zh, periods.zh),
            )
        }
    }
}

fn any<'r>(model: &Model, records: impl IntoIterator<Item = &'r Record>, events: &[String]) -> bool {
    records.into_iter().any(|record| events.iter().any(|event| model.event_index(event) == Some(record.event)))
}

/// Why no record of these types was an occasion.
fn of_events(model: &Model, ran: &Ran<'_>, events: &[String]) -> Say {
    let name = events.iter().map(|event| format!("`{event}`")).collect::<Vec<_>>();
    let (en, zh) = (name.join(" or "), name.join(" 或 "));
    let late = ran.records.set_aside.iter().filter(|(_, why)| *why == LeftOut::NotYetKnown).map(|(record, _)| record);
    match ran.records.until {
        _ if any(model, &ran.records.records, events) => {
            Say::new(format!("no {en} that is given meets the norm's condition"), format!("给出的 {zh} 都不符合规范的条件"))
        }
        Some(until) if any(model, late, events) => {
            let until = day(until);
            Say::new(format!("{en} is given only after {until}, up to which the example is known"), format!("{zh} 只在 {until} 之后给出，而示例截至该日"))
        }
        _ => Say::new(format!("no {en} is given, nor does one follow from what is given"), format!("没有给出 {zh}，也不能由给出的记录得出")),
    }
}

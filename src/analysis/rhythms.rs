//! The same act demanded at two rhythms: every week, and at least fifteen times a year.

use super::Context;
use super::finding::{Finding, plain};
use crate::diagnostics::{Say, Severity};
use crate::model::expr::{Expr, Op, Pattern, Period};
use crate::model::norm::{Norm, Occasion, Rhythm, What};
use crate::model::value::Scalar;
use std::collections::BTreeMap;

/// A duty of each period: so many records of a pattern.
struct Duty<'m> {
    norm: &'m Norm,
    every: &'m Rhythm,
    pattern: &'m Pattern,
    at_least: i64,
}

/// Looks at all duties of periods, those of the same regulation and subjects that ask for the same records.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>) {
    let mut alike: BTreeMap<(&str, &[String]), Vec<Duty<'_>>> = BTreeMap::new();
    for norm in &context.model.norms {
        let Occasion::Period { every, .. } = &norm.occasion else { continue };
        for requirement in &norm.requirements {
            if let What::Records { pattern, op: Op::Ge, number, distinct: None } = &requirement.what
                && let Some(at_least) = whole(number)
            {
                alike.entry((&norm.regulation, &pattern.events)).or_default().push(Duty { norm, every, pattern, at_least });
            }
        }
    }
    for duties in alike.values() {
        for (n, a) in duties.iter().enumerate() {
            for b in duties.iter().skip(n + 1).filter(|b| b.norm.name != a.norm.name && same_subjects(a.norm, b.norm)) {
                found.extend(one(context, a, b).or_else(|| one(context, b, a)));
            }
        }
    }
}

/// The second can not be breached by whoever keeps the first.
fn one(context: &Context<'_>, often: &Duty<'_>, seldom: &Duty<'_>) -> Option<Finding> {
    let filters = often.pattern.filter == seldom.pattern.filter || seldom.pattern.filter.is_none();
    let times = least_within(often.every, seldom.every)?;
    let comes_to = times.checked_mul(often.at_least)?;
    if !filters || often.pattern.links != seldom.pattern.links || comes_to < seldom.at_least || !seldom.norm.validity.is_always() && often.norm.validity != seldom.norm.validity {
        return None;
    }
    let speech = context.speech(&often.norm.name);
    let title = |duty: &Duty<'_>| speech.say(|words| words.quoted_norm(&duty.norm.name));
    let (first, second) = (title(often), title(seldom));
    let message = match times {
        1 => Say::new(format!("{} and {} ask for the same act in the same period", first.en, second.en), format!("{}与{}要求在同一期间内做同一件事", first.zh, second.zh)),
        _ => Say::new(
            format!("whoever keeps {} (at least {comes_to} times in the longer period) always keeps {} (at least {}): the second adds nothing", first.en, second.en, seldom.at_least),
            format!("遵守{}的（较长期间内至少 {comes_to} 次），必然符合{}（至少 {} 次）：后者没有实际作用", first.zh, second.zh, seldom.at_least),
        ),
    };
    let help = Say::new("keep one of them, or say that they ask for different acts; if the text says both, keep it and write `expect finding redundant because \"…\"`", "保留其一，或写明两者所要求的不是同一件事；原文两处都写的，照原样保留，并写`预期 问题 redundant 因为 “…”`");
    let place = |duty: &Duty<'_>| (context.written.items.get(&duty.norm.name).cloned(), speech.say(|words| words.cites(&duty.norm.cites)));
    Some(Finding { places: vec![place(often), place(seldom)], help, with: vec![seldom.norm.name.clone()], ..plain("redundant", Severity::Note, &often.norm.name, message) })
}

fn same_subjects(a: &Norm, b: &Norm) -> bool {
    let subjects = |norm: &Norm| if let Occasion::Period { entity, filter, .. } = &norm.occasion { Some((entity.clone(), filter.clone(), norm.when.clone())) } else { None };
    subjects(a) == subjects(b)
}

fn whole(number: &Expr) -> Option<i64> {
    let Expr::Value(Scalar::Quantity(number, _)) = number else { return None };
    number.as_whole().and_then(|number| i64::try_from(number).ok())
}

/// How many whole periods of one rhythm lie at least in a period of the other; none where that is not known, or where it is not the longer one.
fn least_within(often: &Rhythm, seldom: &Rhythm) -> Option<i64> {
    if often == seldom {
        return Some(1);
    }
    if seldom.weekday.is_some() || seldom.working || often.working {
        return None;
    }
    let months = |rhythm: &Rhythm| {
        let each = match rhythm.unit {
            Period::Month => 1,
            Period::Quarter => 3,
            Period::HalfYear => 6,
            Period::Year => 12,
            Period::Day | Period::Week => return None,
        };
        Some(each * i64::from(rhythm.count))
    };
    // The fewest days that so many months have.
    let days = |months: i64| match months {
        1 => 28,
        3 => 90,
        6 => 181,
        more => more * 365 / 12 - 3 * i64::from(more % 12 != 0),
    };
    let times = match (often.unit, months(often), months(seldom)) {
        (_, Some(short), Some(long)) => (long % short == 0).then_some(long / short)?,
        (Period::Day, None, Some(long)) => days(long) / i64::from(often.count),
        // A day of the week comes again after seven days; a whole week may lie across the border.
        (Period::Week, None, Some(long)) => {
            let span = 7 * i64::from(often.count);
            let cut = if often.weekday.is_some() { span - 7 } else { span - 1 };
            (days(long) - cut) / span
        }
        _ => return None,
    };
    (times > 1).then_some(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(unit: Period, count: u32, weekday: Option<u8>) -> Rhythm {
        Rhythm { unit, count, from: None, weekday, working: false }
    }

    #[test]
    fn how_often_at_least() {
        let year = every(Period::Year, 1, None);
        assert_eq!(least_within(&every(Period::Week, 1, Some(4)), &year), Some(52));
        assert_eq!(least_within(&every(Period::Week, 1, None), &year), Some(51));
        assert_eq!(least_within(&every(Period::Month, 2, None), &year), Some(6));
        assert_eq!(least_within(&every(Period::Quarter, 1, None), &every(Period::HalfYear, 1, None)), Some(2));
        assert_eq!(least_within(&every(Period::Day, 1, None), &every(Period::Month, 1, None)), Some(28));
        assert_eq!(least_within(&year, &every(Period::Month, 1, None)), None);
    }
}

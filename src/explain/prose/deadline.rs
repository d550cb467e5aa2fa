//! Date arithmetic: from where, how far, which days were skipped and why.

use super::Prose;
use crate::diagnostics::Tongue;
use crate::model::calendar::DayClass;
use crate::reference::derivation::DayCount;
use chrono::NaiveDate;

impl Prose<'_> {
    /// Start, end, days counted, days skipped with the reason.
    pub(super) fn day_count(&self, days: &DayCount) -> String {
        let words = &self.words;
        let (start, end, n) = (words.at(days.start), words.at(days.end), days.counted);
        let back = n.checked_neg().filter(|back| *back > 0);
        let mut text = match (words.tongue, days.same_day) {
            (Tongue::En, _) if back.is_some() => format!("back from {start} to {end}, {} counted", back.unwrap_or(n)),
            (Tongue::Zh, _) if back.is_some() => format!("自{start}倒推至{end}，计 {} 日", back.unwrap_or(n)),
            (Tongue::En, true) => format!("from {start} (this day included) to {end}, {n} counted"),
            (Tongue::En, false) => format!("from {start} (this day not included) to {end}, {n} counted"),
            (Tongue::Zh, true) => format!("自{start}（当日起算）至{end}，计 {n} 日"),
            (Tongue::Zh, false) => format!("自{start}（次日起算）至{end}，计 {n} 日"),
        };
        let skipped = self.skipped(&days.skipped);
        if !skipped.is_empty() {
            text.push_str(words.pick("; skipped: ", "；不计："));
            text.push_str(&skipped.join(words.pick(", ", "、")));
        }
        let moved = self.skipped(&days.moved);
        if !moved.is_empty() {
            text.push_str(words.pick("; moved on over days off: ", "；末日逢休息日顺延："));
            text.push_str(&moved.join(words.pick(", ", "、")));
        }
        if !days.suspended.is_empty() {
            text.push_str(words.pick("; suspended: ", "；中止："));
            let ranges = ranges(days.suspended.iter().map(|day| (*day, ())));
            let said: Vec<String> = ranges.iter().map(|(first, last, ())| self.range(*first, *last)).collect();
            text.push_str(&said.join(words.pick(", ", "、")));
        }
        text
    }

    fn skipped(&self, skipped: &[(NaiveDate, DayClass)]) -> Vec<String> {
        let ranges = ranges(skipped.iter().map(|(day, class)| (*day, class)));
        ranges
            .iter()
            .map(|(first, last, class)| {
                let class = self.words.aside(&self.words.day_class(class));
                format!("{}{class}", self.range(*first, *last))
            })
            .collect()
    }

    fn range(&self, first: NaiveDate, last: NaiveDate) -> String {
        let (from, to) = (self.words.day(first), self.words.day(last));
        if first == last {
            from
        } else if first.succ_opt() == Some(last) {
            format!("{from}{}{to}", self.words.pick(" and ", "和"))
        } else {
            format!("{from}{}{to}", self.words.pick(" to ", "至"))
        }
    }
}

/// Runs of neighbouring days with the same reason: first, last, reason.
fn ranges<R: PartialEq>(days: impl Iterator<Item = (NaiveDate, R)>) -> Vec<(NaiveDate, NaiveDate, R)> {
    let mut runs: Vec<(NaiveDate, NaiveDate, R)> = Vec::new();
    for (day, why) in days {
        match runs.last_mut() {
            Some((_, last, same)) if last.succ_opt() == Some(day) && *same == why => *last = day,
            _ => runs.push((day, day, why)),
        }
    }
    runs
}

//! Days, moments, periods and kinds of days in words.

use super::Words;
use crate::diagnostics::Tongue;
use crate::model::calendar::DayClass;
use crate::model::expr::Period;
use crate::records::At;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike};

const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
];

impl Words<'_> {
    /// A day: `2024-03-05`, `2024年3月5日`.
    pub(crate) fn day(&self, day: NaiveDate) -> String {
        match self.tongue {
            Tongue::En => day.format("%Y-%m-%d").to_string(),
            Tongue::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        }
    }

    /// A moment in the regulation's time zone, to the second unless the fraction matters.
    pub(crate) fn moment(&self, moment: DateTime<FixedOffset>) -> String {
        let local = moment.with_timezone(&self.zone);
        let fraction = self.fractions && local.nanosecond() > 0;
        let clock = match (local.second(), fraction) {
            (0, false) => local.format("%H:%M"),
            (_, false) => local.format("%H:%M:%S"),
            (_, true) => local.format("%H:%M:%S%.f"),
        };
        format!("{} {clock}", self.day(local.date_naive()))
    }

    /// A day or a moment.
    pub(crate) fn at(&self, at: At) -> String {
        match at {
            At::Moment(moment) => self.moment(moment),
            At::Date(day) => self.day(day),
        }
    }

    /// `31 May`, `5月31日`.
    pub(crate) fn month_day(&self, month: u32, day: u32) -> String {
        let name = usize::try_from(month).ok().and_then(|m| MONTHS.get(m.checked_sub(1)?)).copied();
        match (self.tongue, name) {
            (Tongue::En, Some(name)) => format!("{day} {name}"),
            (Tongue::En, None) => format!("{month:02}-{day:02}"),
            (Tongue::Zh, _) => format!("{month}月{day}日"),
        }
    }

    /// A period's key, `2024-03`, `2024-W10`, `2024-Q1`, `2024-H1`, `2024`, `2024-03-05`, as people say it.
    pub(crate) fn period(&self, key: &str) -> String {
        // A row of months or weeks, named by its first and its last.
        if let Some(((first, last), year)) = key.split_once("..").zip(key.get(..4)) {
            let last = if last.contains('-') { last.to_owned() } else { format!("{year}-{last}") };
            return format!("{}{}{}", self.period(first), self.pick(" to ", "至"), self.period(&last));
        }
        if let Ok(day) = NaiveDate::parse_from_str(key, "%Y-%m-%d") {
            return self.day(day);
        }
        let Some((year, rest)) = key.split_once('-') else {
            return if self.zh() { format!("{key}年") } else { key.to_owned() };
        };
        let number = |text: &str| text.parse::<usize>().ok();
        let said = if let Some(week) = rest.strip_prefix('W').and_then(number) {
            (format!("week {week} of {year}"), format!("{year}年第 {week} 周"))
        } else if let Some(quarter) = rest.strip_prefix('Q').and_then(number) {
            let zh = ["一", "二", "三", "四"].get(quarter.wrapping_sub(1)).copied().unwrap_or(rest);
            let en = ["first", "second", "third", "fourth"].get(quarter.wrapping_sub(1)).copied().unwrap_or(rest);
            (format!("the {en} quarter of {year}"), format!("{year}年第{zh}季度"))
        } else if let Some(half) = rest.strip_prefix('H').and_then(number) {
            let (en, zh) = if half == 1 { ("first", "上") } else { ("second", "下") };
            (format!("the {en} half of {year}"), format!("{year}年{zh}半年"))
        } else if rest.len() == 4 && number(rest).is_some() {
            (format!("{year} to {rest}"), format!("{year}年至{rest}年"))
        } else if let Some(month) = number(rest).and_then(|m| Some((MONTHS.get(m.checked_sub(1)?)?, m))) {
            (format!("{} {year}", month.0), format!("{year}年{}月", month.1))
        } else {
            (key.to_owned(), key.to_owned())
        };
        if self.zh() { said.1 } else { said.0 }
    }

    /// `month`, `月`, after `the` or `当`.
    pub(crate) fn period_unit(&self, unit: Period) -> &'static str {
        let (en, zh) = match unit {
            Period::Day => ("day", "日"),
            Period::Week => ("week", "周"),
            Period::Month => ("month", "月"),
            Period::Quarter => ("quarter", "季度"),
            Period::HalfYear => ("half-year", "半年"),
            Period::Year => ("year", "年"),
        };
        if self.zh() { zh } else { en }
    }

    /// Why a day is skipped or special: `weekend`, `holiday: Spring Festival`.
    pub(crate) fn day_class(&self, class: &DayClass) -> String {
        let (en, zh) = match class {
            DayClass::Working(None) => ("working day".to_owned(), "工作日".to_owned()),
            DayClass::Working(Some(name)) => (format!("make-up working day, {name}"), format!("{name}调休上班")),
            DayClass::Weekend => ("weekend".to_owned(), "周末".to_owned()),
            DayClass::Holiday(name) if name.is_empty() => ("holiday".to_owned(), "节假日".to_owned()),
            DayClass::Holiday(name) => (name.clone(), name.clone()),
            DayClass::Unknown => ("not in the calendar's data".to_owned(), "日历数据未涵盖".to_owned()),
        };
        if self.zh() { zh } else { en }
    }
}

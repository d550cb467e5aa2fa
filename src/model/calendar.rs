//! Calendars: which days are working days, and counting in them.

use crate::diagnostics::Say;
use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A calendar with its data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Calendar {
    /// Name.
    pub name: String,
    /// Title for people.
    pub label: Option<String>,
    /// Free days of the week, 0 = Monday … 6 = Sunday.
    pub weekend: Vec<u8>,
    /// First and last year of the data; outside, the class of a day is not known.
    pub years: (i32, i32),
    /// Days that differ from the week.
    #[schemars(with = "BTreeMap<String, Exceptional>")]
    pub days: BTreeMap<NaiveDate, Exceptional>,
}

/// A day that does not follow the week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Exceptional {
    /// Worked (a make-up day) or free (a holiday).
    pub works: bool,
    /// Occasion, such as `Spring Festival`.
    pub occasion: String,
}

/// Why a day is not counted as a working day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DayClass {
    /// Worked; the occasion when it is a make-up day.
    Working(Option<String>),
    /// A day of the weekend.
    Weekend,
    /// A holiday, with its name.
    Holiday(String),
    /// Outside the years of the data.
    Unknown,
}

/// First and last year of the data, and the days that differ from the week.
pub type Days = ((i32, i32), BTreeMap<NaiveDate, Exceptional>);

/// A line of a data file that cannot be used: line number from 1, what is wrong.
pub type BadLine = (usize, Say);

impl Calendar {
    /// What kind of day `day` is.
    pub fn class(&self, day: NaiveDate) -> DayClass {
        if day.year() < self.years.0 || day.year() > self.years.1 {
            return DayClass::Unknown;
        }
        let weekend = u8::try_from(day.weekday().num_days_from_monday()).is_ok_and(|n| self.weekend.contains(&n));
        match self.days.get(&day) {
            Some(Exceptional { works: true, occasion }) => DayClass::Working(Some(occasion.clone())),
            Some(Exceptional { works: false, occasion }) => DayClass::Holiday(occasion.clone()),
            None if weekend => DayClass::Weekend,
            None => DayClass::Working(None),
        }
    }

    /// Is `day` worked? None outside the years of the data.
    pub fn works(&self, day: NaiveDate) -> Option<bool> {
        match self.class(day) {
            DayClass::Unknown => None,
            DayClass::Working(_) => Some(true),
            DayClass::Weekend | DayClass::Holiday(_) => Some(false),
        }
    }

    /// Working days after `from` up to and with `to`; negative, with the sides turned, when `to` is earlier. None when a day
    /// on the way lies outside the data.
    pub fn working_days(&self, from: NaiveDate, to: NaiveDate) -> Option<i64> {
        if to < from {
            return self.working_days(to, from).map(|n| -n);
        }
        let mut count = 0;
        for day in from.iter_days().skip(1).take_while(|day| *day <= to) {
            count += i64::from(self.works(day)?);
        }
        Some(count)
    }

    /// The `n`-th working day after `from` (before it when `n` is negative; `from` itself when 0). None outside the data.
    pub fn add_working_days(&self, from: NaiveDate, n: i64) -> Option<NaiveDate> {
        let (mut day, mut left) = (from, n.unsigned_abs());
        while left > 0 {
            day = if n > 0 { day.succ_opt()? } else { day.pred_opt()? };
            left -= u64::from(self.works(day)?);
        }
        Some(day)
    }

    /// Reads the data file `date,kind,occasion` (kind `off` or `work`): the years it covers and its days, or every bad line.
    ///
    /// # Errors
    /// Each line that has not three cells, an impossible date, an unknown kind, or a date that stood before.
    pub fn parse_days(text: &str) -> Result<Days, Vec<BadLine>> {
        let (mut days, mut bad) = (BTreeMap::new(), Vec::new());
        for (line, cells) in data_lines(text) {
            match day_of(&cells) {
                Ok((day, exceptional)) => {
                    if days.insert(day, exceptional).is_some() {
                        bad.push((line, Say::new(format!("the date `{day}` stands twice"), format!("日期 `{day}` 重复"))));
                    }
                }
                Err(say) => bad.push((line, say)),
            }
        }
        let years = match (days.first_key_value(), days.last_key_value()) {
            (Some((first, _)), Some((last, _))) => (first.year(), last.year()),
            _ => {
                bad.push((1, Say::new("the calendar has no days", "日历中没有任何日期")));
                (0, 0)
            }
        };
        if bad.is_empty() { Ok((years, days)) } else { Err(bad) }
    }
}

/// The lines of a data file after its header, without blank lines and comments: line number from 1, trimmed cells.
pub(crate) fn data_lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines.skip(1).map(|(n, line)| (n + 1, line.split(',').map(str::trim).collect()))
}

fn day_of(cells: &[&str]) -> Result<(NaiveDate, Exceptional), Say> {
    let [date, kind, occasion] = cells else {
        return Err(Say::new("expected three cells: `date,kind,occasion`", "应有三栏：`date,kind,occasion`"));
    };
    let Ok(day) = NaiveDate::parse_from_str(date, "%Y-%m-%d") else {
        return Err(Say::new(format!("`{date}` is not a date such as `2024-02-10`"), format!("`{date}` 不是日期，应如 `2024-02-10`")));
    };
    let works = match *kind {
        "work" => true,
        "off" => false,
        _ => return Err(Say::new(format!("`{kind}` is neither `off` nor `work`"), format!("`{kind}` 既不是 `off` 也不是 `work`"))),
    };
    Ok((day, Exceptional { works, occasion: (*occasion).to_owned() }))
}

//! Headers and data files: regulations, calendars, schedules.

use super::declare::text;
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::links::Sort;
use crate::model::calendar::{BadLine, Calendar, data_lines};
use crate::model::{Interval, Regulation, Schedule, Slot};
use crate::model::load::{beside, decode, unreadable};
use crate::model::value::Unit;
use crate::syntax::tree::{self, Node};
use chrono::{NaiveDate, NaiveTime};

impl Lower<'_> {
    pub(super) fn regulation(&mut self, file: usize, regulation: &tree::Regulation) {
        let name = &regulation.head.name;
        if !self.claim("regulation", &name.value, (file, name.span)) {
            return;
        }
        let validity = regulation.validity.as_ref().map_or(Interval::default(), |validity| self.validity(file, validity));
        let time_zone = self.time_zone(file, regulation);
        let calendar = regulation.calendar.as_ref().filter(|calendar| self.is_calendar(file, calendar));
        if regulation.calendar.is_some() && calendar.is_none() {
            self.poison("calendar", &name.value);
        }
        if let Some(line) = regulation.moves_on.as_ref().filter(|_| regulation.calendar.is_none()) {
            self.error(
                "no-calendar",
                (file, line.span),
                Say::new("which days are off is said by a calendar, and the header names none", "休息日由日历载明，而题头没有写日历"),
                Say::new("write `calendar NAME` in the header, and declare it with its file", "请在题头写明 `日历 名称`，并声明该日历及其文件"),
            );
        }
        let lateness = regulation.lateness.as_ref().map_or(0, |length| self.lateness(file, length));
        let currency = regulation.currency.as_ref().and_then(|code| self.currency((file, code.span), &code.value));
        self.model.regulations.push(Regulation {
            name: name.value.clone(),
            label: text(regulation.head.label.as_ref()),
            cites: cites(&regulation.head.cites),
            validity,
            time_zone,
            currency,
            calendar: calendar.map(|calendar| calendar.value.clone()),
            same_day: regulation.clock.as_ref().is_some_and(|clock| clock.value == tree::Clock::SameDay),
            moves_on: regulation.moves_on.is_some(),
            lateness,
            not_adopted: self.texts.get(file).map_or(Vec::new(), |text| text.not_adopted.clone()),
        });
    }

    fn is_calendar(&mut self, file: usize, name: &Node<String>) -> bool {
        let known: Vec<String> = self.model.calendars.iter().map(|calendar| calendar.name.clone()).collect();
        let found = known.contains(&name.value);
        if found {
            self.uses((file, name.span), Sort::Calendar, "", &name.value);
        } else {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.unknown((file, name.span), ("calendar", "日历"), &name.value, &known);
        }
        found
    }

    fn time_zone(&mut self, file: usize, regulation: &tree::Regulation) -> String {
        let Some(zone) = &regulation.time_zone else {
            self.warn(
                "no-time-zone",
                (file, regulation.head.name.span),
                Say::new("no time zone is stated: days are read as days in UTC", "未写明时区：按 UTC 划分日期"),
                Say::new("write `time zone Asia/Shanghai`, or the zone of the place", "请写明 `时区 Asia/Shanghai` 或当地时区"),
            );
            return "UTC".to_owned();
        };
        if zone.value.parse::<chrono_tz::Tz>().is_err() {
            let name = &zone.value;
            let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
            let near = super::tell::similar(name, names).unwrap_or_else(|| "Asia/Shanghai".to_owned());
            self.error(
                "bad-time-zone",
                (file, zone.span),
                Say::new(format!("there is no time zone `{name}`"), format!("没有时区 `{name}`")),
                Say::new(format!("write a name of the IANA list, such as `{near}`"), format!("请用 IANA 时区名，如 `{near}`")),
            );
        }
        zone.value.clone()
    }

    /// Three capital letters; anything else is told.
    pub(super) fn currency(&mut self, at: At, code: &str) -> Option<String> {
        if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Some(code.to_owned());
        }
        self.error(
            "bad-currency",
            at,
            Say::new(format!("`{code}` is not the code of a currency"), format!("`{code}` 不是货币代码")),
            Say::new("write three capital letters, such as `CNY`", "请写三个大写字母，如 `CNY`"),
        );
        None
    }

    fn lateness(&mut self, file: usize, length: &tree::Quantity) -> u32 {
        let at = (file, length.number.span);
        let found = length.unit.as_ref().and_then(|unit| self.unit(at, &unit.value));
        let days = match found {
            Some((Unit::Days, factor)) => crate::model::number::Number::from(length.number.value).times(factor),
            _ => None,
        };
        let days = days.and_then(|days| days.as_whole()).and_then(|days| u32::try_from(days).ok());
        if days.is_none() {
            self.error(
                "unit-mismatch",
                at,
                Say::new("lateness is a whole number of calendar days", "迟报期限须为整数天"),
                Say::new("write for instance `lateness 3 days`", "例如 `迟报 3 天`"),
            );
        }
        days.unwrap_or(0)
    }

    /// `from … until …`; told when it ends before it begins.
    pub(super) fn validity(&mut self, file: usize, validity: &tree::Validity) -> Interval {
        let from = validity.from.as_ref().and_then(|day| self.date((file, day.span), &day.value));
        let until = validity.until.as_ref().and_then(|day| self.date((file, day.span), &day.value));
        if let (Some(first), Some(last)) = (from, until)
            && last < first
        {
            let at = (file, validity.until.as_ref().map_or(tree::Name::new(String::new(), Default::default()).span, |day| day.span));
            self.error(
                "bad-validity",
                at,
                Say::new("the last day in force lies before the first", "失效日期早于施行日期"),
                Say::new("write the earlier day after `from`", "请把较早的日期写在 `自` 之后"),
            );
        }
        Interval { from, until }
    }

    /// A clause is in force only as long as its regulation: what it says of other days would be ignored.
    pub(super) fn within_regulation(&mut self, context: &super::effects::Context, at: At) {
        let regulation = context.env.regulation.as_deref().and_then(|name| self.model.regulation(name));
        let Some(whole) = regulation.map(|regulation| regulation.validity) else { return };
        let own = context.validity;
        let (en, zh) = match (own.from.zip(whole.from), own.until.zip(whole.until)) {
            (Some((own, whole)), _) if own < whole => (format!("from {own}, but its regulation only from {whole}"), format!("自 {own} 起施行，而所在规章自 {whole} 起施行")),
            (_, Some((own, whole))) if own > whole => (format!("until {own}, but its regulation only until {whole}"), format!("施行至 {own}，而所在规章施行至 {whole}")),
            _ => return,
        };
        self.error(
            "bad-validity",
            at,
            Say::new(format!("this clause would be in force {en}: nothing is judged on the days between"), format!("本条{zh}：其间不作任何判定")),
            Say::new("let the regulation's own `in force` line take in these days, and give the other clauses theirs", "请让规章的 `施行` 行涵盖这些日期，并为其他条款另写 `施行` 行"),
        );
    }

    /// A date as written; an impossible one is told.
    pub(super) fn date(&mut self, at: At, written: &str) -> Option<NaiveDate> {
        let day = NaiveDate::parse_from_str(written, "%Y-%m-%d").ok();
        if day.is_none() {
            self.error(
                "bad-date",
                at,
                Say::new(format!("there is no day `{written}`"), format!("没有 `{written}` 这一天")),
                Say::new("write a date such as `2024-02-29`", "请写成如 `2024-02-29` 的日期"),
            );
        }
        day
    }

    pub(super) fn calendar(&mut self, file: usize, calendar: &tree::Calendar) {
        let name = &calendar.head.name;
        if !self.claim("calendar", &name.value, (file, name.span)) {
            return;
        }
        let mut weekend: Vec<u8> = calendar.weekend.iter().map(|day| weekday(day.value)).collect();
        weekend.sort_unstable();
        weekend.dedup();
        let days = match self.data(file, &calendar.file) {
            Some((path, data)) => Calendar::parse_days(&data).map_err(|bad| self.bad_lines((file, calendar.file.span), &path, &bad)),
            None => Err(()),
        };
        // With bad data the calendar still counts as declared, so that naming it is no second error.
        let (years, days) = days.unwrap_or_default();
        let label = text(calendar.head.label.as_ref());
        self.model.calendars.push(Calendar { name: name.value.clone(), label, weekend, years, days });
    }

    pub(super) fn schedule(&mut self, file: usize, schedule: &tree::Schedule) {
        let name = &schedule.head.name;
        if !self.claim("schedule", &name.value, (file, name.span)) {
            return;
        }
        let mut slots = Vec::new();
        if let Some((path, data)) = self.data(file, &schedule.file) {
            let (good, bad): (Vec<_>, Vec<_>) =
                data_lines(&data).map(|(line, cells)| slot(&cells).map_err(|say| (line, say))).partition(Result::is_ok);
            slots = good.into_iter().filter_map(Result::ok).collect();
            let bad: Vec<BadLine> = bad.into_iter().filter_map(Result::err).collect();
            self.bad_lines((file, schedule.file.span), &path, &bad);
        }
        slots.sort_by(|a, b| (&a.name, &a.season).cmp(&(&b.name, &b.season)));
        self.model.schedules.push(Schedule { name: name.value.clone(), label: text(schedule.head.label.as_ref()), slots });
    }

    /// The text of a data file beside the policy.
    fn data(&mut self, file: usize, name: &Node<String>) -> Option<(String, String)> {
        let path = beside(&self.texts.get(file)?.path, &name.value);
        let at = (file, name.span);
        match self.files.read(&path).map_err(|error| error.kind()).map(|bytes| decode(&bytes)) {
            Ok(Ok(data)) => Some((path, data)),
            Ok(Err(position)) => {
                self.error(
                    "not-utf8",
                    at,
                    Say::new(format!("`{path}` is not UTF-8: byte {position} is wrong"), format!("`{path}` 不是 UTF-8：第 {position} 字节有误")),
                    Say::new("save the file as UTF-8", "请把文件存为 UTF-8"),
                );
                None
            }
            Err(kind) => {
                self.error(
                    "file-unreadable",
                    at,
                    unreadable(&path, kind),
                    Say::new("the path is relative to this policy file", "路径相对于本文件"),
                );
                None
            }
        }
    }

    fn bad_lines(&mut self, at: At, path: &str, bad: &[BadLine]) {
        for (line, say) in bad {
            self.error(
                "bad-data-line",
                at,
                Say::new(format!("`{path}`, line {line}: {}", say.en), format!("`{path}` 第 {line} 行：{}", say.zh)),
                Say::new("correct the line in the data file", "请更正数据文件中的这一行"),
            );
        }
    }
}

/// 0 = Monday … 6 = Sunday.
pub(super) fn weekday(day: tree::Weekday) -> u8 {
    day as u8
}

/// The texts of citations.
pub(super) fn cites(nodes: &[Node<String>]) -> Vec<String> {
    nodes.iter().map(|node| node.value.clone()).collect()
}

fn slot(cells: &[&str]) -> Result<Slot, Say> {
    let [name, from, to, start, end] = cells else {
        return Err(Say::new("expected five cells: `slot,season_from,season_to,start,end`", "应有五栏：`slot,season_from,season_to,start,end`"));
    };
    let season = match (*from, *to) {
        ("", "") => None,
        (from, to) => Some((month_day(from)?, month_day(to)?)),
    };
    let (first, last) = (time(start)?, time(end)?);
    if last <= first {
        return Err(Say::new(format!("the slot ends at `{end}`, not after its start `{start}`"), format!("时段止于 `{end}`，不晚于起点 `{start}`")));
    }
    let written = |time: NaiveTime| time.format("%H:%M").to_string();
    Ok(Slot { name: (*name).to_owned(), season, start: written(first), end: written(last) })
}

fn month_day(text: &str) -> Result<String, Say> {
    // 2024 has a 29 February.
    match NaiveDate::parse_from_str(&format!("2024-{text}"), "%Y-%m-%d") {
        Ok(day) => Ok(day.format("%m-%d").to_string()),
        Err(_) => Err(Say::new(format!("`{text}` is not a day of the year such as `05-01`"), format!("`{text}` 不是如 `05-01` 的月日"))),
    }
}

fn time(text: &str) -> Result<NaiveTime, Say> {
    NaiveTime::parse_from_str(text, "%H:%M")
        .map_err(|_| Say::new(format!("`{text}` is not a time such as `08:30`"), format!("`{text}` 不是如 `08:30` 的时间")))
}

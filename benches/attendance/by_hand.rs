//! The workload as an expert would write it for these rules and no others: typed `serde_json`, one probe for the person, a list of months each.

use super::written::Months;
use serde::Deserialize;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Write};

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    SignIn,
    EarlyLeave,
    AbsenceDay,
    LeaveRequest,
    Article,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Default)]
#[serde(rename_all = "snake_case")]
enum Adopted {
    #[default]
    None,
    County,
    Province,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Default)]
#[serde(rename_all = "snake_case")]
enum Form {
    #[default]
    Article,
    Info,
}

#[derive(Deserialize)]
struct Record<'l> {
    id: u64,
    r#type: Kind,
    #[serde(borrow)]
    person: &'l str,
    at: &'l str,
    #[serde(default)]
    late_minutes: u32,
    #[serde(default)]
    days: u32,
    #[serde(default)]
    rank: &'l str,
    #[serde(default, borrow)]
    approved_by: Vec<&'l str>,
    #[serde(default)]
    words: u32,
    #[serde(default)]
    adopted_by: Adopted,
    #[serde(default)]
    form: Form,
}

#[derive(Default, Clone, Copy)]
struct Month {
    month: u32,
    records: u32,
    lates: u32,
    absences: u32,
    fines: u32,
    awards: u32,
    gone: bool,
}

/// Verdict, amount, rule.
fn judged(record: &Record<'_>) -> (&'static str, i32, &'static str) {
    match record.r#type {
        Kind::SignIn if record.late_minutes > 0 => ("late", -2, "R1"),
        Kind::SignIn => ("ok", 0, "R0"),
        Kind::EarlyLeave => ("early", -2, "R2"),
        Kind::AbsenceDay => ("absent", -20, "R3"),
        Kind::LeaveRequest => {
            let (needed, rule) = match (record.rank == "deputy_director", record.days) {
                (false, ..=3) => ("office_director", "A1"),
                (false, _) => ("chief", "A2"),
                (true, ..=2) => ("office_director", "A3"),
                (true, _) => ("chief", "A4"),
            };
            let verdict = if record.approved_by.contains(&needed) { "permit" } else { "deny" };
            (verdict, -5 * i32::try_from(record.days).unwrap(), rule)
        }
        Kind::Article => {
            let base = match (record.form, record.words) {
                (Form::Info, _) => 5,
                (_, ..1500) => 10,
                (_, ..=3000) => 20,
                _ => 30,
            };
            match record.adopted_by {
                Adopted::None => ("award", base, "P1"),
                Adopted::County => ("award", base * 2, "P2"),
                Adopted::Province => ("award", if record.form == Form::Info { 50 } else { 100 }, "P3"),
            }
        }
    }
}

#[derive(Default)]
struct People {
    numbers: HashMap<Box<str>, u32, foldhash::fast::RandomState>,
    names: Vec<Box<str>>,
    months: Vec<Vec<Month>>,
}

impl People {
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number as usize;
        }
        let number = self.names.len();
        self.numbers.insert(name.into(), u32::try_from(number).unwrap());
        self.names.push(name.into());
        self.months.push(Vec::new());
        number
    }

    /// Takes note of a record; what it set off.
    fn count(&mut self, record: &Record<'_>, amount: i32) -> &'static str {
        let bytes = record.at.as_bytes();
        let digit = |at: usize| u32::from(bytes[at] - b'0');
        let month = (digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3)) * 12 + digit(5) * 10 + digit(6) - 1;
        let person = self.number(record.person);
        let months = &mut self.months[person];
        if months.last().is_none_or(|last| last.month != month) {
            months.push(Month { month, ..Month::default() });
        }
        let here = months.last_mut().unwrap();
        here.records += 1;
        if amount < 0 { here.fines += amount.unsigned_abs() } else { here.awards += amount.unsigned_abs() }
        match record.r#type {
            Kind::SignIn if record.late_minutes > 0 => here.lates += 1,
            Kind::EarlyLeave => here.lates += 1,
            Kind::AbsenceDay => here.absences += 1,
            _ => return "",
        }
        if here.gone {
            return "";
        }
        here.gone = here.lates >= 10 || here.absences + here.lates / 3 >= 3;
        match (here.gone, here.lates >= 10) {
            (true, true) => "R5",
            (true, false) => "R6",
            _ => "",
        }
    }
}

/// Reads, judges, writes.
pub fn run(file: &str, events: &str, totals: &str) {
    let mut people = People::default();
    let mut out = File::create(events).unwrap();
    let (mut text, mut number) = (Vec::with_capacity(1 << 20), itoa::Buffer::new());
    let mut input = File::open(file).unwrap();
    let (mut buffer, mut have) = (vec![0_u8; 1 << 20], 0);
    loop {
        let read = input.read(&mut buffer[have..]).unwrap();
        if read == 0 {
            break;
        }
        let (end, mut start) = (have + read, 0);
        while let Some(length) = memchr::memchr(b'\n', &buffer[start..end]) {
            let record: Record<'_> = serde_json::from_slice(&buffer[start..start + length]).unwrap();
            let (verdict, amount, rule) = judged(&record);
            let trigger = people.count(&record, amount);
            text.extend_from_slice(number.format(record.id).as_bytes());
            text.push(b',');
            text.extend_from_slice(verdict.as_bytes());
            text.push(b',');
            text.extend_from_slice(number.format(amount).as_bytes());
            for part in [rule, trigger] {
                text.push(b',');
                text.extend_from_slice(part.as_bytes());
            }
            text.push(b'\n');
            if text.len() > (1 << 20) - 256 {
                out.write_all(&text).unwrap();
                text.clear();
            }
            start += length + 1;
        }
        buffer.copy_within(start..end, 0);
        have = end - start;
    }
    out.write_all(&text).unwrap();
    let mut order: Vec<usize> = (0..people.names.len()).collect();
    order.sort_by(|a, b| people.names[*a].cmp(&people.names[*b]));
    let mut out = Months::new(std::fs::File::create(totals).unwrap());
    for person in order {
        for month in &people.months[person] {
            let Month { records, lates, absences, fines, awards, .. } = *month;
            out.line(&people.names[person], month.month, [records, lates, absences, fines, awards, if month.gone { 90 } else { 0 }]);
        }
    }
    out.end();
}

//! Tables in CSV, and the like in JSONL, that pass by: rows that are written plainly become words at once, the others records; what comes out is what the reference evaluator says of them.

use crate::engine_random::{Random, parsed, policy};
use bylaw::diagnostics::Tongue;
use bylaw::records::{Format, Input, Rejection};
use bylaw::report::Report;
use bylaw::stream::{self, Asked, Form};
use bylaw::{Cut, Policy, Reader, Records, Threads};
use std::fmt::Write as _;
use std::num::NonZeroUsize;

/// A register of staff, of whom some are in it for a while.
pub(crate) const STAFF: &str = "id,post,joined,quota,from,until\nli,clerk,2024-01-01,3,,\nwang,head,2024-02-05,5,,\nzhao,chief,2024-02-20,,,\n王五,clerk,2023-01-01,2,2024-02-10,2024-03-20\n";

/// Cells that need them stand in quotation marks, and sometimes others do.
fn cell(random: &mut Random, text: &str) -> String {
    if text.contains([',', '"', '\n']) || random.chance(2) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// One record; what stands in its [`COLUMNS`].
pub(crate) fn row(random: &mut Random, at: usize, clock: &mut u32) -> Vec<String> {
    *clock += random.below(2_000);
    let day = chrono::NaiveDate::from_ymd_opt(2024, 1, 29).unwrap() + chrono::Days::new(u64::from(*clock / 1440));
    let (hour, minute) = (*clock / 60 % 24, *clock % 60);
    let time = match random.below(40) {
        0 => day.to_string(),
        1 => format!("{day}T{hour:02}:{minute:02}:00Z"),
        2 => format!("{day} {hour:02}:{minute:02}"),
        3 => "some day".to_owned(),
        _ => format!("{day}T{hour:02}:{minute:02}:00"),
    };
    let kind = random.one(&["a", "a", "c", "c", "other", ""]);
    let id = if random.chance(1) { String::new() } else { format!("{at}") };
    let n = random.one(&["1", "4", "7", "11", " 3", "21", "2.5", "", "007"]);
    let k = random.one(&["red", "green", "blue", "绿", "pink", "", "red "]);
    let (m, b, t) = (random.one(&["5", "5.5", "-3", "7 CNY", "12.345678"]), random.one(&["true", "false", "yes", "否"]), format!("2024-02-{:02}", 1 + random.below(29)));
    let (h, seen) = (random.one(&["1.5", "2", "0.7", ""]), random.one(&["", "li", "wang;zhao", "li； wang", "[]", r#"["wang", "li"]"#]));
    [kind, &id, &time, random.one(&["li", "wang", "zhao", "王五", "nobody", " li"]), n, k, m, b, &t, h, seen].map(str::to_owned).into()
}

pub(crate) const COLUMNS: [&str; 11] = ["type", "id", "at", "staff", "n", "k", "m", "b", "t", "h", "seen"];

/// Lines of JSONL, each value as a text.
fn lines(random: &mut Random) -> String {
    let (mut text, mut clock, is_named) = (String::new(), 0, random.chance(70));
    for at in 1..=50 {
        let row = row(random, at, &mut clock);
        let stated = COLUMNS.into_iter().zip(&row).filter(|(column, _)| is_named || *column != "id");
        let values: Vec<String> = stated.map(|(column, value)| format!("{}:{}", serde_json::json!(column), serde_json::json!(value))).collect();
        writeln!(text, "{{{}}}", values.join(",")).unwrap();
    }
    // The last line need not end.
    text.truncate(text.len() - usize::from(random.chance(50)));
    text
}

/// A table: how many of its cells run over several lines, or have quotation marks that are not closed. Some have no column for ids.
fn table(random: &mut Random) -> (String, usize) {
    let end = random.one(&["\n", "\r\n"]);
    let is_named = random.chance(70);
    let columns: Vec<&str> = COLUMNS.into_iter().filter(|column| is_named || *column != "id").collect();
    let (mut text, mut clock, mut open) = (format!("{},remark{end}", columns.join(",")), 0, 0);
    let is_odd = random.chance(30);
    for at in 1..=50 {
        let mut row = row(random, at, &mut clock);
        if !is_named {
            row.remove(1);
        }
        let cells: Vec<String> = row.iter().map(|text| cell(random, text)).collect();
        let remark = match random.below(60) {
            0 if is_odd => {
                open += 1;
                random.one(&["\"over\ntwo lines\"", "\"never closed"])
            }
            1 => "one, too many",
            2 => "a \"word\" within",
            _ => "",
        };
        write!(text, "{},{remark}{end}", cells.join(",")).unwrap();
        if random.chance(2) {
            write!(text, "{}{end}", random.one(&["", "  "])).unwrap();
        }
    }
    (text, open)
}

/// A file: the name given to it as a source, its format, and what stands in it.
pub(crate) type File<'f> = (Option<&'f str>, Format, &'f [u8]);

/// What the reference evaluator says of a file.
pub(crate) fn kept(policy: &Policy, registers: &[(&str, &str)], (source, format, mut file): File<'_>) -> Result<(Records, Vec<u8>), Rejection> {
    let mut reader = with_registers(policy, registers);
    reader.events("events", source, format, &mut file)?;
    let records = reader.finish(Cut::default());
    let audit = bylaw::reference::audit(policy.model(), &records, &mut |_, _| {});
    let mut out = Vec::new();
    let report = Report { model: policy.model(), records: &records, audit: &audit, withdrawn: &[], all: true, threads: Threads::ONE };
    report.write(bylaw::report::Format::Jsonl, Tongue::En, &mut out).unwrap();
    Ok((records, out))
}

pub(crate) fn with_registers<'p>(policy: &'p Policy, registers: &[(&str, &str)]) -> Reader<'p> {
    let mut reader = policy.reader();
    registers.iter().for_each(|(name, text)| reader.register(name, name, Format::Csv, &mut text.as_bytes()).unwrap());
    reader
}

/// What is said of a file whose records pass by on so many threads; none where they must be kept.
pub(crate) fn passed(policy: &Policy, registers: &[(&str, &str)], (source, format, file): File<'_>, threads: usize) -> Result<Option<Vec<u8>>, Rejection> {
    let threads = Threads::new(NonZeroUsize::new(threads).unwrap());
    let asked = Asked { until: None, form: Form::Jsonl, all: true, threads, save: false, statements: false };
    let registers = with_registers(policy, registers).finish(Cut::default());
    let streamed = stream::audit(policy.model(), registers, asked, &mut |read| read("events", source, Input::File(format, &mut &*file)))?;
    Ok(streamed.map(|streamed| {
        let mut out = Vec::new();
        streamed.write(Tongue::En, &mut out).unwrap();
        out
    }))
}

#[test]
fn rows_become_words_or_records_alike() {
    let (mut whole, mut opened) = (0, 0);
    for seed in 0..crate::engine_random::how_many("RANDOM_TABLES", 120) {
        let mut random = Random(fastrand::Rng::with_seed(7_000 + seed));
        let Some(policy) = parsed(&policy(&mut random)) else { continue };
        let is_csv = seed % 4 > 0;
        let (table, open) = if is_csv { table(&mut random) } else { (lines(&mut random), 0) };
        let format = if is_csv { Format::Csv } else { Format::Jsonl };
        let registers = [("staff", STAFF)];
        let registers = if seed % 3 > 0 { &registers[..] } else { &[] };
        let file = (random.chance(30).then_some("hr"), format, table.as_bytes());
        let (_, wanted) = kept(&policy, registers, file).unwrap();
        for count in [1, 3] {
            let Some(out) = passed(&policy, registers, file, count).unwrap() else { continue };
            assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(&wanted), "seed {seed} on {count} threads\n{table}");
            whole += usize::from(open == 0);
            opened += usize::from(open > 0);
        }
    }
    assert!(whole > 40 && opened > 5, "{whole} tables whose rows stand in one line each, {opened} others");
}

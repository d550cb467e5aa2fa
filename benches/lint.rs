//! What lint costs, beside compiling the same text: `cargo bench --bench lint`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use bylaw::analysis::{lint, lint_norms};
use bylaw::model::{self, Compiled, Files};
use std::fmt::Write;
use std::io;
use std::time::{Duration, Instant};

struct One(String);

impl Files for One {
    fn read(&self, _: &str) -> io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
    fn folder(&self, _: &str) -> io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}

const HEAD: &str = "regulation office [1]\n  in force from 2024-01-01\n  time zone Asia/Shanghai\n  currency CNY\nkind post clerk < deputy < head < director\nkind branch north, south, east, west\n\
                    register staff\n  post: post\n  branch: branch\nevent trip by staff\n  cost: money, 0 .. 1000000\n  nights: count, 0 .. 365\n  abroad: yes/no\n  urgent: yes/no\n";

/// A table of six columns whose rows rarely meet: each has costs of its own.
fn table(rows: usize) -> String {
    let mut text = HEAD.to_owned() + "table allowance [1.1]\n  on trip\n  exactly one\n  | cost | nights | staff.post | staff.branch | abroad | urgent | pay |\n";
    for row in 0..rows {
        let (from, to) = (row * 90, row * 90 + 89);
        let post = ["any", "clerk", ">= deputy", "head, director"][row % 4];
        let branch = ["any", "north", "south, east", "west"][row % 4];
        let nights = ["any", "<= 3", "4 .. 30", "> 30"][row / 4 % 4];
        writeln!(text, "  | {from} CNY .. {to} CNY | {nights} | {post} | {branch} | any | any | {} CNY |", row + 1).unwrap();
    }
    text
}

/// A table whose rows each overlap with the next.
fn overlapping(rows: usize) -> String {
    let mut text = HEAD.to_owned() + "table allowance [1.1]\n  on trip\n  exactly one\n  | cost | urgent | pay |\n";
    for row in 0..rows {
        writeln!(text, "  | {} CNY .. {} CNY | any | {} CNY |", row * 90, row * 90 + 90, row + 1).unwrap();
    }
    text
}

/// Rules of their own, each with two conditions; one in ten fines for what its neighbour fines for.
fn rules(count: usize) -> String {
    let mut text = HEAD.to_owned();
    for rule in 0..count {
        write!(text, "event act_{rule} by staff\n  amount: money, 0 .. 100000\n  late: yes/no\n").unwrap();
    }
    for rule in 0..count {
        let on = if rule % 10 == 9 { rule - 1 } else { rule };
        write!(text, "\nrule rule_{rule} [2.{rule}]\n  on act_{on} where amount > {} CNY\n  when not late or staff.post is clerk\n  fine {} CNY\n", rule * 7, rule + 1).unwrap();
    }
    text
}

/// The middle one of five runs.
fn timed(mut run: impl FnMut() -> usize) -> (Duration, usize) {
    let mut all: Vec<(Duration, usize)> = (0..5).map(|_| { let begin = Instant::now(); let found = run(); (begin.elapsed(), found) }).collect();
    all.sort();
    all[2]
}

fn row(what: &str, text: &str, again: &str) {
    let files = One(text.to_owned());
    let compile = || model::compile(&["a.bylaw".to_owned()], &files);
    let (compiling, _) = timed(|| compile().model.unwrap().norms.len());
    let Compiled { model, written, .. } = compile();
    let model = model.unwrap();
    let (linting, found) = timed(|| lint(&model, &written, None, &mut |_| {}).findings.len());
    let (one, _) = timed(|| lint_norms(&model, &written, &[again], None).findings.len());
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!("{what:<28} {:>10.1} {:>10.1} {:>8.2} {:>12.1} {found:>9}", ms(compiling), ms(linting), ms(linting) / ms(compiling), ms(one));
}

fn main() {
    println!("{:<28} {:>10} {:>10} {:>8} {:>12} {:>9}", "milliseconds, median of 5", "compile", "lint", "ratio", "one clause", "findings");
    for rows in [1_000, 2_000, 5_000, 10_000] {
        row(&format!("table, {rows} rows × 6"), &table(rows), "office.allowance");
    }
    for rows in [1_000, 5_000] {
        row(&format!("table, {rows} rows that overlap"), &overlapping(rows), "office.allowance");
    }
    for count in [100, 1_000] {
        row(&format!("{count} rules"), &rules(count), "office.rule_7");
    }
}

//! `bylaw test --coverage` for people: how many lines the examples show both ways, and what is lacking where.

use super::table::{Cell, Style, fit, table};
use super::words::{percent, pick};
use crate::diagnostics::{Place, Tongue};
use crate::tools::exercised::{Kind, Tally, Target};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Columns for the text of a line.
const TEXT: usize = 64;

/// Writes the table, what is lacking, and the share.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write(targets: &[&Target], tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let total = Tally::of(targets.iter().copied());
    write!(out, "\n{}", tallies(targets, total, tongue, colour))?;
    // A line that several regulations have, because one adopts the other, is told once where it lacks the same.
    let mut told = BTreeSet::new();
    let mut is_new = |target: &Target| {
        let place = target.place.as_ref().map(|place| (place.source.name.clone(), place.span.start));
        place.is_none() || told.insert((place, target.kind, target.seen, target.seen_not))
    };
    let lacking: Vec<&Target> = targets.iter().copied().filter(|target| !target.is_shown() && is_new(target)).collect();
    if !lacking.is_empty() {
        let heading = match tongue {
            Tongue::En => format!("not exercised ({})", lacking.len()),
            Tongue::Zh => format!("示例未全部涉及（{}）", lacking.len()),
        };
        let rows: Vec<Vec<Cell>> = lacking.iter().map(|target| row(target, tongue)).collect();
        write!(out, "\n{}\n{}", Style::Bad.paint(&heading, colour), table(&rows, 2, colour))?;
    }
    let share = percent(total.both, total.all());
    match tongue {
        Tongue::En => writeln!(out, "\nexercised both ways: {} of {} lines, {share} %", total.both, total.all()),
        Tongue::Zh => writeln!(out, "\n正反两面均有示例：{} 行中的 {} 行，占 {share}%", total.all(), total.both),
    }
}

fn tallies(targets: &[&Target], total: Tally, tongue: Tongue, colour: bool) -> String {
    let heads = [("regulation", "规章"), ("lines", "行"), ("both ways", "正反两面"), ("only applying", "仅正面"), ("only not applying", "仅反面"), ("never", "从未")];
    let numbers = |tally: Tally| [tally.all(), tally.both, tally.only, tally.only_not, tally.never];
    let line = |name: &str, tally: Tally, style: Style| {
        let cells = numbers(tally).map(|number| Cell::right(number.to_string()).style(style));
        std::iter::once(Cell::left(name).style(style)).chain(cells).collect::<Vec<_>>()
    };
    let head = heads.iter().enumerate().map(|(at, (en, zh))| {
        let text = pick(tongue, en, zh);
        if at == 0 { Cell::left(text) } else { Cell::right(text) }.style(Style::Faint)
    });
    let mut rows = vec![head.collect()];
    let regulations: BTreeSet<&str> = targets.iter().map(|target| target.regulation.as_str()).collect();
    for name in regulations {
        rows.push(line(name, Tally::of(targets.iter().copied().filter(|target| target.regulation == name)), Style::Plain));
    }
    rows.push(line(pick(tongue, "total", "合计"), total, Style::Bold));
    table(&rows, 0, colour)
}

/// Which way was not seen.
pub(crate) fn lacking(target: &Target, tongue: Tongue) -> String {
    let ways = ways(target.kind).map(|(en, zh)| pick(tongue, en, zh));
    let unseen = [(!target.seen).then_some(ways[0]), (target.both && !target.seen_not).then_some(ways[1])];
    let unseen: Vec<&str> = unseen.into_iter().flatten().collect();
    match tongue {
        Tongue::En => format!("never {}", unseen.join(", never ")),
        Tongue::Zh => format!("尚无{}的示例", unseen.join("、")),
    }
}

/// Where, what stands there, which way was not seen.
fn row(target: &Target, tongue: Tongue) -> Vec<Cell> {
    let text = target.place.as_ref().map_or(target.part.as_str(), text);
    vec![Cell::left(place(target)).style(Style::Faint), Cell::left(fit(text, TEXT)), Cell::left(lacking(target, tongue))]
}

/// How a target of this sort can be seen.
fn ways(kind: Kind) -> [(&'static str, &'static str); 2] {
    match kind {
        Kind::Norm => [("applicable", "适用"), ("not applicable", "不适用")],
        Kind::Must => [("met", "履行"), ("breached", "违反")],
        Kind::Violation => [("violated", "违反"), ("not applicable", "不适用")],
        Kind::Clause | Kind::Forfeited | Kind::Deadline => [("taking effect", "生效"), ("without effect", "不生效")],
        Kind::Exception => [("prevailing", "优先适用"), ("not prevailing", "不优先适用")],
    }
}

pub(super) fn place(target: &Target) -> String {
    match &target.place {
        Some(place) => format!("{}:{}", place.source.name, place.line()),
        None => target.item.clone(),
    }
}

/// The line at a place.
pub(crate) fn text(place: &Place) -> &str {
    let line = place.source.text.lines().nth(place.line() - 1);
    line.unwrap_or_default().trim()
}

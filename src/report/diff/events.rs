//! What a revision changes for recorded events, for people.

use super::Report;
use crate::diagnostics::{Say, Tongue};
use crate::diff::recorded::{Amount, Recorded};
use crate::explain::words::Words;
use crate::model::number::Number;
use crate::records::Records;
use crate::report::table::{Cell, Style, table};
use crate::report::words::{pick, subject};
use std::io::{self, Write};

/// Verdicts and people that are shown.
const SHOWN: usize = 12;

/// Writes the verdicts that change, then the amounts for each person and in total.
pub(super) fn write(report: &Report<'_>, recorded: &Recorded, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let changed = recorded.verdicts.len();
    let heading = Say::new(format!("recorded events: {changed} of {} verdicts change", recorded.judged), format!("已有记录：{} 个判定中有 {changed} 个改变", recorded.judged));
    writeln!(out, "\n{}", Style::Bold.paint(heading.get(tongue), colour))?;
    let shown = if report.all { usize::MAX } else { SHOWN };
    let mut rows = Vec::new();
    for one in recorded.verdicts.iter().take(shown) {
        let (old, new) = (report.verdict(0, one.old.as_ref(), tongue), report.verdict(1, one.new.as_ref(), tongue));
        let others: Vec<String> = one.because.iter().filter(|name| **name != one.rule).map(|name| report.name(name, tongue)).collect();
        let because = match (others.is_empty(), one.because.is_empty()) {
            (false, _) => format!("{}{}", pick(tongue, "through ", "因"), others.join(pick(tongue, ", ", "、"))),
            (true, false) => String::new(),
            (true, true) => pick(tongue, "through what is recorded", "因记录的取用").to_owned(),
        };
        rows.push(vec![Cell::left(&one.id), Cell::left(format!("{old} → {new}")), Cell::left(because).style(Style::Faint)]);
    }
    write!(out, "{}", table(&rows, 2, colour))?;
    more(changed, shown, tongue, out)?;
    if recorded.people.is_empty() {
        return Ok(());
    }
    let nothing = Records::default();
    let words = Words::new(report.models[1], &nothing, "", tongue);
    let bold = |text: &str| Cell::left(text).style(Style::Bold);
    let mut rows = vec![vec![bold(words.pick("amounts", "金额")), bold(words.pick("before", "修改前")), bold(words.pick("after", "修改后")), bold(words.pick("difference", "差额"))]];
    for person in recorded.people.iter().take(shown) {
        rows.extend(person.amounts.iter().map(|one| amount(&words, Cell::left(subject(&person.who)), one)));
    }
    rows.extend(recorded.totals.iter().map(|one| amount(&words, bold(words.pick("in total", "合计")), one)));
    write!(out, "\n{}", table(&rows, 2, colour))?;
    more(recorded.people.len(), shown, tongue, out)
}

fn more(all: usize, shown: usize, tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    match all.checked_sub(shown).filter(|more| *more > 0) {
        Some(more) => writeln!(out, "  {}", Say::new(format!("… and {more} more (--all)"), format!("……另有 {more} 项（--all）")).get(tongue)),
        None => Ok(()),
    }
}

fn amount(words: &Words<'_>, name: Cell, amount: &Amount) -> Vec<Cell> {
    let said = |number: Option<Number>| number.map_or_else(|| words.pick("open", "未定").to_owned(), |number| words.quantity(number, &amount.unit));
    let more = match amount.more() {
        Some(more) if more > Number::whole(0) => format!("+{}", words.quantity(more, &amount.unit)),
        more => said(more),
    };
    vec![name, Cell::right(said(amount.old)), Cell::right(said(amount.new)), Cell::right(more)]
}

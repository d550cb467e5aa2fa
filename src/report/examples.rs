//! `bylaw test` for people: what is not as expected, and what came instead.

use super::missing::missing;
use super::reason::reason;
use super::table::Style;
use super::words::{pick, value_code};
use crate::diagnostics::Tongue;
use crate::explain::words::Words;
use crate::model::ExpectedResult;
use crate::reference::verdict::Verdict;
use crate::tools::{Checked, Ran, Tested};
use std::io::{self, Write};

/// Writes what failed, then the counts; of several institutions each, then all.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(all: &[Tested<'_>], tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    for tested in all {
        for one in tested.ran.iter().filter(|one| !one.passed()) {
            failure(one, tongue, colour, out)?;
        }
        if all.len() > 1 {
            write!(out, "{}: ", tested.path)?;
            counts(&tested.ran.iter().collect::<Vec<_>>(), tongue, out)?;
        }
    }
    counts(&all.iter().flat_map(|tested| &tested.ran).collect::<Vec<_>>(), tongue, out)
}

fn failure(one: &Ran<'_>, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{}: {}", one.example.regulation, one.example.title);
    writeln!(out, "{} {}", Style::Bad.paint(pick(tongue, "failed", "未通过"), colour), Style::Bold.paint(&title, colour))?;
    differences(one, tongue, out)?;
    writeln!(out)
}

/// What cannot be used, and every expectation that is not met.
pub(crate) fn differences(one: &Ran<'_>, tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    for say in &one.unusable {
        writeln!(out, "  {}{}", pick(tongue, "cannot be used: ", "无法使用："), say.get(tongue))?;
    }
    let words = Words::new(&one.model, &one.records, "", tongue);
    for checked in one.checked.iter().filter(|checked| !checked.met) {
        difference(&words, one, checked, out)?;
    }
    Ok(())
}

fn counts(ran: &[&Ran<'_>], tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    let failed = ran.iter().filter(|one| !one.passed()).count();
    let passed = ran.len() - failed;
    let expectations: usize = ran.iter().map(|one| one.checked.len()).sum();
    match tongue {
        Tongue::En => writeln!(out, "examples: {passed} passed, {failed} failed ({expectations} expectations)"),
        Tongue::Zh => writeln!(out, "示例：通过 {passed} 个，未通过 {failed} 个（共 {expectations} 项预期）"),
    }
}

fn difference(words: &Words<'_>, ran: &Ran<'_>, checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
    let expected = checked.expected;
    let wanted = match &expected.is {
        ExpectedResult::Ruling(code) => {
            let known = super::words::RULINGS.into_iter().find(|ruling| super::words::ruling_code(*ruling) == code);
            known.map_or_else(|| code.clone(), |ruling| words.ruling(ruling).to_owned())
        }
        ExpectedResult::Value(value) if words.zh() => words.scalar(value),
        ExpectedResult::Value(value) => value_code(value),
        ExpectedResult::Nothing => words.pick("none", "无").to_owned(),
    };
    let of = expected.subject.as_ref().map(|id| format!("{}“{id}”", words.pick(" of ", " 对 "))).unwrap_or_default();
    let on = expected.on.as_ref().map(|on| format!("{}{on}", words.pick(" for ", " 于 "))).unwrap_or_default();
    let slot = expected.slot.as_ref().map(|slot| format!(".{}", if words.zh() { words.slot(slot) } else { slot.clone() })).unwrap_or_default();
    writeln!(out, "  {} {}{slot}{of}{on} {} {wanted}", words.pick("expected", "预期"), expected.norm, words.pick("is", "为"))?;
    let verdicts: Vec<&Verdict> = checked.verdicts.iter().filter_map(|at| ran.audit.verdicts.get(*at)).collect();
    if verdicts.is_empty() {
        writeln!(out, "    {}", missing(words.model, ran, expected).get(words.tongue))?;
    }
    for verdict in verdicts {
        let why = reason(words, verdict);
        let why = if why.is_empty() { why } else { format!("{}{why}", words.pick(": ", "：")) };
        writeln!(out, "    {} {}{why}", verdict.id, words.ruling(verdict.ruling))?;
    }
    Ok(())
}

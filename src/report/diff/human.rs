//! The difference for people: each norm with what it says otherwise, and where.

use super::{Report, events};
use crate::analysis::finding::{SAID, sentence};
use crate::diagnostics::{Say, Tongue};
use crate::diff::{Case, Change, Proof, Row, Sort};
use crate::explain::words::Words;
use crate::records::Records;
use crate::reference::verdict::{Ruling, Verdict};
use crate::report::lint::example;
use crate::report::table::{Cell, Style, table};
use crate::report::words::pick;
use std::collections::BTreeMap;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Columns of a line that holds what changes and where.
const WIDTH: usize = 110;

impl Report<'_> {
    /// Writes the difference.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub(crate) fn write(&self, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
        for change in &self.difference.changes {
            self.change(change, tongue, colour, out)?;
        }
        let names = |names: &[String]| names.iter().map(|name| self.name(name, tongue)).collect::<Vec<_>>().join(pick(tongue, ", ", "、"));
        for (old, new) in &self.difference.renamed {
            writeln!(out, "{} {old} → {new}", Style::Faint.paint(pick(tongue, "renamed:", "改名："), colour))?;
        }
        let mut through: BTreeMap<&[String], Vec<String>> = BTreeMap::new();
        for (norm, of) in &self.difference.through {
            through.entry(of).or_default().push(norm.clone());
        }
        for (of, norms) in through {
            let (what, through, norms) = (Style::Faint.paint(pick(tongue, "may change with it:", "随之可能变化："), colour), names(of), names(&norms));
            match tongue {
                Tongue::En => writeln!(out, "{what} {norms}, through {through}")?,
                Tongue::Zh => writeln!(out, "{what}{norms}，因其用到{through}")?,
            }
        }
        if !(self.difference.renamed.is_empty() && self.difference.through.is_empty()) {
            writeln!(out)?;
        }
        writeln!(out, "{}", self.counts().get(tongue))?;
        match self.recorded {
            Some(recorded) => events::write(self, recorded, tongue, colour, out),
            None => Ok(()),
        }
    }

    /// A norm or declaration by its title, where it has one.
    pub(super) fn name(&self, name: &str, tongue: Tongue) -> String {
        let nothing = Records::default();
        let words = |side: usize| Words::new(self.models[side], &nothing, "", tongue);
        match (self.models[1].norm(name), self.models[0].norm(name)) {
            (Some(norm), _) => words(1).quoted_norm(&norm.name),
            (None, Some(norm)) => words(0).quoted_norm(&norm.name),
            (None, None) => self.difference.changes.iter().find(|change| change.name == name).map_or_else(|| name.to_owned(), |change| change.title.get(tongue).to_owned()),
        }
    }

    fn change(&self, change: &Change, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
        let sort = match change.sort {
            Sort::Added => pick(tongue, "new", "新增"),
            Sort::Removed => pick(tongue, "gone", "删去"),
            Sort::Changed => pick(tongue, "changed", "修改"),
        };
        let cites = match (change.cites.as_slice(), tongue) {
            ([], _) => String::new(),
            (cites, Tongue::En) => format!(" [{}]", cites.join(", ")),
            (cites, Tongue::Zh) => format!("【{}】", cites.join("、")),
        };
        let name = if change.is_norm { Style::Faint.paint(&format!(" {}", change.name), colour) } else { String::new() };
        writeln!(out, "{} {}{cites}{name}", Style::Bold.paint(sort, colour), change.title.get(tongue))?;
        self.rows(change, tongue, colour, out)?;
        for why in &change.not_compared {
            writeln!(out, "  {} {}", Style::Open.paint(pick(tongue, "not compared:", "未比较："), colour), why.get(tongue))?;
        }
        writeln!(out)
    }

    fn rows(&self, change: &Change, tongue: Tongue, colour: bool, out: &mut dyn Write) -> io::Result<()> {
        let lines: Vec<Line> = change.rows.iter().map(|row| (row.what.get(tongue).to_owned(), turned(row, tongue), self.places(row, tongue))).collect();
        let widest = |of: &dyn Fn(&Line) -> usize| lines.iter().map(of).max().unwrap_or(0);
        let whole = widest(&|line| line.0.width()) + widest(&|line| line.1.width()) + widest(&|line| line.2.iter().map(|place| place.width()).max().unwrap_or(0)) + 6;
        let mut cells: Vec<Vec<Cell>> = Vec::new();
        let mut what_before = None;
        for ((what, turned, places), row) in lines.iter().zip(&change.rows) {
            let head = if what_before == Some(what) { "" } else { what };
            what_before = Some(what);
            let style = if matches!(row.proof, Proof::Open) { Style::Open } else { Style::Plain };
            let mut places = places.iter();
            if whole <= WIDTH {
                cells.push(vec![Cell::left(head), Cell::left(turned).style(style), Cell::left(places.next().cloned().unwrap_or_default())]);
                cells.extend(places.map(|place| vec![Cell::left(""), Cell::left(""), Cell::left(place)]));
            } else {
                cells.push(vec![Cell::left(head), Cell::left(turned).style(style)]);
                cells.extend(places.map(|place| vec![Cell::left(""), Cell::left(format!("  {place}"))]));
            }
            if let (Proof::Case(case), true) = (&row.proof, self.cases) {
                write!(out, "{}", table(&cells, 2, colour))?;
                cells.clear();
                self.case(case, tongue, out)?;
            }
        }
        write!(out, "{}", table(&cells, 2, colour))
    }

    /// Where it is so, one box each; the first few.
    fn places(&self, row: &Row, tongue: Tongue) -> Vec<String> {
        let shown = if self.all { row.regions.len() } else { SAID };
        let place = |n: usize, place: &str| match (tongue, n) {
            (_, _) if place == sentence(&[], tongue) => pick(tongue, "wherever it applies", "凡适用时").to_owned(),
            (Tongue::En, 0) => format!("when {place}"),
            (Tongue::En, _) => format!("or {place}"),
            (Tongue::Zh, 0) => place.to_owned(),
            (Tongue::Zh, _) => format!("或{place}"),
        };
        let mut all: Vec<String> = row.regions.iter().take(shown).enumerate().map(|(n, region)| place(n, &sentence(region, tongue))).collect();
        if row.regions.len() > shown || !row.whole {
            all.push(match (tongue, row.regions.len().saturating_sub(shown)) {
                (Tongue::En, 0) => "or in more cases".to_owned(),
                (Tongue::Zh, 0) => "或另有情形".to_owned(),
                (Tongue::En, more) => format!("or in {more} more cases"),
                (Tongue::Zh, more) => format!("或另有 {more} 种情形"),
            });
        }
        if matches!(row.proof, Proof::Open) {
            all.push(pick(tongue, "(no case could be made: not decided whether it ever comes to that)", "（造不出实例：是否会出现，未能判断）").to_owned());
        }
        all
    }

    fn case(&self, case: &Case, tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
        let model = self.models[usize::from(case.of_later)];
        for line in example(model, &case.example, tongue) {
            writeln!(out, "    {line}")?;
        }
        for (side, verdict, when) in [(0, &case.old, pick(tongue, "before", "修改前")), (1, &case.new, pick(tongue, "after", "修改后"))] {
            writeln!(out, "      {when}{}{}", pick(tongue, ": ", "："), self.verdict(side, verdict.as_ref(), tongue))?;
        }
        Ok(())
    }

    /// A verdict in a few words.
    pub(super) fn verdict(&self, side: usize, verdict: Option<&Verdict>, tongue: Tongue) -> String {
        let nothing = Records::default();
        let Some(verdict) = verdict.filter(|verdict| verdict.ruling != Ruling::NotApplicable) else { return pick(tongue, "does not apply", "不适用").to_owned() };
        let words = Words::new(self.models[side], &nothing, &verdict.rule, tongue);
        let effects = verdict.effects.iter().map(|effect| words.effect(effect, verdict.subject.as_ref()));
        let due = verdict.parts.iter().filter(|part| part.ruling != Ruling::Compliant).filter_map(|part| part.due).map(|due| format!("{}{}", words.pick("due ", "期限 "), words.at(due)));
        std::iter::once(words.ruling(verdict.ruling).to_owned()).chain(effects).chain(due).collect::<Vec<_>>().join(words.pick(", ", "，"))
    }

    fn counts(&self) -> Say {
        let changes = &self.difference.changes;
        if changes.is_empty() {
            return Say::new("no difference: both versions mean the same", "没有差别：两个版本含义相同");
        }
        let of = |sort: Sort, norm: bool| changes.iter().filter(|change| change.sort == sort && change.is_norm == norm).count();
        let declared = changes.iter().filter(|change| !change.is_norm).count();
        let rows = || changes.iter().flat_map(|change| &change.rows);
        let by_case = rows().filter(|row| matches!(row.proof, Proof::Case(_))).count();
        let open = rows().filter(|row| matches!(row.proof, Proof::Open)).count() + changes.iter().map(|change| change.not_compared.len()).sum::<usize>();
        let (changed, added, gone) = (of(Sort::Changed, true), of(Sort::Added, true), of(Sort::Removed, true));
        Say::new(
            format!("norms: {changed} changed, {added} new, {gone} gone; declarations: {declared}; shown by a case that both versions judged: {by_case}; not decided: {open}"),
            format!("规则：修改 {changed} 条，新增 {added} 条，删去 {gone} 条；声明：{declared} 处；经两个版本判定同一实例证实：{by_case} 处；未能判断：{open} 处"),
        )
    }
}

/// What is compared, what it was and is, and where.
type Line = (String, String, Vec<String>);

/// What it was and what it is.
fn turned(row: &Row, tongue: Tongue) -> String {
    let say = |say: &Option<Say>| say.as_ref().map(|say| say.get(tongue).to_owned());
    match (say(&row.old), say(&row.new)) {
        (Some(old), Some(new)) => format!("{old} → {new}"),
        (Some(old), None) => format!("− {old}"),
        (None, Some(new)) => format!("+ {new}"),
        (None, None) => String::new(),
    }
}

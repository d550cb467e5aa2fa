//! Proposed examples as the text of a policy, each with what it asks the drafter; and what was proposed, in a few lines.

use super::exercised::{lacking, place, text as line_of};
use super::lint::{example as given, literal};
use super::table::fit;
use super::words::pick;
use crate::diagnostics::{Say, Tongue};
use crate::explain::words::Words;
use crate::model::{Expected, ExpectedResult, Model};
use crate::records::Records;
use crate::reference::verdict::Ruling;
use crate::tools::exercised::{Kind, Target};
use crate::tools::proposed::{Proposal, way_said};
use std::collections::BTreeSet;

/// Lines of the rules that one comment names, at most.
const NAMED: usize = 8;
/// Columns for the text of a line.
const TEXT: usize = 64;

/// The first line of a file of proposals.
pub(crate) fn heading(tongue: Tongue) -> &'static str {
    pick(
        tongue,
        "# Proposed by `bylaw test --generate`: what the rules now say of cases that no example shows. Confirm each, correct it, or delete it.\n",
        "# 由 `bylaw test --generate` 拟出：现有示例未涉及的情形，按规则现在如何判定。请逐一确认、更正或删去。\n",
    )
}

/// One proposal, comment and example. `taken`: titles that there are.
pub(crate) fn text(model: &Model, targets: &[Target], proposal: &Proposal, tongue: Tongue, taken: &mut BTreeSet<String>) -> String {
    let nothing = Records::default();
    let words = Words::new(model, &nothing, "", tongue);
    let title = title(&words, targets, proposal);
    let title = (1..).map(|n| if n == 1 { title.clone() } else { format!("{title} ({n})") }).find(|title| taken.insert(title.clone())).unwrap_or_default();
    let mut lines = asked(&words, targets, proposal);
    lines.push(format!("{} \"{title}\"", pick(tongue, "example", "示例")));
    lines.extend(given(model, &proposal.example, tongue));
    lines.extend(proposal.example.expect.iter().map(|expected| expects(&words, expected)));
    lines.join("\n") + "\n"
}

fn title(words: &Words<'_>, targets: &[Target], proposal: &Proposal) -> String {
    let Some((target, way)) = proposal.shows.first().and_then(|(at, way)| Some((targets.get(*at)?, *way))) else { return String::new() };
    let words = words.about(target.spots.first().map_or(target.item.as_str(), |(norm, _)| norm));
    let value = |value: &Option<crate::model::value::Scalar>| value.as_ref().map_or_else(|| words.pick("blank", "空白").to_owned(), |value| words.scalar(value));
    let at: Vec<String> = proposal.values.iter().map(|(term, to)| format!("{}{}{}", words.phrase(term, &[]), words.pick(" is ", "为 "), value(to))).collect();
    let at = if at.is_empty() { String::new() } else { at.join(words.pick(", ", "，")) + words.pick(": ", "：") };
    let title = format!("{}{at}{}", words.pick("proposed: ", "拟："), said(&words, target, way));
    title.replace('"', "'")
}

/// A target and how it comes out: `row 2 of “fines” takes effect`.
fn said(words: &Words<'_>, target: &Target, way: bool) -> String {
    let (en, zh) = way_said(target.kind, way);
    let norm = words.quoted_norm(&target.item);
    match (target.part.is_empty(), words.zh()) {
        (true, false) => format!("{norm} {en}"),
        (true, true) => format!("{norm}{zh}"),
        (false, false) => format!("{} of {norm} {en}", part(words, target)),
        (false, true) => format!("{norm}{}{zh}", part(words, target)),
    }
}

fn part(words: &Words<'_>, target: &Target) -> String {
    if target.kind == Kind::Clause {
        return words.clause(&target.part);
    }
    if !words.zh() {
        return target.part.clone();
    }
    let parts = target.part.split(", ").map(|part| match part.split_once(' ') {
        Some(("requirement", number)) => format!("第 {number} 项要求"),
        Some(("way", number)) => format!("第 {number} 种方式"),
        Some(("forfeit", number)) => format!("第 {number} 项取消"),
        Some(("deadline", number)) => format!("期限变更 {number}"),
        _ => "申请延期".to_owned(),
    });
    parts.collect::<Vec<_>>().join("、")
}

/// The comment above it.
fn asked(words: &Words<'_>, targets: &[Target], proposal: &Proposal) -> Vec<String> {
    let now = match &proposal.verdict {
        Some(verdict) => {
            let words = words.about(&verdict.rule);
            let effects: Vec<String> = verdict.effects.iter().take(4).map(|effect| words.effect(effect, verdict.subject.as_ref())).collect();
            let effects = if effects.is_empty() { String::new() } else { format!("{}{}", words.pick(", ", "，"), effects.join(words.pick(", ", "、"))) };
            format!("{}{}{}{effects}", words.quoted_norm(&verdict.rule), words.pick(": ", "："), words.ruling(verdict.ruling))
        }
        None => {
            let norm = proposal.example.expect.first().map_or("", |expected| expected.norm.as_str());
            format!("{}{}{}", words.quoted_norm(norm), words.pick(": ", "："), words.ruling(Ruling::NotApplicable))
        }
    };
    let mut lines = vec![match words.zh() {
        false => format!("# To confirm. The rules now say: {now}. If the text says otherwise, correct it; if the case is idle, delete it."),
        true => format!("# 待确认。规则现在的结论：{now}。如与原文不符，请更正；如无必要，请删去。"),
    }];
    for (target, way) in proposal.shows.iter().take(NAMED).filter_map(|(at, way)| Some((targets.get(*at)?, *way))) {
        let place = place(target);
        let place = place.rsplit('/').next().unwrap_or(&place);
        lines.push(format!("#   {place}{}{}", words.pick(": ", "："), said(&words.about(target.spots.first().map_or("", |(norm, _)| norm)), target, way)));
    }
    if proposal.shows.len() > NAMED {
        let more = proposal.shows.len() - NAMED;
        lines.push(if words.zh() { format!("#   另有 {more} 项") } else { format!("#   and {more} more") });
    }
    lines
}

fn expects(words: &Words<'_>, expected: &Expected) -> String {
    let norm = expected.norm.split_once('.').map_or(expected.norm.as_str(), |(_, name)| name);
    let slot = expected.slot.as_ref().map(|slot| format!(".{slot}")).unwrap_or_default();
    let of = expected.subject.as_ref().map(|id| format!(" {} \"{id}\"", words.pick("of", "对"))).unwrap_or_default();
    let is_day = |on: &str| on.len() == 10 && on.matches('-').count() == 2;
    let on = expected.on.as_ref().map(|on| format!(" {} {on}", words.pick(if is_day(on) { "on" } else { "for" }, "于"))).unwrap_or_default();
    let is = match &expected.is {
        ExpectedResult::Ruling(code) => words.ruling(ruling(code)).to_owned(),
        ExpectedResult::Value(value) => literal(words, value),
        ExpectedResult::Nothing => words.pick("none", "无").to_owned(),
    };
    format!("  {} {norm}{slot}{of}{on} {} {is}", words.pick("expect", "预期"), words.pick("is", "为"))
}

fn ruling(code: &str) -> Ruling {
    match code {
        "compliant" => Ruling::Compliant,
        "violation" => Ruling::Violation,
        "pending" => Ruling::Pending,
        "conflict" => Ruling::Conflict,
        "not_applicable" => Ruling::NotApplicable,
        _ => Ruling::Undetermined,
    }
}

/// How far the proposals come.
pub(crate) struct Summary<'t> {
    /// What the examples that there are do not show both ways.
    pub(crate) lacking: usize,
    /// How many of these lines are shown with the proposals.
    pub(crate) shown: usize,
    /// Proposals.
    pub(crate) examples: usize,
    /// What is left, line by line as it is then, with why.
    pub(crate) left: Vec<(&'t Target, Say)>,
}

/// In words, for people.
pub(crate) fn summary(summary: &Summary<'_>, tongue: Tongue) -> String {
    let Summary { lacking: lines, shown, examples, left } = summary;
    let mut out = match tongue {
        Tongue::En if *lines == 0 => "every line is shown both ways: nothing to propose\n".to_owned(),
        Tongue::Zh if *lines == 0 => "各行正反两面均有示例，无须另拟\n".to_owned(),
        Tongue::En => format!("not exercised: {lines} lines; {examples} proposed examples show {shown} of them\n"),
        Tongue::Zh => format!("示例未全部涉及：{lines} 行；拟出 {examples} 个示例，显示其中 {shown} 行\n"),
    };
    if !left.is_empty() {
        out += &match tongue {
            Tongue::En => format!("left ({}):\n", left.len()),
            Tongue::Zh => format!("余下（{}）：\n", left.len()),
        };
    }
    for (target, why) in left {
        let line = target.place.as_ref().map_or(target.part.as_str(), line_of);
        out += &format!("  {}  {}  {}{}{}\n", place(target), fit(line, TEXT), lacking(target, tongue), pick(tongue, ": ", "："), why.get(tongue));
    }
    out
}


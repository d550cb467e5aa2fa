//! Days: regulations that do not say from when they hold, periods that are counted from before.

use super::Context;
use super::finding::{Finding, plain};
use crate::diagnostics::{Say, Severity};
use crate::model::expr::Period;
use crate::model::norm::{Norm, Occasion};
use chrono::NaiveDate;

/// Looks at all regulations and periods.
pub(super) fn look(context: &Context<'_>, found: &mut Vec<Finding>) {
    for regulation in context.model.regulations.iter().filter(|regulation| regulation.validity.from.is_none()) {
        let speech = context.speech("");
        let title = speech.say(|words| words.regulation(&regulation.name));
        let message = Say::new(format!("nothing says from which day {} holds", title.en), format!("没有写明{}自何日起施行", title.zh));
        let help = Say::new("write `in force from 2024-01-01` below its name; if the text has no day, leave it so", "在名称下写`施行 自 2024-01-01`；原文没有日期的，不必填写");
        let place = context.written.regulations.get(&regulation.name).cloned();
        found.push(Finding { places: vec![(place, speech.say(|words| words.cites(&regulation.cites)))], help, ..plain("undated", Severity::Note, &regulation.name, message) });
    }
    for norm in &context.model.norms {
        let in_force = context.model.regulation(&norm.regulation).and_then(|regulation| regulation.validity.from);
        if let Some((begins, in_force)) = counted_from(norm).zip(in_force).filter(|(begins, in_force)| begins < in_force) {
            found.push(before(context, norm, begins, in_force));
        }
    }
}

fn counted_from(norm: &Norm) -> Option<NaiveDate> {
    let Occasion::Period { every, .. } = &norm.occasion else { return None };
    // A year that begins on another day begins so every year.
    let years = every.unit == Period::Month && every.count == 12;
    every.from.filter(|_| !years)
}

fn before(context: &Context<'_>, norm: &Norm, begins: NaiveDate, in_force: NaiveDate) -> Finding {
    let speech = context.speech(&norm.name);
    let (title, begins, in_force) = (speech.say(|words| words.quoted_norm(&norm.name)), speech.say(|words| words.day(begins)), speech.say(|words| words.day(in_force)));
    let message = Say::new(
        format!("the periods of {} are counted from {}, before its regulation is in force ({}): is the first of them under it?", title.en, begins.en, in_force.en),
        format!("{}的期间自{}起算，早于规章施行之日（{}）：第一个期间是否计入？", title.zh, begins.zh, in_force.zh),
    );
    let help = Say::new("let the text say whether the first period counts; if it is silent, keep it and write `expect finding before-in-force because \"…\"`", "请在原文中写明第一个期间是否计入；原文没有写的，照原样保留，并写`预期 问题 before-in-force 因为 “…”`");
    let place = context.written.items.get(&norm.name).cloned();
    Finding { places: vec![(place, speech.say(|words| words.cites(&norm.cites)))], help, ..plain("before-in-force", Severity::Note, &norm.name, message) }
}

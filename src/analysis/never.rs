//! What can never be: norms that apply to nothing, exceptions that never fire, requirements that nobody can meet, bans on what cannot happen.

use super::Context;
use super::condition::{Cond, Shape};
use super::feasible;
use super::reader::{Reader, filter_of};
use super::finding::{Finding, plain};
use super::linear::{constant, number};
use super::region::Speech;
use super::space::{Domain, Measure};
use crate::diagnostics::{Say, Severity};
use crate::model::Interval;
use crate::model::expr::Expr;
use crate::model::norm::{Exception, Norm, Occasion, What};
use crate::model::value::Scalar;
use crate::model::written::Part;

/// Looks at a norm's own condition, its exceptions and its requirements.
pub(super) fn look(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>) {
    let speech = context.speech(&norm.name);
    let title = speech.say(|words| words.quoted_norm(&norm.name));
    let place = context.written.items.get(&norm.name).cloned();
    let cites = speech.say(|words| words.cites(&norm.cites));
    let in_force = context.model.regulation(&norm.regulation).map_or(Interval::default(), |regulation| regulation.validity);
    let help = Say::new("compare the conditions, the values that its fields may have, and the days on which it is in force; mend it, or remove it", "请对照各条件、字段的取值范围和施行日期，改正或删去");
    if !meet(in_force, norm.validity) {
        let message = Say::new(format!("{} is never in force: its days lie outside those of its regulation", title.en), format!("{}从未施行：其施行日期在规章施行日期之外", title.zh));
        found.push(Finding { places: vec![(place.clone(), cites.clone())], help: help.clone(), ..plain("dead", Severity::Warning, &norm.name, message) });
        return;
    }
    if let Occasion::Reaches { measure, number, .. } = &norm.occasion
        && let Some((number, _)) = constant(number).and_then(|value| self::number(&value))
        && let Some(most) = super::bounds::most(context.model, norm, measure)
        && most < number
    {
        let message = Say::new(format!("{} is never reached: there can be {most} at most, and it asks for {number}", title.en), format!("{}永远达不到：至多有 {most}，却要求 {number}", title.zh));
        found.push(Finding { places: vec![(place.clone(), cites.clone())], help: help.clone(), ..plain("dead", Severity::Warning, &norm.name, message) });
        return;
    }
    let norm = context.seen(norm);
    let applies = |reader: &mut Reader<'_>, more: Option<Cond>| {
        let mut all = vec![reader.scope_of(norm)];
        all.extend(more);
        Cond::All(all)
    };
    if impossible(context, norm, |reader| applies(reader, None)) {
        let message = Say::new(format!("{} can never apply: its conditions contradict each other", title.en), format!("{}永远不会适用：其条件自相矛盾", title.zh));
        found.push(Finding { places: vec![(place, cites)], help, ..plain("dead", Severity::Warning, &norm.name, message) });
        return;
    }
    for exception in &norm.exceptions {
        let never = !meet(norm.validity, exception.validity)
            || exception.when.as_ref().is_some_and(|when| impossible(context, norm, |reader| { let when = reader.cond(when); applies(reader, Some(when)) }));
        if never {
            let name = called(exception);
            let message = Say::new(format!("the exception {name} to {} can never apply", title.en), format!("{}的例外{name}永远不会适用", title.zh));
            let message = limits(context, &speech, norm, exception).into_iter().fold(message, |message, limit| Say::new(format!("{}: {}", message.en, limit.en), format!("{}：{}", message.zh, limit.zh)));
            let place = context.written.items.get(&exception.name).cloned();
            let cites = speech.say(|words| words.cites(&exception.cites));
            found.push(Finding { places: vec![(place, cites)], help: help.clone(), ..plain("dead", Severity::Warning, &norm.name, message) });
        }
    }
    for (at, requirement) in norm.requirements.iter().enumerate() {
        let What::Condition(condition) = &requirement.what else { continue };
        if impossible(context, norm, |reader| { let condition = reader.cond(condition); applies(reader, Some(condition)) }) {
            let message = unmeetable(&speech, norm, condition, &title);
            let place = context.written.parts.get(&(norm.name.clone(), Part::Requirement(at, 0))).or_else(|| context.written.items.get(&norm.name)).cloned();
            let cites = speech.say(|words| words.cites(&requirement.cites));
            found.push(Finding { places: vec![(place, cites)], help: help.clone(), ..plain("unsatisfiable", Severity::Error, &norm.name, message) });
        }
    }
}

/// What is asked beside where it applies, in words.
fn unmeetable(speech: &Speech<'_>, norm: &Norm, condition: &Expr, title: &Say) -> Say {
    let asked = speech.say(|words| words.phrase(condition, &[]));
    let filter = filter_of(norm);
    let scope: Vec<&Expr> = filter.iter().chain(&norm.when).collect();
    if scope.is_empty() {
        return Say::new(format!("nobody can meet what {} asks: {}", title.en, asked.en), format!("{}的要求无人能够做到：{}", title.zh, asked.zh));
    }
    let where_ = speech.say(|words| scope.iter().map(|part| words.phrase(part, &[])).collect::<Vec<_>>().join(words.pick(" and ", "，且")));
    Say::new(
        format!("nobody can meet {}: it applies where {}, and asks that {}", title.en, where_.en, asked.en),
        format!("{}无人能够做到：适用于{}的情形，却要求{}", title.zh, where_.zh, asked.zh),
    )
}

/// The bounds of the fields that the exception's condition looks at, where these alone rule it out.
fn limits(context: &Context<'_>, speech: &Speech<'_>, norm: &Norm, exception: &Exception) -> Option<Say> {
    let mut reader = Reader::new(context.model, norm);
    let condition = reader.cond(exception.when.as_ref()?);
    reader.space.cut();
    if !condition.shapes(&reader.space, true).is_ok_and(|shapes| shapes.is_empty()) {
        return None;
    }
    let bounded = reader.space.axes.iter().find_map(|axis| match (axis.form.as_slice(), &axis.domain) {
        ([(term, _)], Domain::Number(Measure::Quantity(unit), range)) => Some((term.clone(), unit.clone(), range.low?, range.high?)),
        _ => None,
    });
    let (term, unit, low, high) = bounded?;
    let quantity = |number| Expr::Value(Scalar::Quantity(number, unit.clone()));
    let (what, low, high) = (speech.say(|words| words.phrase(&term, &[])), speech.say(|words| words.phrase(&quantity(low), &[])), speech.say(|words| words.phrase(&quantity(high), &[])));
    Some(Say::new(format!("{} is declared as {} to {}", what.en, low.en, high.en), format!("{}声明为{}至{}", what.zh, low.zh, high.zh)))
}

fn called(exception: &Exception) -> String {
    let name = exception.label.as_deref().unwrap_or_else(|| exception.name.rsplit('.').next().unwrap_or(&exception.name));
    format!("“{name}”")
}

/// Does the condition hold nowhere? What is too large to look through is not said to be so.
fn impossible<'m>(context: &Context<'m>, norm: &'m Norm, condition: impl FnOnce(&mut Reader<'m>) -> Cond) -> bool {
    let mut reader = Reader::new(context.model, norm);
    let condition = condition(&mut reader);
    reader.space.cut();
    condition.shapes(&reader.space, true).is_ok_and(|shapes: Vec<Shape>| feasible::only(&reader, shapes).is_empty())
}

fn meet(a: Interval, b: Interval) -> bool {
    let before = |from: Option<chrono::NaiveDate>, until: Option<chrono::NaiveDate>| from.zip(until).is_some_and(|(from, until)| until < from);
    !before(a.from, b.until) && !before(b.from, a.until)
}

//! Two lines that change a deadline (`instead …`), both true and each with a deadline of its own.

use super::condition::Cond;
use super::finding::{Finding, plain};
use super::pairs::stage::days;
use super::reader::Reader;
use super::region::said;
use super::{Context, Undecided, feasible, witness};
use crate::diagnostics::{Say, Severity};
use crate::model::norm::{DeadlineChange, Norm};
use crate::model::written::Part;
use crate::reference::verdict::Ruling;

/// Looks at the requirements of a norm. Extensions need not exclude each other: the latest counts.
pub(super) fn look(context: &Context<'_>, norm: &Norm, found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
    for (at, requirement) in norm.requirements.iter().enumerate() {
        let changes = requirement.until.iter().flat_map(|until| until.changes.iter().enumerate()).filter(|(_, change)| !change.extension);
        let changes: Vec<(usize, &DeadlineChange)> = changes.collect();
        for (n, one) in changes.iter().enumerate() {
            for other in changes.iter().skip(n + 1).filter(|other| other.1.deadline != one.1.deadline) {
                both(context, norm, at, [*one, *other], found, undecided);
            }
        }
    }
}

fn both(context: &Context<'_>, norm: &Norm, at: usize, changes: [(usize, &DeadlineChange); 2], found: &mut Vec<Finding>, undecided: &mut Vec<Undecided>) {
    let mut reader = Reader::new(context.model, norm);
    let mut conditions = vec![reader.applies(norm, days(context.model, norm).unwrap_or_default())];
    conditions.extend(changes.map(|(_, change)| reader.cond(&change.when)));
    reader.space.cut();
    let Ok(shapes) = Cond::All(conditions).shapes(&reader.space, true) else { return };
    let shapes = feasible::only(&reader, shapes);
    if shapes.is_empty() {
        return;
    }
    let speech = context.speech(&norm.name);
    let regions: Vec<_> = shapes.iter().map(|shape| speech.extents(&reader.space, shape)).collect();
    let where_ = said(&regions);
    let Some(witness) = witness::find(context.model, norm, &reader, &shapes, &|verdict| verdict.requirement(at).is_some_and(|part| part.ruling == Ruling::Conflict)) else {
        let why = Say::new(format!("no case could be made in which {}", where_.en), format!("造不出这样的实例：{}", where_.zh));
        return undecided.push(Undecided { norm: norm.name.clone(), slot: "deadline".to_owned(), why });
    };
    let title = speech.say(|words| words.quoted_norm(&norm.name));
    let message = Say::new(
        format!("two lines say by when {} asks for it when {}", title.en, where_.en),
        format!("{}时，{}的期限有两处规定", where_.zh, title.zh),
    );
    let help = Say::new(
        "let the conditions exclude each other; if the text itself says both, keep it and write `expect finding overlap because \"…\"`",
        "使两行的条件互不重叠；如果原文就是这样，照原样保留，并写`预期 问题 overlap 因为 “…”`",
    );
    let places = changes.map(|(line, change)| {
        let place = context.written.parts.get(&(norm.name.clone(), Part::Change(at, 0, line))).or_else(|| context.written.items.get(&norm.name)).cloned();
        (place, speech.say(|words| words.cites(&change.cites)))
    });
    found.push(Finding { places: places.into(), help, regions, witness: Some(witness), ..plain("overlap", Severity::Error, &norm.name, message) });
}

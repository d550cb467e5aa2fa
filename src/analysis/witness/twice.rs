//! A case that is judged by two versions of the rules: the same records, as far as both know them.

use super::pick;
use super::scene::Scene;
use super::WAYS;
use crate::analysis::both::Side;
use crate::analysis::condition::Shape;
use crate::analysis::reader::Reader;
use crate::analysis::seen::bare;
use crate::model::expr::{Expr, Pattern};
use crate::model::rewrite::same;
use crate::model::value::Scalar;
use crate::model::{Example, Interval, Model};
use crate::records::At;
use crate::reference::verdict::Verdict;
use crate::tools::run;

/// A case and what two versions say of it.
#[derive(Debug, Clone)]
pub(crate) struct Twice {
    /// The records, as the version knows them for which the case was made.
    pub(crate) example: Example,
    /// Whether it was made for the second version.
    pub(crate) of_second: bool,
    /// The verdicts; none where there is none.
    pub(crate) verdicts: [Option<Verdict>; 2],
}

/// What may have to be there for a difference to show.
#[derive(Debug, Clone, Default)]
pub(crate) struct Also {
    /// Values that are not nothing.
    pub(crate) values: Vec<(Expr, Scalar)>,
    /// So many records that answer to what is judged.
    pub(crate) answers: Vec<(Pattern, usize)>,
}

/// A case in one of the boxes, on these days, whose verdicts are as `shows` says.
pub(in crate::analysis) fn find(sides: [&Side<'_>; 2], during: Interval, reader: &Reader<'_>, (shapes, also): (&[Shape], &Also), shows: &dyn Fn(Option<&Verdict>, Option<&Verdict>) -> bool) -> Option<Twice> {
    for shape in shapes {
        for wanted in pick::wanted(reader, shape, WAYS) {
            let more: pick::Wanted = also.values.iter().filter(|(term, _)| !wanted.iter().any(|(other, _)| same(other, term))).map(|(term, value)| (term.clone(), Some(value.clone()))).collect();
            let with_more = (!more.is_empty()).then(|| wanted.iter().cloned().chain(more).collect());
            for wanted in std::iter::once(wanted).chain(with_more) {
                for counts_itself in [true, false] {
                    for (of_second, answer) in [true, false].into_iter().flat_map(|side| std::iter::once(None).chain(also.answers.iter().map(Some)).map(move |answer| (side, answer))) {
                        let told = told(sides, during, &wanted, (counts_itself, of_second, answer));
                        if let Some(twice) = told.filter(|twice| shows(twice.verdicts[0].as_ref(), twice.verdicts[1].as_ref())) {
                            return Some(twice);
                        }
                    }
                    if !wanted.iter().any(|(term, _)| matches!(term, Expr::Measure(_))) {
                        break;
                    }
                }
            }
        }
    }
    None
}

/// A case told as one of the versions knows it, judged by both.
fn told(sides: [&Side<'_>; 2], during: Interval, wanted: &pick::Wanted, (counts_itself, of_second, answer): (bool, bool, Option<&(Pattern, usize)>)) -> Option<Twice> {
    let [first, second] = sides;
    let (side, other) = if of_second { (second, first) } else { (first, second) };
    let stage = bare(&side.norm, side.norm.occasion.clone(), during);
    let mut scene = Scene::new(side.model, &stage)?;
    scene.counts_itself = counts_itself;
    scene.make(wanted);
    if let Some((pattern, many)) = answer {
        let day = if scene.event.is_some() { scene.day.succ_opt()? } else { scene.day };
        (0..*many).try_for_each(|_| scene.follow(pattern, At::Date(day)))?;
    }
    let example = scene.example();
    let verdict = judged(side, &example)?;
    let of_other = judged(other, &adapted(&example, other.model)).flatten();
    let verdicts = if of_second { [of_other, verdict] } else { [verdict, of_other] };
    Some(Twice { example, of_second, verdicts })
}

/// What the norm says of the judged record; none: the case cannot be used.
fn judged(side: &Side<'_>, example: &Example) -> Option<Option<Verdict>> {
    let ran = run(side.model, example);
    if !ran.unusable.is_empty() {
        return None;
    }
    let own = || ran.audit.verdicts.iter().filter(|verdict| verdict.rule == side.norm.name);
    let of_record = own().find(|verdict| verdict.events.first().is_some_and(|event| event == "r1"));
    Some(of_record.or_else(|| own().next()).cloned())
}

/// The case with only what the model declares.
fn adapted(example: &Example, model: &Model) -> Example {
    let mut example = example.clone();
    example.subjects.retain(|subject| model.entity(&subject.entity).is_some());
    for subject in &mut example.subjects {
        let entity = model.entity(&subject.entity);
        subject.attributes.retain(|(name, _)| entity.is_some_and(|entity| entity.attribute(name).is_some()));
    }
    example.records.retain(|record| record.event == "attestation" || model.event(&record.event).is_some_and(|event| !event.derived));
    for record in example.records.iter_mut().filter(|record| record.event != "attestation") {
        let event = model.event(&record.event);
        record.fields.retain(|(name, _)| event.is_some_and(|event| event.field(name).is_some()));
    }
    if model.regulation(&example.regulation).is_none() {
        example.regulation = model.regulations.first().map(|regulation| regulation.name.clone()).unwrap_or_default();
    }
    example.settled.retain(|(name, _)| model.parameter(name).is_some());
    example
}

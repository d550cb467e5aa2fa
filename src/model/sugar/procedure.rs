//! `procedure`: for each step a norm of its own.

use super::Labels;
use crate::syntax::tree::{Head, Line, Name, Node, Norm, ProcedureStep, StepAfter};

/// The norms of a procedure, in the order of its steps.
pub(super) fn norms(procedure: &Norm, labels: &Labels) -> Vec<Norm> {
    let steps: Vec<&ProcedureStep> = procedure.lines.iter().filter_map(|line| if let Line::Step(step) = &line.value { Some(step) } else { None }).collect();
    (0..steps.len()).map(|at| of_step(procedure, &steps, at, labels)).collect()
}

fn of_step(procedure: &Norm, steps: &[&ProcedureStep], at: usize, labels: &Labels) -> Norm {
    let (before, step) = (steps.get(..at).unwrap_or_default(), steps[at]);
    let span = step.event.span;
    let mut lines: Vec<Node<Line>> = procedure.lines.iter().filter(|line| !matches!(line.value, Line::Step(_) | Line::DistinctPeople(..))).cloned().collect();
    lines.extend(step.when.clone().map(|when| Node::new(Line::When(when), span)));
    let apart = before.iter().filter_map(|earlier| Some((earlier.event.clone(), apart(procedure, &earlier.event, &step.event)?.to_vec()))).collect();
    let before = before.iter().map(|step| (*step).clone()).collect();
    lines.push(Node::new(Line::StepAfter(StepAfter { step: step.clone(), before, apart }), span));
    Norm { form: procedure.form, head: head(&procedure.head, step, labels), continues: None, lines }
}

/// Must other people take the two steps? What the line cites that says so.
fn apart<'n>(procedure: &'n Norm, one: &Name, other: &Name) -> Option<&'n [Node<String>]> {
    procedure.lines.iter().find_map(|line| match &line.value {
        Line::DistinctPeople(events, cites) if events.contains(one) && events.contains(other) => Some(cites.as_slice()),
        _ => None,
    })
}

/// `NAME_step`, with the title of both and the citations of the step.
fn head(of: &Head, step: &ProcedureStep, labels: &Labels) -> Head {
    let name = Node::new(format!("{}_{}", of.name.value, step.event.value), step.event.span);
    let label = of.label.as_ref().map(|label| Node::new(format!("{} · {}", label.value, labels.event(&step.event.value)), label.span));
    let cites = if step.cites.is_empty() { of.cites.clone() } else { step.cites.clone() };
    Head { name, label, cites }
}

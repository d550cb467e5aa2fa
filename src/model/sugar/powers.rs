//! `powers`: for each act a norm of its own, in which every row is a permission.

use super::Labels;
use crate::syntax::tree::{Form, Head, Line, Link, Name, Node, Norm, Pattern, Powers};

/// The norms of a table of powers, in the order of the acts.
pub(super) fn norms(powers: &Powers, labels: &Labels) -> Vec<Norm> {
    let mut acts: Vec<&Name> = Vec::new();
    for act in powers.rows.iter().flat_map(|row| &row.value.acts) {
        if !acts.contains(&act) {
            acts.push(act);
        }
    }
    acts.into_iter().map(|act| only(powers, act, labels)).collect()
}

fn only(powers: &Powers, act: &Name, labels: &Labels) -> Norm {
    let mut lines = powers.lines.clone();
    let on = Pattern { events: vec![act.clone()], link: Link::Implicit, filter: None, span: act.span };
    lines.insert(0, Node::new(Line::On(on), act.span));
    let rows = powers.rows.iter().filter(|row| row.value.acts.contains(act));
    lines.extend(rows.map(|row| Node::new(Line::May(row.value.may.clone()), row.span)));
    Norm { form: Form::Only, head: head(powers, act, labels), continues: None, lines }
}

/// `NAME_act`, with the title of both.
fn head(powers: &Powers, act: &Name, labels: &Labels) -> Head {
    let of = &powers.head;
    let name = Node::new(format!("{}_{}", of.name.value, act.value), act.span);
    let label = of.label.as_ref().map(|label| Node::new(format!("{} · {}", label.value, labels.event(&act.value)), label.span));
    Head { name, label, cites: of.cites.clone() }
}

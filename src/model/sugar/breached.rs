//! `if breached count as …`: a norm on the breach, `NAME_breached`.

use crate::syntax::tree::{Form, Head, Line, Node, Norm};

/// The norm that gives what a breach counts as; none when nothing is given.
pub(super) fn norm(norm: &Norm) -> Option<Norm> {
    let gives = norm.lines.iter().filter_map(|line| if let Line::IfBreachedGives(gives) = &line.value { Some((gives, line.span)) } else { None });
    let mut lines: Vec<Node<Line>> = gives.map(|(gives, span)| Node::new(Line::Gives(gives.clone()), span)).collect();
    let first = lines.first()?.span;
    let of = &norm.head;
    lines.insert(0, Node::new(Line::OnBreach(vec![of.name.clone()]), first));
    let head = Head { name: Node::new(format!("{}_breached", of.name.value), of.name.span), label: of.label.clone(), cites: of.cites.clone() };
    Some(Norm { form: Form::CountsAs, head, continues: None, lines })
}

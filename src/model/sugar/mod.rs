//! Drafters' forms → plain norms: tree to tree, before any name is looked up.
//!
//! What these forms mean needs nothing but the norms that they stand for. Every generated line keeps the place it comes from.

mod breached;
mod powers;
mod procedure;

use super::lower::Text;
use crate::syntax::tree::{Event, Form, Item, Line, Node, Norm};
use std::collections::BTreeMap;

/// Puts the norms that they stand for in the place of forms.
pub(super) fn plain(texts: &mut [Text]) {
    let labels = Labels::of(texts);
    for text in texts {
        let items = std::mem::take(&mut text.tree.items);
        text.tree.items = items.into_iter().flat_map(|item| norms(item, &labels)).collect();
    }
}

fn norms(item: Node<Item>, labels: &Labels) -> Vec<Node<Item>> {
    let made: Vec<Norm> = match &item.value {
        Item::Powers(powers) if !powers.rows.is_empty() => powers::norms(powers, labels),
        Item::Norm(norm) if is_procedure(norm) => procedure::norms(norm, labels),
        Item::Norm(norm) => [norm.clone()].into_iter().chain(breached::norm(norm)).collect(),
        _ => return vec![item],
    };
    made.into_iter().map(|norm| Node::new(Item::Norm(norm), item.span)).collect()
}

/// One with steps; another is told for want of them.
fn is_procedure(norm: &Norm) -> bool {
    norm.form == Form::Procedure && norm.lines.iter().any(|line| matches!(line.value, Line::Step(_)))
}

/// The labels of events.
struct Labels(BTreeMap<String, String>);

impl Labels {
    fn of(texts: &[Text]) -> Self {
        let items = texts.iter().flat_map(|text| &text.tree.items);
        let events = items.filter_map(|item| if let Item::Event(Event { heads, .. }) = &item.value { Some(heads) } else { None });
        let labelled = events.flatten().filter_map(|head| Some((head.name.value.clone(), head.label.as_ref()?.value.clone())));
        Self(labelled.collect())
    }

    /// How people call the event.
    fn event<'n>(&'n self, name: &'n str) -> &'n str {
        self.0.get(name).map_or(name, String::as_str)
    }
}

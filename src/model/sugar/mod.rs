//! Drafters' forms → plain norms: tree to tree, before any name is looked up.
//!
//! What these forms mean needs nothing but the norms that they stand for. Every generated line keeps the place it comes from.

mod breached;
mod powers;
mod procedure;

use super::lower::Text;
use crate::syntax::tree::{Event, File, Form, Item, Line, Node, Norm};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Puts the norms that they stand for in the place of forms.
pub(super) fn plain(texts: &mut [Text]) {
    let labels = Labels::of(texts);
    // Others stay as they were parsed: nothing of them is copied.
    for text in texts.iter_mut().filter(|text| text.tree.items.iter().any(|item| stands_for_norms(&item.value))) {
        let items = Arc::unwrap_or_clone(std::mem::take(&mut text.tree)).items;
        text.tree = Arc::new(File { items: items.into_iter().flat_map(|item| norms(item, &labels)).collect() });
    }
}

fn stands_for_norms(item: &Item) -> bool {
    match item {
        Item::Powers(_) => true,
        Item::Norm(norm) => is_procedure(norm) || norm.lines.iter().any(|line| matches!(line.value, Line::IfBreachedGives(_))),
        _ => false,
    }
}

fn norms(item: Node<Item>, labels: &Labels) -> Vec<Node<Item>> {
    let span = item.span;
    let (kept, made): (Option<Node<Item>>, Vec<Norm>) = match &item.value {
        Item::Powers(powers) if !powers.rows.is_empty() => (None, powers::norms(powers, labels)),
        Item::Norm(norm) if is_procedure(norm) => (None, procedure::norms(norm, labels)),
        Item::Norm(norm) => {
            let made = breached::norm(norm).into_iter().collect();
            (Some(item), made)
        }
        _ => (Some(item), Vec::new()),
    };
    kept.into_iter().chain(made.into_iter().map(|norm| Node::new(Item::Norm(norm), span))).collect()
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

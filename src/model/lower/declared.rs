//! Declarations that cite clauses, and what they ask for.

use super::Lower;
use super::data::cites;
use super::names::qualify;
use crate::model::Declared;
use crate::model::order::Reads;
use crate::syntax::tree::{Head, Item};

impl Lower<'_> {
    /// Keeps what a measure or state asks for.
    pub(super) fn asked(&mut self, full: &str, look: impl FnOnce(&mut Reads)) {
        let mut reads = Reads::default();
        look(&mut reads);
        self.asks.entry(full.to_owned()).or_default().extend(reads.parameters.into_iter().chain(reads.judged));
    }

    /// After all norms: only then is it known what the measures ask for.
    pub(super) fn all_declared(&mut self) {
        for (file, item) in self.items() {
            let regulation = self.regulation_of(file);
            for head in heads(item).into_iter().filter(|head| !head.cites.is_empty()) {
                let scoped = matches!(item, Item::Measure(_) | Item::State(_) | Item::Office(_));
                let name = if scoped { qualify(regulation, &head.name.value) } else { head.name.value.clone() };
                let asks = self.asks.get(&name).filter(|_| scoped).into_iter().flatten().cloned().collect();
                self.model.declared.push(Declared { name, regulation: regulation.map(str::to_owned), cites: cites(&head.cites), asks });
            }
        }
    }
}

/// The heads of a declaration that is neither a norm nor a parameter: those keep their citations themselves.
fn heads(item: &Item) -> Vec<&Head> {
    match item {
        Item::Calendar(calendar) => vec![&calendar.head],
        Item::Schedule(schedule) => vec![&schedule.head],
        Item::Kind(kind) => vec![&kind.head],
        Item::Register(entity) | Item::Case(entity) => vec![&entity.head],
        Item::Feed(feed) => vec![&feed.head],
        Item::Event(event) => event.heads.iter().collect(),
        Item::Measure(define) => vec![&define.head],
        Item::State(state) => vec![&state.head],
        Item::Office(office) => vec![&office.head],
        _ => Vec::new(),
    }
}

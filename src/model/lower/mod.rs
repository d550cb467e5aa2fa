//! Trees → model. One [`Lower`] holds what is known of the texts; each file below adds the part it is named after.
//!
//! Nothing stops at the first error: what cannot be understood becomes [`ty::Ty::Poison`], which is compatible with everything,
//! so that one mistake gives one message.

mod applies;
mod approval;
mod arithmetic;
mod bounded;
mod check;
mod clock;
mod compare;
mod data;
mod declare;
mod decided;
mod declared;
mod delay;
mod during;
mod duty;
mod effects;
mod either;
mod env;
mod event;
mod example;
mod exception;
mod expr;
mod given;
mod group;
mod hole;
mod items;
mod judged_on;
mod judged_slot;
mod later;
mod links;
mod measure;
mod names;
mod norm;
mod occasion;
mod office;
mod path;
mod pattern;
mod pay;
mod procedure;
mod parameter;
mod rank;
mod score;
mod shared;
mod slots;
mod state;
mod steps;
mod table;
mod tell;
mod term;
mod throughout;
mod ty;
mod unknown;
mod valid;
mod variable;
mod when;
mod written;

pub(super) use tell::similar;
pub(crate) use ty::say as type_in_words;

use super::compile::Files;
use super::norm::Norm;
use super::written::{Part, Written};
use super::links::{LaterLinks, Notes, Sort};
use super::{Model, NotAdopted, Parameter};
use crate::diagnostics::{Diagnostic, Severity, Source, Span};
use crate::syntax::tree;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A parsed text.
pub(super) struct Text {
    /// Path as read.
    pub path: String,
    /// The text, under its path.
    pub source: Arc<Source>,
    /// What stands in it.
    pub tree: Arc<tree::File>,
    /// Parts of it could not be read, so that names may be missing which are written there.
    pub broken: bool,
    /// Those parts: items, and lines of items.
    pub unread: Vec<Span>,
    /// The regulation its items belong to; none: shared declarations.
    pub regulation: Option<String>,
    /// It was written for another regulation, which this one adopts.
    pub adopted: bool,
    /// What the regulation whose header stands here adopts but for these.
    pub not_adopted: Vec<NotAdopted>,
    /// Names in that header that stand for things of the adopted regulation.
    pub adopted_names: Vec<AdoptedName>,
}

/// A name in a header that stands for something of an adopted regulation.
pub(super) struct AdoptedName {
    /// Where it stands in the header.
    pub used: Span,
    /// What it is.
    pub sort: Sort,
    /// `regulation.name`, or the regulation's name.
    pub full: String,
    /// The text that declares it.
    pub path: String,
    /// Where.
    pub declared: Span,
}

impl Text {
    /// The header of its regulation, when it stands here.
    pub(super) fn header(&self) -> Option<&tree::Regulation> {
        self.tree.items.iter().find_map(|item| if let tree::Item::Regulation(header) = &item.value { Some(header) } else { None })
    }

    /// The item that holds `span`.
    fn item_at(&self, span: Span) -> Option<Span> {
        let after = self.tree.items.partition_point(|item| item.span.start <= span.start);
        let item = self.tree.items.get(after.checked_sub(1)?)?.span;
        (span.start < item.end).then_some(item)
    }

    /// What of the item could not be read.
    fn unread_in(&self, item: Span) -> impl Iterator<Item = Span> {
        self.unread.iter().copied().filter(move |span| item.start <= span.start && span.end <= item.end)
    }
}

/// A place: which text, where.
pub(super) type At = (usize, Span);

/// Stands for every name in `Lower::poisoned`.
const ANY: &str = "*";

/// How far a norm is.
enum Stage {
    /// Lowered; none when it has an error that leaves nothing to work with.
    Done(Box<Norm>),
    /// Not usable.
    Broken,
}

/// What is known while texts are turned into a model.
pub(super) struct Lower<'t> {
    texts: &'t [Text],
    files: &'t dyn Files,
    told: Vec<Diagnostic>,
    /// The finished parts: regulations, calendars, schedules, kinds, entities, events.
    model: Model,
    names: names::Names<'t>,
    parameters: BTreeMap<String, Parameter>,
    norms: BTreeMap<String, Stage>,
    /// Norms that are being lowered now, outermost first: who asks for one of them waits for itself.
    open: Vec<String>,
    /// Fields and attributes whose type is broken, by owner; all names of an owner with a broken role ([`ANY`]).
    poisoned: BTreeSet<(String, String)>,
    /// By event: the first role that stands after `by`.
    doers: BTreeMap<String, String>,
    /// What norms may know of each other.
    facets: BTreeMap<String, norm::Facets>,
    /// Exceptions that hang on a norm.
    reached: BTreeSet<String>,
    /// Holes written in place: by where, so that a measure used twice has one hole; and how many an item has.
    holes: BTreeMap<At, String>,
    hole_counts: BTreeMap<String, u32>,
    /// `of the year before`, until what it is said of is found.
    before: Option<tree::Node<tree::Period>>,
    /// What norms decide, as a first reading of the texts found it: norms may look back at what they themselves decided in the period before. None in
    /// that first reading.
    foreseen: Option<BTreeMap<String, norm::Facets>>,
    /// Something was looked back at that is not known in this reading.
    looks_back: bool,
    /// How many measures and exceptions went into the norm that is being lowered: both can multiply.
    copies: usize,
    /// Measures being inlined now, and those that were used at all.
    inlining: Vec<String>,
    used: BTreeSet<String>,
    /// Where the parts of norms stand.
    written: BTreeMap<(String, Part), At>,
    /// Holes, readings and judged facts that a measure or state asks for, wherever it is used.
    asks: BTreeMap<String, BTreeSet<String>>,
    /// `applies to` in headers: text, regulation, line.
    applies: Vec<(usize, &'t str, &'t tree::Applies)>,
    /// `forfeits`: target norm → conditions to add, by event type and citations.
    forfeits: BTreeMap<String, Vec<(String, Vec<String>)>>,
    /// What names were resolved to, if anybody wants to know.
    notes: Option<RefCell<Notes>>,
}

/// What came of the texts.
pub(super) struct Lowered {
    /// The model; none when there is an error.
    pub model: Option<Model>,
    /// What there is to say.
    pub told: Vec<Diagnostic>,
    /// Where everything stands.
    pub written: Written,
    /// What could be understood where there is an error, and what names were resolved to; none unless it was asked for.
    pub known: Option<(Model, LaterLinks)>,
}

/// Turns texts into a model. Where a norm looks back at what a later one decided in the period before, the types are found in a first reading.
/// With `noted` names are written down as well.
pub(super) fn lower(texts: &[Text], files: &dyn Files, noted: bool) -> Lowered {
    let first = Lower::new(texts, files, None, noted).read();
    let lower = if first.looks_back { Lower::new(texts, files, Some(first.facets), noted).read() } else { first };
    lower.finish()
}

impl<'t> Lower<'t> {
    fn new(texts: &'t [Text], files: &'t dyn Files, foreseen: Option<BTreeMap<String, norm::Facets>>, noted: bool) -> Self {
        Self {
            texts,
            files,
            told: Vec::new(),
            model: Model::default(),
            names: names::Names::default(),
            parameters: BTreeMap::new(),
            norms: BTreeMap::new(),
            open: Vec::new(),
            poisoned: BTreeSet::new(),
            doers: BTreeMap::new(),
            facets: BTreeMap::new(),
            reached: BTreeSet::new(),
            holes: BTreeMap::new(),
            hole_counts: BTreeMap::new(),
            before: None,
            copies: 0,
            inlining: Vec::new(),
            used: BTreeSet::new(),
            written: BTreeMap::new(),
            asks: BTreeMap::new(),
            applies: applies::lines(texts),
            forfeits: BTreeMap::new(),
            foreseen,
            notes: noted.then(RefCell::default),
            looks_back: false,
        }
    }

    /// Everything but what is known only at the end.
    fn read(mut self) -> Self {
        self.collect();
        self.declare();
        self.gather_forfeits();
        self.all_parameters();
        self.all_valid();
        self.all_states();
        self.all_norms();
        if !self.looks_back {
            self.all_examples();
            self.unused_measures();
            self.all_declared();
        }
        self
    }
}

impl Lower<'_> {
    fn finish(mut self) -> Lowered {
        let norms = std::mem::take(&mut self.norms);
        self.model.norms = norms.into_values().filter_map(|s| if let Stage::Done(norm) = s { Some(*norm) } else { None }).collect();
        self.model.parameters = std::mem::take(&mut self.parameters).into_values().collect();
        self.model.sort();
        if !self.failed() {
            self.check_whole();
        }
        let failed = self.failed();
        let written = self.places();
        self.note_declarations();
        let notes = self.notes.take().map(RefCell::into_inner);
        let links = notes.map(|notes| notes.links(self.texts.iter().map(|text| Arc::clone(&text.source)).collect()));
        let (model, understood) = if failed { (None, self.model) } else { (Some(self.model), Model::default()) };
        Lowered { model, told: self.told, written, known: links.map(|links| (understood, links)) }
    }

    /// Is the type of the owner's field unknown because of an error that was told?
    fn is_poisoned(&self, owner: &str, name: &str) -> bool {
        self.poisoned.contains(&(owner.to_owned(), name.to_owned()))
    }

    fn poison(&mut self, owner: &str, name: &str) {
        self.poisoned.insert((owner.to_owned(), name.to_owned()));
    }

    fn failed(&self) -> bool {
        self.told.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

//! Which names mean the same thing: every use of a name with the declarations that it was resolved to.
//!
//! The lowering writes this down beside the model when it is asked to ([`super::known()`]); editors read it. Nothing is matched by text: two names
//! belong together because one was resolved to the other.

use crate::diagnostics::{Say, Source, Span};
use foldhash::fast::RandomState;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;
type HashSet<T> = std::collections::HashSet<T, RandomState>;

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub(crate) enum Sort {
    Regulation,
    Calendar,
    Schedule,
    Feed,
    /// A kind, register or case.
    Type,
    Event,
    /// A norm, exception, measure, hole, judged fact, reading, state or office: `regulation.name`.
    Item,
    /// A field or role of an event, an attribute of a register or case.
    Field,
    /// A value of a kind, an alternative of a reading.
    Value,
    /// What a norm decides.
    Slot,
    /// `for each … as NAME`.
    Member,
}

/// Something that has a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Named {
    /// What it is.
    pub(crate) sort: Sort,
    /// Whose it is: the event of a field, the kind of a value, the norm of a slot; empty where the name says all.
    pub(crate) owner: String,
    /// Its name; `regulation.name` of items.
    pub(crate) name: String,
}

impl Named {
    /// The name as it stands where it is declared.
    pub(crate) fn bare(&self) -> &str {
        if self.sort == Sort::Item { self.name.rsplit('.').next().unwrap_or(&self.name) } else { &self.name }
    }
}

/// A name in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Occurrence {
    /// The text, by its place in [`Links::sources`].
    pub(crate) source: usize,
    /// Where in it.
    pub(crate) span: Span,
    /// Names with the same number stand for the same thing, or for things that must be called the same.
    pub(crate) group: usize,
    /// It is declared here.
    pub(crate) declares: bool,
    /// What it was resolved to.
    pub(crate) named: Named,
}

/// The names of all texts that were compiled together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Links {
    /// The texts, each once.
    pub(crate) sources: Vec<Arc<Source>>,
    /// The names, by text and place; one that was resolved to several things stands several times.
    pub(crate) occurrences: Vec<Occurrence>,
    /// Uses of names that are made of others (`NAME_act` of a table of powers): use, and the place that it comes from.
    pub(crate) made: Vec<((usize, Span), (usize, Span))>,
    /// What type the expression at a place has, in both tongues.
    pub(crate) types: Vec<((usize, Span), Say)>,
}

impl Links {
    /// The text called `path`.
    pub(crate) fn source(&self, path: &str) -> Option<usize> {
        self.sources.binary_search_by(|source| source.name.as_str().cmp(path)).ok()
    }

    /// The names at `at` of a text.
    pub(crate) fn at(&self, source: usize, at: usize) -> impl Iterator<Item = &Occurrence> {
        let end = self.occurrences.partition_point(|one| (one.source, one.span.start) <= (source, at));
        let begin = self.occurrences[..end].partition_point(|one| (one.source, one.span.start + LONGEST) < (source, at));
        self.occurrences[begin..end].iter().filter(move |one| one.source == source && one.span.start <= at && at <= one.span.end)
    }
}

/// Links that are put together once somebody asks for one: what a keystroke breaks is told without them.
#[derive(Debug, Clone)]
pub(crate) struct LaterLinks(Arc<LazyLock<Links, Box<dyn FnOnce() -> Links + Send>>>);

impl LaterLinks {
    fn new(links: impl FnOnce() -> Links + Send + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(links))))
    }
}

impl Default for LaterLinks {
    fn default() -> Self {
        Self::new(Links::default)
    }
}

impl Deref for LaterLinks {
    type Target = Links;
    fn deref(&self) -> &Links {
        &self.0
    }
}

/// No name is longer, in bytes.
const LONGEST: usize = 1 << 12;

/// A place in a text, while names are gathered.
type Spot = (usize, Span);

/// What the lowering notes. A measure is lowered wherever it is used, so the same is noted again and again.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// What names stand for, each once, and its number.
    named: Vec<Named>,
    numbers: HashMap<String, usize>,
    /// Where that is declared.
    declared: HashSet<(Spot, usize)>,
    /// Where it is used.
    used: HashSet<(Spot, usize)>,
    /// Types of expressions.
    types: HashMap<Spot, Say>,
    /// For looking up.
    key: String,
}

impl Notes {
    /// The name at `at` declares this.
    pub(super) fn declares(&mut self, at: Spot, sort: Sort, owner: &str, name: &str) {
        let number = self.number(sort, owner, name);
        self.declared.insert((at, number));
    }

    /// The name at `at` was resolved to this.
    pub(super) fn uses(&mut self, at: Spot, sort: Sort, owner: &str, name: &str) {
        let number = self.number(sort, owner, name);
        self.used.insert((at, number));
    }

    /// What the expression at `at` is.
    pub(super) fn has_type(&mut self, at: Spot, say: impl FnOnce() -> Say) {
        self.types.entry(at).or_insert_with(say);
    }

    fn number(&mut self, sort: Sort, owner: &str, name: &str) -> usize {
        self.key.clear();
        self.key.extend([char::from(b'a' + sort as u8)]);
        self.key.extend([owner, "|", name]);
        if let Some(number) = self.numbers.get(&self.key) {
            return *number;
        }
        self.named.push(Named { sort, owner: owner.to_owned(), name: name.to_owned() });
        self.numbers.insert(self.key.clone(), self.named.len() - 1);
        self.named.len() - 1
    }

    /// Puts together what belongs together, later. `texts` are those the spots count; a text that was read for two regulations stands twice there.
    pub(super) fn links(self, texts: Vec<Arc<Source>>) -> LaterLinks {
        LaterLinks::new(move || self.together(&texts))
    }

    fn together(self, texts: &[Arc<Source>]) -> Links {
        let mut sources: Vec<Arc<Source>> = texts.to_vec();
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        sources.dedup_by(|a, b| a.name == b.name);
        let place: Vec<usize> = texts.iter().map(|text| sources.binary_search_by(|one| one.name.cmp(&text.name)).unwrap_or_default()).collect();
        let spot = |(file, span): Spot| (place.get(file).copied().unwrap_or_default(), span);
        let named = &self.named;
        let stands = |(source, span): Spot, number: usize| sources.get(source).and_then(|one| one.text.get(span.start..span.end)) == named.get(number).map(Named::bare);
        // Declarations first at a place, in the order of names, so that the same texts always give the same.
        let mut names: Vec<(Spot, bool, usize)> = Vec::new();
        let mut made: HashMap<usize, Spot> = HashMap::default();
        for (at, number) in self.declared {
            let at = spot(at);
            if stands(at, number) {
                names.push((at, true, number));
            } else {
                let first = made.entry(number).or_insert(at);
                *first = at.min(*first);
            }
        }
        // What nobody declares is the language's own: `asker`, the slot `fine`, `monday`.
        let declared: HashSet<usize> = names.iter().map(|(.., number)| *number).collect();
        let mut from_made = Vec::new();
        for (at, number) in self.used {
            let at = spot(at);
            if !stands(at, number) {
                continue;
            }
            match made.get(&number) {
                Some(origin) => from_made.push((at, *origin)),
                None if declared.contains(&number) => names.push((at, false, number)),
                None => {}
            }
        }
        names.sort_by(|a, b| (a.0, !a.1, named.get(a.2)).cmp(&(b.0, !b.1, named.get(b.2))));
        // One that is noted as declared is not used there, too.
        let mut seen: HashSet<(Spot, usize)> = HashSet::default();
        names.retain(|(at, _, number)| seen.insert((*at, *number)));
        from_made.sort_unstable();
        from_made.dedup();
        let groups = groups(&names);
        let occurrence = |((at, declares, number), group): ((Spot, bool, usize), usize)| Some(Occurrence { source: at.0, span: at.1, group, declares, named: named.get(number)?.clone() });
        let occurrences = names.into_iter().zip(groups).filter_map(occurrence).collect();
        let mut types: Vec<(Spot, Say)> = self.types.into_iter().map(|(at, say)| (spot(at), say)).collect();
        types.sort_by_key(|(at, _)| *at);
        types.dedup_by_key(|(at, _)| *at);
        Links { sources, occurrences, made: from_made, types }
    }
}

/// A number for each name, the same for those that hang together: by the place at which they stand, or by what they stand for.
fn groups(names: &[(Spot, bool, usize)]) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..names.len()).collect();
    let (mut by_place, mut by_named): (HashMap<Spot, usize>, HashMap<usize, usize>) = (HashMap::default(), HashMap::default());
    for (n, (at, _, named)) in names.iter().enumerate() {
        let first = *by_place.entry(*at).or_insert(n);
        join(&mut parent, first, n);
        let first = *by_named.entry(*named).or_insert(n);
        join(&mut parent, first, n);
    }
    (0..names.len()).map(|n| root(&mut parent, n)).collect()
}

fn root(parent: &mut [usize], mut n: usize) -> usize {
    while parent[n] != n {
        parent[n] = parent[parent[n]];
        n = parent[n];
    }
    n
}

fn join(parent: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(parent, a), root(parent, b));
    parent[a.max(b)] = a.min(b);
}

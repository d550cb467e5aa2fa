//! Who is called what: collecting the names of all texts, and looking them up.

use super::Lower;
use super::At;
use crate::diagnostics::Say;
use crate::syntax::tree::{self, Head, Item, Name};
use std::collections::BTreeMap;

/// Something with a name inside a regulation.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scoped<'t> {
    Norm(&'t tree::Norm),
    Exception(&'t tree::Exception),
    Measure(&'t tree::Define),
    Hole(&'t tree::Hole),
    Judged(&'t tree::Judged),
    Reading(&'t tree::Reading),
    State(&'t tree::State),
    Office(&'t tree::Office),
}

/// The names of all texts.
#[derive(Debug, Default)]
pub(super) struct Names<'t> {
    /// `regulation.name`, or the bare name in shared texts.
    pub scoped: BTreeMap<String, (usize, Scoped<'t>)>,
    /// Exceptions by the full name of what they are an exception to, sorted.
    pub exceptions: BTreeMap<String, Vec<String>>,
    /// Norms by the full name of what they continue, sorted.
    pub versions: BTreeMap<String, Vec<String>>,
    /// First place of each name, by name space.
    places: BTreeMap<(&'static str, String), At>,
}

impl Names<'_> {
    /// The norms that continue one, those that continue these, and so on.
    pub fn later_versions(&self, norm: &str) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let mut next = vec![norm];
        while let Some(one) = next.pop() {
            for later in self.versions.get(one).into_iter().flatten().filter(|later| *later != norm) {
                if !all.contains(later) {
                    all.push(later.clone());
                    next.push(later);
                }
            }
        }
        all
    }

    /// The exceptions to a norm or exception; those to a norm that it continues are exceptions to it as well.
    pub fn exceptions_to(&self, target: &str) -> Vec<String> {
        let mut all = self.exceptions.get(target).cloned().unwrap_or_default();
        let earlier = self.versions.keys().filter(|earlier| *earlier != target && self.later_versions(earlier).iter().any(|later| later == target));
        for exception in earlier.filter_map(|earlier| self.exceptions.get(earlier)).flatten() {
            if !all.contains(exception) {
                all.push(exception.clone());
            }
        }
        all
    }
}

impl Names<'_> {
    /// The names of a space, and where they were declared.
    pub(super) fn in_space(&self, space: &'static str) -> impl Iterator<Item = (&str, At)> {
        self.places.iter().filter(move |((of, _), _)| *of == space).map(|((_, name), at)| (name.as_str(), *at))
    }
}

impl<'t> Lower<'t> {
    /// Takes the name if it is free; otherwise tells both places.
    pub(super) fn claim(&mut self, space: &'static str, name: &str, at: At) -> bool {
        let key = (space, name.to_owned());
        let Some(first) = self.names.places.get(&key).copied() else {
            self.names.places.insert(key, at);
            return true;
        };
        let bare = name.rsplit('.').next().unwrap_or(name);
        self.error2(
            "duplicate-name",
            Say::new(format!("`{bare}` is declared twice"), format!("`{bare}` 重复声明")),
            (at, Say::new("again here", "此处重复")),
            (first, Say::new("first here", "首次声明")),
            Say::new("give one of them another name, or remove it", "请改名或删除其中之一"),
        );
        false
    }

    /// The place where the name was declared.
    pub(super) fn declared(&self, space: &'static str, name: &str) -> Option<At> {
        self.names.places.get(&(space, name.to_owned())).copied()
    }

    /// Collects norms, exceptions, measures and parameters of all texts.
    pub(super) fn collect(&mut self) {
        let texts = self.texts;
        for (file, text) in texts.iter().enumerate() {
            for item in &text.tree.items {
                let Some((head, scoped)) = scoped(&item.value) else { continue };
                let full = qualify(text.regulation.as_deref(), &head.name.value);
                if matches!(scoped, Scoped::Norm(_) | Scoped::Exception(_)) && text.regulation.is_none() {
                    self.homeless(&head.name, file);
                }
                if self.claim("item", &full, (file, head.name.span)) {
                    self.names.scoped.insert(full, (file, scoped));
                }
            }
        }
        self.collect_targets();
    }

    /// Belongs to no regulation; unless its header may be in what could not be read.
    pub(super) fn homeless(&mut self, name: &Name, file: usize) {
        if self.texts.iter().any(|text| text.broken) {
            return;
        }
        let (name, span) = (&name.value, name.span);
        self.error(
            "no-regulation",
            (file, span),
            Say::new(format!("`{name}` belongs to no regulation"), format!("`{name}` 不属于任何规章")),
            Say::new(
                "write a `regulation` header in this file, or give the folder whose header file it belongs to",
                "请在本文件中写明 `规章`，或改为给出含有规章文件的文件夹",
            ),
        );
    }

    fn collect_targets(&mut self) {
        let exceptions: Vec<(String, usize, &'t tree::Exception)> = self
            .names
            .scoped
            .iter()
            .filter_map(|(full, (file, item))| if let Scoped::Exception(e) = item { Some((full.clone(), *file, *e)) } else { None })
            .collect();
        for (full, file, exception) in exceptions {
            for target in &exception.to {
                if let Some(target) = self.norm_name(file, target, true) {
                    self.names.exceptions.entry(target).or_default().push(full.clone());
                }
            }
        }
        let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (full, (file, item)) in &self.names.scoped {
            if let (Scoped::Norm(tree), Some(regulation)) = (item, self.regulation_of(*file))
                && let Some(old) = &tree.continues
            {
                versions.entry(super::norm::earlier_name(regulation, &old.value)).or_default().push(full.clone());
            }
        }
        self.names.versions = versions;
    }

    /// The regulation of a text.
    pub(super) fn regulation_of(&self, file: usize) -> Option<&'t str> {
        self.texts.get(file).and_then(|text| text.regulation.as_deref())
    }

    /// What a scoped name means in a regulation: its own first, then a shared one, then `other.name`.
    pub(super) fn scoped(&self, regulation: Option<&str>, name: &str) -> Option<(String, usize, Scoped<'t>)> {
        let own = qualify(regulation, name);
        [own.as_str(), name].into_iter().find_map(|full| {
            let (file, item) = self.names.scoped.get(full)?;
            Some((full.to_owned(), *file, *item))
        })
    }

    /// The full name of a norm (or, with `exceptions`, of an exception); an unknown one is told.
    pub(super) fn norm_name(&mut self, file: usize, name: &Name, exceptions: bool) -> Option<String> {
        let regulation = self.regulation_of(file);
        let fits = |item: &Scoped| matches!(item, Scoped::Norm(_)) || exceptions && matches!(item, Scoped::Exception(_));
        if let Some((full, _, item)) = self.scoped(regulation, &name.value)
            && fits(&item)
        {
            self.uses_item(file, name, &full);
            return Some(full);
        }
        let names = self.names.scoped.iter().filter(|(_, (_, item))| fits(item)).map(|(full, _)| full.as_str());
        let near: Vec<String> = names.map(|full| short(regulation, full).to_owned()).collect();
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        self.unknown((file, name.span), ("norm", "规则"), &name.value, &near);
        None
    }
}

fn scoped(item: &Item) -> Option<(&Head, Scoped<'_>)> {
    Some(match item {
        Item::Norm(norm) => (&norm.head, Scoped::Norm(norm)),
        Item::Exception(exception) => (&exception.head, Scoped::Exception(exception)),
        Item::Measure(measure) => (&measure.head, Scoped::Measure(measure)),
        Item::Hole(hole) => (&hole.head, Scoped::Hole(hole)),
        Item::Judged(judged) => (&judged.head, Scoped::Judged(judged)),
        Item::Reading(reading) => (&reading.head, Scoped::Reading(reading)),
        Item::State(state) => (&state.head, Scoped::State(state)),
        Item::Office(office) => (&office.head, Scoped::Office(office)),
        _ => return None,
    })
}

/// `regulation.name`, or the bare name.
pub(super) fn qualify(regulation: Option<&str>, name: &str) -> String {
    regulation.map_or_else(|| name.to_owned(), |regulation| format!("{regulation}.{name}"))
}

/// The name as it is written inside its own regulation.
pub(super) fn short<'a>(regulation: Option<&str>, full: &'a str) -> &'a str {
    regulation.and_then(|regulation| full.strip_prefix(regulation)?.strip_prefix('.')).unwrap_or(full)
}

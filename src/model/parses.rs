//! Texts that were parsed before: one that did not change is not parsed again.

use crate::diagnostics::Source;
use crate::syntax::{CitedAs, Parsed, parse_as};
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// A text that was parsed, and the document that its citations were read as.
type Key = (String, Option<CitedAs>);

/// A text with its tree.
type Kept = (Arc<Source>, Arc<Parsed>);

/// Parsed texts by path. Without memory every text is parsed whenever it is asked for.
#[derive(Debug, Default)]
pub(crate) struct Parses {
    kept: Option<RefCell<HashMap<Key, Kept>>>,
}

impl Parses {
    /// With memory.
    pub(crate) fn keeping() -> Self {
        Self { kept: Some(RefCell::default()) }
    }

    /// A text, under its path: the same source as before when nothing changed.
    pub(super) fn parse(&self, path: &str, text: String) -> Kept {
        self.get(path, text, None)
    }

    /// The same text with the citations of another document.
    pub(super) fn parse_as(&self, source: &Arc<Source>, cited_as: Option<&CitedAs>) -> Arc<Parsed> {
        match &self.kept {
            None => Arc::new(parse_as(source, cited_as)),
            Some(_) => self.get(&source.name, source.text.clone(), cited_as).1,
        }
    }

    /// The text as it was parsed last.
    pub(crate) fn last(&self, path: &str) -> Option<Kept> {
        self.kept.as_ref()?.borrow().get(&(path.to_owned(), None)).cloned()
    }

    /// The same memory, to go on from: what is parsed there is not remembered here.
    pub(crate) fn beside(&self) -> Self {
        Self { kept: Some(RefCell::new(self.kept.as_ref().map(|kept| kept.borrow().clone()).unwrap_or_default())) }
    }

    /// Parses a text now, so that it is there.
    pub(crate) fn remember(&self, path: &str, text: &str) -> Kept {
        self.get(path, text.to_owned(), None)
    }

    fn get(&self, path: &str, text: String, cited_as: Option<&CitedAs>) -> Kept {
        let key = (path.to_owned(), cited_as.cloned());
        if let Some((source, parsed)) = self.kept.as_ref().and_then(|kept| kept.borrow().get(&key).cloned())
            && source.text == text
        {
            return (source, parsed);
        }
        let source = Arc::new(Source { name: path.to_owned(), text });
        let parsed = Arc::new(parse_as(&source, cited_as));
        if let Some(kept) = &self.kept {
            kept.borrow_mut().insert(key, (Arc::clone(&source), Arc::clone(&parsed)));
        }
        (source, parsed)
    }
}

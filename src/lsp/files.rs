//! The texts that are open in the editor, over those on disk.

use super::text::Lines;
use crate::cli::Disk;
use crate::model::Files;
use lsp_types::TextDocumentContentChangeEvent;
use std::collections::BTreeMap;
use std::io;

/// A text as the editor has it.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    /// What stands in it.
    pub(crate) text: String,
    /// The editor's number of it.
    pub(crate) version: i32,
}

/// The disk, but for what is open.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    open: BTreeMap<String, Open>,
}

impl Overlay {
    /// Opens a text, or takes the whole of it anew.
    pub(crate) fn open(&mut self, path: String, text: String, version: i32) {
        self.open.insert(path, Open { text, version });
    }

    pub(crate) fn close(&mut self, path: &str) {
        self.open.remove(path);
    }

    /// What is open under this path.
    pub(crate) fn get(&self, path: &str) -> Option<&Open> {
        self.open.get(path)
    }

    /// Makes the changes, one after the other; false when the text is not open.
    pub(crate) fn change(&mut self, path: &str, version: i32, changes: Vec<TextDocumentContentChangeEvent>) -> bool {
        let Some(open) = self.open.get_mut(path) else { return false };
        open.version = version;
        for change in changes {
            match change.range {
                None => open.text = change.text,
                Some(range) => {
                    let span = Lines::new(&open.text).span(range);
                    open.text.replace_range(span.start..span.end, &change.text);
                }
            }
        }
        true
    }

    /// The text, open or on disk.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        let bytes = self.read(path).ok()?;
        String::from_utf8(bytes).ok()
    }
}

impl Files for Overlay {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match self.open.get(path) {
            Some(open) => Ok(open.text.clone().into_bytes()),
            None => Disk.read(path),
        }
    }

    fn folder(&self, path: &str) -> io::Result<Option<Vec<String>>> {
        if self.open.contains_key(path) {
            return Ok(None);
        }
        let mut found = match Disk.folder(path) {
            Ok(Some(found)) => found,
            other => return other,
        };
        // Texts that are open and not saved yet.
        let inside = format!("{}/", path.trim_end_matches('/'));
        found.extend(self.open.keys().filter(|open| open.starts_with(&inside) && open.ends_with(".bylaw") && !found.contains(open)).cloned().collect::<Vec<_>>());
        found.sort();
        Ok(Some(found))
    }
}

/// The same files with some texts in other words.
pub(crate) struct Edited<'f> {
    /// The files.
    pub(crate) files: &'f Overlay,
    /// Texts by path.
    pub(crate) texts: BTreeMap<String, String>,
}

impl Files for Edited<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.texts.get(path).map_or_else(|| self.files.read(path), |text| Ok(text.clone().into_bytes()))
    }

    fn folder(&self, path: &str) -> io::Result<Option<Vec<String>>> {
        self.files.folder(path)
    }
}

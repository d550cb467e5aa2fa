//! Policy texts as they were when they were first read, so that a later question is answered of the same texts.

use bylaw::{Disk, Files};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

/// The disk, each file and folder read once.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    folders: Mutex<BTreeMap<String, Option<Vec<String>>>>,
}

fn once<T: Clone>(known: &Mutex<BTreeMap<String, T>>, path: &str, read: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(there) = known.get(path) {
        return Ok(there.clone());
    }
    let there = read()?;
    known.insert(path.to_owned(), there.clone());
    Ok(there)
}

impl Files for Snapshot {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        once(&self.files, path, || Disk.read(path))
    }

    fn folder(&self, path: &str) -> io::Result<Option<Vec<String>>> {
        once(&self.folders, path, || Disk.folder(path))
    }
}

/// One text, and no other file.
#[derive(Debug)]
pub(crate) struct Text(pub(crate) String);

/// What a text is called in messages.
pub(crate) const TEXT: &str = "<policy>";

impl Files for Text {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == TEXT { Ok(self.0.as_bytes().to_vec()) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn folder(&self, path: &str) -> io::Result<Option<Vec<String>>> {
        if path == TEXT { Ok(None) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

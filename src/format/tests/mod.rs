#![allow(clippy::unwrap_used, clippy::panic)]

mod blocks;
mod laws;

use super::*;
use std::fs;
use std::path::{Path, PathBuf};

fn source(text: &str) -> Arc<Source> {
    Arc::new(Source { name: "a.bylaw".into(), text: text.into() })
}

/// A text in its form, which must be possible.
#[track_caller]
fn formatted(text: &str, to: Option<Tongue>) -> String {
    match format(&source(text), FormatOptions { to }) {
        Ok(formatted) => formatted.text,
        Err(Unformatted::Broken(diagnostics)) => panic!("{}\n{text}", crate::diagnostics::render::render(&diagnostics, Tongue::En, false)),
        Err(Unformatted::Unlike(instead)) => panic!("not the same:\n{text}\nis written\n{instead}"),
    }
}

/// All policy files below a folder of the repository.
fn policies(folder: &str) -> Vec<PathBuf> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "bylaw") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    found.sort();
    found
}

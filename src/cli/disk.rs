//! Policies and data files on disk.

use crate::model::Files;
use std::fs;
use std::io;
use std::path::Path;

/// The file system, paths relative to the working directory.
#[derive(Debug, Clone, Copy)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn folder(&self, path: &str) -> io::Result<Option<Vec<String>>> {
        if !fs::metadata(path)?.is_dir() {
            return Ok(None);
        }
        let mut found = Vec::new();
        below(Path::new(path), &mut found)?;
        found.sort();
        Ok(Some(found))
    }
}

/// Adds the policy files below `folder`. Hidden folders and links to folders are passed over: a link may lead round in a circle.
fn below(folder: &Path, found: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if hidden {
            continue;
        }
        if entry.file_type()?.is_dir() {
            below(&path, found)?;
        } else if path.is_file() && path.extension().is_some_and(|ending| ending == "bylaw" || ending == "json") {
            found.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_folder_lists_policies_below_it_in_order() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::create_dir_all(at("b/c")).unwrap();
        fs::create_dir_all(at(".git")).unwrap();
        for name in ["z.bylaw", "b/c/a.bylaw", "b/notes.md", ".git/x.bylaw", "bundle.json", "events.jsonl"] {
            fs::write(at(name), "").unwrap();
        }
        let folder = root.path().to_string_lossy().into_owned();
        let found: Vec<String> =
            Disk.folder(&folder).unwrap().unwrap().iter().map(|path| path.strip_prefix(&folder).unwrap().to_owned()).collect();
        assert_eq!(found, ["/b/c/a.bylaw", "/bundle.json", "/z.bylaw"]);
        assert_eq!(Disk.folder(&at("z.bylaw").to_string_lossy()).unwrap(), None);
        assert!(Disk.folder(&at("none").to_string_lossy()).is_err());
    }
}

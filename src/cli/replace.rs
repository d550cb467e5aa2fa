//! A file gets a new text: all of it or none.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Replaces what stands in the file at `path`. A link stays a link, permissions stay.
pub(crate) fn replace(path: &str, text: &[u8]) -> io::Result<()> {
    let place = fs::canonicalize(path)?;
    let permissions = fs::metadata(&place)?.permissions();
    if permissions.readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let beside = beside(&place);
    let written = write(&beside, text, permissions).and_then(|()| fs::rename(&beside, &place));
    if written.is_err() {
        let _nothing_was_there = fs::remove_file(&beside);
    }
    written
}

/// Where what is to take the place of a file is written first: in the same folder, under a name of this process.
pub(crate) fn beside(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

fn write(beside: &Path, text: &[u8], permissions: fs::Permissions) -> io::Result<()> {
    let mut file = File::create(beside)?;
    file.write_all(text)?;
    file.set_permissions(permissions)?;
    file.sync_all()
}

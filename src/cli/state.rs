//! The saved state of an audit: read before everything else, and written anew so that there is always a whole one.

use super::failure::Failure;
use super::replace::beside;
use crate::Reader;
use crate::diagnostics::Say;
use crate::records::{Input, Rejection, State, UnusableState};
use crate::stream;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Goes on from the state at `path`.
pub(crate) fn resume(reader: &mut Reader<'_>, path: &str) -> Result<(), Failure> {
    let mut file = BufReader::new(File::open(path).map_err(|error| unreadable(path, &error))?);
    reader.resume(&mut file).map_err(|UnusableState { message, help }| unusable(path, message, help))
}

/// A state whose records pass by, as often as need be. What stands at `path` later is another file.
pub(crate) struct Passing<'p> {
    path: &'p str,
    state: State,
}

impl<'p> Passing<'p> {
    /// Opens and checks it.
    pub(crate) fn open(reader: &Reader<'_>, path: &'p str) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let state = reader.state(file).map_err(|UnusableState { message, help }| unusable(path, message, help))?;
        Ok(Self { path, state })
    }

    /// Has it read from its start.
    pub(crate) fn read(&mut self, read: &mut stream::Read<'_>) -> Result<(), Failure> {
        read(self.path, None, Input::State(&mut self.state)).map_err(|Rejection { message, help, .. }| unusable(self.path, message, help))
    }
}

fn unusable(path: &str, Say { en, zh }: Say, help: Say) -> Failure {
    Failure::Input(Say::new(format!("`{path}`: {en}"), format!("`{path}`：{zh}")), help)
}

fn unreadable(path: &str, error: &io::Error) -> Failure {
    let (en, zh) = super::why(error);
    Failure::Input(
        Say::new(format!("the saved state `{path}` cannot be read: {en}"), format!("无法读取保存的状态 `{path}`：{zh}")),
        Say::new("for the first audit leave `--resume` out, and save a state with `--save-state`", "首次判定请不写 `--resume`，并以 `--save-state` 保存状态"),
    )
}

/// A state that was written beside the place where it belongs, and takes it only when the audit's result is there. Left alone, it goes away again.
#[derive(Debug)]
pub(crate) struct Saving {
    beside: PathBuf,
    place: PathBuf,
}

impl Saving {
    /// Has it written.
    pub(crate) fn write(path: &str, save: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Self, Failure> {
        // A link stays a link.
        let place = fs::canonicalize(path).unwrap_or_else(|_| Path::new(path).to_owned());
        let saving = Self { beside: beside(&place), place };
        let write = || {
            let mut file = BufWriter::new(File::create(&saving.beside)?);
            save(&mut file)?;
            file.flush()?;
            file.get_ref().sync_all()
        };
        write().map_err(|error| Failure::Output(path.to_owned(), error))?;
        Ok(saving)
    }

    /// The result is there: from now on the state is this one.
    pub(crate) fn end(self) -> Result<(), Failure> {
        fs::rename(&self.beside, &self.place).map_err(|error| Failure::Output(self.place.to_string_lossy().into_owned(), error))
    }
}

impl Drop for Saving {
    fn drop(&mut self) {
        let _it_took_its_place = fs::remove_file(&self.beside);
    }
}

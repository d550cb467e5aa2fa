//! The face of the compiler: what goes in and what comes out.

use super::Model;
use crate::diagnostics::{Diagnostic, Source};
use std::sync::Arc;

/// Where policy texts and data files come from. The command line reads the disk, tests a map.
pub trait Files {
    /// The bytes of a file.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, path: &str) -> std::io::Result<Vec<u8>>;
    /// The files below a folder (recursive) that end in `.bylaw` or `.json`; none when `path` is no folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    fn folder(&self, path: &str) -> std::io::Result<Option<Vec<String>>>;
}

/// What came out of compiling.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The rules; none when there is an error.
    pub model: Option<Model>,
    /// Everything there is to say, errors and less, in the order of files and places.
    pub diagnostics: Vec<Diagnostic>,
    /// The policy texts that were read, sorted by name.
    pub sources: Vec<Arc<Source>>,
}

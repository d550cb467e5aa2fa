//! `bylaw table import FILE.dmn`.

use super::args::TableImport;
use super::failure::{Exit, Failure};
use super::screen::Screen;

/// Makes a policy of the decision tables.
pub(crate) fn import(_args: &TableImport, _screen: Screen) -> Result<Exit, Failure> {
    Ok(Exit::Well)
}

//! XES: attributes of an event by their keys, those of its trace under `case:KEY`. Defaults (`global`) and nested attributes are passed over.

mod events;
mod log;

use super::sink::{Sink, Stop};
pub(crate) use events::Events;
pub(super) use log::Log;
use std::collections::HashSet;
use std::io::BufRead;

/// Reads all events into `sink`; only the keys in `wanted` are kept.
pub(super) fn read(input: &mut dyn BufRead, limit: usize, wanted: &HashSet<&str>, sink: &mut dyn Sink) -> Result<(), Stop> {
    let mut log = Log::new(input, limit, wanted);
    while let Some(events) = log.next()? {
        (0..events.len()).for_each(|at| events.read(&events.text, at, sink));
    }
    Ok(())
}

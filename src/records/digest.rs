//! Digests of what was read: the same for the same records, whatever the files are called and in which order they come.

use super::record::{At, Record, Stored};
use crate::model::value::Scalar;
use crate::model::{EventType, Model};
use chrono::{DateTime, FixedOffset};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Texts, each with its length before it, so that no two lists of texts look alike.
#[derive(Debug)]
pub(crate) struct Texts(Sha256);

impl Texts {
    pub(crate) fn new() -> Self {
        Self(Sha256::new())
    }
    pub(crate) fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }
    /// Adds what [`add_record`] wrote.
    pub(crate) fn records(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    /// The digest in hexadecimal.
    pub(crate) fn hex(self) -> String {
        self.0.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("writing to a string does not fail");
            hex
        })
    }
}

/// The texts of a record; file, line and stream are not part of it.
pub(crate) fn add_record(into: &mut Vec<u8>, model: &Model, record: &Record, links: [Option<&str>; 2], buffer: &mut String) {
    add(into, model.events.get(record.event).map_or("", |event: &EventType| &event.name));
    add(into, &record.source);
    add(into, &record.id);
    buffer.clear();
    let written = record.recorded_at.map(instant).unwrap_or_default();
    write!(buffer, "{} {written} ", record.revision).expect("writing to a string does not fail");
    at(record.at, buffer);
    add(into, buffer);
    for link in links {
        add(into, link.unwrap_or_default());
    }
    for field in &record.fields {
        buffer.clear();
        stored(field, buffer);
        add(into, buffer);
    }
}

/// A text with its length before it.
pub(crate) fn add(into: &mut Vec<u8>, text: &str) {
    into.extend_from_slice(&(text.len() as u64).to_le_bytes());
    into.extend_from_slice(text.as_bytes());
}

fn instant(moment: DateTime<FixedOffset>) -> String {
    format!("{}.{:09}", moment.timestamp(), moment.timestamp_subsec_nanos())
}

fn at(at: At, into: &mut String) {
    match at {
        At::Moment(moment) => write!(into, "{}.{:09}", moment.timestamp(), moment.timestamp_subsec_nanos()),
        At::Date(day) => write!(into, "{day}"),
    }
    .expect("writing to a string does not fail");
}

/// The value as text, each sort with its own mark.
pub(crate) fn stored(value: &Stored, into: &mut String) {
    let written = match value {
        Stored::Missing => write!(into, "-"),
        Stored::Blank => write!(into, "_"),
        Stored::Known(Scalar::Bool(yes)) => write!(into, "b{yes}"),
        Stored::Known(Scalar::Quantity(number, _)) => write!(into, "q{number}"),
        Stored::Known(Scalar::Date(day)) => write!(into, "d{day}"),
        Stored::Known(Scalar::Moment(moment)) => write!(into, "m{}", instant(*moment)),
        Stored::Known(Scalar::Time(time)) => write!(into, "t{time}"),
        Stored::Known(Scalar::Kind(_, value)) => write!(into, "k{value}"),
        Stored::Known(Scalar::Text(text)) => write!(into, "x{text}"),
        Stored::Known(Scalar::Ref(_, id)) => write!(into, "r{id}"),
        Stored::Known(Scalar::Set(_, ids)) => ids.iter().try_for_each(|id| write!(into, "s{}:{id}", id.len())),
    };
    written.expect("writing to a string does not fail");
}

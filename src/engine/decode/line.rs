//! One line of JSONL → what stands in the wanted columns, as written.

use super::shape::{START, Shapes};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// What stands in the columns of the line that was read last.
#[derive(Debug)]
pub(super) struct Columns<'l> {
    /// By column, as written.
    raw: Vec<Option<&'l str>>,
}

impl<'l> Columns<'l> {
    pub(super) fn new(columns: usize) -> Self {
        Self { raw: vec![None; columns] }
    }

    pub(super) fn get(&self, column: usize) -> Option<&'l str> {
        self.raw.get(column).copied().flatten()
    }

    /// Reads a line; false when it is none that can be read so.
    pub(super) fn read(&mut self, line: &'l str, shapes: &mut Shapes, names: &[&str]) -> bool {
        self.raw.iter_mut().for_each(|raw| *raw = None);
        let mut json = serde_json::Deserializer::from_str(line);
        let mut twice = false;
        let read = json.deserialize_map(Object { columns: self, shapes, names, twice: &mut twice });
        read.is_ok() && !twice && json.end().is_ok()
    }
}

struct Object<'a, 'l> {
    columns: &'a mut Columns<'l>,
    shapes: &'a mut Shapes,
    names: &'a [&'a str],
    twice: &'a mut bool,
}

impl<'l> Visitor<'l> for Object<'_, 'l> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<(), A::Error> {
        let mut at = START;
        while let Some(found) = map.next_key_seed(Key { shapes: &mut *self.shapes, at, names: self.names })? {
            let Some((next, column)) = found else {
                *self.twice = true;
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            at = next;
            match column.and_then(|column| self.columns.raw.get_mut(column)) {
                Some(place) => *place = Some(map.next_value::<&'l RawValue>()?.get()),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A key, looked up where it stands.
struct Key<'a> {
    shapes: &'a mut Shapes,
    at: usize,
    names: &'a [&'a str],
}

impl<'l> DeserializeSeed<'l> for Key<'_> {
    type Value = Option<(usize, Option<usize>)>;

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<(usize, Option<usize>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.shapes.after(self.at, key, self.names))
    }
}

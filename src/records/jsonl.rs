//! JSONL: one object a line.

use super::flat::Flat;
use super::lines::{Line, Lines};
use super::pieces::Piece;
use super::problem::{self, Problem};
use super::raw::{Raw, Row};
use super::sink::{Sink, Stop};
use crate::diagnostics::Say;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// An object; a key that stands in it twice is remembered.
struct Object {
    values: BTreeMap<String, Value>,
    twice: Option<String>,
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut object = Object { values: BTreeMap::new(), twice: None };
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    if object.values.contains_key(&key) {
                        object.twice.get_or_insert(key.clone());
                    }
                    object.values.insert(key, value);
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

impl Row for Object {
    fn get(&self, column: &str) -> Raw<'_> {
        match self.values.get(column) {
            None => Raw::Missing,
            Some(Value::Null) => Raw::Blank,
            Some(Value::String(text)) => Raw::cell(text),
            Some(Value::Number(number)) => Raw::Number(number.as_str()),
            Some(Value::Bool(yes)) => Raw::Yes(*yes),
            Some(Value::Array(values)) => all_plain(values).map_or(Raw::Nested, Raw::List),
            Some(Value::Object(_)) => Raw::Nested,
        }
    }
    fn columns(&self, into: &mut BTreeSet<String>) {
        into.extend(self.values.keys().cloned());
    }
}

/// The ids of a list; none when something else stands in it.
pub(crate) fn all_plain(values: &[Value]) -> Option<Vec<&str>> {
    values.iter().map(plain).collect()
}

fn plain(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.as_str()),
        _ => None,
    }
}

/// Reads all rows into `sink`.
pub(crate) fn read(mut lines: Lines<'_>, sink: &mut dyn Sink) -> Result<(), Stop> {
    let mut text = Vec::new();
    let mut last = 0;
    while let Some((line, kind)) = lines.read(&mut text).map_err(|error| Stop::input(last + 1, &error))? {
        last = line;
        if kind == Line::TooLong {
            sink.bad(line, problem::line_too_long(lines.limit()));
        } else {
            whole(&text, line, sink);
        }
    }
    Ok(())
}

/// Reads the lines of a piece.
pub(crate) fn piece(piece: &Piece, limit: usize, sink: &mut dyn Sink) {
    if piece.too_long {
        return sink.bad(piece.first, problem::line_too_long(limit));
    }
    let (mut rest, mut number) = (piece.bytes.as_slice(), piece.first);
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let text = rest.get(..end).unwrap_or_default();
        if text.len() > limit {
            sink.bad(number, problem::line_too_long(limit));
        } else {
            whole(tidy(text, number), number, sink);
        }
        rest = rest.get(end + 1..).unwrap_or_default();
        number += 1;
    }
}

/// A line without byte-order mark and carriage return.
pub(crate) fn tidy(text: &[u8], line: u64) -> &[u8] {
    let text = if line == 1 { text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text) } else { text };
    text.strip_suffix(b"\r").unwrap_or(text)
}

/// Reads one line, of any length.
pub(crate) fn line(text: &[u8], line: u64, limit: usize, sink: &mut dyn Sink) {
    if text.len() > limit {
        sink.bad(line, problem::line_too_long(limit));
    } else {
        whole(text, line, sink);
    }
}

fn whole(text: &[u8], line: u64, sink: &mut dyn Sink) {
    if text.iter().all(u8::is_ascii_whitespace) {
        return;
    }
    if let Some(flat) = std::str::from_utf8(text).ok().and_then(Flat::read) {
        return sink.row(&flat, line, None);
    }
    match object(text) {
        Ok(object) => sink.row(&object, line, None),
        Err(problem) => sink.bad(line, problem),
    }
}

fn object(text: &[u8]) -> Result<Object, Problem> {
    let text = std::str::from_utf8(text).map_err(|error| problem::bad_utf8(error.valid_up_to() + 1))?;
    let object: Object = serde_json::from_str(text).map_err(|error| {
        let column = error.column();
        problem::broken_line(if text.trim_start().starts_with('{') {
            Say::new(format!("the line is not a JSON object: it breaks off or goes wrong at byte {column}"), format!("该行不是完整的 JSON 对象：第 {column} 字节处有误或中断"))
        } else {
            Say::new("the line is not a JSON object: it does not begin with `{`", "该行不是 JSON 对象：不以 `{` 开头")
        })
    })?;
    match &object.twice {
        Some(key) => Err(problem::duplicate_key(key)),
        None => Ok(object),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fragment() -> impl Strategy<Value = String> {
        let plain = [
            "{", "}", "[", "]", ",", ":", "\"", " ", "\t", "\"a\"", "\"b\"", "\"at\":", "\"x\":1", "\"y\":\"\u{738b}\"", "1", "0", "01", "-0", "-", "12.50", "1.", "1e5", "true", "false", "null",
            "nul", "\"\\n\"", "[1,\"a\"]", "[]", "[[1]]", "{\"c\":1}", "\u{1}", "99999999999999999999999", "\"  \"", ",\"k\":", "\"e\":[\"p\", \"q\" ]",
        ];
        proptest::sample::select(plain.to_vec()).prop_map(str::to_owned)
    }

    fn line() -> impl Strategy<Value = String> {
        let member = (fragment(), fragment()).prop_map(|(key, value)| if key.contains(':') { key } else { format!("\"{}\":{value}", key.replace('"', "")) });
        let object = prop::collection::vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(",")));
        prop_oneof![object, prop::collection::vec(fragment(), 0..9).prop_map(|parts| parts.concat())]
    }

    proptest! {
        /// What is read where it stands says what `serde_json` says.
        #[test]
        fn a_plain_line_is_read_alike(text in line()) {
            if let Some(flat) = Flat::read(&text) {
                let object = object(text.as_bytes()).map_err(|problem| TestCaseError::fail(format!("{text}: {problem:?}")))?;
                let (mut columns, mut others) = (BTreeSet::new(), BTreeSet::new());
                flat.columns(&mut columns);
                object.columns(&mut others);
                prop_assert_eq!(&columns, &others);
                for column in columns.iter().map(String::as_str).chain(["no such"]) {
                    prop_assert_eq!(flat.get(column), object.get(column), "{} of {}", column, text);
                }
            }
        }
    }

    #[test]
    fn plain_lines_are_read_where_they_stand() {
        for text in [r#"{"id":1,"type":"late","at":"2024-03-05T08:37","n":-2.50,"b":true,"x":null,"s":["li", 3]}"#, r#" { "姓名" : "王" } "#] {
            assert!(Flat::read(text).is_some(), "{text}");
        }
        for text in ["{}", "", "{\"a\":1", "{\"a\":1}x", "{\"a\":1,\"a\":2}", "{\"a\":\"\\n\"}", "{\"a\":{}}", "{\"a\":1e3}", "{\"a\":01}", "[1]"] {
            assert!(Flat::read(text).is_none(), "{text}");
        }
    }
}

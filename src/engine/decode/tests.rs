//! The scanner against `serde_json`: what it takes, `serde_json` takes and reads alike; what it leaves is odd.

use super::scan::{Kind, Token, line};
use super::shape::Shapes;
use super::when::Days;
use crate::records::At;
use chrono_tz::Tz;
use proptest::prelude::*;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Keys and values as written.
type Members = Vec<(String, String)>;

/// By `serde_json`.
fn by_serde(text: &str) -> Option<Members> {
    struct Object;
    impl<'l> Visitor<'l> for Object {
        type Value = Members;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<Members, A::Error> {
            let mut all = Vec::new();
            while let Some((key, value)) = map.next_entry::<String, &RawValue>()? {
                all.push((key, value.get().to_owned()));
            }
            Ok(all)
        }
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let members = json.deserialize_map(Object).ok()?;
    json.end().is_ok().then_some(members)
}

fn written(text: &str, token: &Token) -> String {
    let inside = text.get(token.start..token.end).unwrap_or_default();
    if matches!(token.kind, Kind::Text | Kind::Escaped) { format!("\"{inside}\"") } else { inside.to_owned() }
}

/// Is it what it says of itself?
fn is_true_to(token: &Token, raw: &str) -> bool {
    match token.kind {
        Kind::Text => raw.starts_with('"') && !raw.contains('\\'),
        Kind::Escaped => raw.starts_with('"') && raw.contains('\\'),
        Kind::Number(digits, places) => {
            let behind = raw.split_once('.').map_or(0, |(_, behind)| behind.len());
            raw.replace('.', "").parse() == Ok(digits) && behind == places as usize
        }
        Kind::LongNumber => raw.contains(['e', 'E']) || raw.bytes().filter(u8::is_ascii_digit).count() > 18,
        Kind::True => raw == "true",
        Kind::False => raw == "false",
        Kind::Null => raw == "null",
        Kind::List => serde_json::from_str::<Vec<String>>(raw).is_ok() && !raw.contains('\\'),
        Kind::Nested => (raw.starts_with(['[', '{'])) && (raw.contains('\\') || serde_json::from_str::<Vec<String>>(raw).is_err()),
    }
}

fn deep(text: &str) -> usize {
    text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count()
}

/// Both read it alike, each time it is read.
fn check(shapes: &mut Shapes, text: &str) {
    let mut tokens = Vec::new();
    for behind in ["", "\n", "\n{\"id\":1}"] {
        let whole = format!("{text}{behind}");
        let read = line(whole.as_bytes(), 0, shapes, &["id"], &mut tokens);
        let expected = by_serde(text);
        match (read, expected) {
            (Some((end, _)), Some(members)) => {
                assert_eq!(end, text.len(), "{text:?}");
                let raw: Vec<String> = members.iter().map(|(_, raw)| raw.clone()).collect();
                let said: Vec<String> = tokens.iter().map(|token| written(text, token)).collect();
                assert_eq!(said, raw, "{text:?}");
                assert!(tokens.iter().zip(&raw).all(|(token, raw)| is_true_to(token, raw)), "{text:?} {tokens:?}");
                let mut keys: Vec<&String> = members.iter().map(|(key, _)| key).collect();
                keys.sort();
                keys.dedup();
                assert_eq!(keys.len(), members.len(), "a key twice in {text:?}");
            }
            (Some(_), None) => unreachable!("only the scanner takes {text:?}"),
            (None, Some(members)) => {
                let mut keys: Vec<&String> = members.iter().map(|(key, _)| key).collect();
                keys.sort();
                keys.dedup();
                let odd = keys.len() < members.len() || text.contains('\\') || deep(text) > 30;
                assert!(odd, "the scanner leaves {text:?}");
            }
            (None, None) => {}
        }
    }
}

fn value() -> impl Strategy<Value = String> {
    let plain = prop_oneof![
        "-?(0|[1-9][0-9]{0,19})(\\.[0-9]{1,10})?",
        "-?[0-9]{1,3}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,2})?",
        "\"[a-z ,:{}王é]{0,20}\"",
        r#""[ab]{0,8}\\(n|u00[0-9a-f]{2}|ud83d|x|u12|")[ab\\]{0,9}""#,
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("null".to_owned()),
        Just("nul".to_owned()),
        Just("\"\t\"".to_owned()),
    ];
    plain.prop_recursive(3, 12, 4, |inner| {
        let all = proptest::collection::vec(inner, 0..4);
        prop_oneof![
            all.clone().prop_map(|all| format!("[{}]", all.join(","))),
            all.clone().prop_map(|all| format!("[ {} ]", all.join(" , "))),
            all.prop_map(|all| format!("{{{}}}", all.iter().enumerate().map(|(at, one)| format!("\"k{at}\": {one}")).collect::<Vec<_>>().join(","))),
        ]
    })
}

fn object() -> impl Strategy<Value = String> {
    let key = prop_oneof!["[a-d]", "id|type|staff|late_minutes|a_key_that_is_longer_than_sixteen|\u{94ae}", r"\\u0061|\\n|"];
    let space = prop_oneof![4 => Just(String::new()), 1 => "[ \t\r]{0,2}"];
    let member = (key, value(), space.clone(), space.clone()).prop_map(|(key, value, before, behind)| format!("{before}\"{key}\"{behind}:{before}{value}{behind}"));
    (proptest::collection::vec(member, 0..7), space).prop_map(|(members, space)| format!("{space}{{{space}{}}}{space}", members.join(",")))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    /// Objects, whole ones and such of which something was changed; what was learnt of some is used for the others.
    #[test]
    fn reads_lines_as_serde_json_does(lines in proptest::collection::vec((object(), any::<prop::sample::Index>(), 0..4_u8, "[ -~]"), 1..6)) {
        let mut shapes = Shapes::new();
        for (text, at, change, other) in lines {
            check(&mut shapes, &text);
            let mut changed: Vec<char> = text.chars().collect();
            let at = at.index(changed.len());
            match change {
                0 => { changed.remove(at); }
                1 => changed.insert(at, other.chars().next().unwrap_or(' ')),
                2 => changed.truncate(at),
                _ => changed.extend(other.chars()),
            }
            check(&mut shapes, &changed.into_iter().collect::<String>());
        }
    }

    /// A date with a time behind it, which need not be right.
    #[test]
    fn reads_dates_as_the_reader_of_all_formats_does(
        day in "20[0-3][0-9]-[01][0-9]-[0-3][0-9]",
        time in prop_oneof![Just(String::new()), "[T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9])?(Z|[+-][0-2][0-9]:[0-6][0-9])?", "[T ]?[0-9:.+Z-]{0,15}"],
    ) {
        let text = day + &time;
        if let Some(stamp) = Days::new(Tz::Europe__Rome).date(text.as_bytes()) {
            prop_assert_eq!(crate::records::read_date("at", &text).ok().map(At::Date), stamp.at());
        }
    }

    #[test]
    fn reads_any_text_as_serde_json_does(text in "[\\[\\]{}\":,\\\\ 0-9.eE+a-f\\-tru\u{1}\u{e9}]{0,40}") {
        check(&mut Shapes::new(), &text);
        check(&mut Shapes::new(), &format!("{{\"a\":{text}}}"));
    }
}

#[test]
fn a_date_with_a_time_behind_it_is_that_date() {
    let day = |text: &str| Days::new(Tz::Europe__Rome).date(text.as_bytes()).and_then(|stamp| stamp.at());
    let whole = day("2006-07-24");
    assert!(whole.is_some());
    for text in ["2006-07-24T00:00:00+02:00", "2006-07-24T23:59", "2006-07-24 08:30:15"] {
        assert_eq!(day(text), whole, "{text}");
    }
    // On the day on which clocks are changed, and what is no time.
    for text in ["2006-03-26T12:00", "2006-07-24x", "2006-07-24T", "2006-07-24T24:00", "2006-07-24T08:30:00+2:00"] {
        assert_eq!(day(text), None, "{text}");
    }
}

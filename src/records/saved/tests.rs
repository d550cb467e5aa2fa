#![allow(clippy::unwrap_used, clippy::panic)]

use super::super::tests::{LATE, model, model_in};
use crate::model::Model;
use crate::records::{Cut, Format, Input, Key, KeyState, Reader, Records};
use proptest::prelude::*;

/// Fields of every type, cases with attributes, sources of their own.
const ALL: &str = "register staff
  post: text

kind colour red, green
case matter \"事项\"
  place: text
  value: CNY

event late by staff, matter
  minutes: count in 0.5, 0 .. 600
  note: text
  paid: CNY
  k: colour
  b: yes/no
  d: date
  m: moment
  t: time
  seen: set of staff
";

/// Files of every format, with everything that can be right or wrong about a record.
const FILES: [(&str, Option<&str>, Format, &str); 5] = [
    (
        "a.jsonl",
        None,
        Format::Jsonl,
        r#"{"type":"late","id":"e1","at":"2024-03-05T08:37:00.123456789+01:00","staff":"li","matter":"m1","place":"Rome","value":12.345,"minutes":7.5,"note":"x","paid":"0.10","k":"red","b":true,"d":"2024-02-29","m":"2024-03-05T08:37:00+05:30","t":"23:59","seen":["li","wang"]}
{"type":"late","id":"e2","at":"2024-03-06","staff":"wang","note":null,"recorded_at":"2024-04-01T00:00:00Z"}
{"type":"lates","id":"e3","at":"2024-03-06"}
{"type":"late","id":"e4","at":"2024-03-32"}
no record
{"type":"late","id":"e5","at":"2024-03-07","staff":"li","minutes":1,"source":"door"}
"#,
    ),
    ("b.csv", Some("gate"), Format::Csv, "type,id,at,staff,matter,place,minutes\nlate,e1,2024-03-08T10:00,li,m1,Milan,3\nlate,e2,2024-03-08T10:00,wang,m2,,\nlate,,2024-03-09,li,,,900\n"),
    ("c.jsonl", None, Format::Jsonl, "{\"type\":\"late\",\"id\":\"e1\",\"at\":\"2024-03-05T09:00\",\"staff\":\"li\",\"revision\":2}\n{\"type\":\"late\",\"id\":\"r\",\"at\":\"2024-04-01\",\"retracts\":\"e2\"}\n{\"type\":\"late\",\"id\":\"s\",\"at\":\"2024-04-01\",\"staff\":\"li\",\"supersedes\":\"e9\"}\n"),
    ("empty.jsonl", None, Format::Jsonl, ""),
    ("d.xes", None, Format::Xes, "<log><trace><string key=\"concept:name\" value=\"c1\"/><event><string key=\"type\" value=\"late\"/><date key=\"at\" value=\"2024-03-05T08:00:00Z\"/><string key=\"staff\" value=\"li\"/></event></trace></log>"),
];

fn read(reader: &mut Reader<'_>, files: &[(&str, Option<&str>, Format, &str)]) {
    for (file, source, format, text) in files {
        let _what_could_not_be_read_is_kept = reader.events(file, *source, *format, &mut text.as_bytes());
    }
}

fn registers(reader: &mut Reader<'_>) {
    reader.register("staff", "staff.csv", Format::Csv, &mut "id,post\nli,clerk\n,\n".as_bytes()).unwrap();
}

/// All files at once, and with a state saved and gone on from after each.
fn both(model: &Model, files: &[(&str, Option<&str>, Format, &str)]) -> (Records, Records) {
    let mut whole = Reader::new(model);
    registers(&mut whole);
    read(&mut whole, files);
    let mut state = Vec::new();
    Reader::new(model).save(&mut state).unwrap();
    for file in files {
        let mut next = Reader::new(model);
        next.resume(&mut state.as_slice()).unwrap();
        read(&mut next, &[*file]);
        state.clear();
        next.save(&mut state).unwrap();
    }
    let mut last = Reader::new(model);
    registers(&mut last);
    last.resume(&mut state.as_slice()).unwrap();
    (whole.finish(Cut::default()), last.finish(Cut::default()))
}

#[test]
fn going_on_gives_what_reading_everything_gives() {
    let model = model(ALL);
    let (whole, parts) = both(&model, &FILES);
    let counts = &whole.counts;
    assert!(counts.used == 5 && counts.rejected >= 3 && counts.superseded == 1 && counts.retracted == 1 && counts.ignored.len() == 1, "{counts:?}");
    assert!(!whole.notes.is_empty() && !whole.warnings.is_empty() && whole.facts.entities.contains_key("matter"), "{whole:?}");
    assert_eq!(whole, parts);
}

#[test]
fn a_state_that_is_not_what_was_written_is_refused() {
    let model = model(ALL);
    let mut reader = Reader::new(&model);
    read(&mut reader, &FILES);
    let mut state = Vec::new();
    reader.save(&mut state).unwrap();
    let resumed = |bytes: &[u8]| Reader::new(&model).resume(&mut &*bytes).map_err(|unusable| unusable.message.en);
    assert_eq!(resumed(&state), Ok(()));
    for at in 0..state.len() {
        assert!(resumed(&state[..at]).is_err(), "cut off after {at} bytes");
        let mut other = state.clone();
        other[at] ^= 0x10;
        assert!(resumed(&other).is_err(), "byte {at} is another one");
    }
    assert_eq!(resumed(&[&state[..], b"x"].concat()).unwrap_err(), "the saved state is damaged: it is not what was written");
    assert_eq!(resumed(b"{\"id\":\"e1\"}").unwrap_err(), "this is not the saved state of an audit");
    assert_eq!(resumed(b"bylaw state 0\n").unwrap_err(), "the state was saved by another version of Bylaw");
}

/// It was checked, and is another one when it is read.
#[test]
fn a_state_that_changes_while_it_is_read_is_refused() {
    let model = model(LATE);
    let text: String = (0..9_000).map(|at| format!("{{\"type\":\"late\",\"id\":\"{at}\",\"at\":\"2024-03-05\",\"staff\":\"s{}\"}}\n", at % 77)).collect();
    let mut reader = Reader::new(&model);
    reader.events("e.jsonl", None, Format::Jsonl, &mut text.as_bytes()).unwrap();
    let mut state = Vec::new();
    reader.save(&mut state).unwrap();
    let place = tempfile::NamedTempFile::new().unwrap();
    for at in [None, Some(15), Some(state.len() / 2), Some(state.len() - 40)] {
        std::fs::write(place.path(), &state).unwrap();
        let mut next = Reader::new(&model);
        let mut opened = next.state(place.reopen().unwrap()).unwrap();
        if let Some(at) = at {
            let mut other = state.clone();
            other[at] ^= 1;
            std::fs::write(place.path(), &other).unwrap();
        }
        let (mut count, mut most) = (0, 0);
        let read = next.passing(("state", None), Input::State(&mut opened), &mut |passed| {
            count += passed.records.len();
            most = most.max(passed.records.len());
        });
        match at {
            None => assert!(read.is_ok() && count == 9_000 && most == 4_096 && next.digest() == reader.digest(), "{read:?}: {count}, {most}"),
            Some(_) => assert_eq!(read.unwrap_err().message.en, "the saved state is damaged: it is not what was written"),
        }
    }
}

#[test]
fn other_declarations_are_refused_and_other_rules_are_not() {
    let one = model(ALL);
    let mut reader = Reader::new(&one);
    read(&mut reader, &FILES);
    let mut state = Vec::new();
    reader.save(&mut state).unwrap();
    let resumed = |model: &Model| Reader::new(model).resume(&mut state.as_slice()).map_err(|unusable| unusable.message.en);
    let rule = "rule fined\n  on late\n  fine 2 CNY\n  count as made\nevent made by staff\n";
    assert_eq!(resumed(&model(&ALL.replace("red, green", "green, red"))).unwrap_err(), "the state was saved with policies that declare other records");
    assert!(resumed(&model_in("regulation r\n  time zone Asia/Shanghai\n  currency CNY\n", ALL)).is_err());
    let with_rule = model(&format!("{ALL}\n{}", rule.replace("  count as made\nevent made by staff\n", "")));
    assert_eq!(resumed(&with_rule), Ok(()));
    let mut late = Reader::new(&one);
    read(&mut late, &FILES);
    assert!(late.resume(&mut state.as_slice()).is_err());
}

proptest! {
    #[test]
    fn whatever_stands_in_the_files(texts in prop::collection::vec(super::super::tests::random::pieces(), 1..4)) {
        let texts: Vec<String> = texts.into_iter().map(|text| String::from_utf8_lossy(&text).into_owned()).collect();
        let formats = [Format::Jsonl, Format::Csv, Format::Xes];
        let files: Vec<_> = texts.iter().zip(formats).map(|(text, format)| ("f", None, format, text.as_str())).collect();
        let (whole, parts) = both(&model(LATE), &files);
        prop_assert_eq!(whole, parts);
    }
}

/// Rows of one table: type, id, day, staff, matter, place, revision, supersedes, retracts; some of them cannot be used.
fn rows() -> impl Strategy<Value = Vec<String>> {
    let word = |words: &'static [&'static str]| prop::sample::select(words);
    let id = || word(&["", "a", "b", "c", "d", "e"]);
    let row = (
        word(&["late", "late", "late", "lates", "else", ""]),
        word(&["a", "b", "c", "d", "e", "f"]),
        word(&["2024-03-05", "2024-03-05T08:30", "2024-03-05T17:00", "2024-03-04", "2024-03-32"]),
        word(&["li", "wang", ""]),
        word(&["m1", "m2", ""]),
        word(&["Rome", "Milan", ""]),
        word(&["", "", "1", "2"]),
        id(),
        id(),
    );
    let line = |(ty, id, at, staff, matter, place, revision, supersedes, retracts): (&str, &str, &str, &str, &str, &str, &str, &str, &str)| {
        let field = |name: &str, value: &str| if value.is_empty() { String::new() } else { format!(",\"{name}\":\"{value}\"") };
        let others = [("staff", staff), ("matter", matter), ("place", place), ("revision", revision), ("supersedes", supersedes), ("retracts", retracts)];
        format!("{{\"type\":\"{ty}\",\"id\":\"{id}\",\"at\":\"{at}\"{}}}", others.map(|(name, value)| field(name, value)).concat())
    };
    prop::collection::vec(row.prop_map(line), 1..24)
}

fn table(reader: &mut Reader<'_>, rows: &[String], places: &[u64]) {
    let _what_could_not_be_read_is_kept = reader.events("<data>", None, Format::Jsonl, &mut rows.join("\n").as_bytes());
    reader.placed(places);
}

fn rows_of<'s>(entity: &'s str, states: &'s [KeyState]) -> impl Iterator<Item = (Key<'s>, &'s [u8])> {
    states.iter().map(move |state| (Key { entity, key: state.key.as_deref(), records: state.records, first: state.first, last: state.last }, &state.bytes[..]))
}

/// The parts of an audit, by the first letter of the key.
fn parts(states: Vec<KeyState>) -> Vec<Vec<KeyState>> {
    let (some, others) = states.into_iter().partition(|state| state.key.as_deref().is_some_and(|key| key.starts_with(['l', 'm'])));
    vec![some, others]
}

/// With the places of records in their table as ranks, since those of other rows are not kept; without notes on tables that are empty.
fn ranked(mut records: Records) -> Records {
    let all = |records: &Records| -> Vec<u64> { records.records.iter().chain(records.set_aside.iter().map(|(record, _)| record)).map(|record| record.seq).collect() };
    let mut order = all(&records);
    order.sort();
    let rank = |seq: u64| order.binary_search(&seq).unwrap() as u64;
    records.records.iter_mut().chain(records.set_aside.iter_mut().map(|(record, _)| record)).for_each(|record| record.seq = rank(record.seq));
    Records { notes: Vec::new(), ..records }
}

proptest! {
    #[test]
    fn key_by_key_gives_what_one_table_gives(rows in rows(), cuts in prop::collection::vec(0usize..24, 2), order in prop::collection::vec(0u64..40, 24)) {
        let model = model(ALL);
        // Places as an order of their own gives them, each once.
        let places: Vec<u64> = (0..).zip(&order).map(|(at, order)| order * 100 + at).take(rows.len()).collect();
        let in_place = |from: usize, to: usize, reader: &mut Reader<'_>| {
            let mut sorted: Vec<(u64, String)> = places[from..to].iter().copied().zip(rows[from..to].iter().cloned()).collect();
            sorted.sort();
            let (places, rows): (Vec<u64>, Vec<String>) = sorted.into_iter().unzip();
            table(reader, &rows, &places);
        };
        let mut whole = Reader::new(&model);
        registers(&mut whole);
        in_place(0, rows.len(), &mut whole);

        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(rows.len())).collect();
        cuts.sort();
        let (mut entity, mut states) = ("staff", Vec::new());
        for (from, to) in [(0, cuts[0]), (cuts[0], cuts[1])] {
            let mut month = Reader::new(&model);
            in_place(from, to, &mut month);
            month.resume_keys(rows_of(entity, &states)).unwrap();
            // By other subjects, from parts of the whole, which come in another order.
            let saved = parts(month.by_key("staff").unwrap());
            entity = "matter";
            states = Vec::new();
            for part in saved {
                let mut again = Reader::new(&model);
                again.resume_keys(rows_of("staff", &part)).unwrap();
                states.extend(again.by_key(entity).unwrap());
            }
            states.reverse();
        }
        let mut last = Reader::new(&model);
        registers(&mut last);
        in_place(cuts[1], rows.len(), &mut last);
        last.resume_keys(rows_of(entity, &states)).unwrap();
        let by_days = |reader: &Reader<'_>| (reader.earliest("staff"), reader.named("matter"));
        prop_assert_eq!(by_days(&whole), by_days(&last));
        prop_assert_eq!(ranked(whole.finish(Cut::default())), ranked(last.finish(Cut::default())));
    }
}

#[test]
fn the_state_of_a_key_that_is_not_what_was_written_is_refused() {
    let model = model(ALL);
    let mut reader = Reader::new(&model);
    read(&mut reader, &FILES[..1]);
    let states = reader.by_key("staff").unwrap();
    let keys: Vec<_> = states.iter().map(|state| state.key.as_deref()).collect();
    assert_eq!(keys, [Some("li"), Some("wang"), None]);
    let resumed = |key: Key<'_>, bytes: &[u8]| Reader::new(&model).resume_keys([(key, bytes)]).map_err(|unusable| unusable.message.en);
    for (key, bytes) in rows_of("staff", &states) {
        assert_eq!(resumed(key, bytes), Ok(()));
        for at in 0..bytes.len() {
            assert!(resumed(key, &bytes[..at]).is_err(), "cut off after {at} bytes");
            let mut other = bytes.to_vec();
            other[at] ^= 0x10;
            assert!(resumed(key, &other).is_err(), "byte {at} is another one");
        }
        let others = [
            Key { entity: "matter", ..key },
            Key { key: Some("zhao"), ..key },
            Key { records: key.records + 1, ..key },
            Key { first: chrono::NaiveDate::from_ymd_opt(2020, 1, 1), ..key },
            Key { last: Some(99), ..key },
        ];
        for other in others {
            assert_eq!(resumed(other, bytes).unwrap_err(), "the saved state is damaged: it is not what was written", "{other:?}");
        }
    }
    let (key, bytes) = rows_of("staff", &states).next().unwrap();
    let older = [b"bylaw key 0", &bytes[11..]].concat();
    assert_eq!(resumed(key, &older).unwrap_err(), "the state was saved by another version of Bylaw");
    let other = super::super::tests::model(&ALL.replace("red, green", "green, red"));
    let refused = Reader::new(&other).resume_keys([(key, bytes)]).unwrap_err();
    assert_eq!(refused.message.en, "the state was saved with policies that declare other records");
}

//! What can be wrong with a record. Each costs that record, is counted, and says where and what to do.

use super::*;
use crate::records::Packing;
use insta::assert_debug_snapshot;

/// The messages about a JSONL file that also holds one good record, which must survive.
fn about(lines: &[&[u8]]) -> Vec<String> {
    let mut text = lines.join(&b'\n');
    text.extend_from_slice(b"\n{\"type\":\"late\",\"id\":\"good\",\"at\":\"2024-03-05\"}\n");
    let records = read(&model(LATE), Format::Jsonl, text);
    assert_eq!(listing(&records.records), ["good 2024-03-05 missing, missing, missing"]);
    assert_eq!(records.counts.rejected, lines.len() as u64);
    records.rejections.iter().map(said).collect()
}

fn one(rest: &str) -> Vec<u8> {
    format!(r#"{{"type":"late","id":"bad",{rest}}}"#).into_bytes()
}

#[test]
fn broken_lines() {
    assert_debug_snapshot!(about(&[
        b"{\"type\":\"late\"",
        b"[1]",
        b"7",
        b"{\"type\":\"late\",\"at\":\"2024-03-05\",\"note\":\"\xff\"}",
        &one(r#""at":"2024-03-05","at":"2024-03-06""#),
    ]));
}

#[test]
fn times() {
    assert_debug_snapshot!(about(&[
        &one(r#""at":null"#),
        &one(r#""staff":"li""#),
        &one(r#""at":20240305"#),
        &one(r#""at":"5.3.2024""#),
        &one(r#""at":"2024-02-30""#),
        &one(r#""at":"2024-03-05T25:00""#),
        &one(r#""at":"2024-03-31T02:30""#),
        &one(r#""at":"2024-10-27T02:30""#),
    ]));
}

#[test]
fn types_and_values() {
    assert_debug_snapshot!(about(&[
        br#"{"type":null,"at":"2024-03-05"}"#,
        br#"{"at":"2024-03-05"}"#,
        &one(r#""at":"2024-03-05","minutes":"many""#),
        &one(r#""at":"2024-03-05","minutes":{"n":1}"#),
        &one(r#""at":"2024-03-05","minutes":1e400"#),
        &one(r#""at":"2024-03-05","minutes":601"#),
        &one(r#""at":"2024-03-05","minutes":-1"#),
        &one(r#""at":"2024-03-05","minutes":2.5"#),
        &one(r#""at":"2024-03-05","minutes":"2 days""#),
        &one(r#""at":"2024-03-05","revision":"new""#),
    ]));
}

#[test]
fn a_line_that_is_too_long_is_skipped() {
    let model = model(LATE);
    let mut text = vec![b'x'; 10 << 20];
    text.extend_from_slice(b"\n{\"type\":\"late\",\"at\":\"2024-03-05\"}");
    let records = read(&model, Format::Jsonl, text);
    assert_eq!(listing(&records.records), ["L2 2024-03-05 missing, missing, missing"]);
    assert_debug_snapshot!(records.rejections.iter().map(said).collect::<Vec<_>>());
}

#[test]
fn rows_of_csv() {
    let text = "type,at,staff,note\nlate,2024-03-05,li\nlate,2024-03-05,li,\"open\nlate,2024-03-06,li,good\nlate,2024-03-05,li,\"a\"b\n";
    let records = read(&model(LATE), Format::Csv, text);
    assert_debug_snapshot!((listing(&records.records), records.rejections.iter().map(said).collect::<Vec<_>>()));
}

#[test]
fn whole_files() {
    let model = model(LATE);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, "{\"type\":\"late\",\"at\":\"2024-03-05\"}\n".repeat(1000).as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let mut said = Vec::new();
    let mut reader = Reader::new(&model);
    for (name, format, text) in [
        ("empty.csv", Format::Csv, &b""[..]),
        ("untyped.csv", Format::Csv, b"when,who\n2024-03-05,li\n"),
        ("untyped.jsonl", Format::Jsonl, b"{\"when\":\"2024-03-05\"}\n{\"who\":\"li\"}\n"),
        ("twice.csv", Format::Csv, b"type,at,at\nlate,2024-03-05,2024-03-05\n"),
        ("broken.xes", Format::Xes, b"<log><trace><event></trace></log>"),
        ("short.xes", Format::Xes, b"<log><trace>"),
        ("not.xes", Format::Xes, b"hello\nworld\n"),
    ] {
        said.push(reader.events(name, None, format, &mut &text[..]).map_or_else(|rejection| super::said(&rejection), |()| "read".into()));
    }
    let mut short = Packing::Gzip.open(&gzip[..gzip.len() - 12]);
    said.push(reader.events("short.jsonl.gz", None, Format::Jsonl, &mut short).map_or_else(|rejection| super::said(&rejection), |()| "read".into()));
    let records = reader.finish(Cut::default());
    said.extend(records.notes.iter().map(|note| note.en.clone()));
    assert_debug_snapshot!(said);
    assert!(records.counts.used > 0, "what stood before the break is kept");
}

#[test]
fn events_of_xes() {
    let policy = "feed log\n  type in \"concept:name\"\n  at in \"time:timestamp\"\n\nevent create in log\n";
    let event = |inside: &str| {
        let head = r#"<event><string key="concept:name" value="create"/>"#;
        format!("{head}<date key=\"time:timestamp\" value=\"2024-03-05T10:00:00Z\"/>{inside}</event>\n").into_bytes()
    };
    let mut text = b"<log><trace><string key=\"concept:name\" value=\"A\"/>\n".to_vec();
    text.extend(event(r#"<string key="id" value="?"/>"#).iter().map(|byte| if *byte == b'?' { 0xff } else { *byte }));
    text.extend(event(r#"<string key="concept:name" value="other"/>"#));
    text.extend(event(r#"<string key="id" value="&none;"/>"#));
    text.extend(event(""));
    text.extend_from_slice(b"</trace></log>");
    let records = read(&model(policy), Format::Xes, text);
    assert_debug_snapshot!((listing(&records.records), records.rejections.iter().map(said).collect::<Vec<_>>()));
}

//! Records in Parquet: the same table as CSV gives the same verdicts, whatever its types and packing.

use crate::run::Place;
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::record::Field;
use parquet::schema::parser::parse_message_type;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

const POLICY: &str = r#"
regulation office
  time zone Asia/Shanghai
  currency CNY

register staff
  post: one of clerk, chief

event late by staff
  minutes: minutes in 0.5, 0 .. 600
  note: text
  excused: yes/no
  due: date
  price: money

rule late_fine
  on late
  fine price when minutes > 5 minutes and staff.post is clerk and not excused

rule noted
  on late
  must satisfy note is stated

rule in_time
  on late
  must satisfy day <= due
"#;

const CSV: &str = "\
type,id,at,staff,minutes,note,excused,due,price,other
late,e1,2024-03-05T00:37:00.25Z,li,7.5,\"flat tyre, 没气\",false,2024-03-05,2.10,9
late,e2,2024-03-06T08:33:00Z,li,3,,true,2024-03-04,0.30,9
late,e3,2024-03-07T16:30:00Z,wang,60,rain,false,2024-03-08,12345.67,9
late,e4,2024-03-08T08:33:00Z,li,1000,rain,false,2024-03-08,1.00,9
";

const SCHEMA: &str = "message rows {
  required binary type (UTF8);
  required binary id (UTF8);
  required int64 at (TIMESTAMP(MICROS, true));
  optional binary staff (UTF8);
  required double minutes;
  optional binary note (UTF8);
  required boolean excused;
  required int32 due (DATE);
  required fixed_len_byte_array(9) price (DECIMAL(20, 2));
  required int32 other;
}";

const ROWS: usize = 4;

/// The rows of [`CSV`].
fn write(path: &Path, compression: Compression, schema: &str, at: &[i64]) {
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut file = SerializedFileWriter::new(File::create(path).unwrap(), schema, properties).unwrap();
    let mut group = file.next_row_group().unwrap();
    let texts = |values: &[&str]| values.iter().map(|text| ByteArray::from(*text)).collect::<Vec<_>>();
    let mut column = 0;
    while let Some(mut open) = group.next_column().unwrap() {
        match open.untyped() {
            ColumnWriter::ByteArrayColumnWriter(writer) => {
                let (values, there): (Vec<ByteArray>, Option<Vec<i16>>) = match column {
                    0 => (texts(&["late"; ROWS]), None),
                    1 => (texts(&["e1", "e2", "e3", "e4"]), None),
                    3 => (texts(&["li", "li", "wang", "li"]), Some(vec![1; ROWS])),
                    _ => (texts(&["flat tyre, 没气", "rain", "rain"]), Some(vec![1, 0, 1, 1])),
                };
                writer.write_batch(&values, there.as_deref(), None).unwrap();
            }
            ColumnWriter::Int64ColumnWriter(writer) => {
                writer.write_batch(at, None, None).unwrap();
            }
            ColumnWriter::DoubleColumnWriter(writer) => {
                writer.write_batch(&[7.5, 3.0, 60.0, 1000.0], None, None).unwrap();
            }
            ColumnWriter::BoolColumnWriter(writer) => {
                writer.write_batch(&[false, true, false, false], None, None).unwrap();
            }
            ColumnWriter::Int32ColumnWriter(writer) => {
                // 19787 is 2024-03-05.
                let values = if column == 7 { [19787, 19786, 19790, 19790] } else { [9; ROWS] };
                writer.write_batch(&values, None, None).unwrap();
            }
            ColumnWriter::FixedLenByteArrayColumnWriter(writer) => {
                let decimal = |hundredths: i64| {
                    let mut bytes = vec![0];
                    bytes.extend(hundredths.to_be_bytes());
                    FixedLenByteArray::from(bytes)
                };
                writer.write_batch(&[210, 30, 1_234_567, 100].map(decimal), None, None).unwrap();
            }
            _ => unreachable!("the schema has no such column"),
        }
        open.close().unwrap();
        column += 1;
    }
    group.close().unwrap();
    file.close().unwrap();
}

const MICROS: [i64; ROWS] = [1_709_599_020_250_000, 1_709_713_980_000_000, 1_709_829_000_000_000, 1_709_886_780_000_000];

fn place() -> Place {
    let place = Place::new();
    place.write("office.bylaw", POLICY);
    place.write("staff.csv", "id,post\nli,clerk\nwang,clerk\n");
    place.write("events.csv", CSV);
    place
}

/// Verdicts and summary, with what names the file left out.
fn audited(place: &Place, events: &str) -> (Vec<serde_json::Value>, String) {
    let ran = place.bylaw(&["audit", "office.bylaw", "--events", events, "--register", "staff=staff.csv", "--format", "jsonl"]).exits(0);
    let mut lines: Vec<serde_json::Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = lines.pop().unwrap();
    // A rejected row is the same row, though its file has no header to count.
    for place in lines.iter_mut().filter_map(|line| line.get_mut("rejected")) {
        assert_eq!(place["line"].as_u64().unwrap() + u64::from(events.ends_with(".parquet")), ROWS as u64 + 1);
        *place = serde_json::json!([place["code"], place["id"], place["message"]]);
    }
    (lines, summary["summary"]["records"].to_string())
}

fn same(found: &(Vec<serde_json::Value>, String), expected: &(Vec<serde_json::Value>, String)) {
    assert_eq!(found.0.len(), expected.0.len());
    for (found, expected) in found.0.iter().zip(&expected.0) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.1, expected.1);
}

#[test]
fn a_table_gives_what_its_csv_gives() {
    let place = place();
    let expected = audited(&place, "events.csv");
    let verdicts = expected.0.iter().filter(|line| line.get("verdict").is_some()).count();
    assert_eq!(verdicts, 3 * (ROWS - 1), "three for each record that can be used");
    for (name, compression) in [("plain", Compression::UNCOMPRESSED), ("snappy", Compression::SNAPPY), ("gzip", Compression::GZIP(Default::default()))] {
        let file = format!("{name}.parquet");
        write(&place.path().join(&file), compression, SCHEMA, &MICROS);
        same(&audited(&place, &file), &expected);
    }
}

#[test]
fn times_are_read_by_their_types() {
    let place = place();
    let expected = audited(&place, "events.csv");
    let nanos = SCHEMA.replace("TIMESTAMP(MICROS, true)", "TIMESTAMP(NANOS, true)");
    write(&place.path().join("nanos.parquet"), Compression::SNAPPY, &nanos, &MICROS.map(|at| at * 1_000));
    same(&audited(&place, "nanos.parquet"), &expected);
    // On the place's clock: eight hours later than UTC.
    let local = SCHEMA.replace("TIMESTAMP(MICROS, true)", "TIMESTAMP(MILLIS, false)");
    write(&place.path().join("local.parquet"), Compression::SNAPPY, &local, &MICROS.map(|at| at / 1_000 + 8 * 3_600_000));
    let clock = [("2024-03-05T00:37:00.25Z", "2024-03-05T08:37:00.25"), ("2024-03-06T08:33:00Z", "2024-03-06T16:33:00"), ("2024-03-07T16:30:00Z", "2024-03-08T00:30:00"), ("2024-03-08T08:33:00Z", "2024-03-08T16:33:00")];
    place.write("local.csv", clock.iter().fold(CSV.to_owned(), |text, (utc, local)| text.replace(utc, local)));
    same(&audited(&place, "local.parquet"), &audited(&place, "local.csv"));
}

/// A value as JSON, with what JSONL leaves out of an effect left out.
fn plain(field: &Field) -> serde_json::Value {
    match field {
        Field::Str(text) => text.as_str().into(),
        Field::Bool(yes) => (*yes).into(),
        Field::ListInternal(list) => list.elements().iter().map(plain).collect(),
        Field::Group(row) => row.get_column_iter().filter(|(name, field)| **field != Field::Null || !["value", "to"].contains(&name.as_str())).map(|(name, field)| (name.clone(), plain(field))).collect(),
        _ => serde_json::Value::Null,
    }
}

#[test]
fn verdicts_are_written_as_jsonl_says_them() {
    let place = place();
    let args = ["audit", "office.bylaw", "--events", "events.csv", "--register", "staff=staff.csv", "--all", "--format"];
    let ran = place.bylaw(&[&args[..], &["parquet", "-o", "verdicts.parquet"]].concat()).exits(0);
    assert!(ran.err.contains("[out-of-range]"), "what the table has no place for is told: {}", ran.err);
    let reader = SerializedFileReader::new(File::open(place.path().join("verdicts.parquet")).unwrap()).unwrap();
    let written: Vec<serde_json::Value> = reader.get_row_iter(None).unwrap().map(|row| plain(&Field::Group(row.unwrap()))).collect();
    let lines = place.bylaw(&[&args[..], &["jsonl"]].concat()).exits(0).out;
    let mut expected: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    expected.retain(|line| line.get("verdict").is_some());
    assert!(written.iter().any(|verdict| verdict["effects"].as_array().is_some_and(|effects| !effects.is_empty())));
    for verdict in &mut expected {
        let verdict = verdict.as_object_mut().unwrap();
        verdict.retain(|key, _| !["parts", "causes"].contains(&key.as_str()));
    }
    assert_eq!(written, expected);
}

#[test]
fn what_breaks_off_says_so() {
    let place = place();
    write(&place.path().join("whole.parquet"), Compression::SNAPPY, SCHEMA, &MICROS);
    let whole = std::fs::read(place.path().join("whole.parquet")).unwrap();
    std::fs::write(place.path().join("cut.parquet"), &whole[..whole.len() / 2]).unwrap();
    let mut spoilt = whole.clone();
    spoilt[20..60].fill(0xFF);
    std::fs::write(place.path().join("spoilt.parquet"), &spoilt).unwrap();
    for file in ["cut.parquet", "spoilt.parquet"] {
        let ran = place.bylaw(&["audit", "office.bylaw", "--events", file, "--register", "staff=staff.csv"]).exits(3);
        assert!(ran.err.contains("[broken-parquet]") && ran.err.contains(file), "{}", ran.err);
    }
}

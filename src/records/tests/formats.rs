use super::*;
use crate::records::Packing;
use insta::assert_debug_snapshot;

#[test]
fn jsonl_gives_typed_fields_blank_and_missing_ones() {
    let records = jsonl(&[
        r#"{"type":"late","id":"a","at":"2024-03-05T08:37","staff":"li","minutes":12,"note":null}"#,
        "",
        r#"{"type":"late","at":"2024-03-05","staff":7,"minutes":"5 times"}"#,
        r#"{"type":"leave","at":"2024-03-05"}"#,
    ]);
    assert_debug_snapshot!(listing(&records.records));
    assert_eq!(records.counts.ignored.get("leave"), Some(&1));
    assert_eq!((records.counts.read, records.counts.used, records.counts.rejected), (3, 2, 0));
    assert!(records.rejections.is_empty());
}

#[test]
fn csv_takes_quotes_byte_order_mark_carriage_returns_and_blank_cells() {
    let text = "\u{feff}type,at,staff,minutes,note,other\r\nlate,2024-03-05,li,3,\"a \"\"b\"\",\nc\",x\r\n\r\nlate,2024-03-06,,,,\r\n";
    assert_debug_snapshot!(listing(&read(&model(LATE), Format::Csv, text).records));
}

const FINES: &str = "feed log\n  type in \"concept:name\"\n  at in \"time:timestamp\" as date\n  fine in \"case:concept:name\"\n\n\
case fine\n  place: text from \"case:place\"\n\nevent create \"c\" of fine in log\n  called \"Create Fine\"\n  amount: money, 0 .. 9000\n";

const XES: &str = r#"<?xml version="1.0"?>
<log>
  <global scope="event"><string key="concept:name" value="default"/></global>
  <trace>
    <string key="concept:name" value="A1"/>
    <string key="place" value="R&amp;D"><string key="concept:name" value="nested"/></string>
    <event>
      <string key="concept:name" value="Create Fine"/>
      <float key="amount" value="35.0"><int key="amount" value="99"/></float>
      <date key="time:timestamp" value="2006-07-24T00:00:00.000+02:00"/>
    </event>
    <event><string key="concept:name" value="Payment"/></event>
    <event
      ><string key="concept:name" value="Create Fine"/><float key="amount" value=""/>
      <date key="time:timestamp" value="2006-07-25T00:00:00.000+02:00"/>
    </event>
  </trace>
</log>"#;

#[test]
fn xes_events_stand_in_their_case() {
    let records = read(&model(FINES), Format::Xes, XES);
    assert_debug_snapshot!((listing(&records.records), &records.facts.entities, &records.counts.ignored));
    assert_eq!(records.records.iter().map(|record| record.origin.line).collect::<Vec<_>>(), [7, 13]);
}

#[test]
fn formats_are_told_by_the_ending() {
    assert_eq!(Format::of("a/b.JSONL"), Some((Format::Jsonl, Packing::Plain)));
    assert_eq!(Format::of("log.xes.gz"), Some((Format::Xes, Packing::Gzip)));
    assert_eq!(Format::of("a.csv.gz"), Some((Format::Csv, Packing::Gzip)));
    assert_eq!(Format::of("a.csv.zst"), Some((Format::Csv, Packing::Zstd)));
    assert_eq!(Format::of("a.xlsx"), None);
    assert_eq!(Format::of("csv"), None);
}

#[test]
fn packed_files_are_unpacked_member_by_member() {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};
    let text = |from: usize| (from..from + 3000).map(|n| format!("line {n}\n")).collect::<String>();
    let skipped = [0x184D_2A50_u32.to_le_bytes().as_slice(), &5_u32.to_le_bytes(), b"aside"].concat();
    let frames = [text(0), text(3000)].map(|text| compress_to_vec(text.as_bytes(), CompressionLevel::Fastest));
    let packed = [frames[0].as_slice(), &skipped, &frames[1], &skipped].concat();
    let unpacked = |bytes: &[u8]| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut Packing::Zstd.open(bytes), &mut text).map(|_| text).map_err(|error| error.kind())
    };
    assert_eq!(unpacked(&packed), Ok(text(0) + &text(3000)));
    assert_eq!(unpacked(b""), Ok(String::new()));
    for broken in [&frames[0][..frames[0].len() - 6], &b"no frame at all"[..]] {
        assert_eq!(unpacked(broken), Err(std::io::ErrorKind::InvalidData));
    }
    // The last four bytes are the checksum.
    let mut other = frames[0].clone();
    *other.last_mut().unwrap() ^= 1;
    assert_eq!(unpacked(&other), Err(std::io::ErrorKind::InvalidData));
}

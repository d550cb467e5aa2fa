//! Statements for the paymaster: as CSV, and as a workbook that is taken apart again.

use crate::run::Place;

const POLICY: &str = "\
regulation office [1]
  time zone Asia/Shanghai
  currency CNY

register staff
event late by staff
  minutes: minutes, 0 ..
event share by staff
  parts: count

rule late_fine [1]
  on late
  fine 2.50 CNY when minutes > 5 minutes [1a]
  count 1 to staff

rule shares [2]
  on share
  pay 100 CNY * (1 / parts)
";

const EVENTS: &str = r#"
{"type":"late","id":"e1","at":"2024-03-05T08:37","staff":"li","minutes":7}
{"type":"late","id":"=1+1","at":"2024-03-06T08:37","staff":"li","minutes":9}
{"type":"late","id":"e3","at":"2024-04-06T08:37","staff":"=cmd()","minutes":9}
{"type":"late","id":"e4","at":"2024-04-07T08:37","staff":"li"}
{"type":"share","id":"s1","at":"2024-04-08","staff":"wang","parts":3}
{"type":"share","id":"s2","at":"2024-05-08","staff":"wang","parts":4}
"#;

fn place() -> Place {
    Place::with(&[("office.bylaw", POLICY), ("events.jsonl", EVENTS)])
}

const AUDIT: [&str; 4] = ["audit", "office.bylaw", "--events", "events.jsonl"];

#[test]
fn as_csv() {
    let place = place();
    let ended = place.bylaw(&[&AUDIT[..], &["--statements", "pay.csv", "--format", "csv"]].concat()).exits(0);
    assert!(ended.out.starts_with("id,verdict"), "the result is written as before");
    insta::assert_snapshot!(place.read("pay.csv"), @r"
    subject,month,unit,pay,fine,deduct,score,count,total,open
    staff:=cmd(),2024-04,,,,,,1,1,0
    staff:=cmd(),2024-04,CNY,,2.5,,,,-2.5,0
    staff:li,2024-03,,,,,,2,2,0
    staff:li,2024-03,CNY,,5,,,,-5,0
    staff:li,2024-04,,,,,,1,1,0
    staff:li,2024-04,CNY,,?,,,,?,1
    staff:wang,2024-04,CNY,100/3,,,,,100/3,0
    staff:wang,2024-05,CNY,25,,,,,25,0
    ");
}

#[test]
fn another_ending_is_wrong_usage_and_nothing_is_overwritten() {
    let place = place();
    let ended = place.bylaw(&[&AUDIT[..], &["--statements", "pay.txt"]].concat()).exits(2);
    assert!(ended.err.contains("`.csv` or `.xlsx`"), "{}", ended.err);
    place.write("mine.csv", "type,id,at,staff,minutes\nlate,x,2024-03-05T08:37,li,7\n");
    place.bylaw(&["audit", "office.bylaw", "--events", "mine.csv", "--statements", "mine.csv"]).exits(2);
    assert!(place.read("mine.csv").starts_with("type,"));
}

#[cfg(feature = "xlsx")]
mod workbook {
    use super::*;
    use flate2::read::DeflateDecoder;
    use std::collections::BTreeMap;
    use std::io::Read;

    /// The files in a ZIP archive, by its directory.
    fn unpacked(bytes: &[u8]) -> BTreeMap<String, String> {
        let number = |at: usize, length: usize| (0..length).rev().fold(0_usize, |sum, n| (sum << 8) | usize::from(bytes[at + n]));
        let end = bytes.windows(4).rposition(|four| four == b"PK\x05\x06").unwrap();
        let (mut at, mut files) = (number(end + 16, 4), BTreeMap::new());
        for _ in 0..number(end + 10, 2) {
            let (method, packed, name) = (number(at + 10, 2), number(at + 20, 4), number(at + 28, 2));
            let start = number(at + 42, 4);
            let body = start + 30 + number(start + 26, 2) + number(start + 28, 2);
            let (body, mut text) = (&bytes[body..body + packed], String::new());
            match method {
                0 => text.push_str(std::str::from_utf8(body).unwrap()),
                _ => drop(DeflateDecoder::new(body).read_to_string(&mut text).unwrap()),
            }
            files.insert(String::from_utf8(bytes[at + 46..at + 46 + name].to_vec()).unwrap(), text);
            at += 46 + name + number(at + 30, 2) + number(at + 32, 2);
        }
        files
    }

    fn book(name: &str, more: &[&str]) -> (Vec<u8>, BTreeMap<String, String>) {
        let place = place();
        place.bylaw(&[&AUDIT[..], more].concat()).exits(0);
        let bytes = std::fs::read(place.path().join(name)).unwrap();
        let files = unpacked(&bytes);
        (bytes, files)
    }

    #[test]
    fn texts_are_no_formulas_and_amounts_keep_their_digits() {
        let (bytes, files) = book("all.xlsx", &["--format", "xlsx", "-o", "all.xlsx"]);
        let sheets: Vec<&String> = files.iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")).map(|(_, text)| text).collect();
        assert_eq!(sheets.len(), 4, "statements, postings, verdicts, notes");
        assert!(sheets.iter().all(|sheet| !sheet.contains("<f>")), "a formula");
        let texts = &files["xl/sharedStrings.xml"];
        assert!(texts.contains("office.late_fine@=1+1") && texts.contains("staff:=cmd()"), "{texts}");
        // A third of 100 is a text, a fourth is a number, and so is what was fined.
        assert!(texts.contains(">100/3<"), "{texts}");
        assert!(sheets[0].contains("<v>25</v>") && sheets[0].contains("<v>5</v>") && sheets[1].contains("<v>-2.5</v>"), "{} {}", sheets[0], sheets[1]);
        let (again, _) = book("all.xlsx", &["--format", "xlsx", "-o", "all.xlsx"]);
        assert!(bytes == again, "the same audit gives the same bytes");
    }

    #[test]
    fn beside_another_format_without_verdicts_in_chinese() {
        let (_, files) = book("pay.xlsx", &["--statements", "pay.xlsx", "--format", "jsonl", "--lang", "zh"]);
        let names = &files["xl/workbook.xml"];
        assert!(names.contains("结算单") && names.contains("明细") && names.contains("说明") && !names.contains("判定"), "{names}");
    }
}

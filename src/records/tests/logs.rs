//! The published logs, as a whole. `BYLAW_LOGS=FOLDER cargo test --release --lib records::tests::logs -- --ignored --nocapture`

use super::*;
use crate::cli::Disk;
use std::io::BufReader;
use std::path::Path;

fn log(policy: &str, file: &str) -> Records {
    let folder = std::env::var("BYLAW_LOGS").expect("BYLAW_LOGS names the folder of the logs");
    let compiled = compile(&[format!("policies/logs/{policy}")], &Disk);
    let model = compiled.model.unwrap();
    let (format, gzip) = Format::of(file).unwrap();
    let input = std::fs::File::open(Path::new(&folder).join(file)).unwrap();
    let mut reader = Reader::new(&model);
    if gzip {
        reader.events(file, None, format, &mut super::super::open_gzip(input)).unwrap();
    } else {
        reader.events(file, None, format, &mut BufReader::new(input)).unwrap();
    }
    reader.finish(Cut::default())
}

fn nothing_is_lost(records: &Records) {
    let counts = &records.counts;
    assert_eq!(counts.read, counts.used + counts.ignored.values().sum::<u64>());
    assert!(records.rejections.is_empty(), "{}", said(&records.rejections[0]));
}

#[test]
#[ignore = "needs the logs"]
fn road_traffic_fines() {
    let records = log("road_traffic_fines.bylaw", "road_traffic_fines.xes.gz");
    nothing_is_lost(&records);
    assert_eq!(records.counts.read, 561_470);
    assert_eq!(records.until, Some(super::super::At::Date("2013-06-18".parse().unwrap())));
}

#[test]
#[ignore = "needs the logs"]
fn receipt() {
    let records = log("receipt.bylaw", "receipt.csv");
    nothing_is_lost(&records);
    assert_eq!(records.counts.read, 8_577);
}

#[test]
#[ignore = "needs the logs"]
fn domestic_declarations() {
    let records = log("domestic_declarations.bylaw", "domestic_declarations.xes.gz");
    nothing_is_lost(&records);
    assert_eq!(records.counts.read, 55_628);
}

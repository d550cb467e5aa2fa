use super::*;
use crate::records::order::{Order, compare};
use crate::records::{At, Origin};
use chrono_tz::Tz;
use proptest::prelude::*;

fn record(at: &str, stream: u32, seq: u64) -> Record {
    let at = crate::records::read_time(at, Some(Tz::Europe__Rome)).unwrap();
    let origin = Origin { file: "f".into(), line: seq };
    let id = format!("{stream}-{seq}").as_str().into();
    Record { event: 0, source: "".into(), id, revision: 0, recorded_at: None, at, stream, seq, fields: vec![], origin, certain: true, only_for: None }
}

#[test]
fn equal_times_are_ordered_within_a_stream_only() {
    let order = |a: (&str, u32, u64), b: (&str, u32, u64)| compare(&record(a.0, a.1, a.2), &record(b.0, b.1, b.2), Tz::Europe__Rome);
    assert_eq!(order(("2024-03-05T08:00", 0, 2), ("2024-03-05T07:00:00Z", 0, 1)), Order::After);
    assert_eq!(order(("2024-03-05T08:00", 0, 1), ("2024-03-05T07:00:00Z", 1, 2)), Order::Unordered);
    assert_eq!(order(("2024-03-05", 0, 1), ("2024-03-05T07:00", 0, 2)), Order::Before);
    assert_eq!(order(("2024-03-05", 0, 1), ("2024-03-05T07:00", 1, 2)), Order::Unordered);
    assert_eq!(order(("2024-03-05", 0, 9), ("2024-03-06T00:30", 1, 2)), Order::Before);
    assert_eq!(order(("2024-03-05", 0, 9), ("2024-03-05T23:30:00Z", 1, 2)), Order::Before);
}

fn ids(records: &Records) -> Vec<String> {
    records.records.iter().map(Record::reference).collect()
}

fn event(id: &str, at: &str) -> String {
    format!(r#"{{"type":"late","id":"{id}","at":"{at}"}}"#)
}

#[test]
fn dates_keep_their_place_among_the_moments_of_the_day() {
    let lines = [event("d", "2024-03-06"), event("a", "2024-03-05"), event("b", "2024-03-05T08:00"), event("c", "2024-03-05"), event("e", "2024-03-06T00:10")];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let records = jsonl(&lines);
    assert_eq!(ids(&records), ["a", "b", "c", "d", "e"]);
    assert_eq!(records.until, Some(At::Date("2024-03-06".parse().unwrap())));
}

#[test]
fn a_date_cut_keeps_its_day_and_a_moment_cut_its_moment() {
    let model = model(LATE);
    let text = [event("a", "2024-03-05T23:59"), event("b", "2024-03-05"), event("c", "2024-03-06T00:00"), event("d", "2024-03-05T08:00")].join("\n");
    let cut = |until: &str| {
        let mut reader = Reader::new(&model);
        reader.events("f", None, Format::Jsonl, &mut text.as_bytes()).unwrap();
        let until = Some(crate::records::read_time(until, Some(Tz::Europe__Rome)).unwrap());
        let records = reader.finish(Cut { until, known_at: None });
        assert_eq!((records.until, records.counts.after_cut as usize), (until, records.set_aside.len()));
        ids(&records)
    };
    assert_eq!(cut("2024-03-05"), ["d", "a", "b"]);
    assert_eq!(cut("2024-03-05T08:00"), ["d", "b"]);
    assert_eq!(cut("2024-03-06"), ["d", "a", "b", "c"]);
}

proptest! {
    /// The total order never contradicts the partial one, as long as each file is itself in the order of time.
    #[test]
    fn the_total_order_extends_the_partial_one(hours in prop::collection::vec((0_u32..72, any::<bool>(), 0_usize..3), 1..40)) {
        let mut hours = hours;
        hours.sort_by_key(|(hour, ..)| *hour);
        let mut files = vec![String::new(); 3];
        for (n, (hour, whole, file)) in hours.iter().enumerate() {
            let day = 5 + hour / 24;
            let at = if *whole { format!("2024-03-0{day}") } else { format!("2024-03-0{day}T{:02}:00", hour % 24) };
            files[*file] += &(event(&format!("e{n}"), &at) + "\n");
        }
        let model = model(LATE);
        let mut reader = Reader::new(&model);
        for text in &files {
            reader.events("f", None, Format::Jsonl, &mut text.as_bytes()).unwrap();
        }
        let records = reader.finish(Cut::default()).records;
        for (place, a) in records.iter().enumerate() {
            for b in &records[place + 1..] {
                prop_assert_ne!(compare(a, b, Tz::Europe__Rome), Order::After);
            }
        }
    }
}

use super::*;
use insta::assert_debug_snapshot;

fn late(rest: &str) -> String {
    format!(r#"{{"type":"late","at":"2024-03-05","staff":"li","minutes":1,{rest}}}"#)
}

fn outcome(lines: &[&str]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let lines: Vec<String> = lines.iter().map(|line| late(line)).collect();
    let records = jsonl(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let aside = records.set_aside.iter().map(|(record, why)| format!("{} {why:?}", record.reference())).collect();
    (listing(&records.records), aside, records.rejections.iter().map(said).collect())
}

#[test]
fn the_highest_revision_counts_and_a_repeat_counts_once() {
    let records = jsonl(&[
        &late(r#""id":"a","revision":2,"note":"new""#),
        &late(r#""id":"a","note":"old""#),
        &late(r#""id":"b""#),
        &late(r#""id":"b""#),
        &late(r#""id":"c","recorded_at":"2024-03-06T10:00Z""#),
        &late(r#""id":"c","recorded_at":"2024-03-06T11:00Z","note":"later""#),
    ]);
    assert_debug_snapshot!(listing(&records.records));
    assert_eq!((records.counts.superseded, records.counts.repeated, records.counts.used, records.counts.read), (2, 1, 3, 6));
}

#[test]
fn equal_rank_and_different_body_costs_both() {
    assert_debug_snapshot!(outcome(&[r#""id":"a","note":"x""#, r#""id":"a","note":"y""#, r#""id":"b""#]));
}

#[test]
fn corrections_chain() {
    assert_debug_snapshot!(outcome(&[
        r#""id":"a""#,
        r#""id":"b","supersedes":"a""#,
        r#""id":"c","supersedes":"b""#,
        r#""id":"d""#,
        r#""id":"e","retracts":"d""#,
        r#""id":"f""#,
        r#""id":"g","retracts":"f""#,
        r#""id":"h","retracts":"g""#,
    ]));
}

#[test]
fn corrections_of_nothing_and_in_a_circle_are_rejected() {
    assert_debug_snapshot!(outcome(&[
        r#""id":"a","supersedes":"z""#,
        r#""id":"b","supersedes":"c""#,
        r#""id":"c","supersedes":"b""#,
        r#""id":"d","supersedes":"d""#,
        r#""id":"e""#,
        r#""id":"f","supersedes":"b""#,
    ]));
}

#[test]
fn a_correction_that_is_not_yet_known_does_nothing() {
    let model = model(LATE);
    let text = [late(r#""id":"a""#), late(r#""id":"b","retracts":"a","recorded_at":"2024-04-01T10:00Z""#)].join("\n");
    for (known, used) in [("2024-03-31T00:00:00Z", 1), ("2024-04-01T10:00:00Z", 0)] {
        let mut reader = Reader::new(&model);
        reader.events("f", None, Format::Jsonl, &mut text.as_bytes()).unwrap();
        let records = reader.finish(Cut { until: None, known_at: Some(known.parse().unwrap()) });
        assert_eq!(records.records.len(), used, "{known}");
    }
}

#[test]
fn files_without_ids_ask_for_names_and_named_ones_stand_side_by_side() {
    let model = model(LATE);
    let (a, b) = (late(r#""note":"x""#), late(r#""note":"y""#));
    let both = |names: [Option<&str>; 2]| {
        let mut reader = Reader::new(&model);
        reader.events("a.jsonl", names[0], Format::Jsonl, &mut a.as_bytes()).unwrap();
        reader.events("b.jsonl", names[1], Format::Jsonl, &mut b.as_bytes()).unwrap();
        reader.finish(Cut::default())
    };
    assert_debug_snapshot!(both([None, None]).rejections.iter().map(said).collect::<Vec<_>>());
    assert_debug_snapshot!(listing(&both([Some("a"), Some("b")]).records));
}

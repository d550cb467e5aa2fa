use super::*;
use insta::assert_debug_snapshot;

const CASE: &str = "case letter\n  subject: text\n  due: date\n\nevent received of letter\nevent closed of letter\n";

fn facts(records: &Records) -> Vec<String> {
    let mut all = Vec::new();
    for (entity, ids) in &records.facts.entities {
        for (id, attributes) in ids {
            for (attribute, facts) in attributes {
                let values = facts.iter().map(|fact| format!("{:?}..{:?} {}", fact.from, fact.until, shown(&fact.value)));
                all.push(format!("{entity}:{id}.{attribute} {}", values.collect::<Vec<_>>().join("; ")));
            }
        }
    }
    all
}

#[test]
fn the_later_record_says_what_the_case_is() {
    let records = read(
        &model(CASE),
        Format::Csv,
        "type,at,letter,subject,due\nclosed,2024-03-07,L-1,water,\nreceived,2024-03-05,L-1,roads,2024-04-01\nreceived,2024-03-05,L-2,roads,2024-04-01\n",
    );
    assert_debug_snapshot!((facts(&records), records.warnings.iter().map(said).collect::<Vec<_>>()));
}

#[test]
fn registers_hold_rows_in_time() {
    let model = model(LATE);
    let mut reader = Reader::new(&model);
    let register = "id,post,from,until\nli,clerk,2024-01-01,2024-06-30\nli,director,2024-07-01,\nwang,,,\nzhao,clerk,2024-01-01,\nzhao,driver,2024-05-01,2024-05-31\nli,clerk,2024-01-01,2024-06-30\n";
    reader.register("staff", "staff.csv", Format::Csv, &mut register.as_bytes()).unwrap();
    reader.register("staff", "more.jsonl", Format::Jsonl, &mut &br#"{"id":"sun"}"#[..]).unwrap();
    let events = "{\"type\":\"late\",\"at\":\"2024-03-05\",\"staff\":\"nobody\"}\n".repeat(3) + r#"{"type":"late","at":"2024-03-05","staff":"zhao"}"#;
    reader.events("f", None, Format::Jsonl, &mut events.as_bytes()).unwrap();
    let records = reader.finish(Cut::default());
    let members: Vec<String> = records.facts.members["staff"].iter().map(|(id, rows)| format!("{id} {rows:?}")).collect();
    let said: Vec<String> = records.rejections.iter().chain(&records.warnings).map(said).collect();
    assert_debug_snapshot!((facts(&records), members, said));
    assert_eq!((records.counts.register_rows, records.counts.register_rejected, records.counts.used), (7, 2, 4));
    assert!(records.facts.loaded.contains("staff"));
}

#[test]
fn a_digest_tells_contents_and_not_names_or_order() {
    let model = model(LATE);
    let line = |staff: &str| format!(r#"{{"type":"late","id":"{staff}","at":"2024-03-05","staff":"{staff}"}}"#);
    let rows = ["id,post\nli,clerk\nwang,driver\n", "post,id\ndriver,wang\nclerk,li\n"];
    let digests = |files: [(&str, String); 2], rows: &str| {
        let mut reader = Reader::new(&model);
        for (name, text) in &files {
            reader.events(name, None, Format::Jsonl, &mut text.as_bytes()).unwrap();
        }
        reader.register("staff", files[0].0, Format::Csv, &mut rows.as_bytes()).unwrap();
        let records = reader.finish(Cut::default());
        (records.events_digest, records.registers_digest, listing(&records.records))
    };
    let one = digests([("a", line("li")), ("b", line("wang"))], rows[0]);
    assert_eq!(one, digests([("x", line("wang")), ("y", line("li"))], rows[1]));
    assert_eq!(one.0.len(), 64);
    let other = digests([("a", line("li")), ("b", line("zhao"))], "id,post\nli,clerk\n");
    assert!(one.0 != other.0 && one.1 != other.1);
}

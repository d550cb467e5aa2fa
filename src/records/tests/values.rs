use super::*;
use insta::assert_debug_snapshot;

const ALL: &str = "kind form sick \"病假\", personal \"事假\"\nregister staff\n\nevent all\n  b: yes/no\n  m: money, 0 .. 1000000\n  d: days in halves, 0 .. 365\n  \
    w: working days, 0 .. 365\n  p: percent, 0 .. 100\n  day: date\n  moment: moment\n  time: time\n  form: form\n  who: set of staff\n  note: text\n";

fn values(field: &str, written: &[&str]) -> Vec<String> {
    let model = model(ALL);
    let index = model.event("all").unwrap().field(field).unwrap();
    let lines: Vec<String> = written.iter().map(|value| format!(r#"{{"type":"all","at":"2024-03-05","{field}":{value}}}"#)).collect();
    let records = read(&model, Format::Jsonl, lines.join("\n"));
    let mut all: Vec<(u64, String)> = records.records.iter().map(|record| (record.origin.line, shown(&record.fields[index]))).collect();
    all.extend(records.rejections.iter().map(|rejection| (rejection.origin.line, rejection.code.to_owned())));
    all.sort();
    written.iter().zip(all).map(|(value, (_, read))| format!("{value} → {read}")).collect()
}

#[test]
fn every_type_has_its_ways_of_writing() {
    assert_debug_snapshot!([
        values("b", &["true", "\"否\"", "\"Yes\"", "1", "\"\"", "null"]),
        values("m", &["10", "\"10 CNY\"", "\"¥10.50\"", "\"10元\"", "\"10 EUR\"", "1e3", "\"1,000\"", "\"+5\"", "\"5.\"", "\"1/3\"", "26.85120450862128", "[1]"]),
        values("d", &["0.5", "\"2 天\"", "0.25", "\"2 working days\"", "1E-400", "123456789012345678901234567890123"]),
        values("w", &["\"3个工作日\"", "\"3 days\""]),
        values("p", &["\"10%\"", "12.5", "\"101 %\""]),
        values("day", &["\"2024-03-05\"", "\"2024-03-05 23:30\"", "\"2024-3-5\"", "\"2024-03-05x\"", "\"2023-02-29\"", "\"０２４-03-05\""]),
        values("moment", &["\"2024-03-05T08:37\"", "\"2024-03-05 08:37:10.5+0800\"", "\"2024-03-05T08:37Z\"", "\"2024-03-05\"", "\"2024-03-05T08\"", "\"2024-03-05T08:37+25:00\""]),
        values("time", &["\"08:30\"", "\"24:00\"", "\"8:30\"", "\"08:30Z\""]),
        values("form", &["\"sick\"", "\"事假\"", "\"holiday\""]),
        values("who", &["[\"li\",7,\"li\"]", "\"wang; li；zhao\"", "[]", "[[1]]", "null", "\"[]\"", "\" [\\\"li\\\", 7]\"", "\"[li]\"", "\"[[1]]\"", "\";\""]),
        values("note", &["\" a \"", "5", "false", "{}"]),
    ]);
}

#[test]
fn several_feeds_in_one_file_each_have_their_columns() {
    let policy = "feed door\n  type in \"what\"\n  at in \"when\"\n  id in \"nr\"\n\nevent entry in door\nevent late\n  minutes: count, 0 .. 60\n";
    let text = "{\"what\":\"entry\",\"when\":\"2024-03-05\",\"nr\":1}\n{\"type\":\"late\",\"at\":\"2024-03-05\",\"minutes\":3}\n{\"type\":\"late\",\"what\":\"note\",\"at\":\"2024-03-06\"}";
    assert_debug_snapshot!(listing(&read(&model(policy), Format::Jsonl, text).records));
}

#[test]
fn regulations_in_one_zone_read_local_times_in_it() {
    let model = model_in("regulation r\n  time zone Asia/Shanghai\n", "event late\n");
    let records = read(&model, Format::Jsonl, r#"{"type":"late","at":"2024-03-05T08:37"}"#);
    assert_eq!(listing(&records.records), ["L1 2024-03-05T08:37:00+08:00 "]);
}

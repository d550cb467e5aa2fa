//! Records that pass by: the program writes what it writes when all of them are kept, and reads what can be read only once as before.

use crate::run::Place;
use std::fmt::Write as _;

pub const OFFICE: &str = "regulation office
  time zone Asia/Shanghai
  currency CNY

register staff
  post: clerk < chief
event late by staff
  minutes: minutes, 0 .. 600

rule late_fine [1]
  on late
  fine 2 CNY when minutes > 5 minutes and staff.post is clerk [1a]
  fine 9 CNY when minutes > 5 minutes and staff.post is chief [1b]
rule often [2]
  each staff, every month
  when (count of late in the month) >= 3
  deduct 10 CNY [2]
";

/// A quarter of two people, of one who is in no register, and of one whose minutes are not all there.
fn records() -> String {
    let mut text = String::new();
    for at in 0..400 {
        let (month, day, hour) = (1 + at / 134, 1 + at % 134 / 5, 8 + at % 5);
        let who = ["li", "wang", "nobody", "zhao", "li"][at % 5];
        let minutes = if at % 35 == 3 { String::new() } else { format!(",\"minutes\":{}", at % 17) };
        writeln!(text, "{{\"type\":\"late\",\"id\":\"r{at}\",\"at\":\"2024-{month:02}-{day:02}T{hour:02}:00\",\"staff\":\"{who}\"{minutes}}}").unwrap();
        if at % 90 == 0 {
            text.push_str("no record\n{\"type\":\"early\",\"id\":1}\n");
        }
    }
    text
}

pub const STAFF: &str = "id,post\nli,clerk\nwang,chief\nzhao,clerk\n";

/// The same, month by month.
pub fn months() -> [String; 3] {
    let records = records();
    let start = |month: &str| records.find(month).and_then(|at| records[..at].rfind('\n')).unwrap() + 1;
    let (february, march) = (start("\"2024-02"), start("\"2024-03"));
    [&records[..february], &records[february..march], &records[march..]].map(str::to_owned)
}

fn place() -> Place {
    let [january, february, march] = months();
    let all = format!("{january}{february}{march}");
    Place::with(&[("office.bylaw", OFFICE), ("e.jsonl", &all), ("1.jsonl", &january), ("2.jsonl", &(february + &march)), ("staff.csv", STAFF)])
}

/// What is read passes by, is saved on the way and goes on passing by in the next month: result and state are those of records that are kept, to the last byte.
#[test]
fn month_by_month_as_if_all_were_kept() {
    let [january, february, march] = months();
    // A late record, the files by turns, rows instead of lines.
    let line = |id: usize, day: &str| format!("{{\"type\":\"late\",\"id\":\"x{id}\",\"at\":\"{day}\",\"staff\":\"li\",\"minutes\":9}}\n");
    let late = [january.clone() + &line(1, "2024-02-27"), february.replace("nobody", "li") + &line(2, "2024-01-03T09:00"), march.replace("nobody", "wang")].map(|month| month.replace("nobody", "zhao"));
    let rows = [january.clone(), format!("type,id,at,staff,minutes\n{}", (0..50).map(|at| format!("late,c{at},2024-02-{:02}T09:00,li,{}\n", 1 + at / 3, at % 9)).collect::<String>()), march.clone()];
    let twice = [january.clone(), february.clone() + &line(7, "2024-02-28T09:00") + &line(7, "2024-02-28T10:00"), march.clone()];
    for (what, months, ending) in [("in order", [january, february, march], "jsonl"), ("late", late, "jsonl"), ("rows", rows, "csv"), ("the same id twice", twice, "jsonl")] {
        let files = ["1.jsonl".to_owned(), format!("2.{ending}"), "3.jsonl".to_owned()];
        let place = Place::with(&[("office.bylaw", OFFICE), ("staff.csv", STAFF), (&files[0], &months[0]), (&files[1], &months[1]), (&files[2], &months[2])]);
        let bytes = |name: &str| std::fs::read(place.path().join(name)).unwrap();
        for (month, until) in ["2024-01-31", "2024-02-29", "2024-03-31"].into_iter().enumerate() {
            for format in ["jsonl", "csv", "human", #[cfg(feature = "parquet")] "parquet"] {
                let with = |out: &str, more: &[&str]| place.bylaw(&[&["audit", "office.bylaw", "--register", "staff=staff.csv", "--all", "--until", until, "--format", format, "-o", out], more].concat()).exits(0);
                let events = ["--events", &files[month]];
                let passing = [&["--resume", "passed", "--save-state", "next"], &events[..]].concat();
                let keeping = [&["--resume", "kept", "--save-state", "other", "--known-at", until], &events[..]].concat();
                let from = if month == 0 { 2 } else { 0 };
                let all: Vec<&str> = std::iter::once("--events").chain(files[..=month].iter().map(String::as_str)).collect();
                let table = ["--statements", "a.csv"];
                let ended = [with("a", &[&passing[from..], &table].concat()), with("b", &[&keeping[from..], &["--statements", "b.csv"]].concat()), with("c", &all)];
                assert!(place.read("a.csv") == place.read("b.csv") && place.read("a.csv").lines().count() > 3, "{what}, up to {until}, {format}: {}", place.read("a.csv"));
                let [a, b, c] = ["a", "b", "c"].map(bytes);
                assert!(a == b && a == c && a.len() > 1000, "{what}, up to {until}, {format}: {} {} {}", a.len(), b.len(), c.len());
                assert!(ended[0].err == ended[1].err && ended[0].err == ended[2].err, "{what}: {ended:?}");
                assert!(bytes("next") == bytes("other"), "{what}, up to {until}, {format}: the state is another one");
            }
            std::fs::rename(place.path().join("next"), place.path().join("passed")).unwrap();
            std::fs::rename(place.path().join("other"), place.path().join("kept")).unwrap();
        }
        // The state alone is enough, also to explain; a state takes the place of the one it goes on from.
        let alone = ["--register", "staff=staff.csv", "--until", "2024-03-31", "--resume", "passed"];
        let audit = place.bylaw(&[&["audit", "office.bylaw", "--format", "csv", "--save-state", "passed"], &alone[..]].concat()).exits(0).out;
        assert!(bytes("passed") == bytes("kept"), "{what}");
        for id in audit.lines().skip(1).step_by(31).filter_map(|line| line.split(',').next()) {
            let args = [&["explain", "office.bylaw", "--verdict", id], &alone[..]].concat();
            let (passed, kept) = (place.bylaw(&args).exits(0), place.bylaw(&[&args[..], &["--known-at", "2024-03-31"]].concat()).exits(0));
            assert_eq!(passed.out, kept.out, "{what}: {id}");
        }
    }
}

#[test]
fn it_writes_what_it_writes_when_all_are_kept() {
    let place = place();
    for format in ["jsonl", "csv", "human"] {
        for until in ["2024-03-31", "2024-03-15", "2024-02-29T12:00"] {
            for events in [&["e.jsonl"][..], &["1.jsonl", "2.jsonl"], &["2.jsonl", "1.jsonl"]] {
                for more in [&[][..], &["--all"], &["--fail-on", "violation"], &["--fail-on", "pending"]] {
                    let args = [&["audit", "office.bylaw", "--register", "staff=staff.csv", "--format", format, "--until", until], more, &["--events"], events].concat();
                    // What was known on the last day is asked of all records together.
                    let (passed, kept) = (place.bylaw(&args), place.bylaw(&[&args[..], &["--known-at", until]].concat()));
                    assert!(passed.out.lines().count() > 100, "{}", passed.out);
                    assert!((&passed.out, &passed.err, passed.code) == (&kept.out, &kept.err, kept.code), "{args:?}");
                }
            }
        }
    }
    let ids = place.bylaw(&["audit", "office.bylaw", "--register", "staff=staff.csv", "--events", "e.jsonl", "--until", "2024-03-31", "--format", "csv"]).exits(0).out;
    for id in ids.lines().skip(1).step_by(29).filter_map(|line| line.split(',').next()) {
        let args = ["explain", "office.bylaw", "--register", "staff=staff.csv", "--events", "e.jsonl", "--until", "2024-03-31", "--verdict", id];
        let (passed, kept) = (place.bylaw(&args).exits(0), place.bylaw(&[&args[..], &["--known-at", "2024-03-31"]].concat()).exits(0));
        assert_eq!(passed.out, kept.out, "{id}");
    }
}

/// What cannot be used is told as it is when all are kept, and nothing is written; where everything can be used, nothing changes.
#[test]
fn strict_is_strict() {
    let place = place();
    let clean: String = place.read("e.jsonl").lines().filter(|line| line.starts_with("{\"type\":\"late\"")).map(|line| format!("{line}\n")).collect();
    place.write("clean.jsonl", &clean);
    place.write("bad.csv", "id,post\nli,clerk\nwang,none\n");
    for (events, staff, code) in [("e.jsonl", "staff.csv", 3), ("clean.jsonl", "bad.csv", 3), ("clean.jsonl", "staff.csv", 0)] {
        let staff = format!("staff={staff}");
        let with = |more: &[&str]| place.bylaw(&[&["audit", "office.bylaw", "--register", &staff, "--events", events, "--until", "2024-03-31", "--strict", "--save-state", "state", "--format", "csv"], more].concat()).exits(code);
        let (passed, kept) = (with(&[]), with(&["--known-at", "2024-03-31"]));
        assert_eq!((&passed.out, &passed.err), (&kept.out, &kept.err));
        assert!(place.path().join("state").exists() == (code == 0) && passed.out.is_empty() == (code == 3), "{}", passed.err);
        let explain = |more: &[&str]| place.bylaw(&[&["explain", "office.bylaw", "--register", &staff, "--events", events, "--until", "2024-03-31", "--strict", "--verdict", "office.late_fine@r6"], more].concat()).exits(code);
        let (passed, kept) = (explain(&[]), explain(&["--known-at", "2024-03-31"]));
        assert_eq!((passed.out, passed.err), (kept.out, kept.err));
    }
}

/// One result would take the place of the other: nothing is written.
#[test]
fn two_results_in_one_file() {
    let place = place();
    let there = place.path().join("b.csv").to_string_lossy().into_owned();
    for (output, statements, state, code) in [("b.csv", "./b.csv", "s", 2), ("b.csv", there.as_str(), "s", 2), ("a.csv", "b.csv", "a.csv", 2), ("a.csv", "s.csv", "s.csv", 2), ("a.csv", "b.csv", "s", 0)] {
        let args = ["audit", "office.bylaw", "--register", "staff=staff.csv", "--events", "e.jsonl", "--until", "2024-03-31", "--format", "csv", "-o", output, "--statements", statements, "--save-state", state];
        let run = place.bylaw(&args).exits(code);
        assert!(run.err.contains("two results would go there") == (code == 2), "{}", run.err);
        assert!(["a.csv", "b.csv", "s", "s.csv"].iter().all(|name| !place.path().join(name).exists() || code == 0), "{args:?}");
    }
    assert!(place.read("a.csv").lines().count() > 100 && place.read("b.csv").lines().count() > 3);
    // A state is written beside its place and takes it: what is no file, as a device, stays what it is.
    place.shell("mkfifo pipe").exits(0);
    let run = place.bylaw(&["audit", "office.bylaw", "--events", "e.jsonl", "--until", "2024-03-31", "--save-state", "pipe"]).exits(2);
    assert!(run.err.contains("`pipe` is no file") && run.out.is_empty() && !place.path().join("pipe").is_file(), "{}", run.err);
}

#[test]
fn what_can_be_read_once_is_read_once() {
    let place = place();
    let line = "mkfifo pipe.jsonl; cat e.jsonl > pipe.jsonl & timeout 60 bylaw audit office.bylaw --register staff=staff.csv --until 2024-03-31 --format csv --events";
    let (pipe, file) = (place.shell(&format!("{line} pipe.jsonl")).exits(0), place.bylaw(&["audit", "office.bylaw", "--register", "staff=staff.csv", "--until", "2024-03-31", "--format", "csv", "--events", "e.jsonl"]).exits(0));
    assert_eq!(pipe.out, file.out);
    // Files that cannot be read are told all at once, as ever.
    let wrong = place.bylaw(&["audit", "office.bylaw", "--register", "staff=nowhere.csv", "--format", "csv", "--events", "e.jsonl", "none.jsonl"]).exits(3);
    assert!(wrong.err.contains("nowhere.csv") && wrong.err.contains("none.jsonl") && wrong.out.is_empty(), "{}", wrong.err);
}

/// Records of several feeds, and of one that is in no order at all: they are put in order, and what is written is what it is when all are kept.
#[test]
fn records_out_of_order_are_put_in_order() {
    let records = records().replace("nobody", "chen").lines().filter(|line| line.starts_with("{\"type\":\"late\"")).map(|line| format!("{line}\n")).collect::<Vec<_>>();
    let every = |of: usize, rest: usize| records.iter().enumerate().filter(|(at, _)| at % of == rest).map(|(_, line)| line.as_str()).collect::<String>();
    // Backwards, with some dates alone, and some of the times of other files.
    let back: String = records.iter().rev().enumerate().map(|(at, line)| if at % 40 == 0 { line.replace("T08:00", "").replace("T09:00", "") } else { line.clone() }).collect();
    let same = every(7, 2).replace("\"id\":\"r", "\"id\":\"s");
    let staff = "id,post\nli,clerk\nwang,chief\nzhao,clerk\nchen,chief\n";
    let files = [("a.jsonl", every(2, 0)), ("b.jsonl", every(2, 1)), ("back.jsonl", back), ("same.jsonl", same)];
    let mut all: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    all.extend([("office.bylaw", OFFICE), ("staff.csv", staff), ("nothing.jsonl", "{\"summary\":{}}\n")]);
    let place = Place::with(&all);
    for format in ["jsonl", "csv"] {
        for events in [&["a.jsonl", "b.jsonl"][..], &["b.jsonl", "a.jsonl"], &["back.jsonl"], &["b.jsonl", "same.jsonl", "a.jsonl"]] {
            for (until, cut) in [("2024-04-30", &["--until", "2024-04-30"][..]), ("2024-03-15T12:00", &["--until", "2024-03-15T12:00"]), ("2030-01-01", &[])] {
                let args = [&["audit", "office.bylaw", "--register", "staff=staff.csv", "--format", format], cut, &["--events"], events].concat();
                let passed = place.bylaw(&args);
                // What is asked of the last day is asked of all records together; where no end is given, what is new since an audit that said nothing.
                let kept = if cut.is_empty() { place.bylaw(&[&args[..], &["--since", "nothing.jsonl"]].concat()) } else { place.bylaw(&[&args[..], &["--known-at", until]].concat()) };
                assert!(passed.out.lines().count() > 100, "{}", passed.out);
                assert!((&passed.out, &passed.err, passed.code) == (&kept.out, &kept.err, kept.code), "{args:?}");
            }
        }
    }
    // An explanation rests on one person's records, which come in order in files that do not.
    let by_person: String = ["li", "wang", "zhao", "chen"].iter().flat_map(|who| records.iter().filter(move |line| line.contains(&format!("\"{who}\"")))).map(String::as_str).collect();
    let place = Place::with(&[("p.jsonl", &by_person), ("back.jsonl", all[2].1), ("office.bylaw", OFFICE), ("staff.csv", staff)]);
    for events in ["p.jsonl", "back.jsonl"] {
        let ids = place.bylaw(&["audit", "office.bylaw", "--register", "staff=staff.csv", "--events", events, "--until", "2024-03-31", "--format", "csv"]).exits(0).out;
        let rows = ids.lines().skip(1).filter_map(|line| line.split(',').next()).collect::<Vec<_>>();
        assert!(rows.iter().any(|id| id.contains("/2024-")) && rows.len() > 100);
        for id in rows.iter().step_by(37).chain(rows.iter().filter(|id| id.contains("/2024-")).take(3)) {
            let args = ["explain", "office.bylaw", "--register", "staff=staff.csv", "--events", events, "--until", "2024-03-31", "--verdict", id];
            let (passed, kept) = (place.bylaw(&args).exits(0), place.bylaw(&[&args[..], &["--known-at", "2024-03-31"]].concat()).exits(0));
            assert_eq!(passed.out, kept.out, "{id}");
        }
    }
}

/// A CSV file has texts in its cells: `[]` is nobody there, as it is in a list.
#[test]
fn a_list_in_a_cell_is_a_list() {
    let policy = "regulation office\n  time zone Asia/Shanghai\nregister staff\n  post: clerk < chief\nevent leave by staff\n  seen: set of staff\nrule seen [1]\n  on leave\n  must satisfy (number of seen where post is chief) >= 1\n";
    let csv = "type,id,at,staff,seen\nleave,1,2024-03-05,li,[]\nleave,2,2024-03-05,li,\"[\"\"wang\"\", \"\"li\"\"]\"\nleave,3,2024-03-05,li,wang;li\nleave,4,2024-03-05,li,[wang]\nleave,5,2024-03-05,li,\n";
    let line = |id: u32, seen: &str| format!("{{\"type\":\"leave\",\"id\":{id},\"at\":\"2024-03-05\",\"staff\":\"li\",\"seen\":{seen}}}\n");
    let lists = [(1, "[]"), (2, "[\"wang\",\"li\"]"), (3, "\"wang;li\""), (4, "\"[wang]\""), (5, "null")].map(|(id, seen)| line(id, seen)).concat();
    let texts = [(1, "\"[]\""), (2, r#""[\"wang\",\"li\"]""#), (3, "\"wang；li\""), (4, "\"[wang\""), (5, "\"\"")].map(|(id, seen)| line(id, seen)).concat();
    let place = Place::with(&[("office.bylaw", policy), ("staff.csv", "id,post\nli,clerk\nwang,chief\n"), ("e.csv", csv), ("lists.jsonl", &lists), ("texts.jsonl", &texts)]);
    for events in ["e.csv", "lists.jsonl", "texts.jsonl"] {
        for more in [&[][..], &["--known-at", "2024-03-05"]] {
            let args = [&["audit", "office.bylaw", "--register", "staff=staff.csv", "--until", "2024-03-05", "--format", "csv", "--events", events][..], more].concat();
            let run = place.bylaw(&args).exits(0);
            let verdicts: Vec<String> = run.out.lines().skip(1).map(|line| line.split(',').take(2).collect::<Vec<_>>().join(",")).collect();
            assert_eq!(verdicts, ["office.seen@1,violation", "office.seen@2,compliant", "office.seen@3,compliant", "office.seen@5,violation"], "{args:?}");
            assert!(run.err.contains("is not a JSON list of ids"), "{}", run.err);
        }
    }
}

/// A record of every kind, plain ones and others; somebody whom the register does not know, a fact that nobody asks about, a type that nobody declares.
const KINDS: &str = "regulation kinds
  time zone Asia/Shanghai
  currency CNY
register staff
  post: clerk < chief
kind colour red, green \"绿\"
judged kind_one: yes/no of odd by staff
event a by staff
  n: count in 1
  h: hours in 0.5
  m: CNY
  b: yes/no
  t: date
  o: time
  k: colour
  x: text
  s: set of staff
event odd by staff
rule one
  on a
  fine 2 CNY when n > 5
";

fn of_all_kinds() -> [String; 2] {
    let (mut lines, mut table) = (String::new(), String::from("type,id,at,staff,n,h,m,b,t,o,k,x,s,fact,about,by,value\n"));
    for at in 0..300 {
        let day = format!("2024-{:02}-{:02}", 1 + at / 28 % 12, 1 + at % 28);
        let time = [day.clone(), format!("{day}T08:37"), format!("{day}T08:37:15"), format!("{day}T08:37:15.25"), format!("{day}T08:37:15+08:00"), format!("{day}T00:37:15Z")];
        let time = &time[if at % 7 == 0 { at / 7 % 6 } else { 2 }];
        let (n, h, m) = (at % 13, ["1", "2.5", "0", "10.50"][at % 4], ["5", "5.25", "-3", "12.345678", "7 CNY"][at % 5]);
        let (b, o, k) = (["true", "false", "yes"][at % 3], ["08:30", "08:30:15", "23:59"][at % 3], ["red", "green", "绿"][at % 3]);
        let (who, x) = (["li", "wang", "nobody"][if at % 20 == 0 { 2 } else { at % 2 }], ["word", " two words ", "007", ""][at % 4]);
        let quoted = |text: &str| if matches!(text, "true" | "false") { text.to_owned() } else { format!("\"{text}\"") };
        let number = |text: &str| if text.contains(' ') { format!("\"{text}\"") } else { text.to_owned() };
        let s = ["[]", "[\"wang\",\"li\"]", "[ \"li\" , \"li\", \"nobody\" ]", "null", "\"wang;li\""][at % 5];
        writeln!(
            lines,
            "{{\"type\":\"{}\",\"id\":{at},\"at\":\"{time}\",\"staff\":\"{who}\",\"n\":{n},\"h\":{h},\"m\":{},\"b\":{},\"t\":\"{day}\",\"o\":\"{o}\",\"k\":\"{k}\",\"x\":\"{x}\",\"s\":{s}}}",
            if at % 50 == 7 { "nothing" } else { "a" },
            number(m),
            quoted(b)
        )
        .unwrap();
        writeln!(table, "a,{at},{time},{who},{n},{h},{m},{b},{day},{o},{k},{x},{},,,,", ["", "wang;li", "li；nobody", "[]"][at % 4]).unwrap();
        if at % 60 == 5 {
            writeln!(lines, "{{\"type\":\"attestation\",\"id\":\"x{at}\",\"at\":\"{day}\",\"fact\":\"kind_tow\",\"about\":\"{at}\",\"by\":\"li\",\"value\":\"yes\"}}").unwrap();
            writeln!(table, "attestation,x{at},{day},,,,,,,,,,,kind_tow,{at},li,yes").unwrap();
        }
    }
    [lines, table]
}

/// Digests, counts, warnings and what could not be used are those of a reader that keeps the records.
#[test]
fn what_is_noted_of_words_is_what_is_noted_of_records() {
    use bylaw::records::{Format, Input};
    use bylaw::stream::{self, Asked, Form};
    use bylaw::{Cut, Policy, Threads};
    let policy = Policy::parse(KINDS).unwrap();
    let [lines, table] = of_all_kinds();
    for (name, text, format) in [("e.jsonl", &lines, Format::Jsonl), ("e.csv", &table, Format::Csv)] {
        for until in [None, Some(policy.time("2024-09-30").unwrap())] {
            let reader = || {
                let mut reader = policy.reader();
                reader.register("staff", "staff.csv", Format::Csv, &mut STAFF.as_bytes()).unwrap();
                reader
            };
            let asked = Asked { until, form: Form::Csv, all: true, threads: Threads::ONE, save: false, statements: false };
            let streamed = stream::audit(policy.model(), reader().finish(Cut::default()), asked, &mut |read| read(name, None, Input::File(format, &mut text.as_bytes())));
            let streamed = streamed.unwrap().expect("the records pass by");
            let mut kept = reader();
            kept.events(name, None, format, &mut text.as_bytes()).unwrap();
            let (passed, kept) = (streamed.records(), kept.finish(Cut { until, known_at: None }));
            assert_eq!((&passed.events_digest, &passed.counts, passed.until), (&kept.events_digest, &kept.counts, kept.until), "{name}");
            assert_eq!((&passed.warnings, &passed.rejections, &passed.notes), (&kept.warnings, &kept.rejections, &kept.notes), "{name}");
            // There is something to be told of each sort.
            let told: std::collections::BTreeSet<&str> = kept.warnings.iter().map(|warning| warning.code).collect();
            assert!(told.contains("unknown-subject") && told.contains("unknown-fact") && kept.counts.used > 200, "{told:?} {:?}", kept.counts);
        }
    }
}

//! An index of where each subject's records lie: an explanation by it is, byte for byte, the one that reads everything, and nothing of it is believed that no longer holds.

use crate::run::{Ended, Place, repository};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;

const OFFICE: &str = "regulation office
  time zone Asia/Shanghai
  currency CNY

register staff
  post: clerk < chief
case letter
event late by staff
  minutes: minutes, 0 .. 600
event report by staff
event visit by staff
event seen of letter

rule late_fine [1]
  on late
  fine 2 CNY when minutes > 5 minutes and staff.post is clerk [1a]
  fine 9 CNY when minutes > 5 minutes and staff.post is chief [1b]
rule often [2]
  each staff, every month
  when (count of late in the month) >= 3
  deduct 10 CNY [2]
duty reports [3]
  on late
  when minutes > 9 minutes
  must report by the same staff within 5 days
rule letters [4]
  on seen
  when (count of seen for the same letter in the month) >= 2
  violation
rule most [5]
  on visit
  when (count of late by anyone in the month) >= 1
  violation
";

const STAFF: &str = "id,post\nli,clerk\nwang,chief\nzhao,clerk\n张三,clerk\n";
const REST: [&str; 4] = ["--register", "staff=staff.csv", "--until", "2024-03-31"];

/// A quarter of some people and letters, in lines.
fn records() -> Vec<String> {
    let mut all = Vec::new();
    for at in 0..400 {
        let (month, day, hour) = (1 + at / 135, 1 + at % 135 / 5, 8 + at % 5);
        let (who, letter) = (["li", "wang", "张三", "zhao", "li"][at % 5], ["d1", "d2", "d3"][at % 3]);
        let when = format!("2024-{month:02}-{day:02}T{hour:02}:00");
        all.push(match at % 9 {
            4 => format!("{{\"type\":\"report\",\"id\":\"r{at}\",\"at\":\"{when}\",\"staff\":\"{who}\"}}"),
            2 => format!("{{\"type\":\"visit\",\"id\":\"r{at}\",\"at\":\"{when}\",\"staff\":\"{who}\"}}"),
            7 => format!("{{\"type\":\"seen\",\"id\":\"r{at}\",\"at\":\"{when}\",\"letter\":\"{letter}\"}}"),
            _ => format!("{{\"type\":\"late\",\"id\":\"r{at}\",\"at\":\"{when}\",\"staff\":\"{who}\",\"minutes\":{}}}", at % 17),
        });
        if at % 90 == 0 {
            all.push("no record\n\n{\"type\":\"early\",\"id\":1}\r".to_owned());
        }
    }
    all
}

fn lines(records: &[String]) -> String {
    records.iter().map(|line| format!("{line}\n")).collect()
}

fn place() -> Place {
    let records = records();
    let (first, rest) = records.split_at(135);
    // The rest as a table: a cell runs over two lines, another holds a comma.
    let mut table = "\u{feff}type,id,at,staff,letter,minutes,remark\r\n".to_owned();
    for (at, line) in rest.iter().enumerate() {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let of = |name: &str| value[name].as_str().map_or_else(|| value[name].to_string().replace("null", ""), str::to_owned);
        let remark = ["", "\"two\nlines\"", "\"a, b\"", "\"\"\"\""][at % 4];
        writeln!(table, "{},{},{},{},{},{},{remark}", of("type"), of("id"), of("at"), of("staff"), of("letter"), of("minutes")).unwrap();
    }
    Place::with(&[("office.bylaw", OFFICE), ("e.jsonl", &lines(&records)), ("1.jsonl", &lines(first)), ("2.csv", &table), ("staff.csv", STAFF)])
}

/// An explanation without the index, and one by it; they are the same. What the latter says beside it.
fn explained(place: &Place, policy: &str, (events, rest): (&[&str], &[&str]), id: &str) -> String {
    let args = [&["explain", policy, "--verdict", id], rest, &["--events"], events].concat();
    let (read, found) = (place.bylaw(&args), place.bylaw(&[&args[..], &["--index", "index"]].concat()));
    assert!((&read.out, read.code) == (&found.out, found.code), "{id} of {events:?}\n{}{}\n{}{}", read.out, read.err, found.out, found.err);
    found.err.strip_suffix(&read.err).unwrap_or(&found.err).to_owned()
}

fn ids(place: &Place, events: &[&str]) -> Vec<String> {
    let audited: Ended = place.bylaw(&[&["audit", "office.bylaw", "--format", "csv"], &REST[..], &["--events"], events].concat()).exits(0);
    audited.out.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::to_owned).collect()
}

#[test]
fn an_explanation_by_the_index_is_the_one_that_reads_everything() {
    let place = place();
    for events in [&["e.jsonl"][..], &["1.jsonl", "2.csv"], &["gate=1.jsonl", "2.csv"]] {
        let ids = ids(&place, events);
        let of = |norm: &str, step: usize| ids.iter().filter(|id| id.starts_with(norm)).step_by(step).cloned().collect::<Vec<_>>();
        let some = [of("office.late_fine", 97), of("office.often", 5), of("office.reports", 37), of("office.letters", 9)].concat();
        assert!(some.len() > 8, "{some:?}");
        let _of_the_files_before = fs::remove_file(place.path().join("index"));
        for id in &some {
            assert_eq!(explained(&place, "office.bylaw", (events, &REST), id), "", "{id}");
        }
        let made = fs::metadata(place.path().join("index")).unwrap();
        assert!(made.len() > 4_000 && made.len() < 12_000, "{}", made.len());
        for more in [&["--format", "json"][..], &["--lang", "zh"], &["--format", "html"]] {
            assert_eq!(explained(&place, "office.bylaw", (events, &[&REST[..], more].concat()), &some[0]), "");
        }
        // Others in another order, and no end.
        let back: Vec<&str> = events.iter().rev().copied().collect();
        let said = explained(&place, "office.bylaw", (&back, &REST[..2]), &some[0]);
        assert_eq!(said.contains("in another order; it is made anew"), events.len() > 1, "{said}");
        // What is asked of all, is found among all.
        let most = of("office.most", 1000);
        assert!(explained(&place, "office.bylaw", (&back, &REST), &most[0]).contains("needs more than one subject's records"));
        assert!(explained(&place, "office.bylaw", (&back, &["--register", "staff=staff.csv", "--until", "2024-02-01"]), &of("office.late_fine@r1", 1)[0]).contains("after `--until`"));
        assert_eq!(explained(&place, "office.bylaw", (&back, &REST), "office.late_fine@r4711"), "");
    }
}

/// Puts bytes in place of others, so that neither size nor time of the file change.
fn unnoticed(place: &Place, name: &str, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let path = place.path().join(name);
    let at = fs::read_to_string(&path).unwrap().find(from).unwrap();
    let changed = fs::metadata(&path).unwrap().modified().unwrap();
    let file = File::options().write(true).open(&path).unwrap();
    file.write_all_at(to.as_bytes(), at as u64).unwrap();
    file.set_modified(changed).unwrap();
}

#[test]
fn what_is_no_longer_so_is_not_believed() {
    let place = place();
    let (events, of_li, of_wang) = (&["e.jsonl"][..], "office.late_fine@r10", "office.often@wang/2024-02");
    let explain = |rest: &[&str], id: &str| explained(&place, "office.bylaw", (events, rest), id);
    assert_eq!(explain(&REST, of_li), "");
    let index = fs::read(place.path().join("index")).unwrap();
    // Only li's records are read: what stands elsewhere is not looked at.
    unnoticed(&place, "e.jsonl", "\"id\":\"r11\",", "\"id\":\"x11\",");
    let args = [&["explain", "office.bylaw", "--events", "e.jsonl", "--index", "index", "--verdict", of_li], &REST[..]].concat();
    assert_eq!(place.bylaw(&args).exits(0).err, "");
    assert!(fs::read(place.path().join("index")).unwrap() == index);
    // What is read is compared with what was noted: the index is made anew.
    unnoticed(&place, "e.jsonl", "\"id\":\"r15\",\"at\":\"2024-01-04T08:00\",\"staff\":\"li\",\"minutes\":15", "\"id\":\"r15\",\"at\":\"2024-01-04T08:00\",\"staff\":\"li\",\"minutes\":95");
    assert!(explain(&REST, of_li).contains("`e.jsonl` has changed since the index was made; it is made anew"));
    assert_eq!(explain(&REST, of_li), "");
    // A line more; the same lines at another time.
    let mut text = place.read("e.jsonl");
    text.push_str("{\"type\":\"late\",\"id\":\"z\",\"at\":\"2024-03-30T08:00\",\"staff\":\"li\",\"minutes\":7}\n");
    place.write("e.jsonl", &text);
    assert!(explain(&REST, of_li).contains("has changed since the index was made"));
    place.write("e.jsonl", &text);
    assert!(explain(&[&REST[..], &["--lang", "zh"]].concat(), of_wang).contains("索引建立之后"));
    // Rules and registers may change; what is declared of records may not.
    place.write("office.bylaw", OFFICE.replace("fine 2 CNY", "fine 3 CNY"));
    place.write("staff.csv", STAFF.replace("li,clerk", "li,chief"));
    assert_eq!(explain(&REST, of_li), "");
    place.write("office.bylaw", OFFICE.replace("0 .. 600", "0 .. 700"));
    assert!(explain(&REST, of_li).contains("policies that declare other records"));
    // A byte that is another, anywhere.
    let index = fs::read(place.path().join("index")).unwrap();
    let mut damaged = 0;
    for at in (0..index.len()).step_by(index.len() / 12) {
        let mut other = index.clone();
        other[at] ^= 0x11;
        if at < 12 {
            continue;
        }
        place.write("index", &other);
        let said = explain(&REST, of_wang);
        damaged += usize::from(said.contains("is damaged"));
        assert!(said.is_empty() || said.contains("is damaged"), "{said}");
    }
    assert!(damaged > 3, "{damaged}");
    for length in [index.len() - 1, index.len() / 2, 20] {
        place.write("index", &index[..length]);
        assert!(explain(&REST, of_wang).contains("is damaged"));
    }
    place.write("index", [b"bylaw index 9\n", &index[14..]].concat());
    assert!(explain(&REST, of_wang).contains("another version"));
}

#[test]
fn what_an_index_does_not_help_with_is_read_as_before() {
    let place = place();
    let text = place.read("e.jsonl");
    let of_li = "office.late_fine@r10";
    let correction = "{\"type\":\"late\",\"id\":\"z1\",\"at\":\"2024-03-30T08:00\",\"staff\":\"li\",\"minutes\":7,\"supersedes\":\"r0\"}\n";
    let twice = text.lines().next().unwrap();
    let open = "{\"type\":\"late\",\"id\":\"z1\",\"at\":\"2024-03-30T08:00\",\"minutes\":7}\n{\"type\":\"late\",\"id\":\"z2\",\"at\":\"2024-03-30T08:00\",\"minutes\":7,\"staff\":null}\n";
    let back: String = text.lines().rev().map(|line| format!("{line}\n")).collect();
    for (file, said) in [(format!("{text}{correction}"), "correct others"), (format!("{text}{twice}\n"), "an id that was there"), (format!("{text}{open}"), "whose it is"), (back, "order of their times")] {
        place.write("other.jsonl", &file);
        for _ in 0..2 {
            let told = explained(&place, "office.bylaw", (&["other.jsonl"], &REST), of_li);
            assert!(told.contains(said), "{told}");
        }
    }
    place.shell("gzip -k e.jsonl").exits(0);
    for (events, rest, said) in [
        (&["e.jsonl.gz"][..], &REST[..], "unpack it"),
        (&["e.jsonl"], &["--register", "staff=staff.csv", "--known-at", "2024-03-31"], "ask of all"),
        (&["e.jsonl"], &["--register", "staff=none.csv"], ""),
        (&["none.jsonl"], &REST, ""),
    ] {
        let told = explained(&place, "office.bylaw", (events, rest), of_li);
        assert!(told.contains(said), "{told}");
    }
    // What is something else is not overwritten.
    for (name, said) in [("staff.csv", "among what is read"), ("e.jsonl", "among what is read"), ("office.bylaw", "is a policy"), ("1.jsonl", "is not an index")] {
        let before = place.read(name);
        let ended = place.bylaw(&[&["explain", "office.bylaw", "--events", "e.jsonl", "--index", name, "--verdict", of_li], &REST[..]].concat()).exits(2);
        assert!(ended.err.contains(said) && ended.out.is_empty() && place.read(name) == before, "{}", ended.err);
    }
}

/// The streams of the repository: they hold corrections, and most of their norms look at several subjects. Whatever the index says, the explanation is the same.
#[test]
fn the_streams_are_explained_alike() {
    for (folder, registers) in crate::streams::FOLDERS {
        let root = repository().join("policies").join(folder).to_string_lossy().into_owned();
        let (place, events) = (Place::new(), format!("{root}/events.jsonl"));
        let registers: Vec<String> = registers.iter().map(|name| format!("{name}={root}/{name}.csv")).collect();
        let mut rest = vec!["--until", "2025-12-31", "--register"];
        rest.extend(registers.iter().map(String::as_str));
        let all = place.bylaw(&[&["audit", &root, "--format", "csv", "--events", &events], &rest[..]].concat()).exits(0).out;
        let ids: Vec<&str> = all.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        for id in ids.iter().step_by(ids.len() / 3 + 1) {
            let told = explained(&place, &root, (&[&events], &rest), id);
            assert!(told.is_empty() || told.starts_with("note: the index does not help here"), "{told}");
        }
    }
}

/// A made-up stream of the attendance rules, without what only all records together can settle: the index helps with every norm.
#[test]
fn every_norm_of_attendance_is_explained_by_the_index() {
    let root = repository().join("policies/bench").to_string_lossy().into_owned();
    let place = Place::new();
    let events = place.bylaw(&["simulate", &root, "--people", "9", "--days", "90", "--seed", "7", "--bad", "9"]).exits(0).out;
    let mut known = BTreeSet::new();
    let is_plain = |line: &&str| !line.contains("\"supersedes\"") && !line.contains("\"retracts\"");
    // Lines that cannot be used stay.
    let once = |line: &&str| serde_json::from_str::<serde_json::Value>(line).is_ok_and(|value| known.insert(value["id"].to_string())) || !line.ends_with('}');
    place.write("e.jsonl", events.lines().filter(is_plain).filter(once).map(|line| format!("{line}\n")).collect::<String>());
    let register = format!("officer={root}/officer.csv");
    let rest = ["--register", register.as_str()];
    let all = place.bylaw(&[&["audit", &root, "--format", "csv", "--events", "e.jsonl"], &rest[..]].concat()).exits(0).out;
    let mut norms = BTreeSet::new();
    for id in all.lines().skip(1).filter_map(|line| line.split(',').next()).filter(|id| norms.insert(id.split('@').next())) {
        assert_eq!(explained(&place, &root, (&["e.jsonl"], &rest), id), "", "{id}");
    }
    assert!(norms.len() > 5, "{norms:?}");
}

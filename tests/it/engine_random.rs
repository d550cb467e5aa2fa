//! The engine against the reference evaluator on random policies and random records: missing, blank and malformed values, records out of order and twice, corrections,
//! lines written in unusual ways. `RANDOM_POLICIES=N` asks for more of them, `RANDOM_SKIPPED=N` passes over the first.

use crate::alike::{Tally, as_passed_by, compared};
use bylaw::records::{At, Format};
use bylaw::reference::verdict::Audit;
use bylaw::{Cut, Policy, Records, Threads};
use std::fmt::Write as _;

pub struct Random(pub fastrand::Rng);

impl Random {
    pub fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.0.usize(..of.len())]
    }
    pub fn chance(&mut self, percent: u32) -> bool {
        self.0.u32(..100) < percent
    }
    pub fn below(&mut self, n: u32) -> u32 {
        self.0.u32(..n)
    }
}

/// What every policy here begins with.
const HEAD: &str = "regulation r
  time zone Asia/Shanghai
  currency CNY

";

/// The records of one person, and what a register says of that person.
pub const RECORDS: &str = "register staff
  post: clerk < head < chief
  joined: date
  quota: count

kind colour red, green \"绿\", blue

event a by staff
  n: count in 1, 0 .. 20
  m: CNY
  k: colour
  b: yes/no
  t: date
event c by staff
  n: count in 1, 0 .. 20
  h: count in 0.5, 0 .. 9
  k: colour
  seen: set of staff
event made by staff
  n: count in 1, 0 .. 20
";

/// A condition on a record of type `a` (or `c`).
pub fn condition(random: &mut Random, event: char, measures: &[String], deep: u32) -> String {
    if deep > 0 && random.chance(35) {
        let (x, y) = (condition(random, event, measures, deep - 1), condition(random, event, measures, deep - 1));
        return match random.below(3) {
            0 => format!("({x} and {y})"),
            1 => format!("({x} or {y})"),
            _ => format!("not ({x})"),
        };
    }
    let op = random.one(&["<", "<=", ">", ">=", "=", "!="]);
    let number = random.below(8);
    match random.below(9) {
        0 if event == 'a' => format!("m {op} {}.5 CNY", number),
        1 if event == 'a' => (if random.chance(50) { "b" } else { "not b" }).to_owned(),
        2 if event == 'a' => format!("t {op} 2024-02-{:02}", 1 + random.below(28)),
        0 if event == 'c' => format!("h {op} {}.5", number),
        3 | 4 if event != 'm' => format!("k is {}", random.one(&["red", "green", "blue", "not red", "one of red, blue"])),
        5 if !measures.is_empty() => format!("{} {op} {}", measures[random.0.usize(..measures.len())], random.below(5)),
        _ => format!("n {op} {number}"),
    }
}

/// Conditions that also look at the person.
pub fn asked(random: &mut Random, event: char, measures: &[String]) -> String {
    match random.below(10) {
        0 => format!("staff.post {} head", random.one(&["<", ">=", "is", "is not"])),
        1 => "staff.joined <= 2024-02-10".to_owned(),
        2 => format!("n {} staff.quota", random.one(&["<", ">="])),
        3 if event == 'c' => "(number of seen where post is chief) >= 1".to_owned(),
        _ => condition(random, event, measures, 2),
    }
}

pub fn amount(random: &mut Random, measures: &[String]) -> String {
    match random.below(5) {
        0 => format!("{} CNY * n", random.below(5)),
        1 if !measures.is_empty() => format!("{}.5 CNY * {}", random.below(3), measures[random.0.usize(..measures.len())]),
        2 => format!("(n + {}) / 4 * 3 CNY", random.below(6)),
        3 => "((n / 3 rounded down to 1) * 2 CNY)".to_owned(),
        _ => format!("{} CNY", random.below(9)),
    }
}

pub fn policy(random: &mut Random) -> String {
    let mut text = format!("{HEAD}{RECORDS}");
    let mut measures = Vec::new();
    for at in 0..random.below(4) {
        let (event, name) = (random.one(&["a", "c", "made"]), format!("x{at}"));
        let filter = condition(random, event.chars().next().unwrap(), &[], 1);
        let window = random.one(&["in the month", "so far", "in the day", "in the week", "in the year"]);
        let what = random.one(&["count of", "total n of", "count of", "most n of", "last n of"]);
        writeln!(text, "measure {name} = {what} ({event} where {filter}) {window}").unwrap();
        measures.push(name);
    }
    for at in 0..1 + random.below(5) {
        let event = random.one(&["a", "c", "a", "c", "made"]);
        let kind = event.chars().next().unwrap();
        let filter = if random.chance(30) { format!(" where {}", condition(random, kind, &[], 1)) } else { String::new() };
        writeln!(text, "rule q{at} [q.{at}]\n  on {event}{filter}").unwrap();
        if random.chance(40) {
            writeln!(text, "  when {}", asked(random, kind, &measures)).unwrap();
        }
        writeln!(text, "  {}", random.one(&["exactly one", "first match", "all sum", "all max", "all min", "all count"])).unwrap();
        let slot = random.one(&["fine", "deduct", "pay", "decides v ="]);
        for clause in 0..random.below(4) {
            let when = if clause > 0 && random.chance(20) { String::new() } else { format!(" when {}", asked(random, kind, &measures)) };
            writeln!(text, "  {slot} {}{when} [q.{at}.{clause}]", amount(random, &measures)).unwrap();
        }
        if random.chance(30) {
            writeln!(text, "  must satisfy {}", asked(random, kind, &measures)).unwrap();
        }
        if event != "made" && random.chance(40) {
            writeln!(text, "  count as made with n = {}", random.one(&["n", "3"])).unwrap();
        } else if !text.trim_end().ends_with(']') && !text.lines().last().unwrap().contains("must") {
            text.push_str("  violation\n");
        }
        if random.chance(25) {
            writeln!(text, "exception e{at} to q{at}\n  when {}\n  does not apply", asked(random, kind, &measures)).unwrap();
        }
    }
    // What the engine leaves to the reference evaluator, which then needs some of the records.
    if random.chance(25) {
        let (event, counted) = (random.one(&["a", "c", "made"]), random.one(&["a", "c", "made"]));
        writeln!(text, "measure lately = count of ({counted} where {}) in the last 10 days", condition(random, counted.chars().next().unwrap(), &[], 1)).unwrap();
        let head = if random.chance(50) { format!("on {event}") } else { "each staff, every month".to_owned() };
        writeln!(text, "rule outside [o]\n  {head}\n  fine 3 CNY when lately >= {} [o]", 1 + random.below(3)).unwrap();
    }
    if random.chance(60) {
        let every = random.one(&["month", "week", "year", "day"]);
        let counted = |random: &mut Random| {
            let event = random.one(&["a", "a", "c", "made"]);
            format!("(count of ({event} where {}) in the {every})", condition(random, event.chars().next().unwrap(), &[], 1))
        };
        let asked = [counted(random), counted(random)];
        writeln!(text, "rule p [p]\n  each staff, every {every}\n  when {} >= {}\n  decides w = {} + {} * 2", asked[0], random.below(2), asked[0], asked[1]).unwrap();
        if every == "month" {
            writeln!(text, "  pay {} CNY * {}", 1 + random.below(4), asked[1]).unwrap();
        }
    }
    text
}

pub fn line(random: &mut Random, at: usize, clock: &mut u32, corrects: bool) -> String {
    *clock += if random.chance(2) { 0 } else { random.below(3_000) };
    let minutes = if random.chance(1) { clock.saturating_sub(5_000) } else { *clock };
    let day = chrono::NaiveDate::from_ymd_opt(2024, 1, 29).unwrap() + chrono::Days::new(u64::from(minutes / 1440));
    let time = match random.below(60) {
        0 => day.to_string(),
        1 => format!("{day}T{:02}:{:02}:00+08:00", minutes / 60 % 24, minutes % 60),
        2 => format!("{day}T{:02}:{:02}:00Z", minutes / 60 % 24, minutes % 60),
        3 => format!("{day} {:02}:{:02}", minutes / 60 % 24, minutes % 60),
        4 => "some day".to_owned(),
        _ => format!("{day}T{:02}:{:02}", minutes / 60 % 24, minutes % 60),
    };
    let id = if random.chance(1) { at.saturating_sub(1) } else { at };
    let person = random.one(&["li", "wang", "zhao", "王五", "nobody"]);
    let kind = random.one(&["a", "a", "a", "c", "c", "other"]);
    let n = match random.below(40) {
        0 => "null".to_owned(),
        1 => "21".to_owned(),
        2 => "\"7\"".to_owned(),
        3 => "2.5".to_owned(),
        4 => "3e0".to_owned(),
        _ => random.below(12).to_string(),
    };
    let mut text = format!(r#"{{"id":{id},"type":"{kind}","staff":"{person}","at":"{time}""#);
    if !random.chance(2) {
        write!(text, r#","n":{n}"#).unwrap();
    }
    if !random.chance(2) {
        let colour = random.one(&["red", "green", "blue", "绿", "red", "blue", "pink", "\\u0072ed"]);
        write!(text, r#","k":"{}""#, if random.chance(90) && colour != "pink" { colour } else { "red" }).unwrap();
    }
    if kind == "a" {
        let money = random.one(&["5", "5.5", "0", "12.345678", "-3", "\"7 CNY\"", "7"]);
        let yes = random.one(&["true", "false", "\"yes\"", "\"否\""]);
        write!(text, r#","m":{money},"b":{yes},"t":"2024-02-{:02}""#, 1 + random.below(29)).unwrap();
    } else {
        let seen = random.one(&[r#"["li"]"#, "[]", r#"["wang","zhao"]"#, "\"li;zhao\"", r#"["\u6e05"]"#, "null", "\"[]\"", r#""[\"wang\", \"li\"]""#]);
        write!(text, r#","h":{}.5,"seen":{seen}"#, random.below(9)).unwrap();
    }
    if random.chance(1) {
        text.push_str(r#","n":4"#);
    }
    // Every fifth stream has corrections.
    if corrects && random.chance(6) {
        let other = 1 + random.below(at as u32);
        let correction = match random.below(3) {
            0 => text.replacen(&format!("\"id\":{id},"), &format!("\"id\":{other},\"revision\":{},", 1 + random.below(2)), 1),
            1 => format!("{text},\"supersedes\":\"{other}\""),
            _ => format!("{text},\"retracts\":\"{other}\""),
        };
        text = correction;
    }
    if random.chance(5) {
        text.push_str(random.one(&[r#","x":{"y":[1,"z"],"w":-2.5e3}"#, r#","x":"\\n""#, r#","x":nul"#, r#","x":01"#, r#", "x" : [ "a" , "b" ]"#]));
    }
    if random.chance(3) {
        text = text.replace("\":", "\": ").replace(",\"", ", \"");
    }
    text + if random.chance(1) { "" } else { "}" }
}

/// The policy. Some do not compile: a filter on a field that the record has not, a slot that has no clause.
pub fn parsed(text: &str) -> Option<Policy> {
    match Policy::parse(text) {
        Ok(policy) => Some(policy),
        Err(broken) => {
            if std::env::var_os("SHOW_BROKEN").is_some() {
                eprintln!("{broken}");
            }
            None
        }
    }
}

pub fn how_many(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// Registers and files of events, each with its name; and what the reference evaluator makes of them.
pub fn judged(policy: &Policy, registers: &[(&str, &str)], files: &[(&str, &str)], until: Option<At>) -> (Records, Audit) {
    let mut reader = policy.reader();
    registers.iter().for_each(|(name, text)| reader.register(name, name, Format::Csv, &mut text.as_bytes()).unwrap());
    files.iter().for_each(|(name, text)| reader.events(name, None, Format::Jsonl, &mut text.as_bytes()).unwrap());
    let records = reader.finish(Cut { until, known_at: None });
    let audit = bylaw::reference::audit(policy.model(), &records, &mut |_, _| {});
    (records, audit)
}

#[test]
fn judges_random_policies_and_records_alike() {
    let (mut tally, mut policies, mut two) = (Tally::default(), 0, 0);
    // Of those with corrections, how many pass by: in one file, and in two.
    let mut corrected = [0, 0];
    for seed in (0..how_many("RANDOM_POLICIES", 100)).skip(usize::try_from(how_many("RANDOM_SKIPPED", 0)).unwrap()) {
        let mut random = Random(fastrand::Rng::with_seed(seed));
        let text = policy(&mut random);
        let Some(policy) = parsed(&text) else { continue };
        policies += 1;
        let mut clock = 0;
        let lines: Vec<String> = (1..=60).map(|at| line(&mut random, at, &mut clock, seed % 5 == 4)).collect();
        let events = lines.join("\n");
        let staff = "id,post,joined,quota,from,until\nli,clerk,2024-01-01,3,,\nwang,head,2024-02-05,5,,\nzhao,chief,2024-02-20,,,\n王五,clerk,2023-01-01,2,2024-02-10,2024-03-20\n";
        let until = if seed % 2 == 0 { policy.time("2024-04-30").ok() } else { None };
        let registers = [("staff", staff)];
        let read = |files: &[(&str, &str)]| judged(&policy, if seed % 3 > 0 { &registers } else { &[] }, files, until);
        let (records, audit) = read(&[("events.jsonl", &events)]);
        let corrects = |records: &Records| {
            let counts = &records.counts;
            counts.superseded + counts.retracted + counts.retracting + counts.repeated > 0
        };
        let before = tally.passed;
        let wrong = compared(policy.model(), &records, &audit, &mut tally, Some((&events, until)));
        corrected[0] += usize::from(corrects(&records) && tally.passed > before);
        assert!(wrong.is_empty(), "seed {seed}\n{text}\n{events}\n{}", wrong.join("\n"));
        // The same lines in two files, one and all of them by turns: files that overlap in time.
        let (mut dealt, of) = ([String::new(), String::new()], 2 + usize::try_from(seed % 2).unwrap());
        lines.iter().enumerate().for_each(|(at, line)| dealt[usize::from(at % of == 0)].push_str(&format!("{line}\n")));
        let files = [("a.jsonl", dealt[0].as_str()), ("b.jsonl", dealt[1].as_str())];
        let (records, audit) = read(&files);
        assert!(bylaw::engine::audit(policy.model(), &records, Threads::ONE, &mut |_, _| {}) == audit, "seed {seed}, in two files\n{text}\n{files:?}");
        let mut of_two = Tally::default();
        let wrong = as_passed_by(policy.model(), (&records, &audit), (&files, until), &mut of_two);
        assert!(wrong.is_empty(), "seed {seed}, in two files\n{text}\n{}\n{}\n{}", dealt[0], dealt[1], wrong.join("\n"));
        two += of_two.passed;
        tally.resumed += of_two.resumed;
        corrected[1] += usize::from(corrects(&records) && of_two.passed > 0);
    }
    eprintln!("{policies} policies, {tally:?}, {two} from two files, {corrected:?} with corrections");
    assert!(policies > 60 && tally.verdicts > 500 && two > 20 && tally.resumed > 100, "{policies} policies, {tally:?}, {two} from two files");
    assert!(corrected.iter().all(|corrected| *corrected > 10), "{corrected:?} with corrections, in one file and in two");
}

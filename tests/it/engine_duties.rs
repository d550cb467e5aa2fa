//! The engine against the reference evaluator on random duties: records that must come until a deadline, of every form that one subject's records can tell, with
//! deadlines that change, alternatives, sanctions; on the records of `engine_random`, which come late, twice, corrected, and with something missing.

use crate::alike::{Tally, compared};
use crate::engine_random::{RECORDS, Random, amount, asked, condition, how_many, line};
use bylaw::engine::Plan;
use bylaw::model::Files;
use bylaw::records::Format;
use bylaw::{Cut, Policy};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

/// A policy and its calendar, in memory.
pub struct Memory(pub BTreeMap<&'static str, String>);

impl Files for Memory {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.0.get(name).map(|text| text.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn folder(&self, _: &str) -> io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}

/// Days off and days worked; from 10 April on nobody knows in the second.
pub const CALENDARS: [&str; 2] = [
    "date,kind,occasion\n2024-01-01,off,\n2024-02-04,work,\n2024-02-12,off,\n2024-02-13,off,\n2024-02-14,off,\n2024-12-31,work,\n",
    "date,kind,occasion\n2023-01-01,off,\n2023-12-31,off,\n",
];

fn deadline(random: &mut Random, event: char) -> String {
    let count = random.below(6);
    match random.below(14) {
        0..=3 => format!("within {count} days"),
        4 | 5 => format!("within {count} working days{}", random.one(&["", "", " counting the first day", " not counting the first day"])),
        6 => format!("within {} months", random.below(3)),
        7 => format!("within {} hours", 1 + random.below(60)),
        8 => format!("within {} minutes", 20 + random.below(6_000)),
        9 if event == 'a' => format!("{} t", random.one(&["by", "before", "2 working days before", "by 2 days after"])).replace("by 2 days after t", "by t + 2 days"),
        10 => format!("by 0{}-{}", 2 + random.below(2), 10 + random.below(18)),
        11 => format!("{} at + {} hours", random.one(&["by", "before"]), random.below(50)),
        12 if event == 'a' => format!("by t + {} working days", random.below(3)),
        13 => format!("by at + {count} days"),
        _ => format!("within {} weeks", random.below(3)),
    }
}

/// A condition on the record that comes, which may look at the occasion.
fn coming(random: &mut Random, occasion: char, event: char) -> String {
    match random.below(8) {
        0 if event != 'm' && occasion != 'm' => format!("k {} this.k", random.one(&["=", "!="])),
        1 | 2 => format!("n {} this.n", random.one(&[">", "<=", "="])),
        3 => format!("n + {} >= this.n and {}", random.below(4), condition(random, event, &[], 0)),
        4 => "staff.post is not chief".to_owned(),
        5 if occasion == 'a' && random.chance(40) => format!("working days from this.t to day {} {} working days", random.one(&["<", ">="]), random.below(7)),
        5 if occasion == 'a' => format!("day {} this.t", random.one(&["<", ">="])),
        _ => condition(random, event, &[], 1),
    }
}

/// How long it is between two days.
fn length(random: &mut Random, event: char) -> String {
    let unit = random.one(&["working days", "days", "working days", "months", "years"]);
    let days = match random.below(3) {
        0 if event == 'a' => "from t to day".to_owned(),
        1 => format!("from 2024-0{}-{:02} to day", 1 + random.below(4), 1 + random.below(28)),
        _ if event == 'a' => "from day to t".to_owned(),
        _ => format!("from day to 2024-0{}-{:02}", 2 + random.below(3), 1 + random.below(28)),
    };
    let number = i64::from(random.below(14)) - 5;
    let number = if matches!(unit, "months" | "years") { number / 4 } else { number };
    format!("{unit} {days} {} {number} {unit}", random.one(&["<", ">=", "="]))
}

/// A requirement; has it a deadline?
fn must(random: &mut Random, occasion: char, at: u32) -> (String, bool) {
    let event = random.one(&["a", "c", "c", "made"]);
    let kind = event.chars().next().unwrap();
    let records = if random.chance(55) { format!("({event} by the same staff where {})", coming(random, occasion, kind)) } else { format!("{event} by the same staff") };
    let number = random.one(&["", "", "", " at least 2", " at most 1", " exactly 1", " exactly 2", " at most 0"]);
    let deadline = if random.chance(85) { format!(" {}", deadline(random, occasion)) } else { String::new() };
    (format!("must {records}{number}{deadline} [d.{at}]"), !deadline.is_empty())
}

pub fn policy(random: &mut Random) -> String {
    let mut text = format!(
        "regulation r
  time zone {}
  currency CNY
  calendar office
  clock starts {} day
{}
calendar office from \"days.csv\"
  weekend saturday, sunday

{RECORDS}",
        random.one(&["Asia/Shanghai", "Europe/Rome"]),
        random.one(&["next", "same"]),
        random.one(&["", "", "  deadlines on days off move on [h]\n"])
    );
    let measure = format!("measure x0 = count of (a where {}) in the month\n", condition(random, 'a', &[], 1));
    text += &measure;
    let measures = ["x0".to_owned()];
    if random.chance(40) {
        writeln!(text, "rule q [q]\n  on c\n  when {}\n  count as made with n = n", condition(random, 'c', &[], 1)).unwrap();
    }
    for at in 0..1 + random.below(4) {
        let event = random.one(&["a", "a", "c", "made"]);
        let kind = event.chars().next().unwrap();
        let filter = if random.chance(30) { format!(" where {}", condition(random, kind, &[], 1)) } else { String::new() };
        writeln!(text, "rule d{at} [d.{at}]\n  on {event}{filter}").unwrap();
        match random.below(5) {
            0 | 1 => writeln!(text, "  when {}", asked(random, kind, &measures)).unwrap(),
            2 => writeln!(text, "  when {}", length(random, kind)).unwrap(),
            _ => {}
        }
        if random.chance(30) {
            writeln!(text, "  all sum\n  {} {} when {} [p]", random.one(&["fine", "pay", "decides v ="]), amount(random, &measures), asked(random, kind, &measures)).unwrap();
        }
        if random.chance(20) {
            writeln!(text, "  must satisfy {}", if random.chance(50) { length(random, kind) } else { condition(random, kind, &measures, 1) }).unwrap();
        }
        for _ in 0..1 + random.below(2) {
            let (must, changes) = must(random, kind, at);
            writeln!(text, "  {must}").unwrap();
            for _ in 0..random.below(3) {
                if changes {
                    let line = if random.chance(50) { format!("instead {}", deadline(random, kind)) } else { format!("extended to {} days", random.below(12)) };
                    writeln!(text, "  {line} when {}", condition(random, kind, &measures, 0)).unwrap();
                }
            }
            if random.chance(25) {
                let or = if random.chance(70) { self::must(random, kind, at).0 } else { format!("must satisfy {}", condition(random, kind, &measures, 1)) };
                writeln!(text, "  or {or}").unwrap();
            }
        }
        if random.chance(40) {
            writeln!(text, "  if breached {} {}", random.one(&["fine", "deduct"]), amount(random, &measures)).unwrap();
        }
        if event != "made" && random.chance(15) {
            text.push_str("  count as made with n = 3\n");
        }
        if random.chance(20) {
            writeln!(text, "exception e{at} to d{at}\n  when {}\n  does not apply", asked(random, kind, &measures)).unwrap();
        }
    }
    text
}

/// So many duties the engine judges, how often each ruling was given on them, and why it does not judge the others.
#[derive(Debug, Default)]
struct Duties {
    policies: usize,
    norms: usize,
    judged: usize,
    rulings: BTreeMap<String, usize>,
    reasons: BTreeMap<String, usize>,
}

/// The policy of a text with this calendar; none when it does not compile.
pub fn loaded(text: &str, days: &str) -> Option<Policy> {
    let files = Memory(BTreeMap::from([("r.bylaw", text.to_owned()), ("days.csv", days.to_owned())]));
    let policy = Policy::load(&["r.bylaw"], &files);
    if let Err(broken) = &policy
        && std::env::var_os("SHOW_BROKEN").is_some()
    {
        eprintln!("{broken}\n{text}");
    }
    policy.ok()
}

#[test]
fn judges_random_duties_alike() {
    let (mut tally, mut duties) = (Tally::default(), Duties::default());
    for seed in (0..how_many("RANDOM_POLICIES", 120)).skip(usize::try_from(how_many("RANDOM_SKIPPED", 0)).unwrap()) {
        let mut random = Random(fastrand::Rng::with_seed(seed ^ 0x00d0_7135));
        let text = policy(&mut random);
        let Some(policy) = loaded(&text, CALENDARS[usize::from(random.chance(10))]) else { continue };
        duties.policies += 1;
        let mut clock = 0;
        // Quiet streams leave duties open for long; in busy ones nothing is odd, so that few subjects are judged again.
        let lines: Vec<String> = (1..=60).map(|at| line(&mut random, at, &mut clock, seed % 5 == 4)).filter(|line| seed % 3 == 0 || is_plain(line)).collect();
        let events = lines.join("\n");
        let mut reader = policy.reader();
        let staff = "id,post,joined,quota,from,until\nli,clerk,2024-01-01,3,,\nwang,head,2024-02-05,5,,\nzhao,chief,2024-02-20,,,\n王五,clerk,2023-01-01,2,2024-02-10,2024-03-20\n";
        if seed % 4 > 0 {
            reader.register("staff", "staff.csv", Format::Csv, &mut staff.as_bytes()).unwrap();
        }
        reader.events("events.jsonl", None, Format::Jsonl, &mut events.as_bytes()).unwrap();
        let until = [Some("2024-04-30"), None, Some("2024-03-01 12:00"), None][usize::try_from(seed % 4).unwrap()].and_then(|until| policy.time(until).ok());
        let records = reader.finish(Cut { until, known_at: None });
        let audit = bylaw::reference::audit(policy.model(), &records, &mut |_, _| {});
        let wrong = compared(policy.model(), &records, &audit, &mut tally, Some((&events, until)));
        assert!(wrong.is_empty(), "seed {seed}\n{text}\n{events}\n{}", wrong.join("\n"));
        let plan = Plan::new(policy.model(), &records.facts);
        for (at, norm) in policy.model().norms.iter().enumerate().filter(|(_, norm)| norm.name.starts_with("r.d")) {
            duties.norms += 1;
            if plan.judges(at) {
                duties.judged += 1;
                for verdict in audit.verdicts.iter().filter(|verdict| verdict.rule == norm.name) {
                    *duties.rulings.entry(format!("{:?}", verdict.ruling)).or_default() += 1;
                }
            }
        }
        for (_, why) in plan.outside().filter(|(norm, _)| norm.name.starts_with("r.d")) {
            *duties.reasons.entry(why.0.en.to_string()).or_default() += 1;
        }
    }
    eprintln!("{duties:#?}, {tally:?}");
    let given = |ruling: &str| duties.rulings.get(ruling).copied().unwrap_or_default();
    assert!(duties.judged > 100 && given("Violation") > 200 && given("Pending") > 50 && given("Compliant") > 200, "{duties:#?}");
    assert!(tally.duties > 400 && tally.passed > 100 && tally.replayed > 100 && tally.found > 100, "{tally:?}");
}

/// Is nothing about the line unusual?
pub fn is_plain(line: &str) -> bool {
    let times = line.contains("\"at\":\"2024-") && !line.contains("some day");
    times && !line.contains("null") && !line.contains(":21") && line.contains("\"n\":") && line.contains("\"k\":") && line.ends_with('}')
}

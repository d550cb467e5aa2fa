//! Conformance, what examples cannot say: several streams, blanks, corrections, registers with dates, finality, earlier verdicts
//! (`docs/semantics.md` §2, §4, §10). Every verdict is unfolded and checked.

use bylaw::records::Format;
use bylaw::{Audit, Cause, Cut, EarlierVerdict, Policy, Ruling, Verdict, supersede};

const HEADER: &str = "\
regulation office
  time zone Asia/Shanghai
  currency CNY
  clock starts next day
  lateness 3 days
register staff
  post: clerk < chief
event late by staff
  minutes: minutes, 0 .. 600
  due: date
event asked by staff
event answer by staff
";

/// An audit of streams, a register and a known-up-to time.
struct Given<'g> {
    rules: &'g str,
    streams: &'g [&'g str],
    staff: Option<&'g str>,
    until: Option<&'g str>,
    known_at: Option<&'g str>,
}

const NOTHING: Given<'_> = Given { rules: "", streams: &[], staff: None, until: None, known_at: None };

impl Given<'_> {
    fn audit(&self) -> Audit {
        let policy = Policy::parse(&format!("{HEADER}{}", self.rules)).unwrap_or_else(|broken| panic!("{broken}"));
        let mut reader = policy.reader();
        if let Some(staff) = self.staff {
            reader.register("staff", "staff.csv", Format::Csv, &mut staff.as_bytes()).unwrap();
        }
        for (n, stream) in self.streams.iter().enumerate() {
            let name = format!("{n}.jsonl");
            reader.events(&name, Some(&format!("s{n}")), Format::Jsonl, &mut stream.as_bytes()).unwrap();
        }
        let until = self.until.map(|until| policy.time(until).unwrap());
        let known_at = self.known_at.map(|at| policy.known_at(at).unwrap());
        let records = reader.finish(Cut { until, known_at });
        let audit = policy.audit(&records);
        for verdict in &audit.verdicts {
            let explanation = policy.explain(&records, &verdict.id).unwrap().unwrap_or_else(|unsound| panic!("{unsound:?}"));
            assert_eq!(explanation.verdict(), verdict);
        }
        audit
    }

    /// The rulings, by the key of the occasion.
    fn rulings(&self) -> Vec<(String, Ruling)> {
        self.audit().verdicts.iter().map(|verdict| (key(verdict).to_owned(), verdict.ruling)).collect()
    }
}

fn key(verdict: &Verdict) -> &str {
    verdict.id.split_once('@').unwrap().1
}

fn ruling(given: &Given<'_>, wanted: &str) -> Ruling {
    given.rulings().into_iter().find(|(key, _)| key == wanted).unwrap_or_else(|| panic!("no {wanted}: {:?}", given.rulings())).1
}

const ANY_LATE: &str = "rule r\n  on asked\n  must satisfy count of late so far >= 1\n";

fn late(at: &str) -> String {
    format!("{{\"type\":\"late\",\"id\":\"l\",\"at\":\"{at}\",\"staff\":\"li\"}}\n")
}

fn asked(at: &str) -> String {
    format!("{{\"type\":\"asked\",\"id\":\"a\",\"at\":\"{at}\",\"staff\":\"li\"}}\n")
}

/// The late record and the question in two streams; in one, in this order; in one, in the other order.
fn orders(l: &str, a: &str) -> [Ruling; 3] {
    let (l, a) = (late(l), asked(a));
    let of = |streams: &[&str], key: &str| ruling(&Given { rules: ANY_LATE, streams, ..NOTHING }, key);
    [of(&[&l, &a], "s1/a"), of(&[&format!("{l}{a}")], "s0/a"), of(&[&format!("{a}{l}")], "s0/a")]
}

#[test]
fn order_is_that_of_moments_then_of_one_stream() {
    use Ruling::{Compliant, Undetermined, Violation};
    let (eight, nine) = ("2024-03-05T08:00", "2024-03-05T09:00");
    assert_eq!(orders(eight, nine), [Compliant, Compliant, Compliant], "one moment is before the other");
    assert_eq!(orders(nine, eight), [Violation, Violation, Violation]);
    assert_eq!(orders(nine, nine), [Undetermined, Compliant, Violation], "in two streams at one moment nobody knows");
    assert_eq!(orders(nine, "2024-03-05T09:00:00+08:00"), [Undetermined, Compliant, Violation], "with and without its offset");
    assert_eq!(orders(nine, "2024-03-05T02:00:00+01:00"), [Undetermined, Compliant, Violation], "the same moment elsewhere");
    assert_eq!(orders("2024-03-05", "2024-03-05"), [Undetermined, Compliant, Violation], "one day");
    assert_eq!(orders("2024-03-05", nine), [Undetermined, Compliant, Violation], "a date and a moment of the day");
    assert_eq!(orders(nine, "2024-03-05"), [Undetermined, Compliant, Violation]);
    assert_eq!(orders("2024-03-04", nine), [Compliant, Compliant, Compliant], "the day before");
    assert_eq!(orders("2024-03-06", nine), [Violation, Violation, Violation], "the day after");
}

#[test]
fn a_tie_is_named_as_the_cause() {
    let (l, a) = (late("2024-03-05"), asked("2024-03-05"));
    let audit = Given { rules: ANY_LATE, streams: &[&l, &a], ..NOTHING }.audit();
    assert!(matches!(audit.verdicts[0].causes.as_slice(), [Cause::Tie { .. }]), "{:?}", audit.verdicts[0].causes);
}

/// What a condition says of a record with `minutes` blank and of one without.
fn blank_and_missing(condition: &str) -> [Ruling; 2] {
    let rules = format!("rule r\n  on late\n  must satisfy {condition}\n");
    let streams = "{\"type\":\"late\",\"id\":\"blank\",\"at\":\"2024-03-05\",\"staff\":\"li\",\"minutes\":null,\"due\":\"\"}\n\
                   {\"type\":\"late\",\"id\":\"missing\",\"at\":\"2024-03-06\",\"staff\":\"li\"}\n";
    ["s0/blank", "s0/missing"].map(|key| ruling(&Given { rules: &rules, streams: &[streams], ..NOTHING }, key))
}

#[test]
fn blank_is_known_missing_is_open() {
    use Ruling::{Compliant, Undetermined, Violation};
    assert_eq!(blank_and_missing("minutes is stated"), [Violation, Undetermined]);
    assert_eq!(blank_and_missing("minutes is blank"), [Compliant, Undetermined]);
    assert_eq!(blank_and_missing("minutes is stated or minutes is blank"), [Compliant, Compliant]);
    assert_eq!(blank_and_missing("minutes = 5 minutes"), [Violation, Undetermined]);
    assert_eq!(blank_and_missing("minutes != 5 minutes"), [Compliant, Undetermined]);
    assert_eq!(blank_and_missing("minutes <= 600 minutes"), [Undetermined, Compliant], "no order with a blank; every value is in the range");
    assert_eq!(blank_and_missing("minutes + 5 minutes = 5 minutes"), [Undetermined, Undetermined]);
    assert_eq!(blank_and_missing("minutes - minutes = 0 minutes"), [Undetermined, Compliant]);
    assert_eq!(blank_and_missing("due is stated"), [Violation, Undetermined], "an empty text is blank");
    assert_eq!(blank_and_missing("minutes = 5 minutes or day >= 2024-01-01"), [Compliant, Compliant]);
}

#[test]
fn corrections_replace_take_back_and_wait_until_they_are_known() {
    let rules = "rule r\n  on late\n  fine 2 CNY when minutes > 5 minutes\n";
    let line = |more: &str| format!("{{\"type\":\"late\",\"at\":\"2024-03-05\",\"staff\":\"li\",{more}}}\n");
    let stream = [
        line("\"id\":\"a\",\"minutes\":9"),
        line("\"id\":\"a2\",\"minutes\":1,\"supersedes\":\"a\",\"recorded_at\":\"2024-03-10\""),
        line("\"id\":\"b\",\"minutes\":9"),
        "{\"id\":\"b2\",\"retracts\":\"b\",\"at\":\"2024-03-06\",\"recorded_at\":\"2024-03-10\",\"type\":\"late\"}\n".to_owned(),
        line("\"id\":\"c\",\"minutes\":9"),
        line("\"id\":\"c\",\"minutes\":2,\"revision\":1,\"recorded_at\":\"2024-03-10\""),
    ]
    .concat();
    let streams: &[&str] = &[&stream];
    let now = Given { rules, streams, ..NOTHING };
    use Ruling::{Compliant, Violation};
    assert_eq!(now.rulings(), [("s0/a2".to_owned(), Compliant), ("s0/c".to_owned(), Compliant)]);
    let then = Given { known_at: Some("2024-03-09"), ..now };
    assert_eq!(then.rulings(), ["s0/a", "s0/b", "s0/c"].map(|key| (key.to_owned(), Violation)));
    // What the earlier audit said and this one does not, or says otherwise.
    let (before, mut after) = (then.audit(), now.audit());
    let earlier: Vec<EarlierVerdict> = before.verdicts.iter().map(|verdict| EarlierVerdict { id: verdict.id.clone(), revision: verdict.revision.clone() }).collect();
    let withdrawn = supersede(&mut after, &earlier);
    assert_eq!(withdrawn, ["office.r@s0/a", "office.r@s0/b"]);
    let superseded: Vec<Option<&str>> = after.verdicts.iter().map(|verdict| verdict.supersedes.as_deref()).collect();
    assert_eq!(superseded, [None, Some(before.verdicts[2].revision.as_str())]);
}

#[test]
fn what_was_not_known_by_then_is_not_missing() {
    let rules = "event report by staff\nrule r\n  on late\n  must report within 3 days\n";
    let streams: &[&str] = &["{\"type\":\"late\",\"id\":\"l\",\"at\":\"2024-03-05\",\"staff\":\"li\"}\n"];
    let later = Given { rules, streams, until: Some("2024-03-31"), ..NOTHING };
    let one = |ruling| vec![("s0/l".to_owned(), ruling)];
    assert_eq!(later.rulings(), one(Ruling::Violation));
    assert_eq!(Given { known_at: Some("2024-03-07"), ..later }.rulings(), one(Ruling::Pending), "its last day has not come");
    assert_eq!(Given { known_at: Some("2024-03-06T10:00"), until: None, ..later }.rulings(), one(Ruling::Pending));
    assert_eq!(Given { known_at: Some("2024-03-09"), ..later }.rulings(), one(Ruling::Violation));
    assert_eq!(Given { known_at: Some("2024-04-09"), ..later }.rulings(), one(Ruling::Violation));
}

#[test]
fn an_attribute_is_that_of_the_day() {
    let rules = "rule r\n  on late\n  must satisfy staff.post is chief\n";
    let staff = Some("id,post,from,until\nli,clerk,2024-01-01,2024-03-05\nli,chief,2024-03-06,\nwu,chief,2024-03-06,2024-03-06\n");
    let on = |who: &str, at: &str| {
        let stream = format!("{{\"type\":\"late\",\"id\":\"l\",\"at\":\"{at}\",\"staff\":\"{who}\"}}\n");
        ruling(&Given { rules, streams: &[&stream], staff, ..NOTHING }, "s0/l")
    };
    use Ruling::{Compliant, Undetermined, Violation};
    assert_eq!(on("li", "2023-12-31"), Undetermined, "before the first row");
    assert_eq!(on("li", "2024-01-01T00:00"), Violation);
    assert_eq!(on("li", "2024-03-05T23:59"), Violation, "the last day of a row is in it");
    assert_eq!(on("li", "2024-03-06T00:00"), Compliant);
    assert_eq!(on("li", "2030-01-01"), Compliant, "a row without an end goes on");
    assert_eq!(on("wu", "2024-03-06"), Compliant);
    assert_eq!(on("wu", "2024-03-07"), Undetermined, "after the last row");
    assert_eq!(on("xu", "2024-03-06"), Undetermined, "nobody knows the person");
}

#[test]
fn a_period_is_judged_of_those_who_belong_on_some_day_of_it() {
    let rules = "duty r\n  each staff, every month\n  must late\n";
    let staff = Some("id,post,from,until\nstays,clerk,,\njoins,clerk,2024-02-29,\nleaves,clerk,,2024-03-01\n");
    let stream = "{\"type\":\"asked\",\"id\":\"first\",\"at\":\"2024-01-31\",\"staff\":\"stays\"}\n";
    let all = Given { rules, streams: &[stream], staff, until: Some("2024-04-30"), ..NOTHING }.rulings();
    let months = |who: &str| -> Vec<&str> { all.iter().filter_map(|(key, _)| key.strip_prefix(who)?.strip_prefix('/')).collect() };
    assert_eq!(months("stays"), ["2024-01", "2024-02", "2024-03", "2024-04"]);
    assert_eq!(months("joins"), ["2024-02", "2024-03", "2024-04"]);
    assert_eq!(months("leaves"), ["2024-01", "2024-02", "2024-03"]);
}

#[test]
fn final_is_what_no_record_in_time_can_change() {
    let rules = "duty r\n  on asked\n  must answer within 2 days\n";
    let question = asked("2024-03-05T10:00");
    let answered = format!("{question}{{\"type\":\"answer\",\"id\":\"b\",\"at\":\"2024-03-06\",\"staff\":\"li\"}}\n");
    let is = |stream: &str, until: &str| {
        let audit = Given { rules, streams: &[stream], until: Some(until), ..NOTHING }.audit();
        (audit.verdicts[0].ruling, audit.verdicts[0].is_final)
    };
    use Ruling::{Compliant, Pending, Violation};
    // Due at the end of the 7th, three days of lateness: settled with the end of the 10th.
    assert_eq!(is(&question, "2024-03-06"), (Pending, false));
    assert_eq!(is(&question, "2024-03-07"), (Violation, false));
    assert_eq!(is(&question, "2024-03-09"), (Violation, false));
    assert_eq!(is(&question, "2024-03-10T23:59"), (Violation, false));
    assert_eq!(is(&question, "2024-03-10"), (Violation, true));
    // Met on the 6th it stays met: settled with the end of the 9th.
    assert_eq!(is(&answered, "2024-03-08"), (Compliant, false));
    assert_eq!(is(&answered, "2024-03-09"), (Compliant, true));
}

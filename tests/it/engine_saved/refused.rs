//! What is no state, or not the state of this, is refused, and what to do is said in both tongues.

use super::cut::{Heard, batch};
use super::read;
use crate::engine_duties::{CALENDARS, Memory};
use bylaw::Policy;
use bylaw::engine::{Plan, Run, Runs};
use bylaw::records::{Facts, UnusableState};
use bylaw::Threads;
use std::collections::BTreeMap;
use std::io;

const POLICY: &str = "regulation r
  time zone Asia/Shanghai
  currency CNY
  calendar office
  clock starts next day

calendar office from \"days.csv\"
  weekend saturday, sunday

register staff
  post: clerk < head
event late by staff
  minutes: count in 1, 0 ..
event excuse by staff
rule fined [1]
  on late
  fine 2 CNY when (count of late in the month) >= 2 and staff.post is clerk
rule explained [2]
  on late
  must excuse by the same staff within 3 working days [2]
";
const STAFF: &str = "id,post\nli,clerk\nwang,head\n";
const EVENTS: &str = r#"{"type":"late","id":"1","at":"2024-03-05T09:00","staff":"li","minutes":3}
{"type":"late","id":"2","at":"2024-03-06T09:00","staff":"li","minutes":4}
{"type":"late","id":"3","at":"2024-03-06T09:00","staff":"wang","minutes":4}
"#;

fn policy(text: &str, days: &str) -> Policy {
    let files = Memory(BTreeMap::from([("r.bylaw", text.to_owned()), ("days.csv", days.to_owned())]));
    Policy::load(&["r.bylaw"], &files).unwrap_or_else(|broken| panic!("{broken}"))
}

fn facts(policy: &Policy, staff: &str) -> Facts {
    read(policy, ("", None), &[("staff", staff)]).facts
}

/// All that is written of a run: of li, of the rest, of all.
fn written(policy: &Policy, tracks: bool) -> [Vec<u8>; 3] {
    let records = read(policy, (EVENTS, None), &[("staff", STAFF)]);
    let plan = Plan::new(policy.model(), &records.facts);
    assert_eq!(plan.outside().count(), 0);
    let mut run = if tracks { Run::tracking(&plan) } else { Run::new(&plan) };
    run.eval(&batch(&plan, &records.records), &mut Heard::new(false));
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    assert!(run.write_subject("li", &mut all[0]).unwrap());
    run.write_rest(&mut all[1]).unwrap();
    run.write(&mut all[2]).unwrap();
    all
}

/// Reads each of the three where it belongs.
fn reads(plan: &Plan<'_>, [subject, rest, whole]: &[Vec<u8>; 3]) -> [Result<(), UnusableState>; 3] {
    let mut run = Run::new(plan);
    let of_whole = Run::read(plan, &mut whole.as_slice()).map(|_| ());
    assert_eq!(Runs::read(plan, Threads::ONE, &mut whole.as_slice()).map(|_| ()), of_whole);
    [run.read_subject("li", subject), run.read_rest(rest), of_whole]
}

/// All three are refused, and what is said begins so; what to do is said as well.
#[track_caller]
fn all_refused(read: [Result<(), UnusableState>; 3], message: &str, zh: &str) {
    for read in read {
        refused(read, message, zh);
    }
}

#[track_caller]
fn refused(read: Result<(), UnusableState>, message: &str, zh: &str) {
    let error = read.expect_err(message);
    assert!(error.message.en.starts_with(message) && error.message.zh.starts_with(zh), "{error:?}");
    assert!(error.help.en.len() > 20 && error.help.zh.chars().count() > 8, "{error:?}");
}

#[test]
fn the_same_rules_registers_and_calendars_go_on() {
    let all = written(&policy(POLICY, CALENDARS[0]), false);
    // Read anew, from text that says the same.
    let policy = policy(&POLICY.replace("\nrule fined", "\n# A comment.\nrule fined"), CALENDARS[0]);
    let facts = facts(&policy, "id,post\nwang,head\nli,clerk\n");
    assert_eq!(reads(&Plan::new(policy.model(), &facts), &all), [Ok(()), Ok(()), Ok(())]);
}

#[test]
fn other_rules_registers_or_calendars_are_refused() {
    let first = policy(POLICY, CALENDARS[0]);
    let all = written(&first, false);
    let (message, zh) = ("the state belongs to other rules, registers or calendars", "该状态属于其他规章、名册或日历");
    for (from, to) in [
        // Another count; another rule; another name for what is counted; another time zone.
        ("count of late in the month", "count of late in the year"),
        ("count of late in the month", "count of excuse in the month"),
        (">= 2 and", ">= 3 and"),
        ("fine 2 CNY", "deduct 2 CNY"),
        ("within 3 working days", "within 3 days"),
        ("rule explained", "rule answered"),
        ("event excuse", "event apology"),
        ("clerk < head", "head < clerk"),
        ("Asia/Shanghai", "Asia/Tokyo"),
    ] {
        let text = POLICY.replace(from, to).replace("must excuse", if to == "event apology" { "must apology" } else { "must excuse" });
        assert_ne!(text, POLICY);
        let policy = policy(&text, CALENDARS[0]);
        let facts = facts(&policy, STAFF);
        all_refused(reads(&Plan::new(policy.model(), &facts), &all), message, zh);
    }
    // A calendar with another day off.
    let other = policy(POLICY, &CALENDARS[0].replace("2024-02-14,off", "2024-02-15,off"));
    let of_other = facts(&other, STAFF);
    all_refused(reads(&Plan::new(other.model(), &of_other), &all), message, zh);
    // Registers that say something else, or of somebody else; and none.
    for staff in ["id,post\nli,clerk\nwang,clerk\n", "id,post\nli,clerk\n", "id,post\nli,clerk\nwong,head\n", "id,post,until\nli,clerk,\nwang,head,2024-03-01\n"] {
        let facts = facts(&first, staff);
        all_refused(reads(&Plan::new(first.model(), &facts), &all), message, zh);
    }
    let nobody = Facts::default();
    all_refused(reads(&Plan::new(first.model(), &nobody), &all), message, zh);
}

#[test]
fn what_is_cut_off_or_changed_is_refused() {
    let policy = policy(POLICY, CALENDARS[0]);
    let all = written(&policy, false);
    let facts = facts(&policy, STAFF);
    let plan = Plan::new(policy.model(), &facts);
    let head = "bylaw subject 1\n".len();
    let mut tried = 0;
    for length in 0..all[0].len() {
        let cut = all[0][..length].to_vec();
        let read = Run::new(&plan).read_subject("li", &cut);
        refused(read, if length < "bylaw subject ".len() { "this is not the state of a subject" } else if length < head { "the state was written by another version" } else { "the state is damaged" }, "");
        tried += 1;
    }
    for (at, _) in all[0].iter().enumerate() {
        let mut changed = all[0].clone();
        changed[at] ^= 0x10;
        assert!(Run::new(&plan).read_subject("li", &changed).is_err(), "{at}");
        tried += 1;
    }
    for at in 0..all[2].len() {
        let mut changed = all[2].clone();
        changed[at] ^= 0x01;
        assert!(Run::read(&plan, &mut changed.as_slice()).is_err(), "{at}");
        assert!(Run::read(&plan, &mut &all[2][..at]).is_err(), "{at}");
        tried += 2;
    }
    for at in 0..all[1].len() {
        assert!(Run::new(&plan).read_rest(&all[1][..at]).is_err(), "{at}");
        tried += 1;
    }
    assert!(tried > 800, "{tried}");
    // More than was written.
    let more = all.clone().map(|bytes| [bytes, vec![0]].concat());
    all_refused(reads(&plan, &more), "the state is damaged", "状态已损坏");
}

#[test]
fn what_is_something_else_is_refused() {
    let policy = policy(POLICY, CALENDARS[0]);
    let [subject, rest, whole] = written(&policy, false);
    let facts = facts(&policy, STAFF);
    let plan = Plan::new(policy.model(), &facts);
    all_refused(reads(&plan, &[rest.clone(), whole.clone(), subject.clone()]), "this is not ", "这不是");
    all_refused(reads(&plan, &[b"bylaw state 1\n".to_vec(), b"{}".to_vec(), Vec::new()]), "this is not ", "这不是");
    let of_later = [&subject, &rest, &whole].map(|bytes| {
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
        [&bytes[..end - 1], b"2", &bytes[end..]].concat()
    });
    all_refused(reads(&plan, &of_later), "the state was written by another version of Bylaw", "该状态由另一版本的 Bylaw 写成");
    // It is li's, and of nobody else.
    refused(Run::new(&plan).read_subject("wang", &subject), "the state is damaged, or it is another subject's", "状态已损坏，或属于其他主体");
    // One keeps the records on which verdicts rest, the other does not.
    refused(Run::tracking(&plan).read_subject("li", &subject), "the state was written by a run that does not keep track", "该状态由不追踪");
    refused(Run::tracking(&plan).read_rest(&rest), "the state was written by a run that does not keep track", "该状态由不追踪");
    let [tracked, tracked_rest, _] = written(&policy, true);
    refused(Run::new(&plan).read_subject("li", &tracked), "the state was written by a run that keeps track", "该状态由追踪");
    refused(Run::new(&plan).read_rest(&tracked_rest), "the state was written by a run that keeps track", "该状态由追踪");
    // It cannot be read at all.
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    refused(Run::read(&plan, &mut Broken).map(|_| ()), "the state cannot be read: the disk is gone", "无法读取状态");
}

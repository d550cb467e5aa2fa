//! The format itself: what is written stays as it is as long as its number does, and what only looks like a state is refused.

#![allow(clippy::unwrap_used, clippy::panic)]

use super::seal::{self, Kind};
use super::subject::Subject;
use super::words::Named;
use crate::engine::{Batch, Judged, Plan, Run, Sink, Statement};
use crate::records::packed::Packing;
use crate::{Cut, Policy};
use std::io::{self, Write};

struct Deaf;

impl Sink for Deaf {
    fn verdict(&mut self, _: &Judged<'_>) {}
    fn statement(&mut self, _: &Statement<'_>) {}
}

fn policy() -> Policy {
    let text = "
regulation r
  time zone Asia/Shanghai
  currency CNY
register staff
event late by staff
  boss: staff
  minutes: count in 1, 0 ..
event excuse by staff
  boss: staff
measure last_boss = last boss of late so far
rule fined [1]
  on late
  fine 2 CNY when count of late in the month >= 2
rule same [2]
  on late
  when boss = last_boss
  decides whose = boss
  must (excuse by the same staff where boss = this.boss) within 3 days [2]
";
    Policy::parse(text).unwrap_or_else(|broken| panic!("{broken}"))
}

/// A run that keeps track, after two records of li.
fn run<'p, 'm>(policy: &'m Policy, plan: &'p Plan<'m>) -> Run<'p, 'm> {
    let mut reader = policy.reader();
    for (id, at) in [("e1", "2024-03-05"), ("e2", "2024-03-06")] {
        reader.row(&[("type", "late"), ("id", id), ("at", at), ("staff", "li"), ("boss", "wang"), ("minutes", "7")]).unwrap();
    }
    let mut batch = Batch::default();
    reader.finish(Cut::default()).records.iter().for_each(|record| plan.feed(record, &mut batch));
    let mut run = Run::tracking(plan);
    run.eval(&batch, &mut Deaf);
    run
}

/// The values between the digests.
fn values(bytes: &[u8]) -> String {
    let start = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1 + 32;
    bytes[start..bytes.len() - 32].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// When this fails, what is written has changed: then the number in `seal.rs` goes up, so that what was written before is refused and not misread.
#[test]
fn the_format_is_that_of_its_number() {
    let policy = policy();
    let plan = Plan::new(policy.model(), &crate::records::Facts::default());
    assert_eq!(plan.outside().count(), 0);
    let run = run(&policy, &plan);
    let (mut subject, mut rest) = (Vec::new(), Vec::new());
    assert!(run.write_subject("li", &mut subject).unwrap());
    run.write_rest(&mut rest).unwrap();
    assert!(subject.starts_with(b"bylaw subject 1\n") && rest.starts_with(b"bylaw rest 1\n"));
    assert_eq!((values(&subject).as_str(), values(&rest).as_str()), (SUBJECT, REST));
}

const SUBJECT: &str = "ee0000000000000001020008000401000204038c9a5a048e9a5a068080808040070208849a5a01010477616e670201000265318c9a5affffffffffffffffff01ffffffffffff\
                       ffffff01000004010100010100000001010101929a5affffffffffffffffff01ffffffffffffffffff010000010000000000000102000100000102653100000001010265328e\
                       9a5affffffffffffffffff01ffffffffffffffffff01000004010100010100000001010101949a5affffffffffffffffff01ffffffffffffffffff0100000100000000000001\
                       020001000002026532026531000000000200000265310100026532020002000101020001";
const REST: &str = "0b0000000000000001028c9a5a8e9a5a010000";

/// A subject with what `change` makes of it, sealed as it should be.
fn changed(change: impl Fn(&mut Subject)) -> Result<(), String> {
    let policy = policy();
    let plan = Plan::new(policy.model(), &crate::records::Facts::default());
    let from = run(&policy, &plan);
    let mut subject = Subject::of(&from, from.state.names.known(plan.entity, "li").unwrap());
    change(&mut subject);
    let (mut bytes, mut before) = (Vec::new(), Vec::new());
    seal::write(&mut bytes, (Kind::Subject, &plan, "li"), |out: &mut Packing<&mut dyn Write>| -> io::Result<()> { out.put(&subject) }).unwrap();
    let mut to = Run::tracking(&plan);
    to.write(&mut before).unwrap();
    let read = to.read_subject("li", &bytes).map_err(|error| error.message.en.to_string());
    if read.is_err() {
        // As it was.
        assert_eq!(to.subjects().count(), 0);
        let mut after = Vec::new();
        to.write(&mut after).unwrap();
        assert_eq!(after, before);
    }
    read
}

#[test]
fn what_only_looks_like_a_state_is_refused() {
    assert_eq!(changed(|_| {}), Ok(()));
    let damaged = |change: &dyn Fn(&mut Subject)| {
        let said = changed(change).unwrap_err();
        assert!(said.starts_with("the state is damaged"), "{said}");
    };
    // Words, norms, counters and records that there are not; names of another kind; duties of another norm.
    damaged(&|subject| subject.words.push((1_000, 1)));
    damaged(&|subject| subject.list.clear());
    damaged(&|subject| subject.list.iter_mut().for_each(|named| *named = Named::Text("wang".to_owned())));
    damaged(&|subject| subject.places.clear());
    damaged(&|subject| subject.windows.push((1_000, vec![7])));
    damaged(&|subject| subject.open.timers[0].judging = 1_000);
    damaged(&|subject| subject.open.timers[0].bearer = Some((0, 0)));
    damaged(&|subject| subject.open.timers[0].duties.clear());
    damaged(&|subject| subject.open.timers[0].duties[0].clear());
    damaged(&|subject| {
        let more = subject.open.timers[0].outcomes.clone();
        (0..9).for_each(|_| subject.open.timers[0].outcomes.extend(more.clone()));
    });
}

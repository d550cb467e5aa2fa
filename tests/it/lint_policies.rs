//! Small regulations of several norms on one event, against the evaluator: rules for the record, for each member of a set, on a count that reaches a
//! number, with exceptions and exceptions to these, and tables. Every combination of a small world is judged, and what comes out is what the findings
//! say. `RANDOM_POLICIES=100000 cargo test --release --test it lint_policies` for a long run.

use crate::lint::compiled;
use crate::linear::how_many;
use bylaw::analysis::finding::{Extent, Finding};
use bylaw::model::number::Number;
use bylaw::model::value::{Scalar, Unit};
use bylaw::model::{Example, GivenRecord, GivenSubject, Interval, Model};
use bylaw::reference::verdict::{Cause, Ruling, Verdict};
use bylaw::tools::run;
use fastrand::Rng;
use std::collections::{BTreeMap, BTreeSet};

pub const HEAD: &str = "regulation office\n  in force from 2024-01-01\n  time zone Asia/Shanghai\n  currency CNY\nkind post clerk < deputy < director\nregister staff\n  post: post\n\
                    event leave by staff\n  days: count, 1 .. 3\n  urgent: yes/no\n  team: set of staff\n  guests: set of staff\n";
const POSTS: [&str; 3] = ["clerk", "deputy", "director"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    Post,
    Member,
    Days,
    Urgent,
    Count,
}

/// A place in the small world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    post: usize,
    member: usize,
    days: i64,
    urgent: bool,
    /// The how many-th leave of the month it is.
    count: i64,
}

pub fn places() -> Vec<At> {
    let mut all = Vec::new();
    for post in 0..3 {
        for member in 0..3 {
            for days in 1..=3 {
                for urgent in [false, true] {
                    all.extend((1..=4).map(|count| At { post, member, days, urgent, count }));
                }
            }
        }
    }
    all
}

fn alike(a: At, b: At, given: &BTreeSet<Thing>) -> bool {
    given.iter().all(|thing| match thing {
        Thing::Post => a.post == b.post,
        Thing::Member => a.member == b.member,
        Thing::Days => a.days == b.days,
        Thing::Urgent => a.urgent == b.urgent,
        Thing::Count => a.count == b.count,
    })
}

fn one(rng: &mut Rng, of: &[Thing]) -> (String, Thing) {
    let thing = of[rng.usize(0..of.len())];
    let post = |rng: &mut Rng, of: &str| format!("{of}.post {} {}", ["=", ">=", "<", "!="][rng.usize(0..4)], POSTS[rng.usize(0..3)]);
    let text = match thing {
        Thing::Post => post(rng, "staff"),
        Thing::Member => post(rng, "m"),
        Thing::Days => format!("days {} {}", ["=", ">=", "<", ">"][rng.usize(0..4)], rng.usize(1..=3)),
        Thing::Urgent => ["urgent", "not urgent"][rng.usize(0..2)].to_owned(),
        Thing::Count => format!("count of leave by the same staff in the month {} {}", ["=", ">=", "<"][rng.usize(0..3)], rng.usize(1..=3)),
    };
    (text, thing)
}

fn condition(rng: &mut Rng, of: &[Thing]) -> (String, BTreeSet<Thing>) {
    let (first, thing) = one(rng, of);
    if rng.u32(0..3) > 0 {
        return (first, BTreeSet::from([thing]));
    }
    let (second, other) = one(rng, of);
    (format!("({first} {} {second})", ["and", "or"][rng.usize(0..2)]), BTreeSet::from([thing, other]))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    Record,
    Member,
    Crossing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Must,
    Fine,
    Table,
}

pub struct Norm {
    name: String,
    pub on: On,
    asks: Asks,
    /// What decides whether it applies.
    scope: BTreeSet<Thing>,
    excepted: bool,
    pub text: String,
}

pub fn norm(rng: &mut Rng, n: usize) -> Norm {
    let name = format!("n{n}");
    let on = [On::Record, On::Record, On::Member, On::Member, On::Crossing][rng.usize(0..5)];
    let asks = [Asks::Must, Asks::Must, Asks::Must, Asks::Fine, Asks::Table][rng.usize(0..5)];
    let mut of = vec![Thing::Post, Thing::Days, Thing::Urgent];
    // Of a member, the same staff are the member: what is counted would be theirs.
    of.extend(if on == On::Member { [Thing::Member, Thing::Member] } else { [Thing::Count, Thing::Count] });
    let mut scope = BTreeSet::new();
    let head = if asks == Asks::Table { "table" } else { "rule" };
    let mut text = format!("{head} {name}\n");
    match on {
        On::Crossing => {
            scope.insert(Thing::Count);
            // Each second and each third meet at the sixth only, where the small world does not reach.
            text += &match rng.bool() {
                true => format!("  when count of leave by the same staff in the month reaches {}\n", rng.usize(1..=3)),
                false => format!("  every {} of leave by the same staff in the month\n", rng.usize(1..=2)),
            };
        }
        On::Record | On::Member => {
            text += "  on leave";
            if rng.u32(0..3) == 0 {
                let (filter, things) = condition(rng, &[Thing::Post, Thing::Days, Thing::Urgent]);
                text += &format!(" where {filter}");
                scope.extend(things);
            }
            text += if on == On::Member { "\n  for each team as m\n" } else { "\n" };
        }
    }
    if rng.bool() {
        let (when, things) = condition(rng, &of);
        text += &format!("  when {when}\n");
        scope.extend(things);
    }
    // Of few things, so that norms contradict each other now and then.
    let own = [Thing::Urgent, Thing::Urgent, Thing::Days, if on == On::Member { Thing::Member } else { Thing::Post }];
    match asks {
        Asks::Must => text += &format!("  must satisfy {}\n", condition(rng, &own).0),
        Asks::Fine => text += &format!("  fine {} CNY when {}\n", n + 1, condition(rng, &of).0),
        Asks::Table => {
            let first = rng.u32(0..4) == 0;
            text += if first { "  first match\n" } else { "  exactly one\n" };
            text += &format!("  | staff.post | days | urgent | decides limit_{name} |\n");
            for _ in 0..rng.usize(2..=4) {
                let post = ["any", "clerk", ">= deputy", "clerk, director"][rng.usize(0..4)];
                let days = ["any", "1", ">= 2", "1 .. 2"][rng.usize(0..4)];
                text += &format!("  | {post} | {days} | {} | {} |\n", ["any", "yes", "no"][rng.usize(0..3)], POSTS[rng.usize(0..3)]);
            }
        }
    }
    let mut excepted = false;
    if rng.u32(0..3) == 0 {
        excepted = true;
        let (when, things) = condition(rng, &of);
        text += &format!("\nexception {name}_off to {name}\n  when {when}\n  does not apply\n");
        scope.extend(things);
        if rng.bool() {
            let (when, things) = condition(rng, &of);
            text += &format!("\nexception {name}_back to {name}_off\n  when {when}\n  does not apply\n");
            scope.extend(things);
        }
    }
    Norm { name, on, asks, scope, excepted, text: text + "\n" }
}

/// All places in one example. The place with the number n is record `rn` of `sn`, with `mn` in the team, after as many other leaves as it takes.
pub fn judged(model: &Model, places: &[At]) -> Vec<Verdict> {
    let (mut subjects, mut records) = (Vec::new(), Vec::new());
    for (n, at) in places.iter().enumerate() {
        for (who, post) in [(format!("s{n}"), at.post), (format!("m{n}"), at.member)] {
            subjects.push(GivenSubject { entity: "staff".into(), id: who, days: Interval::default(), attributes: vec![("post".into(), Some(Scalar::Kind("post".into(), POSTS[post].into())))] });
        }
        let record = |id: String, at: String, days: i64, urgent: bool, team: Vec<std::sync::Arc<str>>| GivenRecord {
            event: "leave".into(),
            id,
            at,
            fields: vec![
                ("staff".into(), Some(Scalar::Ref("staff".into(), format!("s{n}").as_str().into()))),
                ("days".into(), Some(Scalar::Quantity(Number::whole(days), Unit::One))),
                ("urgent".into(), Some(Scalar::Bool(urgent))),
                ("team".into(), Some(Scalar::Set("staff".into(), team))),
                ("guests".into(), Some(Scalar::Set("staff".into(), Vec::new()))),
            ],
        };
        records.extend((1..at.count).map(|before| record(format!("p{n}_{before}"), format!("2024-03-0{before}"), 1, false, Vec::new())));
        records.push(record(format!("r{n}"), "2024-03-06".into(), at.days, at.urgent, vec![format!("m{n}").as_str().into()]));
    }
    let example = Example { regulation: "office".into(), title: String::new(), subjects, records, until: None, settled: Vec::new(), expect: Vec::new() };
    let ran = run(model, &example);
    assert!(ran.unusable.is_empty(), "{:?}", ran.unusable);
    ran.audit.verdicts
}

pub fn holds(extent: &Extent, at: At) -> bool {
    let is = |value: &str| extent.values.iter().any(|other| other == value);
    let number = |number: i64| {
        let number = Number::whole(number);
        extent.stretches.iter().any(|stretch| {
            stretch.from.is_none_or(|(low, open)| if open { low < number } else { low <= number }) && stretch.to.is_none_or(|(high, open)| if open { number < high } else { number <= high })
        })
    };
    match extent.what.en.as_str() {
        "post of staff" => is(POSTS[at.post]),
        "post of the member" => is(POSTS[at.member]),
        "urgent" => is(if at.urgent { "yes" } else { "no" }),
        "days" => number(at.days),
        what if what.starts_with("count of leave") => match extent.is.en.split_once("multiple of ") {
            Some((is, step)) => (at.count % step.parse::<i64>().unwrap() == 0) == (is == "is a "),
            None => number(at.count),
        },
        other => panic!("{other}: {}", extent.is.en),
    }
}

fn within(finding: &Finding, at: At) -> bool {
    finding.regions.iter().any(|region| region.iter().all(|extent| holds(extent, at)))
}

/// The place of a verdict: that of its record; where a count reaches a number, of the record at which it does.
pub fn place_of(id: &str, events: &[String], crossing: bool) -> Option<usize> {
    let key = id.split_once('@').unwrap().1;
    let record = if crossing { events.first()? } else { key };
    record.split('/').next().and_then(|record| record.strip_prefix('r')).and_then(|n| n.parse().ok())
}

/// What the norms say of the places.
struct World {
    places: Vec<At>,
    verdicts: Vec<BTreeMap<String, Verdict>>,
}

impl World {
    fn new(model: &Model, norms: &[Norm]) -> Self {
        let places = places();
        let mut verdicts: Vec<BTreeMap<String, Verdict>> = places.iter().map(|_| BTreeMap::new()).collect();
        for verdict in judged(model, &places) {
            let norm = norms.iter().find(|norm| verdict.rule == format!("office.{}", norm.name)).unwrap();
            let Some(place) = place_of(&verdict.id, &verdict.events, norm.on == On::Crossing) else { continue };
            verdicts[place].insert(norm.name.clone(), verdict);
        }
        Self { places, verdicts }
    }

    fn verdict(&self, norm: &Norm, place: usize) -> Option<&Verdict> {
        self.verdicts[place].get(&norm.name).filter(|verdict| verdict.ruling != Ruling::NotApplicable)
    }

    fn kept(&self, norm: &Norm, place: usize) -> bool {
        self.verdict(norm, place).is_none_or(|verdict| verdict.ruling != Ruling::Violation)
    }

    fn fined(&self, norm: &Norm, place: usize) -> bool {
        self.verdict(norm, place).is_some_and(|verdict| verdict.effects.iter().any(|effect| effect.kind == "fine" && effect.amount.is_some_and(|amount| !amount.is_zero())))
    }

    fn cause(&self, norm: &Norm, place: usize, is: &dyn Fn(&Cause) -> bool) -> bool {
        self.verdict(norm, place).is_some_and(|verdict| verdict.causes.iter().chain(verdict.parts.iter().flat_map(|part| &part.causes)).any(is))
    }

    /// Where nobody can obey both: the second is a requirement, or forbids.
    fn bound(&self, a: &Norm, b: &Norm, place: usize) -> bool {
        self.verdict(a, place).is_some() && (b.asks == Asks::Fine || self.verdict(b, place).is_some())
    }

    fn bind(&self, a: &Norm, b: &Norm) -> BTreeSet<At> {
        let mut given = a.scope.clone();
        if b.asks == Asks::Must {
            given.extend(b.scope.iter().copied());
        }
        let among = |given: &BTreeSet<Thing>| -> BTreeSet<At> {
            let bound: Vec<usize> = (0..self.places.len()).filter(|place| self.bound(a, b, *place)).collect();
            let is = |at: At| {
                let here = || bound.iter().copied().filter(|place| alike(at, self.places[*place], given));
                here().any(|place| self.kept(a, place)) && here().any(|place| self.kept(b, place)) && !here().any(|place| self.kept(a, place) && self.kept(b, place))
            };
            bound.iter().map(|place| self.places[*place]).filter(|at| is(*at)).collect()
        };
        let all = among(&given);
        if !all.is_empty() {
            return all;
        }
        given.insert(Thing::Post);
        among(&given)
    }
}

/// The findings about both norms.
fn about<'f>(findings: &'f [Finding], code: &str, a: &Norm, b: &Norm) -> Vec<&'f Finding> {
    let names = |finding: &Finding| finding.with.iter().chain([&finding.about]).cloned().collect::<BTreeSet<String>>();
    let both = BTreeSet::from([format!("office.{}", a.name), format!("office.{}", b.name)]);
    findings.iter().filter(|finding| finding.code == code && names(finding) == both).collect()
}

#[test]
fn random_policies_at_every_place() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..how_many(100) {
        let rng = &mut Rng::with_seed(seed);
        let norms: Vec<Norm> = (0..rng.usize(2..=4)).map(|n| norm(rng, n)).collect();
        let text = format!("{HEAD}{}", norms.iter().map(|norm| norm.text.as_str()).collect::<Vec<_>>().join("\n"));
        let (model, linted) = compiled(&text);
        let world = World::new(&model, &norms);
        let findings = &linted.findings;
        assert!(linted.undecided.is_empty(), "seed {seed}\n{text}\n{:?}", linted.undecided);
        for norm in &norms {
            let own = |kinds: &[&str]| -> Vec<&Finding> { findings.iter().filter(|finding| finding.about == format!("office.{}", norm.name) && kinds.contains(&finding.kind)).collect() };
            let (gaps, overlaps) = (own(&["gap"]), own(&["overlap"]));
            for (place, at) in world.places.iter().enumerate() {
                let gap = world.cause(norm, place, &|cause| matches!(cause, Cause::Gap { .. }));
                let overlap = world.cause(norm, place, &|cause| matches!(cause, Cause::Contradiction { .. }));
                if world.verdict(norm, place).is_some() {
                    assert_eq!(gaps.iter().any(|finding| within(finding, *at)), gap, "seed {seed}, gap of {} at {at:?}\n{text}\n{gaps:?}", norm.name);
                    assert_eq!(overlaps.iter().any(|finding| within(finding, *at)), overlap, "seed {seed}, overlap of {} at {at:?}\n{text}\n{overlaps:?}", norm.name);
                }
            }
            let never = !(0..world.places.len()).any(|place| world.verdict(norm, place).is_some());
            let dead = own(&["dead"]).iter().any(|finding| finding.message.en.starts_with(&format!("“{}” can never apply", norm.name)));
            assert!(!dead || never, "seed {seed}, {} dead\n{text}", norm.name);
            assert!(!never || dead || norm.excepted, "seed {seed}, {} never applies\n{text}\n{:?}", norm.name, world.verdicts.first());
            *seen.entry("gap").or_default() += gaps.len();
            *seen.entry("overlap").or_default() += overlaps.len();
            *seen.entry("dead").or_default() += usize::from(dead);
        }
        for (n, a) in norms.iter().enumerate() {
            for b in &norms[n + 1..] {
                if a.asks == Asks::Fine && b.asks == Asks::Fine {
                    let alike = (a.on == On::Member) == (b.on == On::Member) && (a.on == On::Crossing) == (b.on == On::Crossing);
                    let found = about(findings, "double-sanction", a, b);
                    for (place, at) in world.places.iter().enumerate() {
                        if world.verdict(a, place).is_some() && world.verdict(b, place).is_some() {
                            let twice = alike && world.fined(a, place) && world.fined(b, place);
                            assert_eq!(found.iter().any(|finding| within(finding, *at)), twice, "seed {seed}, {} and {} sanction twice at {at:?}\n{text}\n{found:?}", a.name, b.name);
                        }
                    }
                    *seen.entry("double-sanction").or_default() += found.len();
                }
                let (a, b) = if a.asks == Asks::Must { (a, b) } else { (b, a) };
                if a.asks == Asks::Must && b.asks != Asks::Table {
                    let is = world.bind(a, b);
                    let found = about(findings, "conflict", a, b);
                    assert_eq!(found.len(), usize::from(!is.is_empty()), "seed {seed}, {} and {} conflict\n{text}\n{is:?}\n{found:?}", a.name, b.name);
                    for (place, at) in world.places.iter().enumerate().filter(|(place, _)| world.bound(a, b, *place)) {
                        assert!(found.iter().all(|finding| within(finding, *at) == is.contains(at)), "seed {seed}, {} and {} conflict at {place} {at:?}\n{text}\n{found:?}", a.name, b.name);
                    }
                    let kind = match (a.on, b.on) {
                        (On::Record, On::Record) => "conflict",
                        (On::Member, _) | (_, On::Member) => "conflict of members",
                        _ => "conflict of crossings",
                    };
                    *seen.entry(kind).or_default() += found.len();
                }
            }
        }
    }
    for what in ["gap", "overlap", "dead", "double-sanction", "conflict", "conflict of members", "conflict of crossings"] {
        assert!(seen.get(what).is_some_and(|n| *n > 0), "{what}: {seen:?}");
    }
}

fn told(norms: &str) -> Vec<String> {
    let (_, linted) = compiled(&format!("{HEAD}{norms}"));
    let found = linted.findings.iter().filter(|finding| ["conflict", "double-sanction", "gap", "dead"].contains(&finding.code)).map(|finding| format!("{}: {}", finding.code, finding.message.en));
    found.chain(linted.undecided.iter().map(|undecided| format!("not decided, {}: {}", undecided.norm, undecided.why.en))).collect()
}

/// A breach is an occasion of the norm that is broken: what that asks is known of it.
#[test]
fn norms_on_breaches() {
    let ban = "ban b\n  on leave where days > 2\n\nrule one\n  on breach of b\n  fine 10 CNY\n\n";
    assert_eq!(
        told(&format!("{ban}rule two\n  on breach of b\n  when urgent\n  fine 20 CNY\n")),
        ["double-sanction: the same act is sanctioned twice when days is 3 and urgent is yes, by “one” (10 CNY) and by “two” (20 CNY)"]
    );
    assert_eq!(told(&format!("{ban}rule two\n  on breach of b\n  when days < 2\n  fine 20 CNY\n")), ["dead: “two” can never apply: its conditions contradict each other"]);
    let duty = "duty d\n  each staff, every month\n  must leave\n\n";
    assert_eq!(
        told(&format!("{duty}table t\n  on breach of d\n  exactly one\n  | staff.post | fine |\n  | clerk | 20 CNY |\n  | deputy | 10 CNY |\n")),
        ["gap: nothing says what the fine is when post of staff is director"]
    );
}

/// Two sets may have a member in common, or never: that is not decided. Whoever acted may be a member.
#[test]
fn norms_on_members() {
    let team = "rule one\n  on leave\n  for each team as m\n  must satisfy urgent\n\n";
    assert_eq!(
        told(&format!("{team}rule two\n  on leave\n  for each guests as m\n  when m.post is clerk\n  must satisfy not urgent\n")),
        ["not decided, office.two: it contradicts “one” if one and the same is a member of both sets, and nothing says whether that can be"]
    );
    assert_eq!(told(&format!("{team}rule two\n  on leave\n  for each guests as m\n  must satisfy days < 2\n")), [""; 0]);
    assert_eq!(
        told(&format!("{team}rule two\n  on leave\n  for each team as m\n  when m = staff\n  must satisfy not urgent\n")),
        ["conflict: “one” asks for “urgent”, and “two” asks for “not urgent”: nobody can obey both wherever both apply"]
    );
}

/// The third in the month that is a fifth in the year: two more in this month, and two before it.
#[test]
fn counts_over_several_windows() {
    let three = "rule three\n  when count of leave by the same staff in the month reaches 3\n  fine 1 CNY\n\n";
    assert_eq!(
        told(&format!("{three}rule five\n  when count of leave by the same staff in the year reaches 5\n  fine 1 CNY\n")),
        ["double-sanction: the same act is sanctioned twice when count of leave for the same staff in the year is 5 and count of leave for the same staff in the month is 3, by “five” (1 CNY) and by “three” (1 CNY)"]
    );
    let every = |n: usize| format!("rule every_{n}\n  every {n} of leave by the same staff in the year\n  fine 1 CNY\n\n");
    assert_eq!(
        told(&(every(2) + &every(3))),
        ["double-sanction: the same act is sanctioned twice when count of leave for the same staff in the year is at least 3 and count of leave for the same staff in the year is a multiple of 2 and count of leave for the same staff in the year is a multiple of 3, by “every 2” (1 CNY) and by “every 3” (1 CNY)"]
    );
    // What is sanctioned by number, and each by itself, are two things.
    assert_eq!(told(&format!("{three}rule any\n  on leave\n  fine 1 CNY\n")), [""; 0]);
    assert_eq!(told(&format!("{three}rule four\n  when count of leave by the same staff in the month reaches 4\n  fine 1 CNY\n")), [""; 0]);
}

/// The same outcome twice is no conflict, for members and where a number is reached as well.
#[test]
fn the_same_outcome_twice() {
    let decides = |name: &str, on: &str, value: &str| format!("rule {name}\n  {on}\n  decides limit = {value}\n\n");
    let team = "on leave\n  for each team as m";
    let third = "when count of leave by the same staff in the month reaches 3";
    for on in ["on leave", team, third] {
        assert_eq!(told(&(decides("a", on, "clerk") + &decides("b", on, "clerk"))), [""; 0], "{on}");
        assert_eq!(told(&(decides("a", on, "clerk") + &decides("b", on, "deputy"))).len(), 1, "{on}");
        let must = |name: &str, what: &str| format!("rule {name}\n  {on}\n  must satisfy {what}\n\n");
        assert_eq!(told(&(must("a", "urgent") + &must("b", "urgent"))), [""; 0], "{on}");
        assert_eq!(told(&(must("a", "urgent") + &must("b", "not urgent"))).len(), 1, "{on}");
    }
    // What is decided of the record is one thing, of a member another; the third of the month is a record too.
    assert_eq!(told(&(decides("a", "on leave", "clerk") + &decides("b", team, "deputy"))), [""; 0]);
    assert_eq!(told(&(decides("a", "on leave", "clerk") + &decides("b", third, "deputy"))).len(), 1);
}

/// What another norm decides by the first of several lines is looked into, again and again, and does not get out of hand.
#[test]
fn what_the_first_of_several_lines_decides() {
    let route = "rule route\n  on leave\n  first match\n  decides way = 1 when staff.post is not director and days <= 2\n  decides way = 2 when staff.post is not director\n  decides way = 3 when days <= 1\n  decides way = 4\n\n";
    let must = |name: &str, what: &str, ways: &str| format!("rule {name}\n  on leave\n  when {ways}\n  must satisfy {what}\n\n");
    let text = route.to_owned() + &must("a", "urgent", "route.way = 1 or route.way = 3") + &must("b", "not urgent", "route.way = 2 or route.way = 4");
    assert_eq!(told(&text), [""; 0]);
    let text = route.to_owned() + &must("a", "urgent", "route.way = 1 or route.way = 3") + &must("b", "not urgent", "route.way = 3 or route.way = 4");
    assert_eq!(told(&text).len(), 1);
}

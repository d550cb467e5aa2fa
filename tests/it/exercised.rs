//! `bylaw test --coverage`: what examples show both ways, sort by sort.

use crate::run::Place;
use serde_json::Value;

const HEADER: &str = "regulation office
  time zone Asia/Shanghai
  currency CNY
kind rank clerk < chief
register staff
  rank: rank
case letter
event late by staff
  minutes: minutes, 0 ..
  valid: yes/no
  void unless valid
event leave by staff
  days: days, 0 ..
event letter_in, letter_out, signed of letter
judged excused: yes/no of late by staff
hole limit: minutes, 10 .. 20
reading counts_lunch
  counted
  not_counted
  not decided
";

/// The lines that are not shown, as people see them: the line's text, what is lacking.
#[track_caller]
fn lacking(rules: &str, examples: &str) -> Vec<String> {
    let place = Place::with(&[("office.bylaw", &format!("{HEADER}\n{rules}\nexample \"e\"\n{examples}"))]);
    let shown = place.bylaw(&["test", "office.bylaw", "--coverage"]);
    assert!(shown.out.contains("1 passed"), "{}{}", shown.out, shown.err);
    let lines = shown.out.lines().filter_map(|line| line.trim().strip_prefix("office.bylaw:"));
    let lines: Vec<String> = lines.map(|line| line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(shown.code, i32::from(!lines.is_empty()));
    lines
}

const LI: &str = "  given staff \"li\" with rank = clerk\n  given staff \"wang\" with rank = chief\n";

fn late(id: &str, who: &str, minutes: u32) -> String {
    format!("  given late \"{id}\" by \"{who}\" on 2024-03-05 08:30 with minutes = {minutes} minutes, valid = yes\n")
}

#[test]
fn a_norm_with_a_guard() {
    let rule = "rule r\n  on late where minutes > 5 minutes\n  fine 2 CNY\n";
    let expect = "  expect r of \"li\" on 2024-03-04 is not applicable\n";
    let seven = LI.to_owned() + &late("a", "li", 7);
    let void = "  given late \"v\" by \"li\" on 2024-03-05 with minutes = 1 minute, valid = no\n";
    assert_eq!(lacking(rule, &format!("{seven}{void}{expect}")), ["rule r never not applicable"], "a void record is no occasion");
    assert_eq!(lacking(rule, &format!("{LI}{}{expect}", late("a", "li", 5))), ["rule r never applicable"]);
    assert_eq!(lacking(rule, &format!("{LI}{expect}")), ["rule r never applicable, never not applicable"]);
    assert!(lacking(rule, &format!("{seven}{}{expect}", late("b", "wang", 5))).is_empty());
    let unless = "rule r\n  on late\n  when minutes > 5 minutes\n  unless staff.rank is chief\n  fine 2 CNY\n";
    assert!(lacking(unless, &format!("{seven}{}{expect}", late("b", "wang", 7))).is_empty());
    let not_in_force = "rule r\n  in force until 2020-01-01\n  on late\n  when minutes > 5 minutes\n  fine 2 CNY\n";
    assert_eq!(lacking(not_in_force, &format!("{seven}{}{expect}", late("b", "li", 2))), ["rule r never applicable, never not applicable"]);
    let each = "duty d\n  each staff where rank is clerk, every month\n  must leave\n";
    let april = "  known up to 2024-04-30 12:00\n  expect d of \"li\" for 2024-03 is violation\n";
    assert_eq!(lacking(each, &format!("{seven}{april}")), ["must leave never met"], "wang is none of them");
}

#[test]
fn a_norm_that_always_applies_is_seen_once() {
    let rule = "rule r\n  on late\n  fine 2 CNY\n";
    let expect = "  expect r of \"li\" on 2024-03-04 is not applicable\n";
    assert_eq!(lacking(rule, &format!("{LI}{expect}")), ["rule r never applicable"]);
    assert!(lacking(rule, &format!("{LI}{}{expect}", late("a", "li", 5))).is_empty());
}

#[test]
fn requirements_and_their_alternatives() {
    let duty = "duty d\n  on letter_in\n  must letter_out for the same letter within 3 days\n  or must signed for the same letter within 5 days\n  instead within 9 days when counts_lunch is counted\n  if breached fine 2 CNY when at >= 2024-03-05\n";
    let letter = |id: &str, day: u32| format!("  given letter_in \"{id}\" for letter \"{id}\" on 2024-03-0{day}\n");
    let until = "  known up to 2024-03-30\n  expect d on 2024-03-04 is violation\n";
    assert_eq!(
        lacking(duty, &format!("{}{until}", letter("a", 4))),
        ["must letter_out for the same letter within 3 days never met", "or must signed for the same letter within 5 days never met", "if breached fine 2 CNY when at >= 2024-03-05 never taking effect"],
    );
    let out = "  given letter_out \"o\" for letter \"b\" on 2024-03-06\n  given signed \"s\" for letter \"b\" on 2024-03-06\n";
    assert!(lacking(duty, &format!("{}{}{}{out}{until}", letter("a", 4), letter("b", 5), letter("c", 6))).is_empty());
    let some_day = "duty d\n  on letter_in\n  must letter_out for the same letter\n";
    assert!(lacking(some_day, &format!("{}{out}  expect d on 2024-03-05 is compliant\n", letter("b", 5))).is_empty(), "without a deadline nothing is late");
    let open = "  known up to 2024-03-05\n  expect d on 2024-03-04 is pending\n";
    assert_eq!(lacking(duty, &format!("{}{open}", letter("a", 4))).len(), 3, "what is pending is neither met nor breached");
    let order = "duty d\n  each letter\n  must follow the order letter_in, letter_out, signed\n";
    let both = "  given letter_in \"a1\" for letter \"a\" on 2024-03-04\n  given letter_out \"a2\" for letter \"a\" on 2024-03-05\n  given signed \"a3\" for letter \"a\" on 2024-03-06\n  given signed \"b1\" for letter \"b\" on 2024-03-04\n";
    let judged = "  expect d of \"a\" is compliant\n  expect d of \"b\" is violation\n";
    assert!(lacking(order, &format!("{both}{judged}")).is_empty(), "one step that is breached breaches the line");
}

#[test]
fn extensions_on_request() {
    let duty = "duty d\n  on letter_in\n  must letter_out for the same letter within 3 days\n  extended to 9 days on signed asked in letter_asked answered within 2 days\nevent letter_asked of letter\n";
    let letter = |id: &str| format!("  given letter_in \"{id}\" for letter \"{id}\" on 2024-03-04\n  given letter_asked \"{id}1\" for letter \"{id}\" on 2024-03-05\n");
    let out = "  given letter_out \"o\" for letter \"b\" on 2024-03-10\n  known up to 2024-03-30\n  expect d of \"a\" is violation\n";
    let granted = "  given signed \"g\" for letter \"b\" on 2024-03-06\n";
    assert!(lacking(duty, &format!("{}{}{granted}{out}", letter("a"), letter("b"))).is_empty());
    let lines = lacking(duty, &format!("{}{}{out}", letter("a"), letter("b")));
    assert_eq!(lines, ["must letter_out for the same letter within 3 days never met", "extended to 9 days on signed asked in letter_asked answered wit… never taking effect"]);
}

#[test]
fn bans_and_violations() {
    let all = "ban b\n  on leave\n";
    let leave = "  given leave \"x\" by \"li\" on 2024-03-05 with days = 1 day\n";
    let expect = "  expect b of \"li\" is violation\n";
    assert!(lacking(all, &format!("{LI}{leave}{expect}")).is_empty(), "nothing could make it not apply");
    let some = "ban b\n  on leave where staff.rank is clerk\n";
    assert_eq!(lacking(some, &format!("{LI}{leave}{expect}")), ["ban b never not applicable"]);
    let off = "ban b\n  on leave\nexception long to b\n  when days > 3 days\n  permitted\n";
    assert_eq!(lacking(off, &format!("{LI}{leave}{expect}")), ["ban b never not applicable", "exception long to b never prevailing"]);
    let long = "  given leave \"y\" by \"wang\" on 2024-03-05 with days = 5 days\n";
    assert!(lacking(off, &format!("{LI}{leave}{long}{expect}")).is_empty());
    let when = "rule r\n  on leave\n  violation when days > 3 days\n";
    assert_eq!(lacking(when, &format!("{LI}{leave}  expect r of \"li\" is compliant\n")), ["violation when days > 3 days never breached"]);
}

#[test]
fn rows_and_clauses() {
    let table = "table t\n  on leave\n  | staff.rank | days     | pay   |\n  | clerk      | <= 3 days | 1 CNY |\n  | clerk      | >= 3 days | 2 CNY |\n  | any        | any      | 3 CNY |\n";
    let leave = |id: &str, who: &str, days: u32| format!("  given leave \"{id}\" by \"{who}\" on 2024-03-05 with days = {days} days\n");
    let expect = "  expect t of \"li\" is conflict\n";
    assert_eq!(
        lacking(table, &format!("{LI}{}{expect}", leave("a", "li", 3))),
        ["| clerk | <= 3 days | 1 CNY | never without effect", "| clerk | >= 3 days | 2 CNY | never without effect"],
    );
    let first = table.replace("on leave\n", "on leave\n  first match\n");
    let paid = "  expect t of \"li\" is 1 CNY\n";
    let rows = lacking(&first, &format!("{LI}{}{paid}", leave("a", "li", 3)));
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows[1].ends_with("never taking effect") && rows[2].ends_with("never taking effect"), "{rows:?}");
    let rule = "rule r\n  on late\n  fine 2 CNY when minutes > limit\n  fine 3 CNY when counts_lunch is counted and minutes > 90 minutes\n  fine 4 CNY when excused\n  all max\n";
    let open = format!("{LI}{}  expect r of \"li\" is undetermined\n", late("a", "li", 15));
    assert_eq!(
        lacking(rule, &open),
        ["fine 3 CNY when counts_lunch is counted and minutes > 90 minutes never taking effect", "fine 4 CNY when excused never taking effect, never without effect"],
        "no example can settle a hole; a judged fact it can"
    );
}

#[test]
fn lines_of_a_sum() {
    let pay = "pay p\n  each staff, every month\n  base 90 CNY\n  less 2 CNY per late\n  less 5 CNY per day of leave\n  less 1 CNY when staff.rank is chief\n  forfeited when count of late in the month >= 2\n";
    let expect = "  known up to 2024-04-01 12:00\n  expect p of \"li\" for 2024-03 is 88 CNY\n";
    let once = format!("{LI}{}", late("a", "li", 15));
    assert_eq!(
        lacking(pay, &format!("{once}{expect}")),
        ["less 5 CNY per day of leave never taking effect", "forfeited when count of late in the month >= 2 never taking effect"]
    );
    let more = late("b", "wang", 15) + &late("c", "wang", 15) + "  given leave \"x\" by \"wang\" on 2024-03-05 with days = 1 day\n";
    assert!(lacking(pay, &format!("{once}{more}{expect}")).is_empty());
}

#[test]
fn a_pay_that_another_norm_takes_away_is_the_other_norms() {
    let pay = "pay p\n  each staff, every month\n  base 90 CNY\nrule r\n  on leave where days > 3 days\n  forfeits p\n";
    let expect = "  given leave \"x\" by \"li\" on 2024-03-05 with days = 5 days\n  given leave \"y\" by \"li\" on 2024-03-06 with days = 2 days\n  known up to 2024-04-01 12:00\n  expect p of \"li\" for 2024-03 is 0 CNY\n";
    assert!(lacking(pay, &format!("{LI}{expect}")).is_empty());
}

#[test]
fn exceptions_of_exceptions() {
    let rules = "rule r\n  on late\n  fine 5 CNY\nexception short to r\n  when minutes < 10 minutes\n  does not apply\nexception chiefs to short\n  when staff.rank is chief\n  does not apply\n";
    let expect = "  expect r of \"li\" is not applicable\n";
    let li = LI.to_owned() + &late("a", "li", 5);
    assert_eq!(
        lacking(rules, &format!("{li}{expect}")),
        ["exception short to r never not prevailing", "exception chiefs to short never prevailing"]
    );
    assert!(lacking(rules, &format!("{li}{}{expect}", late("b", "wang", 5))).is_empty());
}

#[test]
fn an_adopted_line_is_listed_once() {
    let header = "  time zone Asia/Shanghai\n  currency CNY\n";
    let office = format!("regulation office [1]\n{header}register staff\nevent late by staff\n  minutes: minutes\nrule r [1.1a]\n  on late where minutes > 5 minutes\n  fine 2 CNY\n");
    let bureau = format!("regulation bureau [2]\n{header}  adopts office from \"../office\"\n");
    let place = Place::with(&[("all/office/o.bylaw", &office), ("all/bureau/b.bylaw", &bureau)]);
    let out = place.bylaw(&["test", "all", "--coverage"]).exits(1).out;
    assert!(out.contains("not exercised (1)\n") && out.ends_with("exercised both ways: 0 of 2 lines, 0.0 %\n"), "{out}");
    place.write("clauses.csv", "id,computable\n1.1a,yes\n2.1a,yes\n");
    let out = place.bylaw(&["coverage", "all", "--outline", "clauses.csv"]).exits(0).out;
    assert!(out.contains("2 of 2 clauses"), "{out}");
}

#[test]
fn json_and_bundles() {
    let text = format!("{HEADER}\nrule r [1]\n  on late\n  fine 5 CNY when minutes > 5 minutes [1a]\nexample \"e\"\n{LI}{}  expect r of \"li\" is 4 CNY\n", late("a", "li", 7));
    let place = Place::with(&[("office.bylaw", &text)]);
    place.bylaw(&["compile", "office.bylaw", "-o", "office.json"]).exits(0);
    let json = |path: &str, flags: &[&str]| -> Value {
        let out = place.bylaw(&[&["test", path, "--format", "json"], flags].concat()).exits(1).out;
        serde_json::from_str(&out).unwrap()
    };
    let plain = json("office.bylaw", &[]);
    assert_eq!(plain["coverage"], Value::Null);
    assert_eq!(plain["failures"][0]["unmet"][0]["verdicts"][0]["id"], "office.r@a");
    let lines = &json("office.bylaw", &["--coverage"])["coverage"]["targets"];
    insta::assert_snapshot!(serde_json::to_string(lines).unwrap(), @r#"[{"item":"office.r","kind":"clause","line":24,"part":"fine 1","path":"office.bylaw","regulation":"office","seen":true,"seen_not":false,"shown":false,"text":"fine 5 CNY when minutes > 5 minutes [1a]","wanted_not":true}]"#);
    let bundled = &json("office.json", &["--coverage"])["coverage"]["targets"];
    insta::assert_snapshot!(serde_json::to_string(bundled).unwrap(), @r#"[{"item":"office.r","kind":"clause","line":null,"part":"fine 1","path":null,"regulation":"office","seen":true,"seen_not":false,"shown":false,"text":null,"wanted_not":true}]"#);
    let people = place.bylaw(&["test", "office.json", "--coverage", "--lang", "zh"]).exits(1).out;
    insta::assert_snapshot!(people.rsplit_once("\n规章").unwrap().1, @"
        行  正反两面  仅正面  仅反面  从未
    office   1         0       1       0     0
    合计     1         0       1       0     0

    示例未全部涉及（1）
      office.r  fine 1  尚无不生效的示例

    正反两面均有示例：1 行中的 0 行，占 0.0%
    ");
}

#[test]
fn some_examples_alone() {
    let example = |title: &str, fine: u32| format!("\nexample \"{title}\"\n{LI}{}  expect r of \"li\" is {fine} CNY\n", late("a", "li", 7));
    let text = format!("{HEADER}\nrule r [1]\n  on late\n  fine 5 CNY\n{}{}{}", example("one is right", 5), example("one is wrong", 4), example("another", 5));
    let place = Place::with(&[("office.bylaw", &text)]);
    let run = |flags: &[&str]| place.bylaw(&[&["test", "office.bylaw"], flags].concat());
    assert!(run(&[]).exits(1).out.ends_with("examples: 2 passed, 1 failed (3 expectations)\n"));
    assert!(run(&["--example", "one is"]).exits(1).out.ends_with("examples: 1 passed, 1 failed (2 expectations)\n"));
    assert_eq!(run(&["--example", "right", "--example", "another"]).exits(0).out, "examples: 2 passed, 0 failed (2 expectations)\n");
    let none = run(&["--example", "anothr"]).exits(2).err;
    assert!(none.contains("there is no example with `anothr` in its title") && none.contains("did you mean `another`?"), "{none}");
    run(&["--example", "right", "--coverage"]).exits(2);
}

#[test]
fn a_step_with_its_time_is_one_line() {
    let rules = "event one, two of letter\nprocedure h\n  each letter\n  step one\n  step two within 2 days\n";
    let met = "  given one of letter \"a\" on 2024-03-04\n  given two of letter \"a\" on 2024-03-05\n  known up to 2024-05-01\n  expect h_two of \"a\" is compliant\n";
    let found = lacking(rules, met);
    assert!(found.contains(&"step two within 2 days never breached".to_owned()), "{found:?}");
    let late = "  given one of letter \"b\" on 2024-03-04\n  given two of letter \"b\" on 2024-03-09\n";
    let found = lacking(rules, &format!("{late}{met}"));
    assert!(!found.iter().any(|line| line.starts_with("step two")), "{found:?}");
}

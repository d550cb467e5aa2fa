//! What would have changed it: only what differs, each once, in the reader's words.

use super::written::explained;
use crate::diagnostics::Tongue;

/// The lines of the last section but one.
fn changes(policy: &str, given: &str, verdict: &str, tongue: Tongue) -> String {
    let text = explained(policy, given, verdict, tongue);
    let heading = |line: &&str| line.starts_with("What would") || line.starts_with("何种情况");
    let section = text.lines().skip_while(|line| !heading(line)).skip(1).take_while(|line| !line.is_empty());
    section.map(str::trim).collect::<Vec<_>>().join("\n")
}

const LATE: &str = "\
register staff
event late by staff
  minutes: minutes
rule late_fine
  on late
  when minutes > 5 minutes
  fine 2 CNY when minutes <= 30 minutes
  fine 10 CNY when minutes > 30 minutes
";

#[test]
fn a_quantity_has_the_other_value_in_every_clause_that_asks_about_it() {
    let given = "given staff \"li\"\n  given late \"a\" by \"li\" on 2024-03-05 with minutes = 40 minutes";
    insta::assert_snapshot!(changes(LATE, given, "late_fine@a", Tongue::En), @r"
    if minutes had been 5 minutes (it is 40 minutes): not applicable
    if minutes had been 30 minutes (it is 40 minutes): violation, a fine of 2 CNY
    ");
    insta::assert_snapshot!(changes(LATE, given, "late_fine@a", Tongue::Zh), @r"
    若 minutes 为 5 分钟（实为 40 分钟）：不适用
    若 minutes 为 30 分钟（实为 40 分钟）：违规，罚款 2 元
    ");
}

const SENT: &str = "\
case letter
event written of letter
event sent of letter
rule sent_soon
  on sent
  must satisfy days from (first at of written for the same letter ever) to at <= 10 days
";

#[test]
fn a_condition_that_nothing_else_asks_about_is_said_with_its_degree() {
    let given = "given written \"w\" for letter \"A\" on 2024-03-01\n  given sent \"s\" for letter \"A\" on 2024-03-15";
    insta::assert_snapshot!(changes(SENT, given, "sent_soon@s", Tongue::En), @"if days from the first written for the same letter to the sent had been at most 10 days (it is 14 days): compliant");
    insta::assert_snapshot!(changes(SENT, given, "sent_soon@s", Tongue::Zh), @"若自同一 letter 的首次 written 至 sent 的天数不超过 10 天（实为 14 天）：合规");
}

const RANKED: &str = "\
kind rank high, middle, low, none
register staff
event trip by staff
  rank: rank
table allowance
  on trip
  exactly one
  | rank      | pay    |
  | high      | 30 CNY |
  | middle    | 20 CNY |
  | low, none | 20 CNY |
";

#[test]
fn values_of_an_enumeration_that_give_the_same_stand_together_and_those_that_change_nothing_nowhere() {
    let given = |rank: &str| format!("given staff \"li\"\n  given trip \"t\" by \"li\" on 2024-03-05 with rank = {rank}");
    insta::assert_snapshot!(changes(RANKED, &given("high"), "allowance@t", Tongue::En), @"if rank had been middle, low or none (it is high): compliant, a payment of 20 CNY");
    insta::assert_snapshot!(changes(RANKED, &given("low"), "allowance@t", Tongue::En), @"if rank had been high (it is low): compliant, a payment of 30 CNY");
    insta::assert_snapshot!(changes(RANKED, &given("low"), "allowance@t", Tongue::Zh), @"若 rank 为“high”（实为 low）：合规，发放 30 元");
}

const REPLY: &str = "\
register staff
event letter by staff
event reply by staff
duty answer
  on letter
  must reply at least 1 time within 10 days
rule not_too_many
  each staff, every month
  must reply at most 1 time
";

#[test]
fn a_duty_would_be_met_by_its_day_and_a_limit_kept() {
    let given = "given staff \"li\"\n  given letter \"l\" by \"li\" on 2024-03-01\n  given reply \"r\" by \"li\" on 2024-03-20\n  given reply \"q\" by \"li\" on 2024-03-21";
    insta::assert_snapshot!(changes(REPLY, given, "answer@l", Tongue::En), @"if it had been done by 2024-03-11: compliant");
    insta::assert_snapshot!(changes(REPLY, given, "not_too_many@li/2024-03", Tongue::En), @"if there had been no more than 1 record of reply: compliant");
    insta::assert_snapshot!(changes(REPLY, given, "not_too_many@li/2024-03", Tongue::Zh), @"若 reply 不超过 1 次：合规");
}

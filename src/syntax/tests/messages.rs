//! Broken statements and what is said about them, in one file to be read from top to bottom.

use super::*;

/// A broken text, each on lines of its own; `rule r` and the like is put above indented ones.
const BROKEN: [&str; 60] = [
    "rulelate",
    "凡迟到",
    "Rule late",
    "event late by",
    "event 且 by staff",
    "kind k a < b, c",
    "hole h money",
    "register staff from \"x\"",
    "  fine",
    "  罚2元",
    "  when days >",
    "  when days => 3",
    "  when days > 3 days days",
    "  when count late > 3",
    "  当 天数 大与 3",
    "  when (a and b",
    "  when a and b)",
    "  when a is",
    "  unless",
    "  must reply witin 7 days",
    "  must reply within when a",
    "  must reply within 7 dais",
    "  must",
    "  须 在 7 天以内回复",
    "  less 5 CNY per",
    "  less 5 CNY each day of leave",
    "  base CNY 90",
    "  every fortnight",
    "  each staff every moon",
    "  on late in the month",
    "  fine 2 CNY, when a",
    "  exactly two",
    "  all",
    "  rounded half-up",
    "  expect finding overlap",
    "  in force since 2024-01-01",
    "  in force from 1.1.2024",
    "  in force from 2024/01/01",
    "  instead within 15 days",
    "  | a | pay |\n  | 1 <= x | 2 CNY |",
    "  | pay |\n  | 2 | CNY |",
    "  on late on early",
    "  suspended from a",
    "  on late\n    fine 2 CNY",
    "  fine 2 CNY when a when b",
    "  base 9 CNY per a per b",
    "  must a within 3 days by b",
    "  must not a at least 3 times",
    "  when count of a in the month in the year > 3",
    "  | a | pay |\n  | 1,500 | 2 CNY |",
    "regulation r\n  currency CNY\n  currency EUR",
    "  | a | pay |\n  | >= 5, < 10 | 2 CNY |",
    "  | a | pay |\n  | >= 5 or < 3 | 2 CNY |",
    "event e by staff\n  from: time",
    "  0 days",
    "  must satisfy a when",
    "  must a within b c d",
    "measure within = 3",
    "measure 其中 = 3",
    "  每个 staff 且 a 属于 b ， 每月 ， 每年",
];

#[test]
fn messages_about_broken_statements() {
    let mut out = String::new();
    for broken in BROKEN {
        let text = if broken.starts_with(' ') { format!("rule r\n{broken}\n") } else { format!("{broken}\n") };
        let parsed = parse(&source(&text));
        assert!(!parsed.diagnostics.is_empty(), "{broken} is read");
        out.push_str(&format!("{broken}\n"));
        for told in &parsed.diagnostics {
            let label = told.labels.first().unwrap();
            let at = &text[label.place.span.start..label.place.span.end];
            for tongue in [Tongue::En, Tongue::Zh] {
                let help = told.help.as_ref().map_or("", |help| help.get(tongue));
                out.push_str(&format!("    {} at `{at}`: {} | {} | {help}\n", told.code, told.message.get(tongue), label.say.get(tongue)));
            }
        }
    }
    insta::assert_snapshot!(out);
}

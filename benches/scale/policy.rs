//! Policies of any number of rules, in two shapes, and records for them. To a record few rules apply, however many there are.

use std::fmt::Write;

/// How the rules are told apart.
#[derive(Clone, Copy, PartialEq)]
pub enum Shape {
    /// By the type of record: ten rules on each.
    Types,
    /// By a field of the only type of record: one rule for each value.
    Values,
}

/// Rules on each record type.
pub const EACH: usize = 10;
const HEAD: &str = "regulation scale \"Many rules\"\n  time zone Asia/Shanghai\n  currency CNY\n  in force from 2024-01-01\n\nregister staff\n  grade: one of low, middle, high\n\n";

/// A policy of so many rules.
pub fn policy(shape: Shape, rules: usize) -> String {
    let mut text = HEAD.to_owned();
    if shape == Shape::Values {
        // A line may have 20,000 bytes.
        let values: Vec<String> = (0..rules).map(|value| format!("{}v{value}", if value % 20 == 19 { "\n    " } else { "" })).collect();
        writeln!(text, "kind sort {}\n\nevent deed by staff\n  sort: sort\n  minutes: minutes in 1, 0 ..\n  cost: CNY in 0.01, 0 ..\n", values.join(", ")).unwrap();
    }
    for rule in 0..rules {
        let event = match shape {
            Shape::Types => format!("deed{}", rule / EACH),
            Shape::Values => "deed".to_owned(),
        };
        if shape == Shape::Types && rule.is_multiple_of(EACH) {
            writeln!(text, "event {event} by staff\n  minutes: minutes in 1, 0 ..\n  cost: CNY in 0.01, 0 ..\n").unwrap();
        }
        writeln!(text, "rule r{rule} \"Rule {rule}\" [{}]\n  on {event}", rule + 1).unwrap();
        if shape == Shape::Values {
            writeln!(text, "  when sort is v{rule}").unwrap();
        }
        let often = if shape == Shape::Values { format!("{event} where sort is v{rule}") } else { event };
        let lines = match rule % 5 {
            0 => format!("  fine {} CNY when minutes > {} minutes\n  fine 1 CNY when minutes <= {} minutes and cost > {}.5 CNY", 2 + rule % 7, rule % 50, rule % 50, rule % 9),
            1 => format!("  fine {}.5 CNY when count of ({often}) in the month >= {}", 1 + rule % 9, 2 + rule % 4),
            2 => format!("  must satisfy cost <= {} CNY", 100 + rule % 300),
            3 => format!("  all sum\n  deduct cost * {}% when minutes > {} minutes\n  deduct 3 CNY when cost > 50 CNY", 1 + rule % 20, rule % 60),
            _ => format!("  decides heavy = yes when minutes >= {} minutes\n  decides heavy = no when minutes < {} minutes", rule % 90, rule % 90),
        };
        text = text + &lines + "\n\n";
    }
    text
}

/// So many records of a month and of so many people, as JSONL.
pub fn records(shape: Shape, rules: usize, (count, people): (usize, usize)) -> String {
    let mut text = String::new();
    let types = rules.div_ceil(EACH);
    for at in 0..count {
        let (second, mixed) = (at * 86_400 * 30 / count, at.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40);
        let (day, hour, minute) = (1 + second / 86_400, second / 3600 % 24, second / 60 % 60);
        let kind = if shape == Shape::Types { format!("deed{}", mixed % types) } else { "deed".to_owned() };
        write!(text, r#"{{"id":{},"type":"{kind}","staff":"p{:04}","at":"2024-04-{day:02}T{hour:02}:{minute:02}:{:02}""#, at + 1, mixed / 7 % people, second % 60).unwrap();
        if shape == Shape::Values {
            write!(text, r#","sort":"v{}""#, mixed % rules).unwrap();
        }
        writeln!(text, r#","minutes":{},"cost":{}.{:02}}}"#, mixed / 11 % 100, mixed / 13 % 90, mixed / 17 % 100).unwrap();
    }
    text
}

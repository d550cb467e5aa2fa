//! Texts torn and shuffled: the compiler answers, it never panics; and what it accepts is a sound bundle.

use super::disk::{CALENDAR, Disk};
use crate::model::{bundle, compile};
use proptest::prelude::*;

const TEXT: &str = include_str!("torn.bylaw");

/// Words, blanks and line ends, so that lines and layout can be torn as well.
fn words() -> Vec<&'static str> {
    TEXT.split_inclusive(|c: char| c.is_whitespace() || "(),.|:".contains(c)).collect()
}

fn compiles(text: &str) {
    let disk = Disk::of(&[("p.bylaw", text), ("cn.csv", CALENDAR), ("hours.csv", "slot,season_from,season_to,start,end\nam,,,08:30,12:00\n")]);
    let compiled = compile(&["p.bylaw".to_owned()], &disk);
    match compiled.model {
        Some(model) => assert_eq!(bundle::read(&bundle::write(&model)).as_ref(), Ok(&model)),
        None => assert!(!compiled.diagnostics.is_empty(), "no model and nothing said"),
    }
}

#[test]
fn the_whole_text_compiles() {
    let disk = Disk::of(&[("p.bylaw", TEXT), ("cn.csv", CALENDAR), ("hours.csv", "slot,season_from,season_to,start,end\nam,,,08:30,12:00\n")]);
    let compiled = compile(&["p.bylaw".to_owned()], &disk);
    assert_eq!(super::disk::told(&compiled.diagnostics), "");
    compiles(TEXT);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn torn_texts_are_answered(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3), 1..6)) {
        let mut words = words();
        for (one, other, how) in changes {
            let (one, other) = (one.index(words.len()), other.index(words.len()));
            match how {
                0 => drop(words.remove(one)),
                1 => words.insert(one, words[other]),
                _ => words.swap(one, other),
            }
        }
        compiles(&words.concat());
    }

    /// Names and items exchanged keep the text readable, so that the errors lie deeper.
    #[test]
    fn exchanged_names_are_answered(pairs in prop::collection::vec((0..NAMES.len(), 0..NAMES.len()), 1..5)) {
        let mut text = TEXT.to_owned();
        for (one, other) in pairs {
            text = text.replacen(NAMES[one], NAMES[other], 2);
        }
        compiles(&text);
    }
}

const NAMES: [&str; 22] = [
    "staff", "late", "leave", "days", "petition", "post", "director", "closed", "present", "lates", "complex", "scope", "narrow", "floor",
    "attendance", "answer", "CNY", "count of", "at", "each staff", "on leave", "monthly",
];

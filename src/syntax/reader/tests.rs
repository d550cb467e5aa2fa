#![allow(clippy::unwrap_used, clippy::panic)]

use super::words::WORDS;
use super::*;

#[test]
fn the_table_of_words_is_that_of_the_grammar() {
    for (rule, en, zh) in WORDS {
        for word in en.iter().chain(*zh) {
            let read = Grammar::parse(*rule, word).unwrap_or_else(|error| panic!("{rule:?}: {error}"));
            assert_eq!(read.as_str(), *word, "{rule:?}");
        }
    }
    let missing: Vec<_> = Rule::all_rules().iter().filter(|rule| format!("{rule:?}").starts_with("k_") && words::of(**rule).is_none()).collect();
    assert_eq!(format!("{missing:?}"), "[]", "keywords without words");
}

#[test]
fn the_words_that_are_no_names_are_those_of_the_surface_page() {
    let page = include_str!("../../../docs/surface.md");
    let paragraph = page.split("**Names and words.**").nth(1).unwrap().split("\n\n").next().unwrap();
    let listed: Vec<&str> = paragraph.split('`').skip(1).step_by(2).take(2).flat_map(str::split_whitespace).collect();
    assert!(listed.len() > 60);
    for word in listed {
        assert!(Grammar::parse(Rule::name, word).is_err(), "{word} is read as a name");
        let longer = format!("{word}x");
        assert!(Grammar::parse(Rule::name, &longer).is_ok(), "{longer} is no name");
    }
}

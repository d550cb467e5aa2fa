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

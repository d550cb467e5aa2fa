//! The colours of `editors/vscode`: the grammar is made from the language's keywords, and compared with what is there.

use crate::diagnostics::Tongue;
use crate::syntax::{item_words, words};
use serde_json::{Value, json};
use std::fs;

fn folder() -> String {
    format!("{}/editors/vscode", env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(format!("{}/{name}", folder())).unwrap()).unwrap()
}

/// Words as one choice, the longest first, so that none hides another; blanks inside may be several.
fn choice(words: &[&str]) -> String {
    let mut words = words.to_vec();
    words.sort_by_key(|word| (std::cmp::Reverse(word.chars().count()), *word));
    words.dedup();
    words.iter().map(|word| pattern(word)).collect::<Vec<_>>().join("|")
}

/// Blanks inside a keyword may be several; a Chinese one is also written without.
fn pattern(word: &str) -> String {
    word.replace(' ', if word.is_ascii() { " +" } else { " *" })
}

/// A word that no letter touches.
fn alone(choice: &str) -> String {
    format!("(?<![\\p{{L}}\\p{{N}}_.])(?:{choice})(?![\\p{{L}}\\p{{N}}_])")
}

fn both(of: impl Fn(Tongue) -> Vec<&'static str>) -> Vec<&'static str> {
    [of(Tongue::En), of(Tongue::Zh)].concat()
}

const CONSTANTS: [&str; 4] = ["yes", "no", "是", "否"];
const UNITS: &str = "working +days?|days?|weeks?|months?|years?|hours?|minutes?|percent|points?|times?|yuan|[A-Z]{3}|个?工作日|天|日|个?星期|周|个?月|年|个?小时|分钟|百分比|分|次|元";

fn grammar() -> Value {
    let (items, all) = (both(item_words), both(words));
    json!({
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "Bylaw",
        "scopeName": "source.bylaw",
        "fileTypes": ["bylaw"],
        "patterns": [
            { "include": "#comment" },
            { "include": "#text" },
            { "include": "#citation" },
            { "include": "#item" },
            { "include": "#date" },
            { "include": "#quantity" },
            { "include": "#constant" },
            { "include": "#keyword" },
            { "include": "#cell" }
        ],
        "repository": {
            "comment": { "name": "comment.line.number-sign.bylaw", "match": "#.*$" },
            "text": { "patterns": [
                { "name": "string.quoted.double.bylaw", "match": "\"[^\"\\n]*\"?" },
                { "name": "string.quoted.double.bylaw", "match": "“[^”\\n]*”?" },
                { "name": "string.quoted.double.bylaw", "match": "「[^」\\n]*」?" }
            ] },
            "citation": { "name": "entity.other.attribute-name.citation.bylaw", "match": "(?:\\[[^\\]\\n]*\\]?|【[^】\\n]*】?)" },
            "item": {
                "match": format!("^(?:{})(?=[ \\u3000\"“「]|$)(?: +([\\p{{L}}_][\\p{{L}}\\p{{N}}_]*))?", choice(&items)),
                "name": "keyword.control.item.bylaw",
                "captures": { "1": { "name": "entity.name.type.bylaw" } }
            },
            "date": { "name": "constant.numeric.date.bylaw", "match": "(?<![\\p{L}\\p{N}_])(?:\\d{4}-\\d{2}(?:-\\d{2})?|\\d{2}-\\d{2}|\\d{1,2}:\\d{2}(?::\\d{2})?)(?![\\p{L}\\p{N}_])" },
            "quantity": {
                "match": format!("(?<![\\p{{L}}_.])(\\d+(?:\\.\\d+)?)(?: *(?:({UNITS})(?![\\p{{L}}\\p{{N}}_])|%)|(?![A-Za-z_\\d]|\\.\\d))"),
                "captures": { "1": { "name": "constant.numeric.bylaw" }, "2": { "name": "keyword.other.unit.bylaw" } }
            },
            "constant": { "name": "constant.language.bylaw", "match": alone(&choice(&CONSTANTS)) },
            "keyword": { "name": "keyword.other.bylaw", "match": alone(&choice(&all)) },
            "cell": { "name": "punctuation.separator.cell.bylaw", "match": "[|｜]" }
        }
    })
}

#[test]
fn highlighting_knows_every_keyword() {
    let grammar = grammar();
    let path = format!("{}/syntaxes/bylaw.tmLanguage.json", folder());
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::write(&path, serde_json::to_string_pretty(&grammar).unwrap() + "\n").unwrap();
    }
    let there = read("syntaxes/bylaw.tmLanguage.json");
    assert!(there == grammar, "the grammar of editors/vscode is not up to date: UPDATE_PAGES=1 cargo test --lib highlighting");
    let choices = there["repository"]["keyword"]["match"].as_str().unwrap();
    let choices: Vec<&str> = choices.split_once("(?:").unwrap().1.rsplit_once(")(?!").unwrap().0.split('|').collect();
    for word in both(words).into_iter().chain(both(item_words)) {
        assert!(choices.contains(&pattern(word).as_str()), "{word}");
        // Nothing in a keyword means anything to the pattern.
        assert!(word.chars().all(|c| c.is_alphabetic() || " -".contains(c)), "{word}");
    }
}

#[test]
fn highlighting_and_settings_are_json_and_agree() {
    let package = read("package.json");
    read("language-configuration.json");
    let contributes = &package["contributes"];
    for path in [&contributes["languages"][0]["configuration"], &contributes["grammars"][0]["path"], &package["main"]] {
        assert!(fs::exists(format!("{}/{}", folder(), path.as_str().unwrap())).unwrap(), "{path}");
    }
    assert_eq!(contributes["grammars"][0]["scopeName"], read("syntaxes/bylaw.tmLanguage.json")["scopeName"]);
    // The settings that the extension reads are those that are declared.
    let program = fs::read_to_string(format!("{}/extension.js", folder())).unwrap();
    for setting in contributes["configuration"]["properties"].as_object().unwrap().keys() {
        assert!(program.contains(&format!("get(\"{}\"", setting.strip_prefix("bylaw.").unwrap())), "{setting}");
    }
}

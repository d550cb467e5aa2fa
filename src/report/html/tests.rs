#![allow(clippy::unwrap_used, clippy::panic)]
//! The page of one small audit: its structure, and its data in the order in which they are written.

use super::{Html, SCRIPTS, STYLE, say};
use crate::diagnostics::Tongue;
use crate::model::Model;
use crate::report::Report;
use crate::report::tests::{audit, records};

fn page(tongue: Tongue) -> String {
    let (model, records, audit) = (Model::default(), records(), audit());
    let withdrawn = ["bureau.late@99".to_owned()];
    let report = Report { model: &model, records: &records, audit: &audit, withdrawn: &withdrawn, all: false, threads: crate::Threads::ONE };
    let explained = [("bureau.late@123".to_owned(), "Violation: staff li.\n\nArticle\n  “bureau” [03.2e]\n    a line below\n\nKnown up to 2024-04-01.\n".to_owned())];
    let mut out = Vec::new();
    Html { report, explained: &explained, command: "bylaw explain 03 --data d", tongue }.write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Everything but style and scripts, with the data made legible.
fn legible(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    let (middle, rest) = rest.split_once("id=\"data\">").unwrap();
    let (data, rest) = rest.split_once("</script>").unwrap();
    let (_, after) = rest.split_once("</script>").unwrap();
    let serde_json::Value::Object(mut data) = serde_json::from_str(data).unwrap() else { panic!("the data is no object") };
    data.remove("say");
    let columns: Vec<String> = data.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let before = before.split_once("content=\"default-src").map(|(head, tail)| format!("{head}content=\"…\">{}", tail.split_once('>').unwrap().1)).unwrap();
    format!("{before}<style>…</style>{middle}id=\"data\">\n{}\n</script><script>…</script>{after}", columns.join("\n"))
}

#[test]
fn in_english() {
    insta::assert_snapshot!(legible(&page(Tongue::En)));
}

#[test]
fn in_chinese() {
    insta::assert_snapshot!(legible(&page(Tongue::Zh)));
}

#[test]
fn the_script_ends_where_it_should_and_fetches_nothing() {
    let script = SCRIPTS.concat();
    for word in ["</", "<!--", "fetch(", "XMLHttpRequest", "import(", "innerHTML", "insertAdjacentHTML", "document.write", "eval(", "localStorage"] {
        assert!(!script.contains(word), "{word}");
    }
    for word in ["</", "url(", "@import"] {
        assert!(!STYLE.contains(word), "{word}");
    }
}

/// Scripts and template name no text that is not there, and every text is named.
#[test]
fn every_text_of_the_page_is_used() {
    let (texts, template, script) = (say::all(Tongue::En), super::PAGE, SCRIPTS.concat());
    let unused: Vec<&&str> = texts.keys().filter(|name| {
        let (slot, member, call) = (format!("{{{{{name}}}}}"), format!("say.{name}"), format!("filled(\"{name}\""));
        !template.contains(&slot) && !script.contains(&member) && !script.contains(&call)
    }).collect();
    assert!(unused.is_empty(), "{unused:?}");
    let named = script.split("say.").skip(1).map(|rest| rest.split(|letter: char| !letter.is_ascii_lowercase() && letter != '_').next().unwrap());
    let missing: Vec<&str> = named.filter(|name| !texts.contains_key(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

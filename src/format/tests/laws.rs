//! What holds of every text: the same is said, formatting again changes nothing, and the way into the other tongue and back leads to where it began.

use super::*;

/// The laws for one text. That nothing else is said and no comment lost, the formatter checks itself.
pub(super) fn obeys(name: &str, text: &str) {
    let plain = formatted(text, None);
    same(&formatted(&plain, None), &plain, &format!("{name}: formatting again"));
    for turned in goes_and_comes(name, text) {
        same(&formatted(&turned, None), &turned, &format!("{name}: formatting what was turned"));
    }
}

/// Into the other tongue and back. A text of both tongues comes back as the English one it is.
fn goes_and_comes(name: &str, text: &str) -> [String; 2] {
    let english = formatted(text, Some(Tongue::En));
    let chinese = formatted(&english, Some(Tongue::Zh));
    same_words(&formatted(&chinese, Some(Tongue::En)), &english, &format!("{name}: into Chinese and back"));
    [english, chinese]
}

/// The same text; tells the first lines that differ.
#[track_caller]
fn same(found: &str, wanted: &str, law: &str) {
    let differ = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
    assert!(found == wanted, "{law}: {differ:?}");
}

/// The same but for where lines are broken: a sentence may have room in one tongue and none in the other.
#[track_caller]
fn same_words(found: &str, wanted: &str, law: &str) {
    let (found_words, wanted_words): (Vec<&str>, Vec<&str>) = (found.split_whitespace().collect(), wanted.split_whitespace().collect());
    let at = found_words.iter().zip(&wanted_words).position(|(found, wanted)| found != wanted);
    let around = |words: &[&str]| at.map(|at| words[at.saturating_sub(12)..words.len().min(at + 8)].join(" "));
    assert!(found_words == wanted_words, "{law}:\n  {:?}\n  {:?}", around(&found_words), around(&wanted_words));
}

/// Nothing but plain letters outside texts and comments.
fn is_english(text: &str) -> bool {
    let words = text.lines().flat_map(|line| line.split(['"', '“', '”', '「', '」']).step_by(2).collect::<String>().split('#').next().map(str::to_owned));
    !words.into_iter().any(|words| !words.is_ascii())
}

/// Policies of these folders, each with its text.
pub(super) fn texts(folder: &str) -> Vec<(String, String)> {
    policies(folder).into_iter().map(|file| (file.to_string_lossy().into_owned(), fs::read_to_string(&file).unwrap())).collect()
}

/// So that both cores work.
fn half(texts: Vec<(String, String)>, which: usize) -> Vec<(String, String)> {
    texts.into_iter().enumerate().filter(|(index, _)| index % 2 == which).map(|(_, text)| text).collect()
}

#[test]
fn policies_come_back() {
    half(texts("policies"), 0).iter().for_each(|(name, text)| drop(goes_and_comes(name, text)));
}

#[test]
fn the_other_policies_come_back() {
    half(texts("policies"), 1).iter().for_each(|(name, text)| drop(goes_and_comes(name, text)));
}

#[test]
fn semantics_obey() {
    let texts = texts("tests/semantics");
    assert!(texts.len() > 40, "{}", texts.len());
    texts.iter().for_each(|(name, text)| obeys(name, text));
}

/// An English text says in English what it says.
#[test]
fn turning_into_the_own_tongue_only_formats() {
    let mut seen = 0;
    for (name, text) in ["policies/03-statistics-bureau", "tests/semantics"].into_iter().flat_map(texts) {
        if is_english(&text) {
            same_words(&formatted(&text, Some(Tongue::En)), &formatted(&text, None), &name);
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

/// Keywords that are no names.
fn has_english_words(text: &str) -> bool {
    let words = "and or not is when unless where by for in from to of per with since within before if every each must on until yes no presumed rounded counting because the";
    let bare: String = text.split(['"', '“', '”', '「', '」']).step_by(2).collect();
    bare.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| words.split(' ').any(|known| known == word))
}

/// Every form of `docs/surface.md` can be said in both tongues, all of it.
#[test]
fn forms_obey() {
    let mut wrong = Vec::new();
    for form in crate::syntax::tests::surface::all() {
        obeys(&form, &form);
        for to in [Tongue::En, Tongue::Zh] {
            let turned = format(&source(&form), FormatOptions { to: Some(to) }).unwrap();
            let left = !turned.unturned.is_empty() || if to == Tongue::En { !is_english(&turned.text) } else { has_english_words(&turned.text) };
            wrong.extend(left.then(|| format!("{form} is turned into\n{}", turned.text)));
        }
        if is_english(&form) && formatted(&form, Some(Tongue::En)) != formatted(&form, None) {
            wrong.push(format!("{form} is turned into another English"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

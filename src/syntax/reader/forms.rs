//! The forms of lines as `docs/surface.md` gives them, to show one beside a broken line.

use super::Rule;

const PAGE: &str = include_str!("../../../docs/surface.md");

/// A form in English and in Chinese that begins as `text` does; the one that shares most words with it.
pub(super) fn like(rule: Rule, text: &str) -> Option<(&'static str, &'static str)> {
    let (section, key) = match rule {
        Rule::item_line => ("Items", text),
        Rule::regulation_line => ("Lines of a regulation", text),
        Rule::calendar_line => ("Lines of a calendar", "weekend"),
        Rule::field_line | Rule::event_line => ("Lines of a register, case or event", "days"),
        Rule::feed_line => ("Lines of a feed", "at"),
        Rule::reading_line => ("Lines of a reading", text),
        Rule::norm_line => ("Lines of a norm", text),
        Rule::example_line => ("Lines of an example", text),
        _ => return None,
    };
    let start = PAGE.find(&format!("\n## {section}\n"))? + 1;
    let lines = PAGE.get(start..)?.lines().skip(1).take_while(|line| !line.starts_with("## "));
    let words = |form: &str| {
        let pairs = form.split_whitespace().zip(key.split_whitespace());
        pairs.take_while(|(a, b)| a == b).count()
    };
    let rows = lines.filter_map(|line| line.strip_prefix("| `")?.split_once(" | `"));
    let forms = rows.flat_map(|(english, chinese)| pairs(english, chinese));
    let scored = forms.map(|(en, zh)| (words(en).max(words(zh)), en, zh)).filter(|(score, ..)| *score > 0);
    // `max_by_key` would give the last of equals; the first is the plainest.
    let best = scored.fold(None, |best: Option<(usize, &str, &str)>, next| if best.is_some_and(|best| best.0 >= next.0) { best } else { Some(next) });
    best.map(|(_, en, zh)| (en, zh))
}

/// The forms of a row, English with Chinese.
fn pairs(english: &'static str, chinese: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut chinese = chinese.split('`').step_by(2);
    english.split('`').step_by(2).filter_map(|en| Some((en, chinese.next()?))).collect()
}

//! The first files of a folder of policies: rules with examples, a register, a stream of records, and a file for CI.

use crate::diagnostics::Tongue;

/// A file to write.
pub(crate) struct Starter {
    /// Path within the folder, with `/`.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) text: String,
}

/// The files of a new folder. Keywords and names are those of the tongue.
pub(crate) fn starters(name: &str, tongue: Tongue) -> Vec<Starter> {
    let (rules, register, rows, events) = match tongue {
        Tongue::En => (include_str!("en.bylaw"), "staff", include_str!("en-staff.csv"), include_str!("en-events.jsonl")),
        Tongue::Zh => (include_str!("zh.bylaw"), "职工", include_str!("zh-staff.csv"), include_str!("zh-events.jsonl")),
    };
    let file = |path: String, text: &str| Starter { path, text: text.to_owned() };
    vec![
        file(format!("{name}.bylaw"), &rules.replacen("NAME", name, 1)),
        file(format!("data/{register}.csv"), rows),
        file("data/events.jsonl".to_owned(), events),
        file(".github/workflows/bylaw.yml".to_owned(), include_str!("ci.yml")),
    ]
}

/// A regulation's name from that of a folder: what cannot stand in a name becomes `_`; a word of the language, or nothing, becomes `rules`.
pub(crate) fn regulation_name(folder: &str) -> String {
    let part = |c: char| if c.is_alphanumeric() { c.to_lowercase().next().unwrap_or(c) } else { '_' };
    let name: String = folder.chars().map(part).collect();
    let name = name.trim_start_matches(|c: char| c == '_' || c.is_ascii_digit()).trim_end_matches('_');
    if crate::syntax::is_name(name) { name.to_owned() } else { "rules".to_owned() }
}

//! Files from a map, and short ways to compile texts.

use crate::diagnostics::{Diagnostic, Tongue};
use crate::model::{Compiled, Files, Model, compile};
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Result};

/// Files by path.
pub(super) struct Disk(pub BTreeMap<String, Vec<u8>>);

impl Disk {
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect())
    }
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| Error::from(ErrorKind::NotFound))
    }
    fn folder(&self, path: &str) -> Result<Option<Vec<String>>> {
        let inside = format!("{path}/");
        let found: Vec<String> = self.0.keys().filter(|file| path == "." || file.starts_with(&inside)).cloned().collect();
        Ok((!found.is_empty()).then(|| found.into_iter().filter(|f| f.ends_with(".bylaw") || f.ends_with(".json")).collect()))
    }
}

pub(super) const CALENDAR: &str = "date,kind,occasion\n2024-01-01,off,New Year\n2024-02-04,work,Spring Festival\n2024-02-10,off,Spring Festival\n";

/// The header that most tests need.
pub(super) const HEADER: &str = "regulation office \"机关\" [01]\n  time zone Asia/Shanghai\n  currency CNY\n  calendar china\n\ncalendar china from \"cn.csv\"\n  weekend saturday, sunday\n\nregister staff\n  department: text\n  post: clerk < section_chief < director\n\nevent late, early_leave by staff\nevent leave by staff\n  days: days in halves, 0.5 .. 365\n\n";

/// Compiles one text.
pub(super) fn one(text: &str) -> Compiled {
    compile(&["p.bylaw".to_owned()], &Disk::of(&[("p.bylaw", text), ("cn.csv", CALENDAR)]))
}

/// Compiles one text below the usual header.
pub(super) fn body(text: &str) -> Compiled {
    one(&format!("{HEADER}{text}"))
}

/// The model of one text below the usual header.
pub(super) fn model(text: &str) -> Model {
    let compiled = body(text);
    assert!(compiled.model.is_some(), "{}", told(&compiled.diagnostics));
    compiled.model.unwrap()
}

/// Diagnostics, one a block: code, message, label texts, help.
pub(super) fn told(diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for one in diagnostics {
        out += &format!("{}: {}\n", one.code, one.message.get(Tongue::En));
        for label in &one.labels {
            let span = label.place.span;
            let text = label.place.source.text.get(span.start..span.end).unwrap_or("?").lines().next().unwrap_or_default();
            out += &format!("  at `{text}` {}\n", label.say.get(Tongue::En));
        }
        if let Some(help) = &one.help {
            out += &format!("  help: {}\n", help.get(Tongue::En));
        }
    }
    out
}

//! What the analyser says: a finding, plain data.

use crate::diagnostics::{Diagnostic, Label, Place, Say, Severity, Tongue};
use crate::model::Example;
use crate::model::number::Number;
use crate::reference::verdict::{Ruling, Verdict};

/// Boxes of a region that a message names, at most; the rest is listed below it.
pub const SAID: usize = 4;

/// A finding.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Stable code, with a page of its own.
    pub code: &'static str,
    /// What sort it is: the code, but for a `boundary`, which is a `gap` or an `overlap` one step wide.
    pub kind: &'static str,
    /// How bad.
    pub severity: Severity,
    /// The norm or parameter that it is about, with its regulation.
    pub about: String,
    /// Other norms that it is about.
    pub with: Vec<String>,
    /// What is wrong.
    pub message: Say,
    /// Where: the main place first. A bundle has no places.
    pub places: Vec<(Option<Place>, Say)>,
    /// The way out.
    pub help: Say,
    /// All occasions for which it is so: one of these boxes, in each of which all of these hold.
    pub regions: Vec<Vec<Extent>>,
    /// Are the regions all there are?
    pub whole: bool,
    /// A case, replayed through the evaluator.
    pub witness: Option<Witness>,
    /// Why the drafter expects it, when that is written.
    pub expected: Option<String>,
}

/// A finding with nothing but its message.
pub(super) fn plain(code: &'static str, severity: Severity, about: &str, message: Say) -> Finding {
    Finding {
        code,
        kind: code,
        severity,
        about: about.to_owned(),
        with: Vec::new(),
        message,
        places: Vec::new(),
        help: Say::new("", ""),
        regions: Vec::new(),
        whole: true,
        witness: None,
        expected: None,
    }
}

impl Finding {
    /// As a message with its places.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let labels = self.places.iter().filter_map(|(place, say)| place.clone().map(|place| Label { place, say: say.clone() }));
        Diagnostic { code: self.code, severity: self.severity, message: self.message.clone(), labels: labels.collect(), help: Some(self.help.clone()), fix: None }
    }
}

/// What holds of one thing in a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// The thing, in words.
    pub what: Say,
    /// What holds of it, in words: `is clerk`, `more than 2 days`.
    pub is: Say,
    /// The values, where they are named.
    pub values: Vec<String>,
    /// The numbers, where they are numbers.
    pub stretches: Vec<Stretch>,
}

/// Extents as one sentence: `post is clerk and days is 2.5 days`.
#[must_use]
pub fn sentence(extents: &[Extent], tongue: Tongue) -> String {
    let one = |extent: &Extent| match tongue {
        Tongue::En => format!("{} {}", extent.what.en, extent.is.en),
        Tongue::Zh => format!("{}{}", extent.what.zh, extent.is.zh),
    };
    let all: Vec<String> = extents.iter().map(one).collect();
    match (tongue, all.as_slice()) {
        (Tongue::En, []) => "always".to_owned(),
        (Tongue::Zh, []) => "任何情况下".to_owned(),
        (Tongue::En, all) => all.join(" and "),
        (Tongue::Zh, all) => all.join("，且"),
    }
}

/// Numbers from one to another; none: without end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The lowest, and whether it is outside.
    pub from: Option<(Number, bool)>,
    /// The highest, and whether it is outside.
    pub to: Option<(Number, bool)>,
}

/// A case that shows a finding.
#[derive(Debug, Clone)]
pub struct Witness {
    /// The register rows and records, as an example.
    pub example: Example,
    /// The verdict that shows it.
    pub verdict: String,
    /// Its ruling.
    pub ruling: Ruling,
    /// That verdict, and those of the other norms that the finding is about, on the same occasion.
    pub judged: Vec<Verdict>,
}

impl Witness {
    /// Keeps of what is judged only what `is` says.
    pub(super) fn keep(&mut self, is: impl Fn(&Verdict) -> bool) {
        self.judged.retain(|verdict| verdict.id == self.verdict || is(verdict));
        self.judged.sort_by_key(|verdict| verdict.id != self.verdict);
    }
}

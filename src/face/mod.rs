//! The library's face: policies, the records read for them, the verdicts, one of them unfolded. Everything in it is a short call
//! into another room; the command line goes through it too.

mod error;
mod explanation;

pub use error::{BadTime, Broken, Unsound};
pub use explanation::{Explanation, Explanations};

use crate::diagnostics::{Diagnostic, Say};
use crate::model::{self, Compiled, Files, Model, bundle};
use crate::records::{At, Reader, Records, read_time};
use crate::engine;
use crate::reference::{self, verdict::Audit};
use crate::threads::Threads;
use chrono::{DateTime, FixedOffset, NaiveTime};
use chrono_tz::Tz;
use std::io;

/// Compiled policies.
///
/// ```
/// use bylaw::{Cut, Policy, Ruling};
///
/// let policy = Policy::parse("
/// regulation office
///   time zone Asia/Shanghai
///   currency CNY
///
/// register staff
/// event late by staff
///   minutes: minutes, 0 ..
///
/// rule late_fine [1]
///   on late
///   fine 2 CNY when minutes > 5 minutes [1a]
/// ")?;
///
/// let mut reader = policy.reader();
/// reader.row(&[("type", "late"), ("id", "e1"), ("at", "2024-03-05T08:37"), ("staff", "li"), ("minutes", "7")])?;
/// reader.row(&[("type", "late"), ("id", "e2"), ("at", "2024-03-06T08:33"), ("staff", "li"), ("minutes", "3")])?;
/// let records = reader.finish(Cut::default());
///
/// let rulings: Vec<_> = policy.audit(&records).verdicts.into_iter().map(|verdict| (verdict.id, verdict.ruling)).collect();
/// assert_eq!(rulings, [
///     ("office.late_fine@e1".to_owned(), Ruling::Violation),
///     ("office.late_fine@e2".to_owned(), Ruling::Compliant),
/// ]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    model: Model,
    warnings: Vec<Diagnostic>,
}

impl Policy {
    /// Compiles policy files (`.bylaw`), folders of them, or one bundle (`.json`), with everything they import. `files` says where
    /// they are: [`crate::Disk`], or anything of your own that is [`Files`].
    ///
    /// ```
    /// let policy = bylaw::Policy::load(&["policies/04-canteen"], &bylaw::Disk)?;
    /// assert!(policy.model().norms.len() > 10);
    /// assert!(policy.warnings().is_empty());
    /// # Ok::<(), bylaw::Broken>(())
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong in any of the files.
    pub fn load(paths: &[impl AsRef<str>], files: &dyn Files) -> Result<Self, Broken> {
        let paths: Vec<String> = paths.iter().map(|path| path.as_ref().to_owned()).collect();
        let Compiled { model, diagnostics, .. } = model::compile(&paths, files);
        match model {
            Some(model) => Ok(Self { model, warnings: diagnostics }),
            None => Err(Broken { diagnostics }),
        }
    }

    /// Compiles one text that imports nothing. In messages it is called `<policy>`.
    ///
    /// ```
    /// use bylaw::{Policy, Tongue};
    ///
    /// let broken = Policy::parse("rule late\n  on latr\n").unwrap_err();
    /// let codes: Vec<_> = broken.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    /// assert_eq!(codes, ["no-regulation"]);
    /// println!("{}", broken.render(Tongue::Zh, false));
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong in it.
    pub fn parse(text: &str) -> Result<Self, Broken> {
        Self::load(&[TEXT], &Text(text))
    }

    /// The policies that [`Policy::bundle`] wrote.
    ///
    /// # Errors
    /// When it is no bundle, one of another version, or one that was changed by hand.
    pub fn from_bundle(json: &str) -> Result<Self, Broken> {
        let model = bundle::read(json).map_err(|diagnostic| Broken { diagnostics: vec![diagnostic] })?;
        Ok(Self { model, warnings: Vec::new() })
    }

    /// The resolved rules as canonical, versioned JSON (`docs/bundle.schema.json`). The same rules give the same text, however they are
    /// spread over files and in whichever tongue they are written.
    ///
    /// ```
    /// # use bylaw::Policy;
    /// let english = Policy::parse("regulation office\n  time zone Asia/Shanghai\nevent late\n")?;
    /// let chinese = Policy::parse("规章 office\n  时区 Asia/Shanghai\n事件 late\n")?;
    /// assert_eq!(english.digest(), chinese.digest());
    /// assert_eq!(Policy::from_bundle(&english.bundle())?, english);
    /// # Ok::<(), bylaw::Broken>(())
    /// ```
    pub fn bundle(&self) -> String {
        bundle::write(&self.model)
    }

    /// SHA-256 of the rules, in lower-case hex. It stands in bundles and in the summary of every audit.
    pub fn digest(&self) -> String {
        bundle::digest(&self.model)
    }

    /// Rules that are already there.
    pub(crate) fn of(model: Model) -> Self {
        Self { model, warnings: Vec::new() }
    }

    /// What the compiler had to say, though there was no error.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The rules as data.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Takes records and registers; see [`Reader`].
    pub fn reader(&self) -> Reader<'_> {
        Reader::new(&self.model)
    }

    /// Judges every occasion of every norm: verdicts, and the statements that add up what they post.
    pub fn audit(&self, records: &Records) -> Audit {
        self.audit_watched(records, Threads::ONE, &mut |_, _| {})
    }

    /// As [`Policy::audit`], which it equals on any number of threads; `progress` hears how many norms of how many are done.
    pub fn audit_watched(&self, records: &Records, threads: Threads, progress: &mut dyn FnMut(usize, usize)) -> Audit {
        engine::audit(&self.model, records, threads, progress)
    }

    /// Unfolds the verdict with this id (`regulation.norm@key`); none when the records give no such verdict. Before anything is given out, an
    /// independent checker derives it once more.
    ///
    /// # Errors
    /// When the checker does not get the same: a bug.
    pub fn explain<'a>(&'a self, records: &'a Records, verdict: &str) -> Option<Result<Explanation<'a>, Unsound>> {
        let derivation = reference::derive(&self.model, records, verdict)?;
        Some(Explanation::checked(&self.model, records, derivation))
    }

    /// As [`Policy::explain`], for any number of verdicts: everything is judged once, now.
    ///
    /// ```
    /// use bylaw::{Cut, Policy, Tongue};
    ///
    /// let policy = Policy::parse("
    /// regulation office
    ///   time zone Asia/Shanghai
    ///   currency CNY
    /// register staff
    /// event late by staff
    /// rule late_fine
    ///   on late
    ///   fine 2 CNY
    /// ")?;
    /// let mut reader = policy.reader();
    /// reader.row(&[("type", "late"), ("id", "e1"), ("at", "2024-03-05T08:37"), ("staff", "li")])?;
    /// reader.row(&[("type", "late"), ("id", "e2"), ("at", "2024-03-06T08:37"), ("staff", "li")])?;
    /// let records = reader.finish(Cut::default());
    ///
    /// let explanations = policy.explanations(&records);
    /// assert_eq!(explanations.verdicts().len(), 2);
    /// for verdict in explanations.verdicts() {
    ///     let explanation = explanations.of(&verdict.id).expect("there is such a verdict")?;
    ///     assert_eq!(explanation.verdict(), verdict);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explanations<'a>(&'a self, records: &'a Records) -> Explanations<'a> {
        Explanations::new(&self.model, records)
    }

    /// Reads `2024-03-31` (the whole day) or `2024-03-31T17:30+08:00` for [`Cut::until`](crate::Cut::until). A local time is one of the time zone that
    /// all regulations share.
    ///
    /// # Errors
    /// When it is no time, or a local one that means nothing or two things.
    pub fn time(&self, text: &str) -> Result<At, BadTime> {
        read_time(text, self.zone()).map_err(BadTime)
    }

    /// Reads a time for [`Cut::known_at`](crate::Cut::known_at); a day is all of it: what was written down on that day is known.
    ///
    /// # Errors
    /// As for [`Policy::time`].
    pub fn known_at(&self, text: &str) -> Result<DateTime<FixedOffset>, BadTime> {
        match self.time(text)? {
            At::Moment(moment) => Ok(moment),
            At::Date(day) => {
                let zone = self.zone().ok_or_else(several_zones)?;
                let end = day.and_time(NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).expect("a time of day"));
                Ok(end.and_local_timezone(zone).latest().ok_or_else(several_zones)?.fixed_offset())
            }
        }
    }

    /// The time zone that all regulations share.
    fn zone(&self) -> Option<Tz> {
        let mut zones = self.model.regulations.iter().map(|regulation| regulation.time_zone.as_str());
        let first = zones.next()?;
        zones.all(|zone| zone == first).then(|| first.parse().ok()).flatten()
    }
}

fn several_zones() -> BadTime {
    BadTime(Say::new(
        "the regulations are in different time zones, so a day has no one end; give a moment with its offset",
        "各规章分属不同时区，一日没有统一的终点；请给出带时差的时刻",
    ))
}

const TEXT: &str = "<policy>";

/// One text, and no other file.
struct Text<'a>(&'a str);

impl Files for Text<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == TEXT { Ok(self.0.as_bytes().to_vec()) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn folder(&self, path: &str) -> io::Result<Option<Vec<String>>> {
        if path == TEXT { Ok(None) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

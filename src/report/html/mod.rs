//! `--format html`: one file that needs no network. Totals, charts, verdicts with their explanations, statements, timelines, remarks; `docs/report.md`
//! is its page.
//!
//! * `page/`: the page as a web designer reads it: one template, one style, scripts by subject. `{{name}}` in the template is a text of `say` or a part
//!   made here.
//! * [`data`]: verdicts, statements, records and explanations as columns, which the scripts show page by page. Everything else is plain HTML, made in
//!   [`parts`]; [`one`] is the page of a single explanation.
//! * [`safe`]: records are not to be trusted: nothing in them becomes markup or script, and the browser is told to fetch nothing.

mod data;
mod one;
mod parts;
mod safe;
mod say;
mod texts;
#[cfg(test)]
mod tests;

pub(crate) use one::write_one;

use super::Report;
use crate::diagnostics::Tongue;
use chrono_tz::Tz;
use std::io::{self, Write};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
/// They are one script: each sees what those before it define.
const SCRIPTS: [&str; 8] = [
    include_str!("page/data.js"),
    include_str!("page/dom.js"),
    include_str!("page/filter.js"),
    include_str!("page/sums.js"),
    include_str!("page/verdicts.js"),
    include_str!("page/people.js"),
    include_str!("page/charts.js"),
    include_str!("page/main.js"),
];

/// An audit, with the explanations that go into the page.
#[derive(Debug, Clone, Copy)]
pub struct Html<'a> {
    /// The audit.
    pub report: Report<'a>,
    /// Verdicts' ids with their explanations in the tongue of the page.
    pub explained: &'a [(String, String)],
    /// A line of shell that unfolds a verdict when its id is added.
    pub command: &'a str,
    /// English or Chinese.
    pub tongue: Tongue,
}

impl Html<'_> {
    /// Writes the page.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let (script, parts) = (SCRIPTS.concat(), parts::Parts::of(self));
        let script = format!("\"use strict\";\n(() => {{\n{script}}})();\n");
        fill(PAGE, out, &mut |name, out| match name {
            "lang" => write!(out, "{}", say::lang(self.tongue)),
            "policy" => out.write_all(safe::policy(STYLE, Some(&script)).as_bytes()),
            "style" => out.write_all(STYLE.as_bytes()),
            "script" => out.write_all(script.as_bytes()),
            "data" => Ok(serde_json::to_writer(safe::InScript(out), &data::Columns::of(self))?),
            part => match say::one(part, self.tongue) {
                Some(said) => out.write_all(safe::text(said).as_bytes()),
                None => out.write_all(parts.named(part).as_bytes()),
            },
        })
    }

    /// The zone that all regulations share.
    fn zone(&self) -> Option<Tz> {
        let mut zones = self.report.model.regulations.iter().map(|regulation| regulation.time_zone.as_str());
        let first = zones.next()?;
        zones.all(|zone| zone == first).then(|| first.parse().ok()).flatten()
    }
}

/// Writes the template, and what `slot` writes where a `{{name}}` stands. What is written is not looked at again.
fn fill(template: &str, out: &mut dyn Write, slot: &mut dyn FnMut(&str, &mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut pieces = template.split("{{");
    out.write_all(pieces.next().unwrap_or_default().as_bytes())?;
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        slot(name, out)?;
        out.write_all(rest.as_bytes())?;
    }
    Ok(())
}

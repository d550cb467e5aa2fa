//! Diagnostics → text for people, by miette. Labels are byte spans; alignment goes by display width, so Chinese text lines up.

use super::codes::named;
use super::source::View;
use super::{Diagnostic, Label, Severity, Source, Tongue};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use std::fmt;
use std::sync::Arc;

/// All `diagnostics` in `tongue`, one block each, in the order given, with ANSI colours when `colour`.
pub fn render(diagnostics: &[Diagnostic], tongue: Tongue, colour: bool) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(WIDTH).with_wrap_lines(false).without_syntax_highlighting();
    let mut out = String::new();
    for diagnostic in diagnostics {
        one(&mut out, &handler, diagnostic, tongue, colour);
        out.push('\n');
    }
    out
}

/// Lines are not wrapped (the terminal does that), so this only has to be large.
const WIDTH: usize = 4096;

fn one(out: &mut String, handler: &GraphicalReportHandler, diagnostic: &Diagnostic, tongue: Tongue, colour: bool) {
    let main = diagnostic.labels.first().map(|label| &label.place.source);
    let (here, elsewhere): (Vec<&Label>, Vec<&Label>) = diagnostic.labels.iter().partition(|label| main.is_some_and(|source| Arc::ptr_eq(source, &label.place.source)));
    let block = Block::new(Some(named(diagnostic.code, tongue)), diagnostic.severity, diagnostic.message.get(tongue), main, &here, tongue);
    handler.render_report(out, &block).expect("writing to a string succeeds");
    for label in elsewhere {
        let say = if label.say.get(tongue).is_empty() { HERE[tongue as usize] } else { label.say.get(tongue) };
        let block = Block::new(None, Severity::Note, say, Some(&label.place.source), &[label], tongue);
        handler.render_report(out, &block).expect("writing to a string succeeds");
    }
    if let Some(help) = &diagnostic.help {
        footer(out, help.get(tongue), tongue, colour);
    }
}

const HERE: [&str; 2] = ["here", "在这里"];

/// `  help: …`; further lines are indented below the first.
fn footer(out: &mut String, text: &str, tongue: Tongue, colour: bool) {
    let (word, indent) = match tongue {
        Tongue::En => ("help:", "        "),
        Tongue::Zh => ("帮助：", "        "),
    };
    let word = if colour { format!("\u{1b}[36m{word}\u{1b}[0m") } else { word.to_owned() };
    let mut lines = text.lines();
    out.push_str("  ");
    out.push_str(&word);
    if tongue == Tongue::En {
        out.push(' ');
    }
    out.push_str(lines.next().unwrap_or_default());
    out.push('\n');
    for line in lines {
        out.push_str(indent);
        out.push_str(line);
        out.push('\n');
    }
}

/// What miette is shown: one message about one source.
#[derive(Debug)]
struct Block {
    code: Option<String>,
    severity: Severity,
    message: String,
    view: Option<View>,
    labels: Vec<LabeledSpan>,
}

impl Block {
    fn new(code: Option<String>, severity: Severity, message: &str, source: Option<&Arc<Source>>, labels: &[&Label], tongue: Tongue) -> Self {
        let view = source.map(View::new);
        let labels = labels
            .iter()
            .enumerate()
            .filter_map(|(index, label)| {
                let span = view.as_ref()?.clamp(label.place.span);
                let say = label.say.get(tongue);
                let say = (!say.is_empty()).then(|| say.to_owned());
                let (start, length) = (span.start, span.end - span.start);
                Some(if index == 0 { LabeledSpan::new_primary_with_span(say, (start, length)) } else { LabeledSpan::new(say, start, length) })
            })
            .collect();
        Self { code, severity, message: message.to_owned(), view, labels }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Block {}

impl miette::Diagnostic for Block {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.view.as_ref().map(|view| view as &dyn SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        (!self.labels.is_empty()).then(|| Box::new(self.labels.iter().cloned()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}

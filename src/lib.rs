//! Bylaw: institutional regulations as data.
//!
//! Load policies, read records, take verdicts, explain one:
//!
//! ```
//! use bylaw::{Cut, Policy, Ruling, Tongue};
//! use bylaw::records::Format;
//!
//! let policy = Policy::parse("
//! regulation bureau “县统计局机关工作制度” [03]
//!   time zone Asia/Shanghai
//!   currency CNY
//!
//! register staff “干部职工”
//!   post “职务”: clerk < section_chief < director
//! event late “迟到” by staff
//!   minutes: minutes, 0 ..
//!
//! rule late_fine “迟到罚款” [03.2e]
//!   on late
//!   fine 2 CNY when minutes > 5 minutes [03.2e]
//!   fine 5 CNY when staff.post is director and minutes > 5 minutes [03.2f]
//!   all max
//! ")?;
//!
//! // Records and registers come from anything that can be read, or by hand.
//! let mut reader = policy.reader();
//! let events = r#"
//! {"type":"late","id":"e1","at":"2024-03-05T08:37:00+08:00","staff":"li","minutes":7}
//! {"type":"late","id":"e2","at":"2024-03-06T08:33:00+08:00","staff":"li","minutes":3}
//! {"type":"late","id":"e3","at":"a day in March","staff":"li","minutes":9}
//! "#;
//! reader.events("events.jsonl", None, Format::Jsonl, &mut events.as_bytes())?;
//! reader.row(&[("type", "late"), ("id", "e4"), ("at", "2024-03-07T09:00"), ("staff", "wang"), ("minutes", "30")])?;
//! reader.register("staff", "staff.csv", Format::Csv, &mut "id,post\nli,clerk\nwang,director\n".as_bytes())?;
//! let records = reader.finish(Cut { until: Some(policy.time("2024-03-31")?), known_at: None });
//!
//! // A record that cannot be used costs itself and nothing else.
//! assert_eq!(records.rejections.len(), 1);
//! assert_eq!(records.rejections[0].code, "wrong-type");
//!
//! let audit = policy.audit(&records);
//! let verdicts: Vec<_> = audit.verdicts.iter().map(|verdict| (verdict.id.as_str(), verdict.ruling)).collect();
//! assert_eq!(verdicts, [
//!     ("bureau.late_fine@e1", Ruling::Violation),
//!     ("bureau.late_fine@e2", Ruling::Compliant),
//!     ("bureau.late_fine@e4", Ruling::Violation),
//! ]);
//!
//! // What it costs whom, month by month.
//! let amounts: Vec<_> = audit.statements.iter().flat_map(|statement| {
//!     statement.lines.iter().map(|line| (&*statement.subject.1, statement.month.as_str(), line.amount.map(|amount| amount.to_string())))
//! }).collect();
//! assert_eq!(amounts, [("li", "2024-03", Some("2".to_owned())), ("wang", "2024-03", Some("5".to_owned()))]);
//!
//! // Why.
//! let explanation = policy.explain(&records, "bureau.late_fine@e4").expect("there is such a verdict")?;
//! println!("{}", explanation.prose(Tongue::En));
//! assert!(explanation.prose(Tongue::Zh).contains("迟到罚款"));
//!
//! // The compiled rules travel as one JSON text, and judge the same.
//! let bundled = Policy::from_bundle(&policy.bundle())?;
//! assert_eq!(bundled.digest(), policy.digest());
//! assert_eq!(bundled.audit(&records), audit);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! How policies are written is in `docs/surface.md`, what they mean in `docs/semantics.md`, how records and registers are written in
//! `docs/records.md`.
//!
//! | stage | from | to | module |
//! |---|---|---|---|
//! | parse | text | tree | `syntax` |
//! | resolve | trees | [`model::Model`] (the core language; also the bundle) | [`model`] |
//! | read | files | [`records::Record`]s and [`records::Facts`] | [`records`] |
//! | judge | model × records | [`Verdict`]s and [`Statement`]s | `engine`, to be fast; `reference`, to be read: it is the meaning |
//! | pass by | files | lines, a report, tables, where records need not be kept | `stream` |
//! | unfold | one verdict | derivation → prose, JSON; and its checker: [`Explanation`] | `explain` |
//! | show | verdicts, statements | text, JSON lines, CSV, Parquet, a page, a workbook | [`report`] |
//! | try | a model's examples | which expectations are met | `tools` |
//! | compare | two models, two audits | what a revision changes | `diff` |
//! | edit | an editor's texts | diagnostics, names, lenses: `bylaw lsp` | `lsp` |
//! | carry | tables of a text | sheets that a spreadsheet edits, and back | `tables` |
//! | take | DMN | a policy text | `dmn` |
//! | format | text | the same in its one form, or in the other tongue: [`format()`] | `format` |
//!
//! Data goes one way, downwards in this table. [`diagnostics`] depends on nothing. Only `cli` and `lsp` touch files and the terminal. The names at this level,
//! [`Policy`] first, are what a program needs; they call the rooms below and add nothing.

#[doc(hidden)]
pub mod analysis;
#[doc(hidden)]
pub mod bindings;
pub mod cli;
pub mod diagnostics;
#[doc(hidden)]
pub mod diff;
#[doc(hidden)]
pub mod dmn;
#[doc(hidden)]
pub mod engine;
#[doc(hidden)]
pub mod explain;
mod face;
mod format;
pub(crate) mod lsp;
pub mod model;
pub mod records;
#[doc(hidden)]
pub mod reference;
pub mod report;
#[doc(hidden)]
pub mod stream;
pub(crate) mod syntax;
#[doc(hidden)]
pub mod shard;
mod threads;
#[doc(hidden)]
pub mod tables;
#[doc(hidden)]
pub mod tools;

pub use cli::Disk;
pub use diagnostics::{Diagnostic, Say, Tongue};
pub use format::{FormatOptions, Formatted, Unformatted, format};
pub use face::{BadTime, Broken, Explanation, Explanations, Policy, Unsound};
pub use model::Files;
pub use records::{Cut, Reader, Records};
pub use reference::supersede;
pub use threads::Threads;
pub use reference::verdict::{Audit, Cause, EarlierVerdict, Effect, Part, Ruling, Statement, StatementLine, Verdict};

//! Tree → resolved, typed rules: the core language as data.
//!
//! Everything here is plain data with public fields: the reference evaluator reads it, [`bundle`] writes it. Nothing here knows
//! about spans, tongues or files' names: two texts that mean the same give the same [`Model`] and the same digest.
//! The meaning of every construct is in `docs/semantics.md`.
//!
//! | step | file | from | to |
//! |---|---|---|---|
//! | face | `compile.rs` | paths and [`Files`] | [`Compiled`] |
//! | sets | `institutions.rs` | a folder of folders | the institutions in it, each compiled by itself |
//! | load | `load.rs` | paths, folders, imports | parsed texts, each with its regulation |
//! | adopt | `adopt.rs` | a regulation that another adopts | its texts, as the adopter's |
//! | plain | `sugar/` | forms of drafters | the norms they stand for |
//! | names | `lower/names.rs` | texts | who is called what; duplicates |
//! | declare | `lower/{declare,event,data,parameter}.rs` | declarations, data files | kinds, entities, events, calendars, parameters |
//! | lower | `lower/{norm,occasion,effects,table,pay,duty,given,exception}.rs` | norms, form by form | [`norm::Norm`] |
//! | | `lower/{expr,path,compare,arithmetic,pattern,measure,group,state,office,hole}.rs` | expressions | typed [`expr::Expr`] |
//! | | `lower/example.rs` | examples | [`Example`] |
//! | cite | `cited.rs`, `lower/declared.rs` | texts | who cites what, and where |
//! | check | `lower/check.rs` | the whole | no loops, not too many readings |
//! | order | [`order`] | a model | layers of norms |
//! | places | [`written`], `lower/written.rs` | lines of norms | where each part of a norm stands, beside the model |
//! | links | `links.rs`, `lower/links.rs` | names | what each was resolved to, beside the model, for editors (`parses.rs`: texts that did not change) |
//! | bundle | [`bundle`] | a model | canonical JSON with its digest, and back |

pub mod bundle;
pub mod calendar;
mod cited;
mod compile;
pub mod expr;
pub mod group;
mod adopt;
mod institutions;
pub(crate) mod load;
pub(crate) mod links;
mod lookup;
mod parses;
mod lower;
pub mod norm;
pub mod number;
pub mod office;
pub mod order;
pub mod rewrite;
#[doc(hidden)]
pub mod sharding;
pub mod state;
mod sugar;
pub mod typing;
pub mod value;
pub mod walk;
pub mod weekday;
pub mod written;

#[cfg(test)]
mod tests;

pub use compile::{Compiled, Files, compile};
pub(crate) use compile::{Known, known};
pub(crate) use lower::type_in_words;
pub(crate) use parses::Parses;
pub use institutions::institutions;

pub use weekday::WEEKDAY;

use calendar::Calendar;
use expr::Expr;
use norm::Norm;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use value::{Scalar, Type};

/// All that a set of policy files says. Every list is sorted by name, so that the order of files and clauses is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Model {
    /// Regulations.
    pub regulations: Vec<Regulation>,
    /// Calendars with their data.
    pub calendars: Vec<Calendar>,
    /// Schedules with their data.
    pub schedules: Vec<Schedule>,
    /// Enumerations.
    pub kinds: Vec<Kind>,
    /// Registers and cases: what a record can be about.
    pub entities: Vec<Entity>,
    /// Record types.
    pub events: Vec<EventType>,
    /// Holes, readings and judged facts.
    pub parameters: Vec<Parameter>,
    /// Other declarations that cite clauses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declared: Vec<Declared>,
    /// Clauses that nothing computes, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// Norms.
    pub norms: Vec<Norm>,
    /// Examples the drafter wrote.
    pub examples: Vec<Example>,
}

/// First and last day, both inclusive; none is unbounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Default)]
pub struct Interval {
    /// First day.
    #[schemars(with = "Option<String>")]
    pub from: Option<chrono::NaiveDate>,
    /// Last day.
    #[schemars(with = "Option<String>")]
    pub until: Option<chrono::NaiveDate>,
}

impl Interval {
    /// Has it neither a first nor a last day?
    pub fn is_always(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }
    /// Is `day` inside?
    pub fn contains(&self, day: chrono::NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// A regulation's header.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Regulation {
    /// Name; the part before the dot in names of norms.
    pub name: String,
    /// Title for people.
    pub label: Option<String>,
    /// Cited document.
    pub cites: Vec<String>,
    /// When it is in force.
    pub validity: Interval,
    /// IANA time zone in which its days and times are read.
    pub time_zone: String,
    /// Currency code.
    pub currency: Option<String>,
    /// Calendar by name; none: working days cannot be counted.
    pub calendar: Option<String>,
    /// The day of the event is day one (`true`), or the next day is (`false`).
    pub same_day: bool,
    /// A length of calendar days, months or years that ends on a day that is not worked ends on the next that is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub moves_on: bool,
    /// Calendar days by which a record may be late before a verdict is final.
    pub lateness: u32,
    /// Norms of the regulation it adopts that it does not take over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_adopted: Vec<NotAdopted>,
}

/// A norm of an adopted regulation that the adopter leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotAdopted {
    /// The regulation it stands in.
    pub regulation: String,
    /// Its name there.
    pub name: String,
    /// Title for people.
    pub label: Option<String>,
    /// Its clauses, as the adopter would cite them.
    pub cites: Vec<String>,
    /// Why it is left out.
    pub because: String,
}

/// Daily slots by season.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Schedule {
    /// Name.
    pub name: String,
    /// Title for people.
    pub label: Option<String>,
    /// Slots.
    pub slots: Vec<Slot>,
}

/// One slot of a schedule: on which days, from when to when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Slot {
    /// Name, such as `morning`.
    pub name: String,
    /// Season: month-day range `MM-DD`, inclusive, may wrap over New Year.
    pub season: Option<(String, String)>,
    /// Start, `HH:MM`.
    pub start: String,
    /// End, `HH:MM`.
    pub end: String,
}

/// An enumeration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Kind {
    /// Name. An enumeration written in place is called `OWNER.FIELD`.
    pub name: String,
    /// Title for people.
    pub label: Option<String>,
    /// Values can be compared with `<`; the list runs from low to high.
    pub ordered: bool,
    /// Values and their labels.
    pub values: Vec<(String, Option<String>)>,
}

/// What a subject is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntitySort {
    /// Rows of a register file, with validity.
    Register,
    /// Columns of the records themselves.
    Case,
}

/// A kind of subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entity {
    /// Name, such as `staff`.
    pub name: String,
    /// Title for people.
    pub label: Option<String>,
    /// Register or case.
    pub sort: EntitySort,
    /// Attributes.
    pub attributes: Vec<Field>,
}

/// A field of a record or an attribute of an entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    /// Name.
    pub name: String,
    /// Title for people.
    pub label: Option<String>,
    /// Type.
    pub ty: Type,
    /// Step, lowest and highest value of a quantity.
    pub range: value::Range,
    /// Column in the data; the name itself when none.
    pub column: Option<String>,
}

/// A record type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventType {
    /// Name, unique in the model.
    pub name: String,
    /// Title for people.
    pub label: Option<String>,
    /// Names in the data (`Create Fine`); the name itself when empty.
    pub called: Vec<String>,
    /// Which columns hold the record's own properties.
    pub columns: Columns,
    /// Subjects by role, then fields. A role is a field whose type is a reference.
    pub fields: Vec<Field>,
    /// How many of `fields` are roles; they come first.
    pub roles: usize,
    /// Made by `counts as` or by a breach, never read from files.
    pub derived: bool,
    /// A record of which this is not so is void: no occasion, and counted nowhere ([`expr::Scope::Counted`] is the record).
    pub valid: Option<Valid>,
}

/// What makes a record valid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Valid {
    /// Condition.
    pub when: Expr,
    /// Citations.
    pub cites: Vec<String>,
}

impl EventType {
    /// Index of the field or role called `name`.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

/// Columns of a record's own properties; the default names are the fields' own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Columns {
    /// Column of the type name.
    pub r#type: String,
    /// Column of the id.
    pub id: String,
    /// Column of the time.
    pub at: String,
    /// The time column holds dates, whatever time of day is written.
    pub at_is_date: bool,
    /// Column of the source.
    pub source: String,
    /// Column of the revision number.
    pub revision: String,
    /// Column of the recording time.
    pub recorded_at: String,
    /// Column of the id that this record replaces.
    pub supersedes: String,
    /// Column of the id that this record takes back.
    pub retracts: String,
}

impl Default for Columns {
    fn default() -> Self {
        let own = str::to_owned;
        Self {
            r#type: own("type"),
            id: own("id"),
            at: own("at"),
            at_is_date: false,
            source: own("source"),
            revision: own("revision"),
            recorded_at: own("recorded_at"),
            supersedes: own("supersedes"),
            retracts: own("retracts"),
        }
    }
}

/// A value that is not simply given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Parameter {
    /// Name; `hole` in place gets `NORM.hole1`.
    pub name: String,
    /// The words of the text, or what it fails to say.
    pub label: Option<String>,
    /// Citations.
    pub cites: Vec<String>,
    /// Type.
    pub ty: Type,
    /// What it could be.
    pub range: value::Range,
    /// Hole, reading or judged fact.
    pub sort: ParameterSort,
    /// What an example takes it to be while it runs; in what is compiled, nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Scalar>,
}

/// Why a value is not simply given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant)] // one per parameter
pub enum ParameterSort {
    /// The text does not state it.
    Hole,
    /// The text can be read in several ways; the type is the enumeration of them.
    Reading {
        /// What somebody decided.
        decided: Option<Decided>,
    },
    /// Somebody must say.
    Judged {
        /// Case or event it is said of.
        of: String,
        /// It is said anew of each such period; none: once and for all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        every: Option<norm::Rhythm>,
        /// Register of those who may say it; none: the text does not state who judges, and whoever does counts.
        by: Option<String>,
        /// Condition on the person ([`expr::Scope::Counted`] is the person's attestation record; `Fact` of its `by`).
        who: Option<Expr>,
        /// Presumed until somebody says otherwise.
        presumed: Option<Scalar>,
        /// The presumption holds only after this many (calendar or working) days without an answer.
        presumed_after: Option<Scalar>,
    },
}

/// A decided reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decided {
    /// Which alternative.
    pub alternative: String,
    /// Who decided.
    pub by: String,
    /// First day of the occasions it governs.
    #[schemars(with = "String")]
    pub since: chrono::NaiveDate,
    /// Governs earlier occasions as well.
    pub retroactive: bool,
}

/// A declaration that cites clauses: a kind, register, case, event, feed, measure, state, calendar or schedule. What norms say of it stands in
/// them; this is what it rests on, and for whom the clause is there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Declared {
    /// Name; `regulation.name` of a measure or state.
    pub name: String,
    /// Regulation of its text; none when it is shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regulation: Option<String>,
    /// Citations.
    pub cites: Vec<String>,
    /// Holes, readings and judged facts that a measure or state asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<String>,
}

/// `not computable`: clauses of which no record could show anything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// Regulation it belongs to.
    pub regulation: String,
    /// The clauses.
    pub cites: Vec<String>,
    /// Why.
    pub because: String,
}

/// An example, resolved: plain records and expectations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Example {
    /// Regulation it belongs to.
    pub regulation: String,
    /// What it shows.
    pub title: String,
    /// Holes and readings that it settles, for itself alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<(String, Scalar)>,
    /// Register rows: entity, id, attributes as in a JSON register file.
    pub subjects: Vec<GivenSubject>,
    /// Records, as they would stand in a JSONL file with default columns.
    pub records: Vec<GivenRecord>,
    /// Known up to (end of this day, or this moment), as written in a record.
    pub until: Option<String>,
    /// What is expected.
    pub expect: Vec<Expected>,
}

/// A register row of an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GivenSubject {
    /// Entity.
    pub entity: String,
    /// Id.
    pub id: String,
    /// Days on which the row holds.
    #[serde(default, skip_serializing_if = "Interval::is_always")]
    pub days: Interval,
    /// Attributes.
    pub attributes: Vec<(String, Option<Scalar>)>,
}

/// A record of an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GivenRecord {
    /// Event type.
    pub event: String,
    /// Id, `r1`, `r2`, … when not written.
    pub id: String,
    /// Date or moment (local, `2024-03-05` or `2024-03-05T08:37`).
    pub at: String,
    /// Roles and fields; none: left blank.
    pub fields: Vec<(String, Option<Scalar>)>,
}

/// An expectation of an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Expected {
    /// Norm, with its regulation.
    pub norm: String,
    /// The slot that is spoken of; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// Subject id, any when none.
    pub subject: Option<String>,
    /// `2024-03-05`, `2024-03`, `2024-Q1`, `2024`; any when none.
    pub on: Option<String>,
    /// What.
    pub is: ExpectedResult,
}

/// What an example expects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExpectedResult {
    /// This ruling.
    Ruling(String),
    /// This posted amount or decided value.
    Value(Scalar),
    /// Nothing is posted or decided.
    Nothing,
}

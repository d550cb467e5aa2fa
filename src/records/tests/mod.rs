//! Each test writes a policy and a file, reads it, and looks at what came out.

#![allow(clippy::unwrap_used, clippy::panic)]

mod bad;
mod by_hand;
mod facts;
mod formats;
mod identity;
mod order;
pub(super) mod random;
mod values;

use super::{Cut, Format, Reader, Record, Records, Rejection, Stored};
use crate::diagnostics::Tongue;
use crate::model::value::Scalar;
use crate::model::{Files, Model, compile};
use std::io;

struct One(String);

impl Files for One {
    fn read(&self, _: &str) -> io::Result<Vec<u8>> {
        Ok(self.0.clone().into_bytes())
    }
    fn folder(&self, _: &str) -> io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}

/// A regulation in Rome's time zone (it has summer time) with these declarations.
pub(super) fn model(declarations: &str) -> Model {
    model_in("regulation r \"R\"\n  time zone Europe/Rome\n  currency CNY\n", declarations)
}

pub(super) fn model_in(header: &str, declarations: &str) -> Model {
    let compiled = compile(&["p.bylaw".to_owned()], &One(format!("{header}\n{declarations}")));
    compiled.model.unwrap_or_else(|| panic!("{}", crate::diagnostics::render::render(&compiled.diagnostics, Tongue::En, false)))
}

pub(super) const LATE: &str = "register staff\n  post: text\n\nevent late by staff\n  minutes: count, 0 .. 600\n  note: text\n";

/// Reads one events file as a whole.
pub(super) fn read(model: &Model, format: Format, text: impl AsRef<[u8]>) -> Records {
    let mut reader = Reader::new(model);
    reader.events("f", None, format, &mut text.as_ref()).unwrap_or_else(|rejection| panic!("{rejection:?}"));
    reader.finish(Cut::default())
}

pub(super) fn jsonl(lines: &[&str]) -> Records {
    read(&model(LATE), Format::Jsonl, lines.join("\n"))
}

/// A rejection as it is shown.
pub(super) fn said(rejection: &Rejection) -> String {
    let id = rejection.id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
    format!("{}:{}{id} {}: {} | {}", rejection.origin.file, rejection.origin.line, rejection.code, rejection.message.en, rejection.help.en)
}

/// `id at field, field` for each record.
pub(super) fn listing(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| format!("{} {} {}", record.reference(), at(record), record.fields.iter().map(shown).collect::<Vec<_>>().join(", "))).collect()
}

fn at(record: &Record) -> String {
    match record.at {
        super::At::Moment(moment) => moment.to_rfc3339(),
        super::At::Date(day) => day.to_string(),
    }
}

fn shown(value: &Stored) -> String {
    match value {
        Stored::Missing => "missing".into(),
        Stored::Blank => "blank".into(),
        Stored::Known(Scalar::Bool(yes)) => yes.to_string(),
        Stored::Known(Scalar::Quantity(number, unit)) => format!("{number} {unit:?}"),
        Stored::Known(Scalar::Date(day)) => day.to_string(),
        Stored::Known(Scalar::Moment(moment)) => moment.to_rfc3339(),
        Stored::Known(Scalar::Time(time)) => time.to_string(),
        Stored::Known(Scalar::Kind(_, value)) => format!("`{value}`"),
        Stored::Known(Scalar::Text(text)) => format!("{text:?}"),
        Stored::Known(Scalar::Ref(entity, id)) => format!("{entity}:{id}"),
        Stored::Known(Scalar::Set(entity, ids)) => format!("{entity}:{{{}}}", ids.join(" ")),
    }
}

//! Words of a record → the texts of its digest, as [`crate::records::add_digested`] has them of a record that was made; and the names in it.

use crate::engine::batch::{Row, Text};
use crate::engine::plan::Plan;
use crate::engine::word::{BLANK, Kept, MISSING, Word, day_of};
use crate::model::number::Number;
use crate::records::{Facts, add_digested};
use foldhash::fast::RandomState;
use std::collections::HashSet;
use std::fmt::Write as _;

/// How the values of a field are written.
enum Spelling<'m> {
    Bool,
    /// So many steps.
    Quantity(Number),
    Date,
    /// Seconds since midnight.
    Time,
    Kind(Vec<&'m str>),
    Text,
    Ref,
    Set,
}

type Known<'f> = HashSet<&'f str, RandomState>;

/// How records of each type are written.
pub(super) struct Spelled<'f, 'm> {
    /// Name of the type, and its fields; where a register was read, with those in it.
    events: Vec<(&'m str, Vec<Field<'f, 'm>>)>,
    buffer: String,
}

struct Field<'f, 'm> {
    spelling: Spelling<'m>,
    known: Option<Known<'f>>,
}

impl<'f, 'm> Spelled<'f, 'm> {
    /// None for a model with a type whose values words do not hold.
    pub(super) fn new(plan: &Plan<'m>, facts: &'f Facts) -> Self {
        let field = |kept: &Kept| Field { spelling: spelling(plan, kept), known: known(plan, kept, facts) };
        let of = |(event, fields): (&'m crate::model::EventType, &Vec<(Kept, bool)>)| (event.name.as_str(), fields.iter().map(|(kept, _)| field(kept)).collect());
        Self { events: plan.model.events.iter().zip(&plan.fields).map(of).collect(), buffer: String::new() }
    }

    /// Adds the texts of a record of a source by its id that has neither revision nor recording time and corrects no other. Does it name somebody whom a register does not know?
    pub(super) fn add(&mut self, row: &Row, (source, id): (&str, &str), words: &[Word], text: &str, into: &mut Vec<u8>) -> Option<bool> {
        let (event, fields) = self.events.get(row.event)?;
        add_digested(into, event);
        add_digested(into, source);
        add_digested(into, id);
        let buffer = &mut self.buffer;
        buffer.clear();
        match row.at.nanos {
            Word::MIN => write!(buffer, "0  {}", day_of(row.at.day)?),
            nanos => write!(buffer, "0  {}.{:09}", nanos.div_euclid(1_000_000_000), nanos.rem_euclid(1_000_000_000)),
        }
        .ok()?;
        add_digested(into, buffer);
        add_digested(into, "");
        add_digested(into, "");
        let mut names_unknown = false;
        for (field, word) in fields.iter().zip(words) {
            buffer.clear();
            let is_unknown = |id: &str| field.known.as_ref().is_some_and(|known| !known.contains(id));
            match (*word, &field.spelling) {
                (MISSING, _) => buffer.push('-'),
                (BLANK, _) => buffer.push('_'),
                (word, Spelling::Bool) => buffer.push_str(if word == 1 { "btrue" } else { "bfalse" }),
                (word, Spelling::Quantity(step)) => quantity(word, *step, buffer)?,
                (word, Spelling::Date) => write!(buffer, "d{}", day_of(word)?).ok()?,
                (word, Spelling::Time) => write!(buffer, "t{:02}:{:02}:{:02}", word / 3600, word / 60 % 60, word % 60).ok()?,
                (word, Spelling::Kind(names)) => {
                    buffer.push('k');
                    buffer.push_str(names.get(usize::try_from(word).ok()?)?);
                }
                (word, Spelling::Text) => {
                    buffer.push('x');
                    buffer.push_str(Text::of_word(word).of(text));
                }
                (word, Spelling::Ref) => {
                    let id = Text::of_word(word).of(text);
                    buffer.push('r');
                    buffer.push_str(id);
                    names_unknown |= is_unknown(id);
                }
                (word, Spelling::Set) => {
                    for id in ids(Text::of_word(word).of(text)) {
                        write!(buffer, "s{}:{id}", id.len()).ok()?;
                        names_unknown |= is_unknown(id);
                    }
                }
            }
            add_digested(into, buffer);
        }
        Some(names_unknown)
    }
}

fn spelling<'m>(plan: &Plan<'m>, kept: &Kept) -> Spelling<'m> {
    match kept {
        Kept::Bool => Spelling::Bool,
        Kept::Quantity(step, _) => Spelling::Quantity(*step),
        Kept::Date => Spelling::Date,
        Kept::Time => Spelling::Time,
        Kept::Kind(kind) => Spelling::Kind(plan.model.kind(kind).map(|kind| kind.values.iter().map(|(value, _)| value.as_str()).collect()).unwrap_or_default()),
        // A moment is never a word.
        Kept::Text | Kept::Nothing => Spelling::Text,
        Kept::Ref(_) => Spelling::Ref,
        Kept::Set(_) => Spelling::Set,
    }
}

/// Who is in the register of those whom a field names; none when none was read.
fn known<'f>(plan: &Plan<'_>, kept: &Kept, facts: &'f Facts) -> Option<Known<'f>> {
    let (Kept::Ref(entity) | Kept::Set(entity)) = kept else { return None };
    let name = &plan.model.entities.get(*entity)?.name;
    let members = facts.members.get(name).into_iter().flat_map(|members| members.keys());
    facts.loaded.contains(name).then(|| members.map(|id| &**id).collect())
}

fn quantity(word: Word, step: Number, into: &mut String) -> Option<()> {
    if step == Number::whole(1) {
        write!(into, "q{word}").ok()
    } else {
        write!(into, "q{}", Number::whole(word).times(step)?).ok()
    }
}

/// The ids of a set that was written plainly, in their order, each once.
fn ids(written: &str) -> Vec<&str> {
    let list = written.trim().strip_prefix('[').and_then(|inside| inside.strip_suffix(']'));
    let mut ids: Vec<&str> = match list {
        Some(inside) => inside.split(',').map(|id| id.trim().trim_matches('"').trim()).collect(),
        None => written.split([';', '；']).map(str::trim).collect(),
    };
    ids.retain(|id| !id.is_empty());
    ids.sort_unstable();
    ids.dedup();
    ids
}

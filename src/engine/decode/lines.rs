//! One thread's part of reading JSONL: lines that are written plainly become words; the others are left to the reader of all formats.

use super::scan::{self, Kind, Token};
use super::Stream;
use super::seen::Ids;
use super::shape::Shapes;
use super::value::{self, Plain};
use super::when::Days;
use crate::engine::batch::{Batch, Piece, Row, Stamp, Text, key, thread_of};
use crate::engine::plan::Plan;
use crate::engine::word::{BLANK, Kept, Word};
use crate::model::Field;
use crate::records::{At, Reader};
use std::collections::{HashMap, HashSet};

/// Makes words of lines.
pub(in crate::engine) struct Scanner<'p, 'm> {
    pub(super) plan: &'p Plan<'m>,
    until: Until,
    /// Over so many threads subjects are shared out by their keys.
    parts: usize,
    pub(super) columns: Vec<&'m str>,
    pub(super) shapes: Shapes,
    /// Values of the line that is read.
    pub(super) tokens: Vec<Token>,
    pub(super) days: Days,
    /// Column of the type; none when there are several.
    pub(super) type_column: Option<usize>,
    pub(super) types: HashMap<Box<str>, usize>,
    /// What policies call some type, one or several of them, where there is one column for it.
    declared: HashSet<Box<str>>,
    pub(super) events: Vec<Option<Columned>>,
}

/// The end of what is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Until(Option<(At, Stamp)>);

impl Until {
    pub(super) fn new(plan: &Plan<'_>, until: Option<At>) -> Self {
        Self(until.map(|until| (until, plan.stamp(until))))
    }

    /// Had it happened by then?
    pub(super) fn counts(&self, at: Stamp) -> bool {
        match self.0 {
            None => true,
            Some((At::Moment(_), until)) if at.nanos != Word::MIN => at.nanos <= until.nanos,
            Some((_, until)) => at.day <= until.day,
        }
    }
}

/// Where the properties and fields of a record type stand.
#[derive(Debug, Clone)]
pub(super) struct Columned {
    pub(super) id: usize,
    pub(super) at: usize,
    pub(super) at_is_date: bool,
    /// Columns in which nothing may stand: source, revision, recording time, corrections.
    pub(super) absent: Vec<usize>,
    pub(super) fields: Vec<(usize, Plain)>,
    /// Attributes of its cases: they must be well typed.
    pub(super) attributes: Vec<(usize, Plain)>,
}

/// What came of some lines.
pub(in crate::engine) struct Scanned {
    pub(super) piece: Piece,
    /// Ids of the plain ones.
    pub(super) ids: Ids,
    /// Those that are not plain: place among all, first byte, length, number.
    pub(super) slow: Vec<(usize, usize, usize, u64)>,
    pub(super) lines: u64,
    /// All of it, when some of it is no text.
    pub(super) no_text: Option<Vec<u8>>,
}

impl<'p, 'm> Scanner<'p, 'm> {
    /// For so many threads.
    pub(super) fn new(plan: &'p Plan<'m>, reader: &Reader<'m>, until: Option<At>, parts: usize) -> Self {
        let layout = reader.layout();
        let mut columns: Vec<&'m str> = layout.wanted.iter().copied().collect();
        columns.sort_unstable();
        let at = |name: &str| columns.binary_search(&name).ok();
        let zone_is = |event: usize| layout.plans.get(event).is_some_and(|event| event.zone == Some(plan.zone));
        let columned = |(event, declared): (usize, &crate::model::EventType)| {
            let names = &declared.columns;
            let field = |field: &Field| Some((at(field.column.as_deref().unwrap_or(&field.name))?, Plain::new(plan.model, field, &Kept::of(plan.model, field))));
            let attributes = layout.plans.get(event)?.cases.iter().flat_map(|case| case.attributes()).map(field).collect::<Option<_>>()?;
            let absent = [&names.source, &names.revision, &names.recorded_at, &names.supersedes, &names.retracts].into_iter().filter_map(|name| at(name)).collect();
            let fields = declared.fields.iter().map(field).collect::<Option<_>>()?;
            (!declared.derived && zone_is(event)).then_some(Columned { id: at(&names.id)?, at: at(&names.at)?, at_is_date: names.at_is_date, absent, fields, attributes })
        };
        let events: Vec<Option<Columned>> = plan.model.events.iter().enumerate().map(columned).collect();
        let (mut types, mut declared) = (HashMap::new(), HashSet::new());
        let mut type_column = None;
        if let Some((column, names)) = layout.only_type() {
            type_column = at(column);
            declared = names.keys().map(|name| Box::from(*name)).collect();
            types = names.iter().filter_map(|(name, events)| if let [event] = events.as_slice() { Some((Box::from(*name), *event)) } else { None }).collect();
        }
        let days = Days::new(plan.zone);
        Self { plan, until: Until::new(plan, until), parts, columns, shapes: Shapes::new(), tokens: Vec::new(), days, type_column, types, declared, events }
    }

    /// Reads whole lines; the piece is room that was used before.
    pub(in crate::engine) fn scan(&mut self, bytes: Vec<u8>, mut piece: Piece, mut ids: Ids, stream: &Stream) -> Scanned {
        let (stream, named) = (stream.number, !stream.source.is_empty());
        piece.clear(if self.parts > 1 { self.parts } else { 0 });
        let (mut start, mut lines, mut slow, mut places) = (0, 0, Vec::new(), 0);
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(bad) => {
                // Each line has a place.
                let places = memchr::memchr_iter(b'\n', bad.as_bytes()).count() + 1;
                piece.parts.iter_mut().for_each(|part| part.places = places);
                return Scanned { piece, ids, slow, lines, no_text: Some(bad.into_bytes()) };
            }
        };
        while start < text.len() {
            lines += 1;
            start = match self.plain(&text, start, (&mut piece, &mut places), &mut ids, (stream, named)) {
                Some(end) => end + 1,
                None => {
                    let rest = text.as_bytes().get(start..).unwrap_or_default();
                    let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    slow.push((places, start, length, lines));
                    places += 1;
                    if piece.parts.is_empty() {
                        // Its words come behind those of the plain ones, its row in its place.
                        piece.batch.rows.push(Row::placeholder(stream));
                    }
                    start + length + 1
                }
            };
        }
        piece.batch.text = text;
        piece.parts.iter_mut().for_each(|part| part.places = places);
        Scanned { piece, ids, slow, lines, no_text: None }
    }

    /// A line that is written plainly; where it ends.
    fn plain(&mut self, text: &str, start: usize, (piece, places): (&mut Piece, &mut usize), ids: &mut Ids, (stream, named): (u32, bool)) -> Option<usize> {
        let (end, place) = scan::line(text.as_bytes(), start, &mut self.shapes, &self.columns, &mut self.tokens)?;
        let batch = &mut piece.batch;
        let words = batch.words.len();
        let Some(row) = self.row(text, place, batch, (Some(ids), stream, named)) else {
            batch.words.truncate(words);
            return None;
        };
        if !self.until.counts(row.at) {
            return Some(end);
        }
        if piece.parts.is_empty() {
            batch.rows.push(row);
        } else {
            let of = u32::try_from(piece.parts.len()).ok()?;
            let part = piece.parts.get_mut(thread_of(row.key, of) as usize)?;
            part.pack(&row, (text, batch.words.get(words..)?), self.plan.texts(row.event), u32::try_from(*places).ok()?)?;
            batch.words.truncate(words);
        }
        *places += 1;
        Some(end)
    }

    /// Is that what no policy calls a type?
    pub(super) fn is_undeclared(&self, kind: &str) -> bool {
        self.type_column.is_some() && !kind.is_empty() && kind.trim().len() == kind.len() && !self.declared.contains(kind)
    }

    /// By what a record is given to one of several threads.
    #[cfg(feature = "arrow")]
    pub(super) fn key(&self, event: usize, words: &[Word], text: &str) -> u32 {
        key_of(self.plan, self.parts, (event, words), text)
    }

    /// The record whose values were read; none when it is not plain. Its id goes to `ids`; without that, it need have none, and then it has no name yet.
    #[inline]
    pub(super) fn row(&mut self, text: &str, place: usize, batch: &mut Batch, (ids, stream, named): (Option<&mut Ids>, u32, bool)) -> Option<Row> {
        let tokens = self.tokens.as_slice();
        let known = self.shapes.end(place, self.type_column)?;
        let bytes = text.as_bytes();
        let kind = tokens.get(known.kind?).filter(|kind| kind.kind == Kind::Text).and_then(|kind| bytes.get(kind.start..kind.end))?;
        let (events, types) = (&self.events, &self.types);
        let columned = || types.get(std::str::from_utf8(kind).ok()?).and_then(|event| Some((*event, events.get(*event)?.as_ref()?)));
        let recipe = known.recipe(kind, columned)?;
        let columned = events.get(recipe.event)?.as_ref()?;
        let id = recipe.id.and_then(|id| tokens.get(id)).filter(|id| id.kind != Kind::Null);
        let is_id = |id: &Token| match id.kind {
            Kind::Text => value::is_trimmed(text, id),
            Kind::Number(0.., 0) => bytes.get(id.start) != Some(&b'-'),
            Kind::Number(..) | Kind::LongNumber => value::written(text, id).is_some_and(value::whole),
            _ => false,
        };
        let null = |absent: &usize| tokens.get(*absent).is_some_and(|token| token.kind == Kind::Null);
        if !id.is_none_or(is_id) || named || !recipe.absent.iter().all(null) {
            return None;
        }
        let name = match id {
            Some(id) => Text::new(id.start, id.end.checked_sub(id.start)?)?,
            None => Text::NONE,
        };
        let time = tokens.get(recipe.at).filter(|at| at.kind == Kind::Text).and_then(|at| bytes.get(at.start..at.end))?;
        let at = if columned.at_is_date { self.days.date(time)? } else { self.days.stamp(time)? };
        let first = batch.words.len();
        for ((_, plain), token) in columned.fields.iter().zip(&recipe.fields) {
            batch.words.push(plain.read(text, token.and_then(|token| tokens.get(token)))?);
        }
        let key = key_of(self.plan, self.parts, (recipe.event, batch.words.get(first..)?), text);
        for ((_, plain), token) in columned.attributes.iter().zip(&recipe.attributes) {
            plain.read(text, token.and_then(|token| tokens.get(token)))?;
        }
        match (id, ids) {
            (Some(Token { kind: Kind::Number(number @ 0.., 0), .. }), Some(ids)) => ids.add_number(number.unsigned_abs()),
            // Who notes ids wants one.
            (id, Some(ids)) => ids.add(value::written(text, id?)?),
            (_, None) => {}
        }
        Some(Row { event: recipe.event, at, stream, name, words: first, key })
    }
}

/// By what a record is given to one of several threads.
#[inline]
fn key_of(plan: &Plan<'_>, parts: usize, (event, words): (usize, &[Word]), text: &str) -> u32 {
    let own = if parts > 1 { plan.key(event) } else { None };
    let subject = own.and_then(|own| words.get(own)).filter(|word| **word > BLANK);
    subject.map_or(0, |word| key(Text::of_word(*word).of(text)))
}

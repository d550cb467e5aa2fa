//! One verdict's records by an index: those of its subject, each read at its place and compared with what was noted of it.

use super::super::replay::{Asked, in_order, is_root};
use super::{Index, NOBODY, Spot, Unusable, far, short, subject, table};
use crate::diagnostics::Say;
use crate::engine::{Plan, Plans};
use crate::model::Model;
use crate::records::{At, Format, Given, Hashes, Reader, Record, Records, Rows};
use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Bytes that are read at once.
const AT_ONCE: usize = 1 << 12;

/// An open events file.
#[derive(Debug)]
pub struct EventsFile<R> {
    /// Its name for messages.
    pub name: String,
    /// The name given to its source.
    pub source: Option<String>,
    /// Plain JSONL or CSV.
    pub format: Format,
    /// What stands in it.
    pub input: R,
}

/// What an index has to say.
#[derive(Debug)]
pub enum Answer {
    /// The records on which the verdict may rest, as an audit of all would see them. What was read of the others (counts, digests, what could not be used) is not told.
    Records(Box<Records>),
    /// All must be read, and why; none: perhaps there is no such verdict.
    All(Option<Say>),
}

impl Answer {
    fn all(en: &str, zh: &str) -> Self {
        Self::All(Some(Say::new(en, zh)))
    }
}

/// The records on which a verdict may rest. `registers`: what was read of registers; `until`: records after that are left out; `files`: those of the index, in their order.
///
/// # Errors
/// When the index cannot be used after all: it is damaged, or a record is not what it was.
pub fn of_verdict<I: Read + Seek, R: Read + Seek>(
    model: &Model,
    registers: Records,
    (verdict, until): (&str, Option<At>),
    index: &mut Index<I>,
    files: &mut [EventsFile<R>],
) -> Result<Answer, Unusable> {
    let facts = registers.facts.clone();
    let plans = Plans::new(model, &facts);
    let Some(asked) = Asked::new(model, &plans, verdict) else {
        let is_norm = verdict.split_once('@').is_some_and(|(rule, _)| model.norms.iter().any(|norm| norm.name == rule));
        return Ok(if is_norm { Answer::all("the norm, or another on its records, needs more than one subject's records", "该条款或同一记录上的其他条款需要不止一个对象的记录") } else { Answer::All(None) });
    };
    let mut reader = Reader::new(model);
    if let Some(why) = not_enough(index, model, &reader, (asked.plan, until)) {
        return Ok(why);
    }
    let mut reading = Reading::new(&mut reader, model, files);
    let (id, mut all) = match asked.of_period() {
        Some(id) => (id.to_owned(), reading.of(index, own(asked.plan, id))?),
        None => match of_root(&asked, index, &mut reading)? {
            Some(found) => found,
            None => return Ok(Answer::All(None)),
        },
    };
    all.retain(|record| asked.plan.subject_of(record) == Some(&*id));
    let whole = &index.head.whole;
    if !whole.is_in_order && !in_order(&all, asked.plan) {
        return Ok(Answer::all("the subject's records do not come in the order of their times", "该对象的记录未按时间先后排列"));
    }
    let first = whole.first.as_ref().map(|spot| reading.at(spot)).transpose()?;
    let first = first.filter(|first| all.first().is_none_or(|kept| kept.reference() != first.reference()));
    let until = match (until, &whole.until) {
        (Some(until), _) => Some(until),
        (None, Some(last)) => Some(last.at().ok_or(Unusable::Damaged)?),
        (None, None) => None,
    };
    Ok(Answer::Records(Box::new(Records { records: first.into_iter().chain(all).collect(), until, ..registers })))
}

/// Why one subject's records are not enough for any verdict.
fn not_enough<I>(index: &Index<I>, model: &Model, reader: &Reader<'_>, (plan, until): (&Plan<'_>, Option<At>)) -> Option<Answer> {
    let whole = &index.head.whole;
    // Whether columns hold attributes of cases rests on the rules, not on the records.
    if !whole.is_enough || reader.noting(&crate::records::Facts::default(), None).needs_all() {
        return Some(Answer::all(
            "some records correct others, have an id that was there already, hold attributes of cases, or lie so that only all together tell which is the last",
            "有的记录更正其他记录、编号重复、带有案件属性，或须通观全部记录方能确定何者最后",
        ));
    }
    if whole.nobodys.iter().any(|(event, field)| model.event_index(event).is_some_and(|event| plan.is_key(event, field))) {
        return Some(Answer::all("a record does not say whose it is", "有记录没有写明属于谁"));
    }
    until.is_some_and(|until| whole.last.is_some_and(|last| is_cut(last, until, plan.zone()))).then(|| Answer::all("there are records after `--until`", "`--until` 之后还有记录"))
}

/// Does a record come after the cut, where the last day and the last moment are these?
fn is_cut((day, moment): (i32, Option<(i64, u32)>), until: At, zone: Tz) -> bool {
    let is_later_day = NaiveDate::from_num_days_from_ce_opt(day).is_none_or(|day| day > until.day(zone));
    let moment = moment.and_then(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos));
    is_later_day || matches!(until, At::Moment(until) if moment.is_some_and(|moment| moment > until))
}

/// By what the records of a plan's subject are found.
fn own(plan: &Plan<'_>, id: &str) -> u32 {
    subject(plan.entity().unwrap_or_default(), id)
}

/// The subject of the record that the key of an occasion speaks of, and the records that name the subject. None: there is no such record, or it is found only among all.
fn of_root<I: Read + Seek, R: Read + Seek>(asked: &Asked<'_, '_, '_>, index: &mut Index<I>, reading: &mut Reading<'_, '_, R>) -> Result<Option<(String, Vec<Record>)>, Unusable> {
    let whose = owners(index, asked.key)?;
    let mut read = BTreeMap::new();
    for key in &whose {
        read.insert(*key, reading.of(index, *key)?);
    }
    let roots: Vec<&Record> = read.values().flatten().filter(|record| is_root(&record.reference(), asked.key)).collect();
    // Two records of one name: which of them is meant is found among all.
    let id = match roots.as_slice() {
        [root] if !whose.contains(&NOBODY) => asked.plan.subject_of(root).map(str::to_owned),
        _ => None,
    };
    let Some(id) = id else { return Ok(None) };
    let own = own(asked.plan, &id);
    // Mostly the record names the subject first.
    let all = read.remove(&own).map_or_else(|| reading.of(index, own), Ok)?;
    Ok(Some((id, all)))
}

/// Somebody whom each of the records names of which the key of an occasion may speak.
fn owners<I: Read + Seek>(index: &mut Index<I>, key: &str) -> Result<BTreeSet<u32>, Unusable> {
    let mut all = BTreeSet::new();
    for name in roots(key) {
        let whose: Vec<[u8; 4]> = table::noted(&mut index.input, &index.head.ids, short(name))?.unwrap_or_default();
        all.extend(whose.into_iter().map(u32::from_be_bytes));
    }
    Ok(all)
}

/// All names that the record may have which the key of an occasion speaks of: see [`is_root`].
fn roots(key: &str) -> BTreeSet<&str> {
    let mut all = BTreeSet::new();
    let mut key = key;
    loop {
        all.insert(key);
        all.extend(key.match_indices('@').filter_map(|(at, _)| key.get(at + 1..)));
        match key.rsplit_once('#') {
            Some((before, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => key = before,
            _ => return all,
        }
    }
}

/// Files of which single records are read.
struct Reading<'a, 'm, R> {
    reader: &'a mut Reader<'m>,
    model: &'m Model,
    hashes: Hashes,
    files: Vec<(&'a mut EventsFile<R>, Given, Option<Rows>)>,
}

impl<'a, 'm, R: Read + Seek> Reading<'a, 'm, R> {
    fn new(reader: &'a mut Reader<'m>, model: &'m Model, files: &'a mut [EventsFile<R>]) -> Self {
        // Each file is a stream, in the order in which all would be read.
        let files = files.iter_mut().map(|file| {
            let given = reader.opened(&file.name, file.source.as_deref().unwrap_or_default());
            (file, given, None)
        });
        let files = files.collect();
        Self { reader, model, hashes: Hashes::default(), files }
    }

    /// The records that name a subject, in their order.
    fn of<I: Read + Seek>(&mut self, index: &mut Index<I>, subject: u32) -> Result<Vec<Record>, Unusable> {
        let mut spots: Vec<Spot> = table::noted(&mut index.input, &index.head.subjects, subject)?.unwrap_or_default();
        far(&mut spots).ok_or(Unusable::Damaged)?;
        spots.iter().map(|spot| self.at(spot)).collect()
    }

    /// The record at a place, as it was when the index was made.
    fn at(&mut self, spot: &Spot) -> Result<Record, Unusable> {
        let (file, given, rows) = self.files.get_mut(spot.file as usize).ok_or(Unusable::Damaged)?;
        let changed = || Unusable::Changed(Some(file.name.clone()));
        let rows = match rows {
            Some(rows) => rows,
            None => rows.insert(match file.format {
                Format::Csv => {
                    file.input.seek(SeekFrom::Start(0))?;
                    Rows::csv(&mut BufReader::new(&mut file.input), self.reader.limit()).ok_or_else(changed)?
                }
                _ => Rows::Jsonl,
            }),
        };
        file.input.seek(SeekFrom::Start(spot.offset))?;
        let read: io::Result<Option<Record>> = self.reader.at(given, rows, spot.line, &mut BufReader::with_capacity(AT_ONCE, &mut file.input));
        let name = &file.name;
        let record = read?.filter(|record| self.hashes.of(self.model, record).to_le_bytes() == spot.hash);
        record.ok_or_else(|| Unusable::Changed(Some(name.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::roots;

    #[test]
    fn a_key_speaks_of_the_record_or_of_one_it_was_made_of() {
        assert_eq!(roots("e9#2").into_iter().collect::<Vec<_>>(), ["e9", "e9#2"]);
        assert_eq!(roots("a.back@gate/e9#2").into_iter().collect::<Vec<_>>(), ["a.back@gate/e9", "a.back@gate/e9#2", "gate/e9", "gate/e9#2"]);
    }
}

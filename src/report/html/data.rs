//! What the page shows, as columns. Amounts stay the decimal texts that they are in every other format.

use super::Html;
use super::texts::Texts;
use crate::explain::words::Words;
use crate::model::EventType;
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::{Scalar, Unit};
use crate::records::{At, Record, Stored};
use crate::report::reason::reason;
use crate::report::statements::unit_word;
use crate::report::words::{RULINGS, at_short, cites, pick, posting_code, ruling_code, subject, unit_code};
use crate::reference::verdict::{Statement, StatementLine, Verdict};
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Everything. A number in a column is a place in `texts`, unless another list is named.
#[derive(Debug, Serialize)]
pub(super) struct Data {
    /// Of this shape.
    version: u32,
    /// `en` or `zh`.
    lang: &'static str,
    /// What the page says itself.
    say: BTreeMap<&'static str, &'static str>,
    /// Code and word of each ruling.
    rulings: Vec<[&'static str; 2]>,
    /// Code and word of each posting.
    postings: Vec<[String; 2]>,
    /// Code and words of each unit: an amount is followed by the words.
    units: Vec<[String; 2]>,
    norms: Norms,
    subjects: Subjects,
    verdicts: Verdicts,
    records: RecordColumns,
    statements: Statements,
    explanations: Explanations,
    /// What `bylaw explain` needs before `--verdict ID`.
    command: String,
    /// How many of the texts a search looks at: those that follow are what records say and lines of explanations.
    searched: usize,
    texts: Vec<String>,
}

/// `regulation.norm`, how it is called, its citations.
#[derive(Debug, Default, Serialize)]
struct Norms {
    name: Vec<usize>,
    label: Vec<usize>,
    source: Vec<usize>,
}

/// `staff:li` and how it is said.
#[derive(Debug, Default, Serialize)]
struct Subjects {
    code: Vec<usize>,
    said: Vec<usize>,
}

/// A row a verdict, by time. `key` is what follows the norm's name in the id, with its `@`, or else the whole id. `norm`, `subject` and `ruling` are places in their lists, −1 is none.
#[derive(Debug, Default, Serialize)]
struct Verdicts {
    key: Vec<usize>,
    norm: Vec<usize>,
    ruling: Vec<usize>,
    subject: Vec<i64>,
    at: Vec<usize>,
    period: Vec<i64>,
    reason: Vec<usize>,
    events: Vec<Vec<usize>>,
    /// Not yet final: these verdicts.
    open: Vec<usize>,
    /// Those that replace an earlier one, with its revision.
    supersedes: Vec<(usize, usize)>,
}

/// A row a record, in order.
#[derive(Debug, Default, Serialize)]
struct RecordColumns {
    id: Vec<usize>,
    kind: Vec<usize>,
    at: Vec<usize>,
    said: Vec<usize>,
    /// Whom it names: places in `subjects`.
    who: Vec<Vec<usize>>,
}

/// A row a person and month; lines are `[verdict (−1: not in the list), norm, citations, posting, amount (−1: open), unit]`, totals `[amount, unit]`.
#[derive(Debug, Default, Serialize)]
struct Statements {
    subject: Vec<usize>,
    month: Vec<usize>,
    lines: Vec<Vec<[i64; 6]>>,
    totals: Vec<Vec<[i64; 2]>>,
}

/// For a verdict the lines of its explanation.
#[derive(Debug, Default, Serialize)]
struct Explanations {
    verdict: Vec<usize>,
    lines: Vec<Vec<usize>>,
}

/// Puts the columns together.
pub(super) struct Columns<'a> {
    html: &'a Html<'a>,
    words: Words<'a>,
    /// For each norm its zone and its place.
    by_norm: HashMap<String, (Tz, usize)>,
    by_subject: HashMap<(Arc<str>, Arc<str>), usize>,
    texts: Texts,
    norms: Norms,
    subjects: Subjects,
    units: Vec<[String; 2]>,
}

const POSTINGS: [Posting; 5] = [Posting::Fine, Posting::Deduct, Posting::Pay, Posting::Score, Posting::Count];

fn signed(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

impl<'a> Columns<'a> {
    pub(super) fn of(html: &'a Html<'a>) -> Data {
        let words = Words::new(html.report.model, html.report.records, "", html.tongue);
        let (texts, units) = (Texts::default(), Vec::new());
        let columns = Self { html, words, by_norm: HashMap::new(), by_subject: HashMap::new(), texts, norms: Norms::default(), subjects: Subjects::default(), units };
        columns.data()
    }

    fn data(mut self) -> Data {
        let shown: Vec<&Verdict> = self.html.report.shown().collect();
        let verdicts = self.verdicts(&shown);
        let places: HashMap<&str, usize> = shown.iter().enumerate().map(|(place, verdict)| (verdict.id.as_str(), place)).collect();
        let statements = self.statements(&places);
        let searched = self.texts.count();
        let records = self.records();
        let explanations = self.explanations(&places);
        Data {
            version: 1,
            lang: pick(self.html.tongue, "en", "zh"),
            say: super::say::all(self.html.tongue),
            rulings: RULINGS.iter().map(|ruling| [ruling_code(*ruling), self.words.ruling(*ruling)]).collect(),
            postings: POSTINGS.iter().map(|posting| [posting_code(*posting).to_owned(), self.words.slot(posting_code(*posting))]).collect(),
            units: self.units,
            norms: self.norms,
            subjects: self.subjects,
            verdicts,
            records,
            statements,
            explanations,
            command: self.html.command.to_owned(),
            searched,
            texts: self.texts.into_all(),
        }
    }

    fn verdicts(&mut self, shown: &[&Verdict]) -> Verdicts {
        let mut all = Verdicts::default();
        for (place, verdict) in shown.iter().enumerate() {
            let norm = self.norm(&verdict.rule);
            let zone = self.by_norm.get(&verdict.rule).map_or(Tz::UTC, |(zone, _)| *zone);
            let (said, at) = (reason(&self.words, verdict), at_short(in_zone(verdict.at, zone)));
            // A norm that continues another one keeps the ids of that one.
            let key = verdict.id.strip_prefix(&verdict.rule).filter(|rest| rest.starts_with('@')).unwrap_or(&verdict.id);
            all.key.push(self.texts.place(key));
            all.norm.push(norm);
            all.ruling.push(RULINGS.iter().position(|ruling| *ruling == verdict.ruling).unwrap_or_default());
            all.subject.push(verdict.subject.as_ref().map_or(-1, |who| signed(self.subject(who))));
            all.at.push(self.texts.place(&at));
            all.period.push(verdict.period.as_ref().map_or(-1, |period| signed(self.texts.place(period))));
            all.reason.push(self.texts.place(&said));
            all.events.push(verdict.events.iter().map(|event| self.texts.place(event)).collect());
            if !verdict.is_final {
                all.open.push(place);
            }
            if let Some(earlier) = &verdict.supersedes {
                all.supersedes.push((place, self.texts.place(earlier)));
            }
        }
        all
    }

    fn norm(&mut self, rule: &str) -> usize {
        if let Some((_, place)) = self.by_norm.get(rule) {
            return *place;
        }
        let place = self.norms.name.len();
        let label = self.words.norm_name(rule);
        let source = self.words.model.norm(rule).map(|norm| cites(&norm.cites)).unwrap_or_default();
        self.norms.name.push(self.texts.place(rule));
        self.norms.label.push(self.texts.place(&label));
        self.norms.source.push(self.texts.place(&source));
        self.by_norm.insert(rule.to_owned(), (self.words.about(rule).zone, place));
        place
    }

    fn subject(&mut self, who: &(Arc<str>, Arc<str>)) -> usize {
        if let Some(place) = self.by_subject.get(who) {
            return *place;
        }
        let place = self.subjects.code.len();
        self.subjects.code.push(self.texts.place(&subject(who)));
        self.subjects.said.push(self.texts.place(&self.words.subject(&who.0, &who.1)));
        self.by_subject.insert(who.clone(), place);
        place
    }

    fn unit(&mut self, code: &str, said: &str) -> i64 {
        let known = self.units.iter().position(|[known, _]| known == code);
        signed(known.unwrap_or_else(|| {
            self.units.push([code.to_owned(), said.to_owned()]);
            self.units.len() - 1
        }))
    }

    fn statements(&mut self, places: &HashMap<&str, usize>) -> Statements {
        let mut all = Statements::default();
        for statement in &self.html.report.audit.statements {
            let Statement { subject, month, lines, totals } = statement;
            all.subject.push(self.subject(subject));
            all.month.push(self.texts.place(month));
            let line = |line: &StatementLine| {
                let unit = self.unit_of(&line.unit);
                [
                    places.get(line.verdict.as_str()).map_or(-1, |place| signed(*place)),
                    signed(self.norm(&line.rule)),
                    signed(self.texts.place(&cites(&line.source))),
                    signed(POSTINGS.iter().position(|posting| *posting == line.posting).unwrap_or_default()),
                    line.amount.map_or(-1, |amount| signed(self.texts.place(&amount.to_string()))),
                    unit,
                ]
            };
            all.lines.push(lines.iter().map(line).collect());
            let total = |(unit, amount): &(Unit, Option<Number>)| {
                [amount.map_or(-1, |amount| signed(self.texts.place(&amount.to_string()))), self.unit_of(unit)]
            };
            all.totals.push(totals.iter().map(total).collect());
        }
        all
    }

    fn unit_of(&mut self, unit: &Unit) -> i64 {
        let said = unit_word(&self.words, unit);
        self.unit(unit_code(unit).unwrap_or_default(), &said)
    }

    fn records(&mut self) -> RecordColumns {
        let mut all = RecordColumns::default();
        let records = self.html.report.records;
        let zone = self.html.zone();
        for record in &records.records {
            let Some(event) = self.words.model.events.get(record.event) else { continue };
            let at = match zone {
                Some(zone) => at_short(in_zone(record.at, zone)),
                None => at_short(record.at),
            };
            all.id.push(self.texts.place(&record.reference()));
            all.kind.push(self.texts.place(&self.words.event(&event.name)));
            all.at.push(self.texts.place(&at));
            let (who, said) = self.fields(record, event);
            all.said.push(self.texts.place(&said));
            all.who.push(who);
        }
        all
    }

    /// Whom a record names, and what else it says.
    fn fields(&mut self, record: &Record, event: &EventType) -> (Vec<usize>, String) {
        let (mut who, mut said) = (Vec::new(), Vec::new());
        let own = std::slice::from_ref(&event.name);
        for (field, stored) in event.fields.iter().zip(&record.fields) {
            match stored {
                Stored::Missing => continue,
                Stored::Known(Scalar::Ref(entity, id)) => who.push(self.subject(&(entity.clone(), id.clone()))),
                Stored::Known(Scalar::Set(entity, ids)) => {
                    let named: Vec<usize> = ids.iter().map(|id| self.subject(&(entity.clone(), id.clone()))).collect();
                    who.extend(named);
                }
                _ => {}
            }
            let colon = self.words.pick(": ", "：");
            said.push(format!("{}{colon}{}", self.words.field(own, &field.name), self.words.stored(stored)));
        }
        (who, said.join(self.words.pick("; ", "；")))
    }

    fn explanations(&mut self, places: &HashMap<&str, usize>) -> Explanations {
        let mut all = Explanations::default();
        for (id, prose) in self.html.explained {
            let Some(place) = places.get(id.as_str()) else { continue };
            all.verdict.push(*place);
            all.lines.push(prose.lines().map(|line| self.texts.place(line)).collect());
        }
        all
    }
}

fn in_zone(at: At, zone: Tz) -> At {
    match at {
        At::Moment(moment) => At::Moment(moment.with_timezone(&zone).fixed_offset()),
        day @ At::Date(_) => day,
    }
}

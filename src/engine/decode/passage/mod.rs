//! Records that pass by an audit which keeps nothing. Those that are written plainly become words at once; of each is noted what is noted of a record, so that what is said at the end is
//! the same. Every other becomes a record first.

mod events;
mod lines;
#[cfg(feature = "arrow")]
mod table;

use super::lines::Scanner;
use super::spelled::Spelled;
use crate::engine::batch::{Batch, Row, Text};
use crate::engine::plan::Plan;
use crate::engine::word::{Kept, is_plain};
use crate::records::{Events, Facts, Input, Passed, Plain, Portion, Reader, Record, Rejection, Slowly, Unread, Writing, qualifier};
use crate::threads::Threads;
#[cfg(feature = "arrow")]
use arrow_array::RecordBatch;

/// Takes notes of what passes by.
pub(crate) trait Notes {
    /// The next record is written plainly; `record` makes it. Does it count? None: it could not be made.
    fn plain(&mut self, plain: &Plain<'_>, written: &Written<'_, '_>, record: &mut dyn FnMut() -> Option<Record>) -> Option<bool>;

    /// The next record had to be made; it comes back if it counts.
    fn made(&mut self, passed: Passed) -> Option<Record>;
}

/// A record that is written plainly, as words.
pub(crate) struct Written<'b, 'm> {
    plan: &'b Plan<'m>,
    batch: &'b Batch,
    row: &'b Row,
    /// It names somebody whom a register does not know.
    pub(crate) names_unknown: bool,
}

impl Written<'_, '_> {
    /// Its type.
    pub(crate) fn event(&self) -> usize {
        self.row.event
    }

    /// Whose it is, for a plan: none where it is no subject of the plan's, or (the flag) does not say whose.
    pub(crate) fn subject(&self) -> (Option<&str>, bool) {
        let Some(key) = self.plan.key(self.row.event) else { return (None, false) };
        let word = self.batch.words.get(self.row.words + key).copied().filter(|word| is_plain(*word));
        (word.map(|word| self.batch.text(Text::of_word(word))), word.is_none())
    }

    /// The subjects that it names, each with its entity.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.plan.fields.get(self.row.event).map(Vec::as_slice).unwrap_or_default();
        let words = self.batch.words.get(self.row.words..).unwrap_or_default();
        fields.iter().zip(words).filter_map(|((kept, _), word)| match kept {
            Kept::Ref(entity) if is_plain(*word) => Some((self.plan.model.entities.get(*entity)?.name.as_str(), self.batch.text(Text::of_word(*word)))),
            _ => None,
        })
    }
}

/// Reads files and tables so.
pub(crate) struct Passage<'p, 'f, 'm> {
    plans: &'p [&'p Plan<'m>],
    facts: &'f Facts,
    threads: Threads,
    /// A time came that words do not hold: what was judged is void.
    failed: bool,
}

/// What one thread makes of some records.
struct Made {
    /// For each plan.
    batches: Vec<Batch>,
    /// In order.
    lines: Vec<Line>,
    digested: Vec<u8>,
    /// Number of the first line.
    first: u64,
    too_long: bool,
    whole: Whole,
}

/// All that they were made of.
enum Whole {
    /// The text of the first batch.
    Text,
    /// Lines of which some are no text.
    Bytes(Vec<u8>),
    /// Events of a log, whose text is that of the first batch.
    Events(Events),
    #[cfg(feature = "arrow")]
    Rows(RecordBatch),
}

/// Where a line stands in its piece.
struct Line {
    start: usize,
    length: usize,
    /// Counted from the first one.
    number: u64,
    what: What,
}

/// What a line is.
#[derive(Clone, Copy)]
enum What {
    /// Its texts end here among the digested. It names somebody whom a register does not know, or not.
    Plain(usize, bool),
    /// Of a type that no policy declares: its name in the text of the first batch.
    Undeclared(Text),
    /// It is not plain, and has no row yet.
    Left,
}

impl<'p, 'f, 'm> Passage<'p, 'f, 'm> {
    /// `facts`: of the registers from which the plans were made.
    pub(crate) fn new(plans: &'p [&'p Plan<'m>], facts: &'f Facts, threads: Threads) -> Self {
        Self { plans, facts, threads, failed: false }
    }

    /// Can it read that?
    pub(crate) fn knows(input: &Input<'_>) -> bool {
        match input {
            Input::File(..) => true,
            #[cfg(feature = "arrow")]
            Input::Batches(_) => true,
            Input::State(_) => false,
        }
    }

    /// Did something come that words do not hold?
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Reads a file or a table by its name for messages, and the name given to it as a source. `take` gets the records that count, as words of each plan.
    ///
    /// # Errors
    /// As for [`Reader::events`].
    pub(crate) fn read<N: Notes>(
        &mut self,
        reader: &mut Reader<'m>,
        (file, source, input): (&str, Option<&str>, Input<'_>),
        notes: &mut N,
        take: &mut dyn FnMut(&N, Vec<Batch>),
    ) -> Result<(), Rejection> {
        let (plans, facts, threads) = (self.plans, self.facts, self.threads);
        let (stream, limit) = (reader.streams(), reader.limit());
        let of_thread = |_| plans.iter().map(|plan| Scanner::new(plan, reader, None, threads.count())).collect();
        let scanners: Vec<Vec<Scanner<'p, 'm>>> = (0..threads.count()).map(of_thread).collect();
        let begin = |writing: Writing<'_>| {
            let worker = |scanners: Vec<Scanner<'p, 'm>>| {
                let readings = scanners.into_iter().map(|scanner| Reading::new(scanner, &writing)).collect::<Option<Vec<_>>>()?;
                let source = source.unwrap_or_default();
                let mut worker = Worker { readings, spelled: Spelled::new(plans.first()?, facts), stream, limit, source, qualifier: qualifier(source) };
                Some(move |portion: Portion| worker.made(portion))
            };
            scanners.into_iter().map(worker).collect::<Option<Vec<_>>>()
        };
        let failed = &mut self.failed;
        let is_whole = reader.passing_portions((file, source), input, begin, &mut |made: Made, slowly| {
            let mut batches = settled(plans, made, slowly, notes, failed);
            // Words of lines that do not count are of no use to anybody.
            batches.iter_mut().for_each(|batch| batch.rows.retain(|row| !row.is_placeholder()));
            take(notes, batches);
        })?;
        self.failed |= !is_whole;
        Ok(())
    }
}

/// One thread's part of it.
struct Worker<'p, 'f, 's, 'm> {
    /// For each plan.
    readings: Vec<Reading<'p, 'm>>,
    spelled: Spelled<'f, 'm>,
    stream: u32,
    limit: usize,
    /// Of the records, and what stands before their ids for it.
    source: &'s str,
    qualifier: String,
}

/// Reads for one plan.
struct Reading<'p, 'm> {
    scanner: Scanner<'p, 'm>,
    how: How,
}

/// How records are written.
enum How {
    Line,
    Event,
    Cells(lines::RowOf),
    #[cfg(feature = "arrow")]
    Row(super::cells::Shape),
}

impl<'p, 'm> Reading<'p, 'm> {
    /// None when two columns are called alike.
    fn new(mut scanner: Scanner<'p, 'm>, writing: &Writing<'_>) -> Option<Self> {
        let how = match writing {
            Writing::Jsonl => How::Line,
            Writing::Events => How::Event,
            Writing::Csv(columns) => How::Cells(scanner.row_of(columns)?),
            #[cfg(feature = "arrow")]
            Writing::Table(schema) => How::Row(scanner.shape(schema)?),
        };
        Some(Self { scanner, how })
    }
}

impl Worker<'_, '_, '_, '_> {
    fn made(&mut self, portion: Portion) -> Made {
        match portion {
            Portion::Lines(piece) => self.lines(piece),
            Portion::Events(events) => self.events(events),
            #[cfg(feature = "arrow")]
            Portion::Rows(records, first) => self.rows(records, first),
        }
    }

    /// One more; its row stands in the batch of each plan, if it is plain.
    fn put(&self, line: Line, digested: usize, made: &mut Made) {
        if !matches!(line.what, What::Plain(..)) {
            made.digested.truncate(digested);
            for batch in &mut made.batches {
                // Its words stay, and nobody looks at them.
                batch.rows.truncate(made.lines.len());
                batch.rows.push(Row::placeholder(self.stream));
            }
        }
        made.lines.push(line);
    }
}

impl Made {
    fn new(plans: usize, first: u64, whole: Whole) -> Self {
        Self { batches: (0..plans).map(|_| Batch::default()).collect(), lines: Vec::new(), digested: Vec::new(), first, too_long: false, whole }
    }

    /// What a line was before it was read.
    fn unread(&self, line: &Line) -> Unread<'_> {
        let place = line.start..line.start + line.length;
        let text = || self.batches.first().map_or("", |batch| &batch.text);
        match &self.whole {
            Whole::Text => Unread::Line(text().as_bytes().get(place).unwrap_or_default()),
            Whole::Events(events) => Unread::Event(events, text(), line.start),
            Whole::Bytes(bytes) => Unread::Line(bytes.get(place).unwrap_or_default()),
            #[cfg(feature = "arrow")]
            Whole::Rows(records) => Unread::Row(records, line.start),
        }
    }
}

/// Notes each record in its order, and reads those that are not plain.
fn settled<'m>(plans: &[&Plan<'m>], mut made: Made, slowly: &mut Slowly<'_, '_, 'm>, notes: &mut impl Notes, failed: &mut bool) -> Vec<Batch> {
    if made.too_long {
        slowly.too_long(made.first);
    }
    let (stream, source, mut digested) = (slowly.stream(), slowly.source(), 0);
    let qualifier = qualifier(&source);
    for (at, line) in made.lines.iter().enumerate() {
        let number = made.first + line.number;
        let counts = match line.what {
            What::Plain(end, names_unknown) => {
                let seq = slowly.plain(made.digested.get(digested..end).unwrap_or_default());
                digested = end;
                let written = made.batches.first().zip(plans.first()).and_then(|(batch, plan)| Some(Written { plan, batch, row: batch.rows.get(at)?, names_unknown }));
                let counts = written.and_then(|written| {
                    let plain = Plain { at: written.row.at.at()?, source: &source, id: written.batch.text(written.row.name).get(qualifier.len()..)?, stream, seq };
                    notes.plain(&plain, &written, &mut || slowly.again(&made.unread(line), number, seq))
                });
                *failed |= counts.is_none();
                counts == Some(true)
            }
            What::Undeclared(name) => {
                slowly.undeclared(made.batches.first().map_or("", |batch| batch.text(name)), number);
                false
            }
            What::Left => {
                let record = slowly.record(&made.unread(line), number).and_then(|passed| notes.made(passed));
                if let Some(record) = &record {
                    for (plan, batch) in plans.iter().zip(&mut made.batches) {
                        *failed |= put(plan, record, batch, at).is_none();
                    }
                }
                record.is_some()
            }
        };
        if !counts {
            made.batches.iter_mut().filter_map(|batch| batch.rows.get_mut(at)).for_each(|row| *row = Row::placeholder(stream));
        }
    }
    made.batches
}

/// Puts a record that was made into its place; none when words do not hold it.
fn put(plan: &Plan<'_>, record: &Record, batch: &mut Batch, at: usize) -> Option<()> {
    let before = batch.rows.len();
    plan.feed(record, batch);
    let row = batch.rows.pop().filter(|_| batch.rows.len() == before)?;
    *batch.rows.get_mut(at)? = row;
    (plan.stamp(record.at).at() == Some(record.at)).then_some(())
}

//! The face of this room: takes files one after the other, then gives the records.

#[cfg(feature = "arrow")]
use super::arrow::Batches;
use super::events::{EventSink, Pass};
use super::finish;
use super::format::Format;
use super::input::Input;
use super::layout::Layout;
use super::lines::Lines;
use super::pieces::Pieces;
use super::problem::{Problem, listed, shown};
use super::record::{At, Facts, Origin, Record, Rejection};
use super::register::RegisterSink;
use super::set::{Cut, Records};
use super::settled::Settling;
use super::sink::{Sink, Stop};
use super::store::{Passed, Store};
use super::typed::Typing;
use super::passed::Noted;
use super::places::Places;
use super::saved::{self, Draft, State, UnusableState, Whole};
use super::{csv, jsonl, several, xes};
use crate::diagnostics::Say;
use crate::model::{EntitySort, Model};
use crate::threads::Threads;
use std::collections::{BTreeSet, HashSet};
use std::io::{self, BufRead, Read, Seek, Write};
use std::sync::Arc;

/// The longest line, in bytes, unless another limit is set.
pub const LINE_LIMIT: usize = 1 << 20;

/// Reads files and collects what they say.
#[derive(Debug)]
pub struct Reader<'m> {
    model: &'m Model,
    pub(super) layout: Layout<'m>,
    pub(super) typing: Typing<'m>,
    pub(super) store: Store,
    pub(super) given: Facts,
    line_limit: usize,
    threads: Threads,
    /// The stream of rows given one by one, and how many there were.
    pub(super) by_hand: Option<(u32, u64)>,
}

impl<'m> Reader<'m> {
    /// A reader of the events and registers that `model` declares.
    pub fn new(model: &'m Model) -> Self {
        Self { model, layout: Layout::new(model), typing: Typing::new(model), store: Store::default(), given: Facts::default(), line_limit: LINE_LIMIT, threads: Threads::ONE, by_hand: None }
    }

    /// Sets the longest line (JSONL), row (CSV) or tag (XES), in bytes.
    pub fn line_limit(&mut self, bytes: usize) {
        self.line_limit = bytes;
    }

    /// The longest line, in bytes.
    pub(crate) fn limit(&self) -> usize {
        self.line_limit
    }

    /// How many threads read the lines of an events file in JSONL; it changes nothing of what is read.
    pub fn threads(&mut self, threads: Threads) {
        self.threads = threads;
    }

    /// Reads an events file. `file` is its name for messages, `source` the name given to it.
    ///
    /// # Errors
    /// When the file as a whole cannot be read (any further); what stood before the place was read and is kept. A row that cannot be used is no error but one of
    /// [`Records::rejections`].
    pub fn events(&mut self, file: &str, source: Option<&str>, format: Format, input: &mut dyn BufRead) -> Result<(), Rejection> {
        self.input(file, source, Input::File(format, input))
    }

    /// The same, of a file or of a table.
    ///
    /// # Errors
    /// As for [`Reader::events`].
    pub fn input(&mut self, file: &str, source: Option<&str>, input: Input<'_>) -> Result<(), Rejection> {
        self.read((file, source), input, None)
    }

    /// The same; but records are handed over, some at a time, and not kept. [`Reader::finish_passed`] then knows nothing of them but their digests.
    pub(crate) fn passing(
        &mut self,
        named: (&str, Option<&str>),
        input: Input<'_>,
        take: &mut dyn FnMut(Passed),
    ) -> Result<(), Rejection> {
        let model = if input.is_digested() { None } else { Some(self.model) };
        let read = self.read(named, input, Some(&mut |store| take(store.pass(model))));
        take(self.store.pass(model));
        if let (Some(_), Some(last)) = (model, self.store.streams.len().checked_sub(1).and_then(|last| u32::try_from(last).ok())) {
            self.store.passed(last);
        }
        read
    }

    /// Reads a file or a table; `pass` takes its records some at a time, otherwise they are kept.
    fn read(&mut self, (file, source): (&str, Option<&str>), input: Input<'_>, pass: Option<Pass<'_>>) -> Result<(), Rejection> {
        let (model, threads, limit) = (self.model, self.threads, self.line_limit);
        let input = match input {
            Input::State(state) => return self.go_on(state, pass).map_err(|unusable| unusable.of_file(file)),
            input => input,
        };
        self.sunk(file, source, pass, |wanted, sink| match input {
            Input::File(Format::Jsonl, input) => several::read(model, threads, Pieces::new(input, limit), sink),
            Input::File(Format::Csv, input) => csv::read(Lines::new(input, limit), sink),
            Input::File(Format::Xes, input) => xes::read(input, limit, wanted, sink),
            Input::File(Format::Parquet, input) => table(input, Some(wanted), sink),
            #[cfg(feature = "arrow")]
            Input::Batches(batches) => Batches::of(batches, sink)?.read(Some(wanted), sink),
            Input::State(_) => Ok(()),
        })
    }

    pub(super) fn sunk(
        &mut self,
        file: &str,
        source: Option<&str>,
        pass: Option<Pass<'_>>,
        read: impl FnOnce(&HashSet<&str>, &mut EventSink<'_, 'm>) -> Result<(), Stop>,
    ) -> Result<(), Rejection> {
        let (file, source): (Arc<str>, Arc<str>) = (file.into(), source.unwrap_or_default().into());
        let stream = self.store.stream(&source, &file);
        let before = self.store.counts.read;
        let mut sink = sink(&self.layout, &mut self.typing, &mut self.store, Given { file: Arc::clone(&file), source, stream, seq: 0 });
        if let Some(pass) = pass {
            sink.pass = Some(pass);
        }
        let read = read(&self.layout.wanted, &mut sink);
        let end = sink.end();
        if self.store.counts.read == before && read.is_ok() {
            self.store.notes.push(Say::new(format!("`{file}` holds no records"), format!("`{file}` 中没有记录")));
        }
        read.and_then(|()| end.map_err(|problem| Stop { line: 1, problem })).map_err(|stop| stop.problem.at(Origin { file, line: stop.line }, None))
    }

    /// What declares events and registers.
    pub(super) fn model(&self) -> &'m Model {
        self.model
    }

    /// How many files were read so far.
    pub(crate) fn streams(&self) -> u32 {
        u32::try_from(self.store.streams.len()).unwrap_or(u32::MAX)
    }

    /// What was read so far.
    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// The same, to change it.
    pub(super) fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Where the declared events stand in the data.
    pub(crate) fn layout(&self) -> &Layout<'m> {
        &self.layout
    }

    /// A file whose lines are given one by one to [`Reader::line`].
    pub(crate) fn opened(&mut self, file: &str, source: &str) -> Given {
        let (file, source): (Arc<str>, Arc<str>) = (file.into(), source.into());
        let stream = self.store.stream(&source, &file);
        Given { file, source, stream, seq: 0 }
    }

    /// Reads a line of JSONL, and hands its record over instead of keeping it; none when it has none that can be used.
    pub(crate) fn line(&mut self, given: &mut Given, text: &[u8], line: u64) -> Option<Record> {
        let text = if line == 1 { text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text) } else { text };
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let limit = self.line_limit;
        self.one_by(given, |_, sink| {
            jsonl::line(text, line, limit, sink);
            Ok(())
        })
    }

    /// The record that `read` puts into the sink, if it is one that can be used.
    pub(super) fn one_by(&mut self, given: &mut Given, read: impl FnOnce(&HashSet<&str>, &mut EventSink<'_, 'm>) -> Result<(), Stop>) -> Option<Record> {
        let before = self.store.records.len();
        given.seq += 1;
        let here = Given { file: Arc::clone(&given.file), source: Arc::clone(&given.source), ..*given };
        let mut sink = sink(&self.layout, &mut self.typing, &mut self.store, here);
        read(&self.layout.wanted, &mut sink).ok()?;
        self.store.take(before)
    }

    /// Did a record say that it replaces or takes back another?
    pub(crate) fn corrects(&self) -> bool {
        !self.store.links.is_empty()
    }

    /// Reads a register file: rows with `id`, the attributes of `entity`, and optionally `from` and `until`.
    ///
    /// # Errors
    /// As for [`Reader::events`], and when the policies declare no such register.
    pub fn register(&mut self, entity: &str, file: &str, format: Format, input: &mut dyn BufRead) -> Result<(), Rejection> {
        self.register_input(entity, file, Input::File(format, input))
    }

    /// The same, of a file or of a table.
    ///
    /// # Errors
    /// As for [`Reader::register`].
    pub fn register_input(&mut self, entity: &str, file: &str, input: Input<'_>) -> Result<(), Rejection> {
        let limit = self.line_limit;
        self.register_by(entity, file, |sink| match input {
            Input::File(Format::Jsonl, input) => jsonl::read(Lines::new(input, limit), sink),
            Input::File(Format::Csv, input) => csv::read(Lines::new(input, limit), sink),
            Input::File(Format::Parquet, input) => table(input, None, sink),
            Input::File(Format::Xes, _) | Input::State(_) => Err(Stop { line: 0, problem: register_format() }),
            #[cfg(feature = "arrow")]
            Input::Batches(batches) => Batches::of(batches, sink)?.read(None, sink),
        })
    }

    /// Takes the rows that `read` puts into the sink.
    fn register_by(&mut self, entity: &str, file: &str, read: impl FnOnce(&mut dyn Sink) -> Result<(), Stop>) -> Result<(), Rejection> {
        let file: Arc<str> = file.into();
        let whole = |line| Origin { file: Arc::clone(&file), line };
        let declared = self.model.entities.iter().find(|known| known.name == entity && known.sort == EntitySort::Register);
        let Some(declared) = declared else { return Err(self.unknown_register(entity).at(whole(0), None)) };
        self.store.registers.entry(entity.to_owned()).or_default();
        let zone = self.layout.zone;
        let mut sink = RegisterSink { entity: declared, zone, typing: &mut self.typing, store: &mut self.store, file: Arc::clone(&file) };
        read(&mut sink).map_err(|stop| stop.problem.at(whole(stop.line), None))
    }

    /// Writes what was read of events so far, for [`Reader::resume`]: records, what could not be used, counts. Registers are not part of it.
    ///
    /// ```
    /// # use bylaw::{Cut, Policy};
    /// let policy = Policy::parse("
    /// regulation office
    ///   time zone Asia/Shanghai
    /// register staff
    /// event late by staff
    /// ")?;
    /// let mut march = policy.reader();
    /// march.row(&[("type", "late"), ("id", "e1"), ("at", "2024-03-05T08:37"), ("staff", "li")])?;
    /// let mut state = Vec::new();
    /// march.save(&mut state)?;
    ///
    /// let mut april = policy.reader();
    /// april.resume(&mut state.as_slice())?;
    /// april.row(&[("type", "late"), ("id", "e2"), ("at", "2024-04-05T08:37"), ("staff", "li")])?;
    /// assert_eq!(april.finish(Cut::default()).records.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn save(&self, out: &mut dyn Write) -> io::Result<()> {
        saved::save(self.model, &self.layout, &self.store, out)
    }

    /// Goes on from what [`Reader::save`] wrote; as if all files of then were read now. Comes before anything else is read.
    ///
    /// # Errors
    /// When it is no saved state, damaged, of another version, or of policies that declare other records; and when something was read before it.
    pub fn resume(&mut self, state: &mut dyn Read) -> Result<(), UnusableState> {
        if !self.store.streams.is_empty() {
            return Err(UnusableState::late());
        }
        saved::read(self.model, &self.layout, &mut self.store, state)
    }

    /// The same, of what can be read from its start again: checked here, read as an [`Input`], some thousand records at a time.
    ///
    /// # Errors
    /// When it is no saved state, damaged, of another version, or of policies that declare other records.
    pub fn state(&self, state: impl Read + Seek + 'static) -> Result<State, UnusableState> {
        State::open(saved::declared(self.model, &self.layout), state)
    }

    /// Reads what was checked.
    fn go_on(&mut self, state: &mut State, pass: Option<Pass<'_>>) -> Result<(), UnusableState> {
        if self.store.streams.is_empty() { state.read(self.model, &mut self.store, pass) } else { Err(UnusableState::late()) }
    }

    /// What [`Reader::save`] would write, where the records passed by and were added to `draft`.
    pub(crate) fn drafted(&self, draft: Draft) -> io::Result<Whole> {
        draft.end(self.model, self.declared(), &self.store)
    }

    /// Settles which records count under `cut`, in which order, and what is known of the subjects.
    pub fn finish(self, cut: Cut) -> Records {
        finish::finish(self.model, &self.layout, self.store, self.given, cut, self.threads)
    }

    /// Takes notes of records that pass by. `facts`: of the registers.
    pub(crate) fn noting<'f>(&self, facts: &'f Facts, until: Option<At>) -> Noted<'m, 'f> {
        Noted::new(self.model, &self.layout, facts, until)
    }

    /// Digest of the records of all files, which passed by.
    pub(crate) fn digest(&self) -> String {
        finish::streams(self.model, &self.store).1
    }

    /// Gives the records of all files, which passed by, their places when they come once more.
    pub(crate) fn places(&self) -> Places {
        Places::new(self.layout.zone.unwrap_or(chrono_tz::Tz::UTC), finish::streams(self.model, &self.store).0)
    }

    /// Those that must be settled passed by.
    pub(crate) fn settle(&self, noted: &mut Noted<'_, '_>, settling: Settling) {
        noted.settle(settling.settle(&finish::streams(self.model, &self.store).0, self.threads));
    }

    /// As [`Reader::finish`], where the records passed by; see [`Noted`].
    pub(crate) fn finish_passed(self, noted: Noted<'_, '_>, registers: Records, kept: Vec<Record>) -> Records {
        noted.finish(self.model, &self.layout, self.store, registers, kept)
    }

    fn unknown_register(&self, entity: &str) -> Problem {
        let registers = || self.model.entities.iter().filter(|known| known.sort == EntitySort::Register).map(|known| known.name.as_str());
        let (en, zh) = listed(registers());
        let entity = shown(entity);
        let help = if registers().next().is_none() {
            Say::new("declare it in the policy: `register staff`", "请在制度中声明：`名册 staff`")
        } else {
            Say::new(format!("the registers are {en}"), format!("已声明的名册有 {zh}"))
        };
        Problem::new("unknown-register", Say::new(format!("no policy declares a register `{entity}`"), format!("制度没有声明名册 `{entity}`")), help)
    }
}

/// Where rows come from.
pub(crate) struct Given {
    pub(super) file: Arc<str>,
    pub(super) source: Arc<str>,
    pub(super) stream: u32,
    /// Rows of the stream there were before.
    pub(super) seq: u64,
}

pub(super) fn sink<'r, 'm>(layout: &'r Layout<'m>, typing: &'r mut Typing<'m>, store: &'r mut Store, given: Given) -> EventSink<'r, 'm> {
    let Given { file, source, stream, seq } = given;
    EventSink { layout, typing, rejections: store.rejections.len(), store, file, source, stream, seq, typed: false, untyped: BTreeSet::new(), pass: None }
}

/// Parquet.
#[cfg(feature = "parquet")]
fn table(input: &mut dyn BufRead, wanted: Option<&HashSet<&str>>, sink: &mut dyn Sink) -> Result<(), Stop> {
    super::parquet::open(input, wanted, sink)?.read(wanted, sink)
}

/// Parquet, where the program was built without it.
#[cfg(not(feature = "parquet"))]
fn table(_input: &mut dyn BufRead, _wanted: Option<&HashSet<&str>>, _sink: &mut dyn Sink) -> Result<(), Stop> {
    let problem = Problem::new(
        "broken-parquet",
        Say::new("this program was built without Parquet", "本程序编译时未包含 Parquet"),
        Say::new("build it with its default features, or write the table as `.csv`", "请以默认特性编译，或把表格写成 `.csv`"),
    );
    Err(Stop { line: 0, problem })
}

fn register_format() -> Problem {
    Problem::new(
        "register-format",
        Say::new("a register cannot be read from XES", "名册不能用 XES 格式"),
        Say::new("write it as `.csv`, `.jsonl` or `.parquet`", "请写成 `.csv`、`.jsonl` 或 `.parquet`"),
    )
}

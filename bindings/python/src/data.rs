//! Paths and Arrow streams → records.

use crate::errors::Failure;
use crate::progress::Progress;
use crate::state;
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use bylaw::diagnostics::Say;
use bylaw::records::{self, Format, Packing, Rejection};
use bylaw::{BadTime, Cut, Policy, Reader, Records, Threads, bindings};
use pyo3::prelude::*;
use pyo3_arrow::input::AnyRecordBatch;
use std::fs::File;
use std::io::{self, BufRead, Read};

/// Where records stand.
pub(crate) enum Input {
    /// In a file.
    Path(String),
    /// In a table that comes in batches: its name for messages, and the batches, which can be had once.
    Stream(String, Box<dyn RecordBatchReader + Send>),
    /// In a table that is all there; or as much of it as came before it broke off, and why it did.
    Batches(String, SchemaRef, Vec<RecordBatch>, Option<ArrowError>),
}

/// Events, each with the name of its source if it has one, and registers with their names.
pub(crate) struct Data {
    pub(crate) events: Vec<(Option<String>, Input)>,
    pub(crate) registers: Vec<(String, Input)>,
}

/// What Python hands over: name of the source or register, name for messages, a path or an Arrow object.
pub(crate) type Given<'py> = Vec<(Option<String>, String, Bound<'py, PyAny>)>;

impl Data {
    /// Takes over what Python gives; streams are opened now, and read later.
    pub(crate) fn of(events: Given<'_>, registers: Given<'_>) -> PyResult<Self> {
        let events = events.into_iter().map(|(source, name, object)| Ok((source, Input::of(name, &object)?))).collect::<PyResult<_>>()?;
        let registers = registers.into_iter().map(|(register, name, object)| Ok((register.unwrap_or_default(), Input::of(name, &object)?))).collect::<PyResult<_>>()?;
        Ok(Self { events, registers })
    }

    /// Streams read into memory, so that they can be read again.
    pub(crate) fn kept(self) -> Self {
        let events = self.events.into_iter().map(|(source, input)| (source, input.kept())).collect();
        let registers = self.registers.into_iter().map(|(register, input)| (register, input.kept())).collect();
        Self { events, registers }
    }
}

impl Data {
    /// Tables can be read as often as they must, and files that are no pipes.
    pub(crate) fn can_be_read_again(&self) -> bool {
        let inputs = self.events.iter().map(|(_, input)| input).chain(self.registers.iter().map(|(_, input)| input));
        inputs.into_iter().all(|input| !matches!(input, Input::Path(path) if !std::fs::metadata(path).is_ok_and(|about| about.is_file())))
    }

    /// Reads the registers; those that cannot be read.
    pub(crate) fn registers(&mut self, reader: &mut Reader<'_>, progress: &mut Progress) -> Result<Vec<Rejection>, Failure> {
        let mut unreadable = Vec::new();
        for (register, input) in &mut self.registers {
            unreadable.extend(input.open(progress, &mut |name, input| reader.register_input(register, name, input))?.err());
        }
        Ok(unreadable)
    }

    /// Has the events read, one file or table after the other; those that cannot be read.
    pub(crate) fn events(&mut self, read: &mut bylaw::stream::Read<'_>, progress: &mut Progress) -> Result<Vec<Rejection>, Failure> {
        let mut unreadable = Vec::new();
        for (source, input) in &mut self.events {
            unreadable.extend(input.open(progress, &mut |name, input| read(name, source.as_deref(), input))?.err());
        }
        Ok(unreadable)
    }
}

/// Reads what is open, with its name for messages.
type Open<'r> = dyn FnMut(&str, records::Input<'_>) -> Result<(), Rejection> + 'r;

impl Input {
    fn of(name: String, object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(path) = object.extract::<String>() {
            return Ok(Self::Path(path));
        }
        Ok(Self::Stream(name, object.extract::<AnyRecordBatch>()?.into_reader()?))
    }

    fn kept(self) -> Self {
        let Self::Stream(name, stream) = self else { return self };
        let schema = stream.schema();
        let (mut batches, mut cut) = (Vec::new(), None);
        for batch in stream {
            match batch {
                Ok(batch) => batches.push(batch),
                Err(error) => {
                    cut = Some(error);
                    break;
                }
            }
        }
        Self::Batches(name, schema, batches, cut)
    }

    /// Opens it, and has it read. What cannot be read as a whole is the inner error.
    fn open(&mut self, progress: &mut Progress, read: &mut Open<'_>) -> Result<Result<(), Rejection>, Failure> {
        match self {
            Self::Path(path) => {
                let (format, packing) = Format::of(path).ok_or_else(|| bindings::ending(path))?;
                let about = File::open(&*path).and_then(|file| Ok((file.metadata()?, file)));
                let (size, file) = match about {
                    Ok((about, _)) if about.is_dir() => return Ok(Err(bindings::unreadable(path, &io::ErrorKind::IsADirectory.into()))),
                    Ok((about, file)) => (about.len(), file),
                    Err(error) => return Ok(Err(bindings::unreadable(path, &error))),
                };
                let watched = Watched { file, read: 0, size, progress };
                Ok(read(path, records::Input::File(format, &mut *unpacked(packing, watched))))
            }
            Self::Stream(name, stream) => Ok(read(name, records::Input::Batches(&mut Counted { stream: stream.as_mut(), rows: 0, progress }))),
            Self::Batches(name, schema, all, cut) => {
                let cut = cut.as_ref().map(|cut| Err(again(cut)));
                let mut stream = RecordBatchIterator::new(all.clone().into_iter().map(Ok).chain(cut), schema.clone());
                Ok(read(name, records::Input::Batches(&mut Counted { stream: &mut stream, rows: 0, progress })))
            }
        }
    }
}

/// The same once more.
fn again(error: &ArrowError) -> ArrowError {
    match error {
        ArrowError::CDataInterface(text) => ArrowError::CDataInterface(text.clone()),
        other => ArrowError::from_external_error(other.to_string().into()),
    }
}

fn unpacked<'r>(packing: Packing, input: impl Read + 'r) -> Box<dyn BufRead + 'r> {
    packing.open(input)
}

/// A file that tells how far it has been read.
struct Watched<'p> {
    file: File,
    read: u64,
    size: u64,
    progress: &'p mut Progress,
}

impl Read for Watched<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        self.read += read as u64;
        if read > 0 {
            self.progress.at("reading", self.read, Some(self.size));
        }
        Ok(read)
    }
}

/// Batches that tell how many rows have been read.
struct Counted<'s, 'p> {
    stream: &'s mut dyn RecordBatchReader,
    rows: u64,
    progress: &'p mut Progress,
}

impl Iterator for Counted<'_, '_> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.stream.next()?;
        if let Ok(batch) = &next {
            self.rows += batch.num_rows() as u64;
            self.progress.at("reading", self.rows, None);
        }
        Some(next)
    }
}

impl RecordBatchReader for Counted<'_, '_> {
    fn schema(&self) -> SchemaRef {
        self.stream.schema()
    }
}

/// How records are read: known up to when, with how many threads, and whether one that cannot be used ends everything.
#[derive(Debug, Clone)]
pub(crate) struct How {
    pub(crate) until: Option<String>,
    pub(crate) known_at: Option<String>,
    pub(crate) threads: Threads,
    pub(crate) strict: bool,
    /// The saved state from which it goes on.
    pub(crate) resume: Option<String>,
}

impl How {
    /// The cut, in the policy's time zone.
    pub(crate) fn cut(&self, policy: &Policy) -> Result<Cut, Failure> {
        let bad = |name: &str| {
            let help = Say::new(format!("write `{name}=\"2024-03-31\"` or `{name}=\"2024-03-31T17:30+08:00\"`"), format!("请写 `{name}=\"2024-03-31\"` 或 `{name}=\"2024-03-31T17:30+08:00\"`"));
            move |bad: BadTime| Failure::Asked(bad.0, help)
        };
        let until = self.until.as_deref().map(|text| policy.time(text).map_err(bad("until")));
        let known_at = self.known_at.as_deref().map(|text| policy.known_at(text).map_err(bad("known_at")));
        Ok(Cut { until: until.transpose()?, known_at: known_at.transpose()? })
    }

    /// With `strict`, records and rows that cannot be used are a failure.
    pub(crate) fn refuse(&self, records: &Records) -> Result<(), Failure> {
        let all: Vec<Rejection> = records.rejections.iter().chain(&records.rows_rejected).filter(|_| self.strict).cloned().collect();
        if all.is_empty() { Ok(()) } else { Err(Failure::Records(all)) }
    }
}

/// Reads everything. All files and tables that cannot be read are told at once.
pub(crate) fn read(policy: &Policy, data: &mut Data, how: &How, progress: &mut Progress) -> Result<Records, Failure> {
    read_with(policy, data, how, progress, |_| {}, |_| Ok(()))
}

/// As [`read`], with something done to the reader before everything else, and when all was read.
pub(crate) fn read_with(
    policy: &Policy,
    data: &mut Data,
    how: &How,
    progress: &mut Progress,
    before: impl FnOnce(&mut Reader<'_>),
    then: impl FnOnce(&mut Reader<'_>) -> Result<(), Failure>,
) -> Result<Records, Failure> {
    let cut = how.cut(policy)?;
    let mut reader = collected(policy, data, how.threads, progress, before, how.resume.as_deref())?;
    then(&mut reader)?;
    let records = reader.finish(cut);
    how.refuse(&records)?;
    Ok(records)
}

/// Reads everything and settles nothing; it may go on from the state at `resume`.
pub(crate) fn collected<'p>(
    policy: &'p Policy,
    data: &mut Data,
    threads: Threads,
    progress: &mut Progress,
    before: impl FnOnce(&mut Reader<'_>),
    resume: Option<&str>,
) -> Result<Reader<'p>, Failure> {
    let mut reader = policy.reader();
    reader.threads(threads);
    before(&mut reader);
    if let Some(state) = resume {
        state::resume(&mut reader, state)?;
    }
    let mut unreadable = data.registers(&mut reader, progress)?;
    unreadable.extend(data.events(&mut |name, source, input| reader.input(name, source, input), progress)?);
    if unreadable.is_empty() { Ok(reader) } else { Err(Failure::Records(unreadable)) }
}

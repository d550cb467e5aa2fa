//! Audits whose records passed by: verdicts and statements are there as tables, records are not kept. What needs them reads the data once more.

use crate::data::{Data, How, read};
use crate::errors::Failure;
use crate::progress::Progress;
use arrow_array::RecordBatch;
use bylaw::diagnostics::Say;
use bylaw::stream::{self, Asked, Form, Streamed, Tables};
use bylaw::{Audit as Judged, Cut, Policy, Records};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Tables, and where the records stand.
pub(crate) struct Passed {
    pub(crate) verdicts: Vec<RecordBatch>,
    /// What was read, without the records.
    pub(crate) read: Records,
    rest: Mutex<Rest>,
    data: Mutex<Data>,
    how: How,
    records: Mutex<Option<Arc<Records>>>,
    kept: Mutex<Option<Arc<Kept>>>,
}

/// Statements and counts.
enum Rest {
    /// Nobody asked for them yet.
    Coming(Box<stream::Rest>),
    /// They are there; the counts in English and in Chinese.
    There(Vec<RecordBatch>, [String; 2]),
    /// They could not be had.
    Failed(String),
}

/// Records, and what was judged of them.
pub(crate) struct Kept {
    pub(crate) records: Arc<Records>,
    pub(crate) audit: Judged,
    pub(crate) withdrawn: Vec<String>,
}

/// What an audit came to.
pub(crate) enum Judging {
    /// Records passed by.
    Passed(Box<Passed>),
    /// Records must be kept; the data as it was.
    Kept(Data),
}

impl Passed {
    /// Judges while records pass by, where that can be done.
    pub(crate) fn audit(policy: &Policy, data: Data, how: &How, all: bool, progress: &mut Progress) -> Result<Judging, Failure> {
        // A stream is taken into memory only where that is of use.
        if how.known_at.is_some() || how.resume.is_some() || !data.can_be_read_again() {
            return Ok(Judging::Kept(data));
        }
        let mut data = data.kept();
        let Some(streamed) = streamed(policy, &mut data, how, (Form::Arrow, all), progress)? else { return Ok(Judging::Kept(data)) };
        let Tables { verdicts, records, rest } = streamed.tables().map_err(|error| outside(&error.to_string()))?;
        how.refuse(&records)?;
        let norms = policy.model().norms.len() as u64;
        progress.at("judging", norms, Some(norms));
        let rest = Mutex::new(Rest::Coming(Box::new(rest)));
        Ok(Judging::Passed(Box::new(Self { verdicts, read: records, rest, data: Mutex::new(data), how: how.clone(), records: Mutex::new(None), kept: Mutex::new(None) })))
    }

    /// The statements; and counts and digests as JSON, in English and in Chinese.
    pub(crate) fn rest(&self, policy: &Policy) -> Result<(Vec<RecordBatch>, [String; 2]), Failure> {
        let mut rest = locked(&self.rest);
        let now = match mem::replace(&mut *rest, Rest::Failed(String::new())) {
            Rest::Coming(coming) => match coming.finish(policy.model(), &self.read) {
                Ok((statements, summaries)) => Rest::There(statements, summaries),
                Err(error) => Rest::Failed(error.to_string()),
            },
            now => now,
        };
        *rest = now;
        match &*rest {
            Rest::There(statements, summaries) => Ok((statements.clone(), summaries.clone())),
            Rest::Failed(why) => Err(outside(why)),
            Rest::Coming(_) => Err(outside("statements are not there yet")),
        }
    }

    /// The records. The data is read once more, the first time.
    pub(crate) fn records(&self, policy: &Policy) -> Result<Arc<Records>, Failure> {
        let mut records = locked(&self.records);
        if let Some(records) = &*records {
            return Ok(Arc::clone(records));
        }
        let read = read(policy, &mut locked(&self.data), &self.how, &mut Progress::new(None))?;
        self.is_the_same(&read)?;
        Ok(Arc::clone(records.insert(Arc::new(read))))
    }

    /// Everything, as an audit that keeps its records has it. They are judged once more, the first time.
    pub(crate) fn kept(&self, policy: &Policy) -> Result<Arc<Kept>, Failure> {
        let mut kept = locked(&self.kept);
        if let Some(kept) = &*kept {
            return Ok(Arc::clone(kept));
        }
        let records = self.records(policy)?;
        let audit = policy.audit_watched(&records, self.how.threads, &mut |_, _| {});
        Ok(Arc::clone(kept.insert(Arc::new(Kept { records, audit, withdrawn: Vec::new() }))))
    }

    /// What else can be written while the data passes by once more; none where records must be kept for it.
    pub(crate) fn again<'p>(&self, policy: &'p Policy, form: Form, all: bool) -> Result<Option<Streamed<'p>>, Failure> {
        let streamed = streamed(policy, &mut locked(&self.data), &self.how, (form, all), &mut Progress::new(None))?;
        streamed.as_ref().map_or(Ok(()), |streamed| self.is_the_same(streamed.records()))?;
        Ok(streamed)
    }

    /// What is read again must be what was audited.
    fn is_the_same(&self, again: &Records) -> Result<(), Failure> {
        let first = &self.read;
        if (&first.events_digest, &first.registers_digest) == (&again.events_digest, &again.registers_digest) {
            return Ok(());
        }
        Err(Failure::Changed(
            Say::new("the records or registers are not those of the audit any more", "记录或名册已不是判定时的内容"),
            Say::new("audit them anew, and ask the new audit", "请重新判定，再向新的判定结果提问"),
        ))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Judges the data in a form; none where its records must be kept.
fn streamed<'p>(policy: &'p Policy, data: &mut Data, how: &How, (form, all): (Form, bool), progress: &mut Progress) -> Result<Option<Streamed<'p>>, Failure> {
    let Cut { until, known_at: None } = how.cut(policy)? else { return Ok(None) };
    let mut reader = policy.reader();
    let mut unreadable = data.registers(&mut reader, progress)?;
    let asked = Asked { until, form, all, threads: how.threads, save: false, statements: false };
    stream::audit(policy.model(), reader.finish(Cut::default()), asked, &mut |read| {
        unreadable.extend(data.events(read, progress)?);
        if unreadable.is_empty() { Ok(()) } else { Err(Failure::Records(mem::take(&mut unreadable))) }
    })
}

/// Lines could not be put in order outside of memory.
fn outside(why: &str) -> Failure {
    Failure::Unwritten(Say::new(why, why))
}

//! What takes its time: examples, the analyser, coverage. One thread does it on what was compiled, after a pause of typing; work that a newer version
//! made stale is dropped, in the middle if need be. The editor never waits for it.

use super::workspace::Snapshot;
use crate::analysis::lint;
use crate::cli::Config;
use crate::diagnostics::{Diagnostic, Place, Say, Tongue};
use crate::report::{examples, exercised as lines};
use crate::tools::exercised::exercised;
use crate::tools::{Ran, run, run_only};
use chrono::{DateTime, Utc};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

/// So long nobody types before work begins.
const PAUSE: Duration = Duration::from_millis(300);
/// Conditions nest; the main thread has as much.
const STACK: usize = 64 << 20;

/// An institution to look at.
#[derive(Debug)]
pub(crate) struct Job {
    /// Which.
    pub(crate) paths: Vec<String>,
    /// Of which version; 0: nothing is to be done, whatever is being done is stale.
    pub(crate) version: u64,
    /// As it was compiled.
    pub(crate) snapshot: Arc<Snapshot>,
}

/// How an example came out.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    /// Its regulation.
    pub(crate) regulation: String,
    /// Its title.
    pub(crate) title: String,
    /// How many expectations it has.
    pub(crate) expectations: usize,
    /// What is not as expected; none where all is.
    pub(crate) differs: Option<Say>,
}

/// What examples show of a clause.
#[derive(Debug, Clone)]
pub(crate) struct Covered {
    /// Where the clause stands.
    pub(crate) place: Place,
    /// What is lacking; none where it is shown both ways.
    pub(crate) lacks: Option<Say>,
}

/// What was found so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Looked {
    /// Of which version.
    pub(crate) version: u64,
    /// Examples.
    pub(crate) examples: Option<Vec<Shown>>,
    /// What the analyser found and nobody expects.
    pub(crate) findings: Option<Vec<Diagnostic>>,
    /// Clauses.
    pub(crate) clauses: Option<Vec<Covered>>,
}

/// What was found of an institution.
#[derive(Debug)]
pub(crate) struct News {
    /// Which.
    pub(crate) paths: Vec<String>,
    /// What.
    pub(crate) looked: Looked,
}

/// Stands for work that is stale.
struct Stale;

/// Starts the thread; it ends when nobody sends any more.
pub(crate) fn start(jobs: Receiver<Job>, news: Sender<News>) -> std::io::Result<()> {
    thread::Builder::new().name("looking".to_owned()).stack_size(STACK).spawn(move || Worker { jobs, news, waiting: BTreeMap::new() }.work()).map(drop)
}

struct Worker {
    jobs: Receiver<Job>,
    news: Sender<News>,
    /// What is to be done, the newest of each institution.
    waiting: BTreeMap<Vec<String>, Job>,
}

impl Worker {
    fn work(mut self) {
        loop {
            if self.waiting.is_empty() {
                let Ok(job) = self.jobs.recv() else { return };
                self.wait_for(job);
            }
            loop {
                match self.jobs.recv_timeout(PAUSE) {
                    Ok(job) => self.wait_for(job),
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            let Some((_, job)) = self.waiting.pop_first() else { continue };
            // A bug in what looks at rules is no reason to serve no more; the hook has told of it.
            let _stale_or_broken = catch_unwind(AssertUnwindSafe(|| self.look(&job)));
        }
    }

    fn wait_for(&mut self, job: Job) {
        if job.version == 0 {
            self.waiting.remove(&job.paths);
        } else {
            self.waiting.insert(job.paths.clone(), job);
        }
    }

    /// Gives up when a newer version came. This unwinds without a message: the analyser can only be left so.
    fn still_wanted(&mut self, job: &Job) {
        while let Ok(newer) = self.jobs.try_recv() {
            let stale = newer.paths == job.paths;
            self.wait_for(newer);
            if stale {
                resume_unwind(Box::new(Stale));
            }
        }
    }

    fn look(&mut self, job: &Job) {
        let compiled = &job.snapshot.compiled;
        let Some(model) = &compiled.model else { return };
        let mut looked = Looked { version: job.version, ..Looked::default() };
        let mut shown = Vec::new();
        for example in &model.examples {
            self.still_wanted(job);
            shown.push(how(&run_only(model, example)));
        }
        looked.examples = Some(shown);
        self.tell(job, &looked);
        let today = DateTime::<Utc>::from(SystemTime::now()).date_naive();
        let mut linted = lint(model, &compiled.written, Some(today), &mut |_| self.still_wanted(job));
        if let Some(Ok(config)) = job.paths.first().map(|path| Config::beside(path)) {
            config.apply(&mut linted.findings);
        }
        looked.findings = Some(linted.findings.iter().filter(|finding| finding.expected.is_none()).map(crate::analysis::finding::Finding::diagnostic).collect());
        self.tell(job, &looked);
        let mut ran: Vec<Ran<'_>> = Vec::new();
        for example in &model.examples {
            self.still_wanted(job);
            ran.push(run(model, example));
        }
        let targets = exercised(model, &compiled.written, &ran, &mut |_| self.still_wanted(job));
        let clause = |target: &crate::tools::exercised::Target| {
            let lacks = (!target.is_shown()).then(|| Say::new(lines::lacking(target, Tongue::En), lines::lacking(target, Tongue::Zh)));
            Some(Covered { place: target.place.clone()?, lacks })
        };
        looked.clauses = Some(targets.iter().filter_map(clause).collect());
        self.tell(job, &looked);
    }

    fn tell(&mut self, job: &Job, looked: &Looked) {
        self.still_wanted(job);
        let _nobody_listens = self.news.send(News { paths: job.paths.clone(), looked: looked.clone() });
    }
}

fn how(ran: &Ran<'_>) -> Shown {
    let differs = (!ran.passed()).then(|| Say::new(differences(ran, Tongue::En), differences(ran, Tongue::Zh)));
    Shown { regulation: ran.example.regulation.clone(), title: ran.example.title.clone(), expectations: ran.checked.len(), differs }
}

/// What is not as expected, in one line.
fn differences(ran: &Ran<'_>, tongue: Tongue) -> String {
    let mut out = Vec::new();
    let _never_fails = examples::differences(ran, tongue, &mut out);
    let text = String::from_utf8_lossy(&out).into_owned();
    text.lines().map(str::trim).collect::<Vec<_>>().join(if tongue == Tongue::Zh { "；" } else { "; " })
}

//! Compiled policies, and what is asked of them.

use crate::audit::{Audit, explained, tongue};
use crate::data::{Data, Given, How, read, read_with};
use crate::errors::{Failure, diagnostics};
use crate::keys::{self, Beside, Carried};
use crate::passed::{Judging, Kept, Passed};
use crate::plan::{self, Share};
use crate::progress::Progress;
use crate::snapshot::{Snapshot, TEXT, Text};
use crate::state::{self, Since};
use crate::table::Table;
use bylaw::diagnostics::Say;
use bylaw::model::{Compiled, compile, institutions};
use bylaw::{Broken, Files, Policy as Rules, Threads, bindings, supersede};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// Where the rules came from.
enum Source {
    Files(Vec<String>, Snapshot),
    Text(Text),
    Bundle,
}

/// Compiled policies.
#[pyclass(frozen, module = "bylaw._bylaw")]
pub(crate) struct Policy {
    policy: Arc<Rules>,
    source: Source,
}

impl Policy {
    /// The compiled rules.
    pub(crate) fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.policy)
    }
}

fn broken(broken: Broken) -> Failure {
    Failure::Policies(broken.diagnostics)
}

fn threads(count: Option<NonZeroUsize>) -> Threads {
    count.map_or_else(Threads::available, Threads::new)
}

#[pymethods]
impl Policy {
    /// From policy files, folders of them, or one bundle.
    #[staticmethod]
    fn load(py: Python<'_>, paths: Vec<String>) -> PyResult<Self> {
        let loaded = py.detach(|| -> Result<Self, Failure> {
            let files = Snapshot::default();
            let sets = institutions(&paths, &files);
            if sets.len() > 1 {
                return Err(several(&paths, &sets));
            }
            let policy = Arc::new(Rules::load(&paths, &files).map_err(broken)?);
            Ok(Self { policy, source: Source::Files(paths, files) })
        });
        Ok(loaded?)
    }

    /// From one text.
    #[staticmethod]
    fn parse(text: String) -> PyResult<Self> {
        let policy = Arc::new(Rules::parse(&text).map_err(broken)?);
        Ok(Self { policy, source: Source::Text(Text(text)) })
    }

    /// From what `bundle` gave.
    #[staticmethod]
    fn from_bundle(json: &str) -> PyResult<Self> {
        Ok(Self { policy: Arc::new(Rules::from_bundle(json).map_err(broken)?), source: Source::Bundle })
    }

    /// The rules as one JSON text.
    fn bundle(&self) -> String {
        self.policy.bundle()
    }

    /// SHA-256 of the rules.
    fn digest(&self) -> String {
        self.policy.digest()
    }

    /// Names of the norms.
    fn norms(&self) -> Vec<String> {
        self.policy.model().norms.iter().map(|norm| norm.name.clone()).collect()
    }

    /// What the compiler had to say.
    fn check<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        diagnostics(py, self.policy.warnings())
    }

    /// The analyser's findings: as text, and as JSON lines.
    fn lint(&self, py: Python<'_>, on: Option<&str>, lang: &str, progress: Option<Py<PyAny>>) -> PyResult<(String, String)> {
        let on = on.map(|text| text.parse().map_err(|_| Failure::Asked(
            Say::new(format!("`{text}` is no day"), format!("`{text}` 不是日期")),
            Say::new("write `on=\"2024-03-31\"`", "请写 `on=\"2024-03-31\"`"),
        ))).transpose()?;
        let mut progress = Progress::new(progress);
        let told = py.detach(|| {
            let (path, compiled) = match &self.source {
                Source::Files(paths, files) => (paths.first().map(String::as_str), compile(paths, files)),
                Source::Text(text) => (None, compile(&[TEXT.to_owned()], text as &dyn Files)),
                Source::Bundle => (None, Compiled { model: Some(self.policy.model().clone()), ..Compiled::default() }),
            };
            bindings::lint(path, &compiled, on, tongue(lang), &mut |done, of| progress.at("analysing", done as u64, Some(of as u64)))
        });
        progress.end()?;
        let told = told.map_err(Failure::from)?;
        Ok((told.text, told.json))
    }

    /// The files of a folder of records, each with the register it is.
    fn folder(&self, path: &str) -> PyResult<Vec<(Option<String>, String)>> {
        Ok(bindings::folder(path, self.policy.model()).map_err(Failure::from)?)
    }

    /// Reads records and judges them.
    #[pyo3(signature = (events, registers, *, until, known_at, threads, strict, all, progress, resume, save_state, since))]
    #[allow(clippy::too_many_arguments)]
    fn audit(
        &self,
        py: Python<'_>,
        events: Given<'_>,
        registers: Given<'_>,
        until: Option<String>,
        known_at: Option<String>,
        threads: Option<NonZeroUsize>,
        strict: bool,
        all: bool,
        progress: Option<Py<PyAny>>,
        resume: Option<String>,
        save_state: Option<&str>,
        since: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Audit> {
        let how = How { until, known_at, threads: self::threads(threads), strict, resume };
        let mut data = Data::of(events, registers)?;
        let since = since.map(Since::of).transpose()?;
        let mut progress = Progress::new(progress);
        let policy = Arc::clone(&self.policy);
        let judged = py.detach(|| -> Result<Audit, Failure> {
            save_state.map_or(Ok(()), |path| state::spare(path, &data, since.as_ref()))?;
            if since.is_none() && save_state.is_none() {
                match Passed::audit(&policy, data, &how, all, &mut progress)? {
                    Judging::Passed(passed) => return Ok(Audit::passed(policy, passed, all, how.threads)),
                    Judging::Kept(unread) => data = unread,
                }
            }
            let earlier = since.map(Since::read).transpose()?;
            let mut saving = None;
            let records = read_with(&policy, &mut data, &how, &mut progress, |_| {}, |reader| {
                saving = save_state.map(|path| state::save(reader, path)).transpose()?;
                Ok(())
            })?;
            let mut audit = policy.audit_watched(&records, how.threads, &mut |done, of| progress.at("judging", done as u64, Some(of as u64)));
            let withdrawn = earlier.map(|earlier| supersede(&mut audit, &earlier)).unwrap_or_default();
            saving.map_or(Ok(()), state::saved)?;
            Ok(Audit::new(policy, Kept { records: Arc::new(records), audit, withdrawn }, all, how.threads))
        });
        progress.end()?;
        Ok(judged?)
    }

    /// Reads records and unfolds one verdict: summary and whole text in two tongues, and JSON.
    #[pyo3(signature = (verdict, events, registers, *, until, known_at, threads, resume))]
    #[allow(clippy::too_many_arguments)]
    fn explain(
        &self,
        py: Python<'_>,
        verdict: &str,
        events: Given<'_>,
        registers: Given<'_>,
        until: Option<String>,
        known_at: Option<String>,
        threads: Option<NonZeroUsize>,
        resume: Option<String>,
    ) -> PyResult<(String, String, String, String, String)> {
        let how = How { until, known_at, threads: self::threads(threads), strict: false, resume };
        let mut data = Data::of(events, registers)?;
        let unfolded = py.detach(|| {
            let records = read(&self.policy, &mut data, &how, &mut Progress::new(None))?;
            explained(&self.policy, &records, verdict)
        });
        Ok(unfolded?)
    }

    /// How the norms can be shared out over machines.
    #[allow(clippy::type_complexity)]
    fn shares(&self, py: Python<'_>, registers: Vec<String>, only: Option<Vec<String>>) -> PyResult<(Vec<Share>, Vec<(String, String, String)>)> {
        Ok(py.detach(|| plan::shares(&self.policy, registers, only.as_deref()))?)
    }

    /// The same rules with these norms only.
    fn only(&self, norms: Vec<String>) -> PyResult<Self> {
        Ok(Self { policy: Arc::new(plan::only(&self.policy, &norms)?), source: Source::Bundle })
    }

    /// The column with the types of records, and of each name of a type the columns that are read of its records.
    fn columns_read(&self) -> Option<(String, BTreeMap<String, BTreeSet<String>>)> {
        bindings::columns_read(&self.policy)
    }

    /// Digest of what is declared of records: saved states of another one cannot be used.
    fn declared(&self) -> String {
        self.policy.reader().declared()
    }

    /// The rows of a part and what is carried beside them, by the subjects of `entity`.
    fn keyed(&self, py: Python<'_>, events: Given<'_>, entity: &str, own: Option<(u32, u32)>, carried: Beside<'_>) -> PyResult<Table> {
        keys::keyed(&self.policy, events, Carried::of(carried)?, entity, own, py)
    }

    /// The day of each subject's earliest record, whatever becomes of it.
    fn earliest(&self, py: Python<'_>, events: Given<'_>, entity: &str) -> PyResult<Table> {
        keys::earliest(&self.policy, events, entity, py)
    }

    /// How the carried records are called, and whom they correct.
    fn named(&self, py: Python<'_>, entity: &str, carried: Beside<'_>) -> PyResult<Table> {
        keys::named(&self.policy, Carried::of(carried)?, entity, py)
    }

    /// The day of the earliest record that is used.
    fn first(&self, py: Python<'_>, events: Given<'_>, until: Option<String>, known_at: Option<String>, carried: Beside<'_>) -> PyResult<Option<String>> {
        plan::first(self, py, events, How { until, known_at, threads: Threads::ONE, strict: false, resume: None }, carried)
    }

    /// The verdicts alone of one part of an audit that is shared out, as its records pass by; none where they must be kept. `places`: of the rows in the whole.
    #[pyo3(signature = (events, registers, places, *, until, shard, all))]
    #[allow(clippy::too_many_arguments)]
    fn part_passed<'py>(
        &self,
        py: Python<'py>,
        events: Given<'py>,
        registers: Given<'py>,
        places: &Bound<'py, PyAny>,
        until: Option<String>,
        shard: &Bound<'py, PyDict>,
        all: bool,
    ) -> PyResult<Option<Table>> {
        plan::passed(self, py, (events, registers, places, shard), How { until, known_at: None, threads: Threads::ONE, strict: false, resume: None }, all)
    }

    /// Judges one part of an audit that is shared out.
    #[pyo3(signature = (events, registers, *, until, known_at, shard, all, carried=None))]
    #[allow(clippy::too_many_arguments)]
    fn part<'py>(
        &self,
        py: Python<'py>,
        events: Given<'py>,
        registers: Given<'py>,
        until: Option<String>,
        known_at: Option<String>,
        shard: &Bound<'py, PyDict>,
        all: bool,
        carried: Option<Beside<'py>>,
    ) -> PyResult<Audit> {
        plan::part(self, py, (events, registers, carried, shard), How { until, known_at, threads: Threads::ONE, strict: false, resume: None }, all)
    }

    /// Compares with another version, and what both make of records, if any are given: whether something differs, how many records each cannot use, text in two
    /// tongues, JSON in two tongues.
    #[pyo3(signature = (other, events, registers, *, until, known_at, threads, resume))]
    #[allow(clippy::too_many_arguments, clippy::type_complexity)]
    fn diff(
        &self,
        py: Python<'_>,
        other: &Bound<'_, Self>,
        events: Option<Given<'_>>,
        registers: Given<'_>,
        until: Option<String>,
        known_at: Option<String>,
        threads: Option<NonZeroUsize>,
        resume: Option<String>,
    ) -> PyResult<(bool, [usize; 2], [String; 2], [String; 2])> {
        let how = How { until, known_at, threads: self::threads(threads), strict: false, resume };
        let data = events.map(|events| Data::of(events, registers)).transpose()?;
        let other = Arc::clone(&other.get().policy);
        let compared = py.detach(|| -> Result<_, Failure> {
            let mut data = data.map(Data::kept);
            let mut again = data.as_mut().map(|data| |policy: &Rules| read(policy, data, &how, &mut Progress::new(None)));
            bindings::compare(&self.policy, &other, how.threads, again.as_mut().map(|again| again as &mut bindings::Read<'_, Failure>))
        })?;
        let [en, zh] = compared.told;
        Ok((compared.differs, compared.unusable, [en.text, zh.text], [en.json, zh.json]))
    }
}

/// Records are judged by the rules of one institution.
fn several(paths: &[String], sets: &[Vec<String>]) -> Failure {
    let (path, count) = (paths.join(" "), sets.len());
    let some = sets.iter().flatten().take(3).cloned().collect::<Vec<_>>().join(", ");
    Failure::Asked(
        Say::new(format!("`{path}` holds {count} institutions, each with names of its own"), format!("`{path}` 中有 {count} 个机构，各有自己的名称")),
        Say::new(format!("give the folder of one of them ({some}, …)"), format!("请给出其中一个文件夹（{some} 等）")),
    )
}

//! The three published event logs against the counts that were computed without Bylaw (`shared/logs/README.md`). The logs are not part of the
//! repository: they are looked for in `BYLAW_LOGS`, or in `shared/logs` beside it; where they are absent, the tests say so and pass over.

use crate::run::repository;
use crate::streams;
use bylaw::explain;
use bylaw::model::Model;
use bylaw::records::{Cut, Format, Reader, Records};
use bylaw::reference::verdict::{Audit, Ruling, Verdict};
use bylaw::reference::{audit, derive};
use std::path::PathBuf;

/// An audited log.
struct Log {
    model: Model,
    records: Records,
    audit: Audit,
}

/// The folder of the logs.
pub fn folder() -> PathBuf {
    std::env::var_os("BYLAW_LOGS").map_or_else(|| repository().join("../shared/logs"), PathBuf::from)
}

/// Are they here?
pub fn are_there() -> bool {
    folder().join("road_traffic_fines.xes.gz").exists()
}

impl Log {
    /// Reads and audits it; none where it is absent.
    fn open(policy: &str, file: &str) -> Option<Self> {
        let folder = folder();
        let Ok(input) = std::fs::File::open(folder.join(file)) else {
            eprintln!("passed over: `{file}` is not in {}; set BYLAW_LOGS to its folder", folder.display());
            return None;
        };
        let model = streams::policy(&format!("policies/logs/{policy}")).model().clone();
        let (format, packing) = Format::of(file).unwrap();
        let mut input = packing.open(input);
        let mut reader = Reader::new(&model);
        reader.events(file, None, format, &mut input).unwrap();
        let records = reader.finish(Cut::default());
        let audit = audit(&model, &records, &mut |_, _| {});
        Some(Self { model, records, audit })
    }

    fn of<'l>(&'l self, rule: &str, ruling: Ruling) -> impl Iterator<Item = &'l Verdict> + use<'l> {
        let end = format!(".{rule}");
        self.audit.verdicts.iter().filter(move |verdict| verdict.rule.ends_with(&end) && verdict.ruling == ruling)
    }

    #[track_caller]
    fn has(&self, rule: &str, ruling: Ruling, count: usize) {
        assert_eq!(self.of(rule, ruling).count(), count, "{rule}: {ruling:?}");
    }

    /// Every record was read, and no record that a policy declares was lost.
    #[track_caller]
    fn read(&self, events: u64) {
        let counts = &self.records.counts;
        assert_eq!(counts.read, events);
        assert_eq!(counts.read, counts.used + counts.ignored.values().sum::<u64>());
        assert!(self.records.rejections.is_empty(), "{:?}", self.records.rejections.first());
    }

    /// The verdict is unfolded, derived again by the checker, and told in both tongues.
    #[track_caller]
    fn explains(&self, verdict: &Verdict) -> String {
        let derivation = derive(&self.model, &self.records, &verdict.id).unwrap();
        assert_eq!(&derivation.verdict, verdict);
        explain::check(&self.model, &self.records, &derivation).unwrap();
        let chinese = explain::prose(&self.model, &self.records, &derivation, bylaw::diagnostics::Tongue::Zh);
        assert!(chinese.contains(&verdict.id));
        explain::prose(&self.model, &self.records, &derivation, bylaw::diagnostics::Tongue::En)
    }
}

#[test]
fn road_traffic_fines() {
    let Some(log) = Log::open("road_traffic_fines.bylaw", "road_traffic_fines.xes.gz") else { return };
    log.read(561_470);
    log.has("send_within_90_days", Ruling::Compliant, 54_215);
    log.has("send_within_90_days", Ruling::Violation, 49_772);
    log.has("send_within_90_days", Ruling::Undetermined, 0);
    log.has("penalty_at_60_days", Ruling::Compliant, 79_860);
    log.has("penalty_at_60_days", Ruling::Violation, 0);
    assert_eq!(log.records.until, Some(bylaw::records::At::Date("2013-06-18".parse().unwrap())));
    let late = log.of("send_within_90_days", Ruling::Violation).next().unwrap();
    assert!(log.explains(late).contains("94 days"), "{} was sent on the 94th day", late.id);
}

#[test]
fn receipt() {
    let Some(log) = Log::open("receipt.bylaw", "receipt.csv") else { return };
    log.read(8_577);
    log.has("closed_by_deadline", Ruling::Compliant, 952);
    let (late, overdue): (Vec<_>, Vec<_>) =
        log.of("closed_by_deadline", Ruling::Violation).partition(|verdict| verdict.parts.iter().any(|part| part.met.is_some()));
    assert_eq!((late.len(), overdue.len()), (377, 39), "closed late, and still open after the deadline");
    log.has("closed_by_deadline", Ruling::Pending, 66);
    log.has("steps_in_order", Ruling::Compliant, 1_434);
    log.has("steps_in_order", Ruling::Violation, 0);
    log.has("create_and_check_by_two", Ruling::Violation, 30);
    log.has("create_and_check_by_two", Ruling::Compliant, 10);
    let pending = log.of("closed_by_deadline", Ruling::Pending).next().unwrap();
    assert!(log.explains(pending).starts_with("Pending: "));
    log.explains(late.first().unwrap());
    log.explains(overdue.first().unwrap());
}

#[test]
fn domestic_declarations() {
    let Some(log) = Log::open("domestic_declarations.bylaw", "domestic_declarations.xes.gz") else { return };
    log.read(55_628);
    for (role, count) in [("ADMINISTRATION", 936), ("SUPERVISOR", 286), ("MISSING", 89), ("PRE_APPROVER", 86), ("BUDGET OWNER", 57)] {
        let of_role = log.of("rejections", Ruling::Compliant).flat_map(|verdict| &verdict.effects);
        assert_eq!(of_role.filter(|effect| effect.to.as_ref().is_some_and(|(_, id)| &**id == role)).count(), count, "{role}");
    }
    log.has("paid_after_final_approval", Ruling::Violation, 2);
    log.has("paid_after_final_approval", Ruling::Compliant, 9_910);
    log.has("administration_before_supervisor", Ruling::Violation, 2_149);
    log.has("paid_within_14_days", Ruling::Compliant, 8_312);
    log.has("paid_within_14_days", Ruling::Violation, 1_599);
    log.has("approved_is_paid", Ruling::Pending, 28);
    let alone = log.of("administration_before_supervisor", Ruling::Violation).next().unwrap();
    log.explains(alone);
}

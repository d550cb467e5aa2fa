//! The library's face. Its ordinary use is in the doctests; here is what goes wrong, and that every way in leads to the same.

use crate::streams;
use bylaw::{Cut, Files, Policy, Tongue};
use std::collections::BTreeMap;
use std::io;

/// Files in memory.
struct Memory(BTreeMap<&'static str, &'static str>);

impl Files for Memory {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.get(path).map(|text| text.as_bytes().to_vec()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn folder(&self, _: &str) -> io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}

const HEADER: &str = "regulation office\n  time zone Asia/Shanghai\n  currency CNY\n";
const RULE: &str = "register staff\nevent late by staff\nrule late_fine\n  on late\n  fine 2 CNY\n";

#[test]
fn a_bundle_judges_as_its_policies_do() {
    for institution in streams::all() {
        let (policy, records) = (&institution.policy, &institution.records);
        let bundled = Policy::from_bundle(&policy.bundle()).unwrap();
        assert_eq!(policy.digest(), bundled.digest());
        let audit = policy.audit(records);
        assert!(!audit.verdicts.is_empty());
        assert_eq!(audit, bundled.audit(records), "{}", institution.folder);
        // One verdict of each ruling.
        let each: BTreeMap<_, _> = audit.verdicts.iter().map(|verdict| (verdict.ruling, verdict)).collect();
        for verdict in each.values() {
            let (one, other) = (policy.explain(records, &verdict.id).unwrap().unwrap(), bundled.explain(records, &verdict.id).unwrap().unwrap());
            assert_eq!(one.verdict(), *verdict);
            assert_eq!(one.json(), other.json());
            for tongue in [Tongue::En, Tongue::Zh] {
                assert_eq!(one.prose(tongue), other.prose(tongue));
                assert!(one.prose(tongue).starts_with(&one.summary(tongue)));
            }
        }
    }
}

#[test]
fn files_may_be_in_memory() {
    let files = Memory(BTreeMap::from([("a.bylaw", HEADER), ("b.bylaw", RULE)]));
    let policy = Policy::load(&["b.bylaw", "a.bylaw"], &files).unwrap();
    assert_eq!(policy.digest(), Policy::parse(&format!("{HEADER}{RULE}")).unwrap().digest());
}

#[test]
fn what_does_not_compile_says_why_in_both_tongues() {
    let broken = Policy::parse(&format!("{HEADER}import \"other.bylaw\"\nrule r\n  on latr\n")).unwrap_err();
    assert!(broken.to_string().contains("latr"));
    assert!(broken.render(Tongue::Zh, false).contains("latr"));
    assert!(broken.diagnostics.iter().any(|diagnostic| diagnostic.code == "file-unreadable"), "one text imports nothing: {broken}");
    let policy = Policy::parse(&format!("{HEADER}{RULE}")).unwrap();
    let changed = policy.bundle().replace("\"2\"", "\"1\"");
    assert_eq!(Policy::from_bundle(&changed).unwrap_err().diagnostics[0].code, "bundle-digest");
    assert_eq!(Policy::from_bundle("{").unwrap_err().diagnostics[0].code, "bundle-broken");
}

#[test]
fn times_are_those_of_the_common_zone() {
    let policy = Policy::parse(HEADER).unwrap();
    assert_eq!(policy.known_at("2024-03-05").unwrap().to_rfc3339(), "2024-03-05T23:59:59.999999999+08:00");
    assert_eq!(policy.known_at("2024-03-05T10:00").unwrap().to_rfc3339(), "2024-03-05T10:00:00+08:00");
    assert!(policy.time("5 March").is_err());
    let files = Memory(BTreeMap::from([("a.bylaw", HEADER), ("b.bylaw", "regulation rome\n  time zone Europe/Rome\n")]));
    let two = Policy::load(&["a.bylaw", "b.bylaw"], &files).unwrap();
    assert!(two.time("2024-03-05").is_ok());
    assert!(two.time("2024-03-05T10:00").is_err());
    assert!(two.known_at("2024-03-05").is_err());
    assert!(two.known_at("2024-03-05T10:00Z").is_ok());
}

#[test]
fn without_records_there_are_no_verdicts() {
    let policy = Policy::parse(&format!("{HEADER}{RULE}")).unwrap();
    let records = policy.reader().finish(Cut::default());
    assert!(policy.audit(&records).verdicts.is_empty());
    assert!(policy.explain(&records, "office.late_fine@e1").is_none());
}

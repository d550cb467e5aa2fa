//! The example institutions: their policies, registers and records.

use crate::run::repository;
use bylaw::model::Model;
use bylaw::records::{At, Format, Reader};
use bylaw::{Cut, Disk, Policy, Records};

/// An institution of `policies/` that has a stream.
pub struct Institution {
    pub folder: &'static str,
    pub policy: Policy,
    pub records: Records,
    /// Text of `events.jsonl`.
    pub events: String,
    registers: &'static [&'static str],
}

/// Folders with their registers.
pub const FOLDERS: [(&str, &[&str]); 3] =
    [("03-statistics-bureau", &["staff", "section", "machine", "statistician"]), ("04-canteen", &["kitchen", "town_staff"]), ("05-leave", &["职工"])];

/// Every institution that has a stream.
pub fn all() -> Vec<Institution> {
    FOLDERS.iter().map(|(folder, registers)| Institution::new(folder, registers)).collect()
}

/// The rules below a path of the repository.
pub fn policy(path: &str) -> Policy {
    let path = repository().join(path).to_string_lossy().into_owned();
    Policy::load(&[path], &Disk).unwrap_or_else(|broken| panic!("{broken}"))
}

impl Institution {
    fn new(folder: &'static str, registers: &'static [&'static str]) -> Self {
        let policy = policy(&format!("policies/{folder}"));
        let events = std::fs::read_to_string(repository().join("policies").join(folder).join("events.jsonl")).unwrap();
        let mut institution = Self { folder, policy, records: Records::default(), events, registers };
        let mut reader = institution.policy.reader();
        institution.registers(&mut reader);
        reader.events("events.jsonl", None, Format::Jsonl, &mut institution.events.as_bytes()).unwrap();
        let records = reader.finish(Cut { until: institution.until(), known_at: None });
        institution.records = records;
        institution
    }

    pub fn model(&self) -> &Model {
        self.policy.model()
    }

    /// The end of the quarter.
    pub fn until(&self) -> Option<At> {
        self.policy.time("2024-03-31").ok()
    }

    /// Reads its registers.
    pub fn registers(&self, reader: &mut Reader<'_>) {
        for register in self.registers {
            let path = repository().join("policies").join(self.folder).join(format!("{register}.csv"));
            reader.register(register, register, Format::Csv, &mut std::fs::read(path).unwrap().as_slice()).unwrap();
        }
    }
}

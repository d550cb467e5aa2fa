//! The example institutions: their policies, registers and records, read once.

use crate::run::repository;
use bylaw::cli::Disk;
use bylaw::model::{Model, compile};
use bylaw::records::{Cut, Format, Reader, Records, read_time};
use std::io::Cursor;

/// An institution of `policies/`.
pub struct Institution {
    pub model: Model,
    pub records: Records,
}

/// Folder, registers, known-up-to day.
const ALL: [(&str, &[&str], &str); 3] = [
    ("03-statistics-bureau", &["staff", "section", "machine", "statistician"], "2024-03-31"),
    ("04-canteen", &["kitchen", "town_staff"], "2024-03-31"),
    ("05-leave", &["职工"], "2024-03-31"),
];

/// Every institution that has a stream.
pub fn all() -> Vec<Institution> {
    ALL.iter().map(|(folder, registers, until)| institution(folder, registers, until)).collect()
}

/// The rules below a path of the repository.
pub fn model(path: &str) -> Model {
    let path = repository().join(path).to_string_lossy().into_owned();
    let compiled = compile(&[path], &Disk);
    compiled.model.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

fn institution(folder: &str, registers: &[&str], until: &str) -> Institution {
    let model = model(&format!("policies/{folder}"));
    let file = |name: &str| std::fs::read(repository().join("policies").join(folder).join(name)).unwrap();
    let mut reader = Reader::new(&model);
    for register in registers {
        let name = format!("{register}.csv");
        reader.register(register, &name, Format::Csv, &mut Cursor::new(file(&name))).unwrap();
    }
    reader.events("events.jsonl", None, Format::Jsonl, &mut Cursor::new(file("events.jsonl"))).unwrap();
    let until = Some(read_time(until, None).unwrap());
    let records = reader.finish(Cut { until, known_at: None });
    Institution { model, records }
}

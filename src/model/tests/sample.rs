//! The sample of `docs/surface.md`.

use super::disk::{Disk, told};
use crate::model::{Compiled, bundle, compile};

const EVENTS: &str = "feed fines_log\n  type in \"concept:name\"\n  at in \"time:timestamp\" as date\n  fine in \"case:concept:name\"\n\ncase fine\n\nevent create_fine, send_fine of fine in fines_log\n";

fn sample() -> String {
    let page = include_str!("../../../docs/surface.md");
    let start = page.find("```bylaw\n").unwrap() + 9;
    let end = start + page[start..].find("```").unwrap();
    page[start..end].to_owned()
}

fn compiled(files: &[(&str, &str)], paths: &[&str]) -> Compiled {
    let mut disk = Disk::of(files);
    disk.0.insert("calendars/cn.csv".to_owned(), super::disk::CALENDAR.into());
    let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    compile(&paths, &disk)
}

#[test]
fn the_sample_compiles() {
    let compiled = compiled(&[("03/main.bylaw", &sample()), ("03/events.bylaw", EVENTS)], &["03"]);
    assert_eq!(told(&compiled.diagnostics), "");
    let model = compiled.model.unwrap();
    insta::assert_snapshot!(bundle::write(&model));
    assert_eq!(bundle::read(&bundle::write(&model)).unwrap(), model);
}

//! Adopting a regulation.

use super::disk::{Disk, told};
use crate::model::{Compiled, Model, compile};

const ORIGINAL: &str = "regulation north \"North\" [03, 03.Z]\n  time zone Asia/Shanghai\n  currency CNY\n\nregister staff [03.0a]\nevent late, absent by staff\n\n\
    measure lates = count of late in the month\n\nrule late_fine [03.2e, 13.1, 03]\n  on late\n  fine 2 CNY when lates >= 1 [03.2f]\n\n\
    table absence [03.3]\n  on absent\n  | lates | fine | source |\n  | any | 5 CNY | 03.3a |\n\nnot computable [03.1a] because \"an aim\"\n\n\
    example \"two yuan\"\n  given late by \"li\" on 2024-03-05\n  expect late_fine of \"li\" is 2 CNY\n\n\
    example \"five yuan\"\n  given absent by \"li\" on 2024-03-05\n  expect absence of \"li\" is 5 CNY\n";

fn compiled(adopter: &str, paths: &[&str]) -> Compiled {
    let paths: Vec<String> = paths.iter().map(|&path| path.to_owned()).collect();
    compile(&paths, &Disk::of(&[("03/a.bylaw", ORIGINAL), ("10/b.bylaw", adopter)]))
}

fn model(adopter: &str, paths: &[&str]) -> Model {
    let compiled = compiled(adopter, paths);
    assert!(compiled.model.is_some(), "{}", told(&compiled.diagnostics));
    compiled.model.unwrap()
}

fn names(model: &Model) -> Vec<&str> {
    model.norms.iter().map(|norm| norm.name.as_str()).collect()
}

const HEADER: &str = "regulation south [10]\n  time zone Asia/Shanghai\n  currency CNY\n  adopts north from \"../03\"\n";

#[test]
fn an_adopted_norm_is_the_adopters_and_cites_its_clauses() {
    let model = model(HEADER, &["10"]);
    assert_eq!(names(&model), ["south.absence", "south.late_fine"]);
    let fine = model.norms.last().unwrap();
    assert_eq!(fine.cites, ["10.2e", "13.1", "10"]);
    assert_eq!(fine.decisions[0].clauses[0].cites, ["10.2f"]);
    assert_eq!(model.norms[0].decisions[0].clauses[0].cites, ["10.3a"]);
    assert_eq!(model.left_out[0].cites, ["10.1a"]);
    assert_eq!(model.examples.len(), 2);
    let regulations: Vec<&str> = model.regulations.iter().map(|regulation| regulation.name.as_str()).collect();
    assert_eq!(regulations, ["south"], "the original is not judged");
}

#[test]
fn what_is_left_out_can_be_said_otherwise() {
    let own = format!("{HEADER}  without absence, \"five yuan\" because \"the south forgives\"\n\nrule absence [10.3]\n  on absent\n  fine 1 CNY\n");
    let model = model(&own, &["10"]);
    assert_eq!(names(&model), ["south.absence", "south.late_fine"]);
    assert_eq!(model.norms[0].cites, ["10.3"]);
    assert_eq!(model.examples.len(), 1);
    let twice = compiled(&format!("{HEADER}\nrule absence [10.3]\n  on absent\n  fine 1 CNY\n"), &["10"]);
    assert!(told(&twice.diagnostics).starts_with("duplicate-name: `absence` is declared twice"), "{}", told(&twice.diagnostics));
}

#[test]
fn beside_the_original_declarations_are_shared() {
    let model = model(HEADER, &["03", "10"]);
    assert_eq!(names(&model), ["north.absence", "north.late_fine", "south.absence", "south.late_fine"]);
    assert_eq!(model.entities.len(), 1);
    assert_eq!(model.norms[0].cites, ["03.3"]);
}

#[test]
fn what_cannot_be_adopted_is_told() {
    let header = "regulation south [10]\n  time zone Asia/Shanghai\n  currency CNY\n";
    let cases = [
        ("  adopts nord from \"../03\"\n", "adoption: there is no regulation `nord` there\n  at `nord` \n  help: there is `north`\n"),
        ("  adopts north from \"../03\"\n  without absense because \"so\"\n", "adoption: the adopted regulation has no `absense` to leave out\n  at `absense` \n  help: did you mean `absence`?\n"),
        ("  without absence because \"so\"\n", "adoption: `without` stands where nothing is adopted\n  at `absence` \n  help: write `adopts NAME from \"../folder\"`, or remove the line\n"),
        ("  adopts north from \"../04\"\n", "file-unreadable: there is no file `04`\n  at `\"../04\"` imported here\n  help: check the path; imports are relative to the file they stand in\n"),
        ("  adopts south from \"../10\"\n", "adoption: `south` is itself adopted from another regulation\n  at `south` \n  help: adopt the regulation that it adopts\n"),
    ];
    for (lines, expected) in cases {
        let compiled = compiled(&format!("{header}{lines}"), &["10"]);
        assert!(told(&compiled.diagnostics).contains(expected), "{lines}\n{}", told(&compiled.diagnostics));
    }
}

#[test]
fn what_the_adopted_texts_import_of_each_other_is_adopted_too() {
    let header = "regulation north [03]\n  time zone Asia/Shanghai\nimport \"more\"\n";
    let more = "register staff\nevent late by staff\nimport \"../calendars\"\nban no_late [03.1]\n  on late\n";
    let adopter = "regulation south [10]\n  time zone Asia/Shanghai\n  adopts north from \"../03\"\n";
    let files = [("03/a.bylaw", header), ("03/more.bylaw", more), ("calendars/c.bylaw", "kind shared a, b\n"), ("10/b.bylaw", adopter)];
    let compiled = compile(&["10".to_owned()], &Disk::of(&files));
    let model = compiled.model.unwrap_or_else(|| panic!("{}", told(&compiled.diagnostics)));
    assert_eq!(names(&model), ["south.no_late"]);
    assert!(model.kind("shared").is_some(), "what lies outside is imported");
}

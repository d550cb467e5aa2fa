//! `bylaw test --format junit`: what CI services show of a run: a suite for each regulation, a case for each example; with `--coverage` one more
//! suite, with a case for each line that examples should show.

use super::examples::differences;
use super::exercised::{lacking, place, text};
use crate::diagnostics::Tongue;
use crate::tools::exercised::Target;
use crate::tools::{Ran, Tested};
use quick_xml::events::BytesText;
use quick_xml::writer::Writer;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// A case: what it is called, the sort of what is wrong with it, and that in words.
pub(crate) struct Case {
    pub(crate) class: String,
    pub(crate) name: String,
    pub(crate) wrong: Option<(&'static str, String)>,
}

/// Writes the document, with a line feed after it.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn write(all: &[Tested<'_>], tongue: Tongue, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for ran in all.iter().flat_map(|tested| &tested.ran) {
        suites.entry(ran.example.regulation.clone()).or_default().push(example(ran, tongue)?);
    }
    let targets: Vec<&Target> = all.iter().filter_map(|tested| tested.targets.as_ref()).flatten().collect();
    let mut suites: Vec<(String, Vec<Case>)> = suites.into_iter().collect();
    if !targets.is_empty() {
        suites.push(("coverage".to_owned(), targets.iter().map(|target| line(target, tongue)).collect()));
    }
    document(&suites, out)
}

/// Writes suites of cases, with a line feed after the document.
///
/// # Errors
/// When `out` cannot be written.
pub(crate) fn document(suites: &[(String, Vec<Case>)], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let counts: Vec<&Case> = suites.iter().flat_map(|(_, cases)| cases).collect();
    let element = counted(writer.create_element("testsuites").with_attribute(("name", "bylaw")), counts.into_iter());
    element.write_inner_content(|writer| suites.iter().try_for_each(|(name, cases)| suite(writer, name, cases)))?;
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    out.write_all(&writer.into_inner())?;
    writeln!(out)
}

type Element<'w> = quick_xml::writer::ElementWriter<'w, Vec<u8>>;

fn counted<'w, 'c>(element: Element<'w>, cases: impl Iterator<Item = &'c Case>) -> Element<'w> {
    let (mut tests, mut failures, mut errors) = (0, 0, 0);
    for case in cases {
        tests += 1;
        match &case.wrong {
            Some(("error", _)) => errors += 1,
            Some(_) => failures += 1,
            None => {}
        }
    }
    let counts: [(&str, usize); 3] = [("tests", tests), ("failures", failures), ("errors", errors)];
    counts.iter().fold(element, |element, (name, count)| element.with_attribute((*name, count.to_string().as_str())))
}

fn suite(writer: &mut Writer<Vec<u8>>, name: &str, cases: &[Case]) -> io::Result<()> {
    let element = counted(writer.create_element("testsuite").with_attribute(("name", name)), cases.iter());
    element.write_inner_content(|writer| cases.iter().try_for_each(|case| self::case(writer, case)))?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, case: &Case) -> io::Result<()> {
    let element = writer.create_element("testcase").with_attribute(("classname", case.class.as_str())).with_attribute(("name", case.name.as_str()));
    let Some((sort, said)) = &case.wrong else {
        element.write_empty()?;
        return Ok(());
    };
    let first = said.lines().next().unwrap_or_default().trim();
    element.write_inner_content(|writer| {
        writer.create_element(*sort).with_attribute(("message", first)).write_text_content(BytesText::new(said))?;
        Ok(())
    })?;
    Ok(())
}

/// An example: an error when its records cannot be used, a failure when something is not as expected.
fn example(ran: &Ran<'_>, tongue: Tongue) -> io::Result<Case> {
    let mut said = Vec::new();
    differences(ran, tongue, &mut said)?;
    let sort = if ran.unusable.is_empty() { "failure" } else { "error" };
    let wrong = (!ran.passed()).then(|| (sort, String::from_utf8_lossy(&said).trim_end().to_owned()));
    Ok(Case { class: ran.example.regulation.clone(), name: ran.example.title.clone(), wrong })
}

/// A line that examples should show: a failure when they do not show it every way.
fn line(target: &Target, tongue: Tongue) -> Case {
    let name = target.place.as_ref().map_or(target.part.as_str(), text);
    let wrong = (!target.is_shown()).then(|| ("failure", lacking(target, tongue)));
    Case { class: place(target), name: name.to_owned(), wrong }
}

//! `bylaw test --generate`: examples for what the examples of a policy do not show.

use super::args;
use super::disk::Disk;
use super::failure::{Exit, Failure};
use super::policies::{self, Institution};
use super::progress::Progress;
use super::screen::{Screen, write_result};
use crate::diagnostics::{Diagnostic, Say, Severity, Source, Tongue};
use crate::format::{FormatOptions, format};
use crate::model::{Compiled, Files, compile};
use crate::report::proposed::{Summary, heading, summary, text};
use crate::tools::exercised::{Target, exercised};
use crate::tools::proposed::{Proposal, Way, missing, propose};
use crate::tools::{Ran, run};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Writes the proposals, and tells on standard error what they show and what they do not. What is left, or an example that fails, ends the run with
/// status 1.
pub(crate) fn generate(args: &args::Test, output: &str, screen: Screen) -> Result<Exit, Failure> {
    if output != "-" && Path::new(output).exists() {
        return Err(Failure::Usage(
            Say::new(format!("`{output}` is there already, and nothing was written"), format!("`{output}` 已经存在，未写入任何内容")),
            Say::new("name a new file, as proposals never take the place of what is there", "请另取文件名：拟出的示例从不覆盖已有文件"),
        ));
    }
    let each = policies::load_each(&args.policies.paths, screen)?;
    let [institution] = each.as_slice() else {
        return Err(Failure::Usage(
            Say::new(format!("{} institutions, each with names of its own, have no examples in common", each.len()), format!("{} 个机构各有自己的名称，没有共同的示例", each.len())),
            Say::new("give the folder of one of them", "请给出其中一个文件夹"),
        ));
    };
    let Institution { path, model, written, .. } = institution;
    if written.regulations.is_empty() {
        return Err(Failure::Usage(
            Say::new(format!("`{path}` is compiled, and examples are added to texts"), format!("`{path}` 是编译结果，示例须加入规章文本")),
            Say::new("give the folder of the policies", "请给出规章文件所在的文件夹"),
        ));
    }
    let (targets, fails) = targets(institution, screen);
    let place = Place::of(institution, &targets, args);
    let all = missing(&targets);
    let (wanted, elsewhere): (Vec<Way>, Vec<Way>) = all.iter().copied().partition(|(at, _)| targets.get(*at).is_some_and(|target| target.regulation == place.regulation));
    let progress = Progress::steps(screen.pick("proposals", "拟示例"), wanted.len());
    let proposed = propose(model, &targets, &wanted, &mut |done| progress.at(done));
    progress.end();
    let mut taken: BTreeSet<String> = model.examples.iter().map(|example| example.title.clone()).collect();
    let texts = proposed.proposals.into_iter().map(|proposal| (text(model, &targets, &proposal, place.tongue, &mut taken), proposal)).collect();
    let mut left: BTreeMap<Way, Say> = proposed.left.into_iter().collect();
    left.extend(elsewhere.into_iter().map(|way| (way, Say::new("it stands in another regulation: give its folder", "在另一部规章中：请给出其文件夹"))));
    let (kept, shown) = place.tried(texts, heading(place.tongue), &mut left);
    let seen: Vec<Target> = targets.iter().enumerate().map(|(at, target)| Target { seen: target.seen || shown.contains(&(at, true)), seen_not: target.seen_not || shown.contains(&(at, false)), ..target.clone() }).collect();
    let unsaid = || Say::new("no case was found", "未找到实例");
    let rest = seen.iter().enumerate().filter(|(_, target)| !target.is_shown());
    let rest: Vec<(&Target, Say)> = rest.map(|(at, target)| (target, [true, false].into_iter().find_map(|way| left.get(&(at, way))).cloned().unwrap_or_else(unsaid))).collect();
    let lacking = targets.iter().filter(|target| !target.is_shown()).count();
    if let Some(whole) = &kept.0 {
        write_result(Some(output), |out| out.write_all(whole.as_bytes()))?;
    }
    let told = Summary { lacking, shown: lacking - rest.len(), examples: kept.1, left: rest };
    screen.tell(&summary(&told, screen.tongue));
    if fails > 0 {
        screen.tell(screen.pick("some examples do not come out as expected: see `bylaw test`\n", "有示例与预期不符：请看 `bylaw test`\n"));
    }
    Ok(if told.left.is_empty() && fails == 0 { Exit::Well } else { Exit::Findings })
}

/// What the examples show, and how many fail.
fn targets(institution: &Institution, screen: Screen) -> (Vec<Target>, usize) {
    let Institution { model, written, .. } = institution;
    let progress = Progress::steps(screen.pick("examples", "示例"), model.examples.len());
    let ran: Vec<Ran<'_>> = model.examples.iter().enumerate().inspect(|(done, _)| progress.at(*done)).map(|(_, example)| run(model, example)).collect();
    progress.end();
    let progress = Progress::steps(screen.pick("coverage", "覆盖"), ran.len());
    let targets = exercised(model, written, &ran, &mut |done| progress.at(done));
    progress.end();
    (targets, ran.iter().filter(|one| !one.passed()).count())
}

/// Where the proposals will stand.
struct Place {
    /// The policies, and the new file among them.
    paths: Vec<String>,
    file: String,
    /// The regulation that has the file.
    regulation: String,
    /// Its tongue.
    tongue: Tongue,
}

impl Place {
    /// Beside the regulation that lacks most.
    fn of(institution: &Institution, targets: &[Target], args: &args::Test) -> Self {
        let given = &args.policies.paths;
        let mut paths = if given.len() > 1 { given.clone() } else { vec![institution.path.clone()] };
        let lacks = |name: &str| targets.iter().filter(|target| target.regulation == name && !target.is_shown()).count();
        let header = institution.written.regulations.iter().rev().max_by_key(|(name, _)| lacks(name));
        let (regulation, folder, tongue) = header.map_or_else(
            || (String::new(), String::new(), Tongue::En),
            |(name, place)| {
                let folder = place.source.name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
                let line = crate::report::exercised::text(place);
                (name.clone(), folder, if line.is_ascii() || line.starts_with("regulation") { Tongue::En } else { Tongue::Zh })
            },
        );
        let named = |n: usize| format!("{folder}proposed-examples-{n}.bylaw");
        let file = (1..).map(named).find(|file| !Path::new(file).exists()).unwrap_or_default();
        paths.push(file.clone());
        Self { paths, file, regulation, tongue }
    }

    /// The text of the proposals that compile among the policies, and pass, in its one form, and how many they are; what they show. Others are left.
    fn tried(&self, mut texts: Vec<(String, Proposal)>, heading: &str, left: &mut BTreeMap<Way, Say>) -> ((Option<String>, usize), BTreeSet<Way>) {
        while !texts.is_empty() {
            let whole = texts.iter().fold(heading.to_owned(), |whole, (text, _)| whole + "\n" + text);
            let source = Arc::new(Source { name: self.file.clone(), text: whole.clone() });
            let whole = format(&source, FormatOptions::default()).map_or(whole, |formatted| formatted.text);
            let Compiled { model, diagnostics, written, .. } = compile(&self.paths, &With { file: &self.file, text: &whole });
            let Some(model) = model else {
                drop_broken(&mut texts, &diagnostics, &whole, &self.file, left);
                continue;
            };
            let titles: Vec<&str> = texts.iter().map(|(text, _)| title_of(text)).collect();
            let mine = |title: &str| model.examples.iter().find(|example| example.title == title && example.regulation == self.regulation);
            let ran: Vec<Option<Ran<'_>>> = titles.iter().map(|title| mine(title).map(|example| run(&model, example))).collect();
            let passed: Vec<bool> = ran.iter().map(|one| one.as_ref().is_some_and(Ran::passed)).collect();
            if passed.iter().all(|passed| *passed) {
                let ran: Vec<Ran<'_>> = ran.into_iter().flatten().collect();
                let seen = exercised(&model, &written, &ran, &mut |_| {});
                let shown = seen.iter().enumerate().flat_map(|(at, target)| [target.seen.then_some((at, true)), target.seen_not.then_some((at, false))]).flatten().collect();
                return ((Some(whole), texts.len()), shown);
            }
            let mut passed = passed.into_iter();
            texts.retain(|(_, proposal)| {
                let passed = passed.next() == Some(true);
                if !passed {
                    leave(proposal, left);
                }
                passed
            });
        }
        ((None, 0), BTreeSet::new())
    }
}

/// Takes out what does not compile; everything, where that cannot be told.
fn drop_broken(texts: &mut Vec<(String, Proposal)>, diagnostics: &[Diagnostic], whole: &str, file: &str, left: &mut BTreeMap<Way, Say>) {
    let mut broken: BTreeSet<String> = BTreeSet::new();
    for label in diagnostics.iter().filter(|one| one.severity == Severity::Error).flat_map(|one| &one.labels) {
        if label.place.source.name == file
            && let Some(before) = whole.get(..label.place.span.end)
            && let Some(title) = before.lines().rev().find(|line| line.starts_with("example ") || line.starts_with("示例 "))
        {
            broken.insert(title_of(title).to_owned());
        }
    }
    let all = !texts.iter().any(|(text, _)| broken.contains(title_of(text)));
    texts.retain(|(text, proposal)| {
        let keep = !all && !broken.contains(title_of(text));
        if !keep {
            leave(proposal, left);
        }
        keep
    });
}

fn leave(proposal: &Proposal, left: &mut BTreeMap<Way, Say>) {
    left.extend(proposal.shows.iter().map(|way| (*way, Say::new("a case shows it that cannot be written as an example", "有实例可以显示，但无法写成示例"))));
}

/// The title of an example in a text.
fn title_of(text: &str) -> &str {
    let line = text.lines().find(|line| line.starts_with("example ") || line.starts_with("示例 ")).unwrap_or_default();
    line.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"')).map_or("", |(title, _)| title)
}

/// The disk with one more file.
struct With<'w> {
    file: &'w str,
    text: &'w str,
}

impl Files for With<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == self.file { Ok(self.text.as_bytes().to_vec()) } else { Disk.read(path) }
    }

    fn folder(&self, path: &str) -> io::Result<Option<Vec<String>>> {
        if path == self.file { Ok(None) } else { Disk.folder(path) }
    }
}

//! What the engine says by itself: from batches of records, and from lines that it reads.

use super::Text;
use bylaw::Threads;
use bylaw::engine::{After, Batch, Decoder, Judged, Plan, Run, Runs, Sink, Statement, together};
use bylaw::model::Model;
use bylaw::records::At;
use bylaw::reference::verdict::{Effect, Ruling};
use std::collections::{BTreeMap, BTreeSet};

/// A verdict as far as the engine says it.
pub(super) type Said = (Ruling, Option<String>, String, Vec<String>);

/// Whose record or period led to it; entity and id to whom it is posted; month.
pub(super) type Posted = (String, (String, String), String);

#[derive(Debug, Default, PartialEq)]
pub(super) struct Heard {
    /// By id: whose record or period it is, and what is said.
    pub(super) verdicts: BTreeMap<String, (String, Said)>,
    pub(super) twice: Vec<String>,
    pub(super) lines: BTreeMap<Posted, u64>,
}

/// What is posted or decided, without how a sum is made up.
pub(super) fn effect(effect: &Effect) -> String {
    format!("{} {:?} {:?} {:?} {:?} to {:?}", effect.kind, effect.posting, effect.amount.map(|n| n.to_string()), effect.unit, effect.value, effect.to)
}

pub(super) struct Listening<'m>(pub(super) &'m Model, pub(super) Heard);

/// The same, but norms that do not apply are not wanted.
struct Brief<'m>(Listening<'m>);

impl Sink for Brief<'_> {
    fn verdict(&mut self, judged: &Judged<'_>) {
        self.0.verdict(judged);
    }
    fn statement(&mut self, statement: &Statement<'_>) {
        self.0.statement(statement);
    }
}

impl Sink for Listening<'_> {
    fn verdict(&mut self, judged: &Judged<'_>) {
        let norm = &self.0.norms[judged.norm];
        let id = format!("{}@{}", norm.name, judged.key());
        let effects = judged.effects();
        let said = (judged.ruling, Some(judged.bound().to_owned()), judged.day.to_string(), effects.iter().map(effect).collect());
        if self.1.verdicts.insert(id.clone(), (judged.name().to_owned(), said)).is_some() {
            self.1.twice.push(id);
        }
    }
    fn statement(&mut self, statement: &Statement<'_>) {
        let to = (self.0.entities[statement.entity].name.clone(), statement.name.to_owned());
        *self.1.lines.entry((statement.of.to_owned(), to, statement.month.format("%Y-%m").to_string())).or_default() += statement.lines;
    }
    fn wants_not_applicable(&self) -> bool {
        true
    }
}

/// What the engine says of lines, where it can read them by itself.
pub(super) fn decoded(model: &Model, plan: &Plan<'_>, (text, until): Text<'_>, threads: Threads) -> Option<(Heard, BTreeSet<String>)> {
    let mut listening: Vec<_> = (0..threads.count()).map(|_| Listening(model, Heard::default())).collect();
    let mut decoder = Decoder::on(plan, bylaw::Reader::new(model), until, threads);
    let mut runs = Runs::new(plan, threads);
    let after = After { made: &|_: &mut Listening<'_>| (), give: &mut |_| {} };
    together(&mut decoder, &mut runs, ("events.jsonl", ""), &mut text.as_bytes(), &mut listening, after).unwrap();
    let finished = runs.finish(until, &mut listening);
    let mut all = Heard::default();
    for Listening(_, heard) in listening {
        all.twice.extend(heard.verdicts.keys().filter(|id| all.verdicts.contains_key(*id)).cloned());
        all.twice.extend(heard.twice);
        all.verdicts.extend(heard.verdicts);
        heard.lines.into_iter().for_each(|(one, lines)| *all.lines.entry(one).or_default() += lines);
    }
    // Threads tell theirs in turn.
    all.twice.sort();
    (!decoder.needs_all() && !finished.nobodys).then(|| (all, finished.again.into_iter().collect()))
}

/// What differs when norms that do not apply are not wanted. Whose records say nothing of what is asked may be judged in more cases then.
pub(super) fn briefly(model: &Model, plan: &Plan<'_>, (batch, until): (&Batch, Option<At>), (heard, again): (&Heard, &BTreeSet<&str>)) -> Vec<String> {
    let mut brief = Brief(Listening(model, Heard::default()));
    let mut run = Run::new(plan);
    run.eval(batch, &mut brief);
    let finished = run.finish(until, &mut brief);
    let Brief(Listening(_, brief)) = brief;
    let mut wrong: Vec<String> = finished.again.iter().filter(|subject| !again.contains(subject.as_str())).map(|subject| format!("{subject} again, briefly")).collect();
    let there = |said: &(String, Said)| said.1.0 != Ruling::NotApplicable && !again.contains(said.0.as_str());
    let of = |heard: &Heard| heard.verdicts.iter().filter(|(_, said)| there(said)).map(|(id, said)| (id.clone(), said.clone())).collect::<BTreeMap<_, _>>();
    if of(heard) != of(&brief) || brief.lines.iter().any(|(one, lines)| !again.contains(one.0.as_str()) && heard.lines.get(one) != Some(lines)) {
        wrong.push(format!("briefly: {:#?}\nnot {:#?}", of(&brief), of(heard)));
    }
    wrong
}

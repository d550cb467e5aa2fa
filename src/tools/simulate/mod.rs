//! A made-up stream of records and its registers, from what the policies declare. The same policies, numbers and seed give the same bytes.
//!
//! | file | does |
//! |---|---|
//! | `chance` | draws |
//! | `clock` | working days and hours, lengths |
//! | `lore` | what the norms tell: numbers that matter, what follows what |
//! | `people` | registers and cases |
//! | `rounds` | how often things happen |
//! | `fields`, `wish`, `eval` | values of a record, bent to a condition |
//! | `chains` | what comes before and after a record |
//! | `attest`, `faults` | attestations; corrections and bad lines |
//! | `write` | text |

mod attest;
mod chains;
mod chance;
mod clock;
mod eval;
mod faults;
mod fields;
mod lore;
mod people;
mod rounds;
mod wish;
mod world;
mod write;

use crate::model::{EntitySort, Model};
use chance::Chance;
use chrono::NaiveDate;
use clock::Clock;
use lore::Lore;
use world::{Draft, World};
use write::Line;

/// What is due in periods makes no more records than this, the whole no more than the second, but for attestations, corrections and bad lines.
const MOST: (usize, usize) = (2600, 3600);

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Rows of registers of people.
    pub people: u32,
    /// Days of the stream.
    pub days: u32,
    /// First day.
    pub from: NaiveDate,
    /// Chooses the draws.
    pub seed: u64,
    /// Lines that cannot be used.
    pub bad: u32,
}

/// A stream and its registers, as text.
#[derive(Debug)]
pub struct Simulated {
    /// JSON lines.
    pub events: String,
    /// Registers by name, as CSV.
    pub registers: Vec<(String, String)>,
}

/// Makes a stream.
pub fn simulate(model: &Model, plan: Plan) -> Simulated {
    let mut maker = Maker {
        model,
        plan,
        chance: Chance::new(plan.seed),
        clock: Clock::new(model, plan.from, plan.days),
        lore: Lore::new(model),
        world: World::default(),
        made: Vec::new(),
        texts: 0,
        most: MOST.0,
    };
    maker.people();
    maker.periods();
    maker.most = MOST.1;
    maker.by_itself();
    let events = maker.stream();
    let registers = model.entities.iter().filter(|entity| entity.sort == EntitySort::Register);
    Simulated { events, registers: registers.map(|entity| (entity.name.clone(), maker.csv(entity))).collect() }
}

/// The making of a stream.
struct Maker<'m> {
    model: &'m Model,
    plan: Plan,
    chance: Chance,
    clock: Clock<'m>,
    lore: Lore<'m>,
    world: World,
    made: Vec<Draft<'m>>,
    /// Texts by which records are linked, so far.
    texts: u32,
    /// How many records there may be.
    most: usize,
}

impl<'m> Maker<'m> {
    fn keep(&mut self, draft: Draft<'m>) {
        if self.clock.holds(draft.at.date()) {
            self.made.push(draft);
        }
    }

    fn is_full(&self) -> bool {
        self.made.len() >= self.most
    }

    /// All lines, in the order of their times.
    fn stream(&mut self) -> String {
        self.made.sort_by_key(|draft| draft.at);
        let ids: Vec<String> = (1..=self.made.len()).map(|n| format!("e{n:04}")).collect();
        let mut lines: Vec<Line> = self.made.iter().zip(&ids).map(|(draft, id)| self.line(draft).with_id(id)).collect();
        let bad = self.bad(&lines);
        let corrections = self.correct(&mut lines, &ids);
        lines.extend(corrections.into_iter().enumerate().map(|(n, line)| line.with_id(&format!("c{:03}", n + 1))));
        let mut attestations = self.attest(&ids);
        attestations.sort_by_key(|line| line.at);
        lines.extend(attestations.into_iter().enumerate().map(|(n, line)| line.with_id(&format!("a{:04}", n + 1))));
        lines.sort_by_key(|line| line.at);
        let mut written: Vec<String> = lines.iter().map(|line| line.json(&self.clock)).collect();
        for line in bad {
            let place = self.chance.below(written.len());
            written.insert(place, line);
        }
        written.iter().map(|line| format!("{line}\n")).collect()
    }
}

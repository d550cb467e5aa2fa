//! States with open ends: a verdict that is given all the same is that of every way in which the records could be completed; and the
//! checker agrees with every derivation. Small cases from a fixed sequence of numbers.

use crate::explain::check;
use crate::model::{Files, Model, compile};
use crate::records::{Cut, Format, Reader, Records};
use crate::reference::verdict::Ruling;
use crate::reference::{audit, derive};
use std::collections::BTreeMap;

const POLICY: &str = "\
regulation office
  time zone Asia/Shanghai
register cadre
event turn by cadre
  goes: yes/no
event asked by cadre
state paused of cadre from turn where not goes to turn where goes
rule few_days
  each cadre, every month
  must satisfy days in paused in the month <= 2 days
rule few_hours
  each cadre, every month
  must satisfy hours in paused in the month <= 40 hours
rule somebody
  every day
  must satisfy least at once in paused in the day >= 1
rule not_two
  every day
  must satisfy most at once in paused in the day <= 1
rule no_turn_in_state
  on turn
  must satisfy not cadre in paused
rule not_asked_in_state
  on asked
  must satisfy not cadre in paused
";

struct One;

impl Files for One {
    fn read(&self, _: &str) -> std::io::Result<Vec<u8>> {
        Ok(POLICY.as_bytes().to_vec())
    }
    fn folder(&self, _: &str) -> std::io::Result<Option<Vec<String>>> {
        Ok(None)
    }
}

#[derive(Debug, Clone)]
struct Turn {
    id: String,
    at: String,
    cadre: Option<&'static str>,
    goes: Option<bool>,
    stream: bool,
}

impl Turn {
    fn line(&self) -> String {
        let cadre = self.cadre.map(|cadre| format!(",\"cadre\":\"{cadre}\"")).unwrap_or_default();
        let goes = self.goes.map(|goes| format!(",\"goes\":{goes}")).unwrap_or_default();
        format!("{{\"type\":\"turn\",\"id\":\"{}\",\"at\":\"{}\"{cadre}{goes}}}\n", self.id, self.at)
    }
}

/// A sequence of numbers below `n`.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Some turns, with dates alone, with moments, or mixed.
fn case(numbers: &mut Numbers, sort: u64) -> Vec<Turn> {
    let mut turns: Vec<Turn> = (0..2 + numbers.below(4))
        .map(|n| {
            let day = 5 + numbers.below(3);
            let hour = ["08:00", "08:00", "16:30"][numbers.below(3) as usize];
            let dated = sort == 0 || (sort == 2 && numbers.below(2) == 0);
            Turn {
                id: format!("t{n}"),
                at: if dated { format!("2024-03-0{day}") } else { format!("2024-03-0{day}T{hour}:00") },
                cadre: [Some("li"), Some("li"), Some("wang"), Some("wang"), None][numbers.below(5) as usize],
                goes: [Some(true), Some(false), Some(true), Some(false), None][numbers.below(5) as usize],
                stream: numbers.below(2) == 0,
            }
        })
        .collect();
    turns.sort_by(|a, b| a.at.cmp(&b.at));
    turns
}

/// Every way in which what is missing could be there, and unordered records could be ordered.
fn completions(turns: &[Turn]) -> Vec<Vec<Turn>> {
    let mut all = vec![Vec::new()];
    for turn in turns {
        let goes = turn.goes.map_or(vec![true, false], |goes| vec![goes]);
        let cadres = turn.cadre.map_or(vec!["li", "wang", "zhao"], |cadre| vec![cadre]);
        let ways: Vec<Turn> = goes.iter().flat_map(|goes| cadres.iter().map(|cadre| Turn { goes: Some(*goes), cadre: Some(cadre), stream: true, ..turn.clone() })).collect();
        all = all.iter().flat_map(|so_far: &Vec<Turn>| ways.iter().map(|way| [so_far.clone(), vec![way.clone()]].concat())).collect();
    }
    let order = |first: bool| {
        let mut order: Vec<usize> = (0..turns.len()).collect();
        order.sort_by(|a, b| turns[*a].at.cmp(&turns[*b].at).then((turns[*a].stream != first).cmp(&(turns[*b].stream != first))));
        order
    };
    let orders = [order(true), order(false)];
    all.iter().flat_map(|whole| orders.iter().map(|order| order.iter().map(|n| whole[*n].clone()).collect())).collect()
}

fn records(model: &Model, turns: &[Turn]) -> Records {
    let mut reader = Reader::new(model);
    let file = |stream: bool| turns.iter().filter(|turn| turn.stream == stream).map(Turn::line).collect::<String>();
    let asked = "{\"type\":\"asked\",\"id\":\"q\",\"at\":\"2024-03-06T12:00:00\",\"cadre\":\"li\"}\n{\"type\":\"asked\",\"id\":\"z\",\"at\":\"2024-04-02\",\"cadre\":\"li\"}\n";
    for (name, text) in [("a", file(true)), ("b", file(false)), ("c", asked.to_owned())] {
        reader.events(name, None, Format::Jsonl, &mut text.as_bytes()).unwrap();
    }
    reader.finish(Cut::default())
}

fn rulings(model: &Model, records: &Records) -> BTreeMap<String, Ruling> {
    audit(model, records, &mut |_, _| {}).verdicts.into_iter().map(|verdict| (verdict.id, verdict.ruling)).collect()
}

#[test]
fn what_is_told_of_open_states_holds_however_they_are_completed() {
    let model = compile(&["p.bylaw".to_owned()], &One).model.unwrap();
    let mut numbers = Numbers(99);
    let (mut told, mut open) = (0, 0);
    for _ in 0..20 {
        let sort = numbers.below(3);
        let turns = case(&mut numbers, sort);
        let known = records(&model, &turns);
        let rulings_now = rulings(&model, &known);
        for id in rulings_now.keys() {
            let derivation = derive(&model, &known, id).unwrap();
            assert_eq!(check(&model, &known, &derivation), Ok(()), "{id} {turns:#?}");
        }
        // Dates beside moments are open for their day, and an hour would be no completion: there the checker's word must do.
        let completions = if sort == 2 { Vec::new() } else { completions(&turns) };
        for completion in completions {
            let then = rulings(&model, &records(&model, &completion));
            for (id, ruling) in rulings_now.iter().filter(|(_, ruling)| **ruling != Ruling::Pending) {
                if *ruling == Ruling::Undetermined {
                    open += 1;
                } else if let Some(then) = then.get(id) {
                    assert_eq!(then, ruling, "{id}\n{turns:#?}\n{completion:#?}");
                    told += 1;
                }
            }
        }
    }
    assert!(told > 100 && open > 20, "{told} {open}");
}

//! Where a text cites what.

use super::lower::Text;
use crate::diagnostics::Place;
use crate::syntax::tree::{Cell, Head, Item, Line, Name, Node};
use std::sync::Arc;

/// The citations of a text, in the order written.
pub(super) fn all(text: &Text) -> Vec<(String, Place)> {
    let mut found = Vec::new();
    text.tree.items.iter().for_each(|item| of_item(&item.value, &mut found));
    found.sort_by_key(|cite| cite.span);
    let place = |cite: &Name| Place { source: Arc::clone(&text.source), span: cite.span };
    found.into_iter().map(|cite| (cite.value.clone(), place(cite))).collect()
}

fn of_item<'t>(item: &'t Item, found: &mut Vec<&'t Name>) {
    let mut head = |head: &'t Head| found.extend(&head.cites);
    match item {
        Item::Regulation(regulation) => head(&regulation.head),
        Item::Calendar(calendar) => head(&calendar.head),
        Item::Schedule(schedule) => head(&schedule.head),
        Item::Kind(kind) => head(&kind.head),
        Item::Register(entity) | Item::Case(entity) => head(&entity.head),
        Item::Feed(feed) => head(&feed.head),
        Item::Hole(hole) => head(&hole.head),
        Item::Judged(judged) => head(&judged.head),
        Item::Reading(reading) => head(&reading.head),
        Item::Measure(define) => head(&define.head),
        Item::State(state) => head(&state.head),
        Item::Event(event) => {
            event.heads.iter().for_each(head);
            found.extend(event.void_unless.iter().flat_map(|(_, cites)| cites));
        }
        Item::Norm(norm) => {
            head(&norm.head);
            of_lines(&norm.lines, found);
        }
        Item::Exception(exception) => {
            head(&exception.head);
            of_lines(&exception.lines, found);
        }
        Item::Office(office) => head(&office.head),
        Item::Powers(powers) => {
            head(&powers.head);
            of_lines(&powers.lines, found);
            found.extend(powers.rows.iter().flat_map(|row| &row.value.may.cites));
        }
        Item::LeftOut(left_out) => found.extend(&left_out.cites),
        Item::Import(_) | Item::Example(_) => {}
    }
}

fn of_lines<'t>(lines: &'t [Node<Line>], found: &mut Vec<&'t Name>) {
    for line in lines {
        match &line.value {
            Line::Effect(effect) | Line::IfBreached(effect) => found.extend(&effect.cites),
            Line::Base(amount) | Line::Less(amount) | Line::Add(amount) => found.extend(&amount.cites),
            Line::Must(must) | Line::OrMust(must) => found.extend(&must.cites),
            Line::May(may) => found.extend(&may.cites),
            Line::Step(step) => found.extend(&step.cites),
            Line::SignedIn(signed) => found.extend(&signed.cites),
            Line::Gives(gives) | Line::IfBreachedGives(gives) => found.extend(&gives.cites),
            Line::ExtendedOnRequest(request) => found.extend(&request.cites),
            Line::Forfeited(_, cites) | Line::Floor(_, cites) | Line::Cap(_, cites) | Line::Instead(_, _, cites) | Line::Extended(_, _, cites) => found.extend(cites),
            Line::Table(table) => {
                let cells = table.rows.iter().flat_map(|row| &row.value);
                found.extend(cells.filter_map(|cell| if let Cell::Source(cites) = &cell.value { Some(cites) } else { None }).flatten());
            }
            Line::InForce(_) | Line::DatedBy(_) | Line::On(_) | Line::ForEach(..) | Line::Each(_) | Line::OnBreach(_) | Line::Reaching(_) => {}
            Line::When(_) | Line::Unless(_) | Line::BorneBy(_) | Line::Hit(_) | Line::Rounded(..) | Line::Suspended(..) | Line::NotTheirOwn | Line::DistinctPeople(_) | Line::StepAfter(_) | Line::ExpectFinding(..) => {}
        }
    }
}

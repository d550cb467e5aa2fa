//! Where a text cites what.

use super::lower::Text;
use crate::diagnostics::Place;
use crate::syntax::tree::{Cell, Item, Line, Name, Node};
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
    found.extend(item.heads().into_iter().flat_map(|head| &head.cites));
    match item {
        Item::Event(event) => found.extend(event.void_unless.iter().flat_map(|(_, cites)| cites)),
        Item::Norm(norm) => of_lines(&norm.lines, found),
        Item::Exception(exception) => of_lines(&exception.lines, found),
        Item::Powers(powers) => {
            of_lines(&powers.lines, found);
            found.extend(powers.rows.iter().flat_map(|row| &row.value.may.cites));
        }
        Item::LeftOut(left_out) => found.extend(&left_out.cites),
        _ => {}
    }
}

fn of_lines<'t>(lines: &'t [Node<Line>], found: &mut Vec<&'t Name>) {
    for line in lines {
        of_line(&line.value, found);
    }
}

fn of_line<'t>(line: &'t Line, found: &mut Vec<&'t Name>) {
    match line {
        Line::Effect(effect) | Line::IfBreached(effect) => found.extend(&effect.cites),
        Line::Base(amount) | Line::Less(amount) | Line::Add(amount) => found.extend(&amount.cites),
        Line::Must(must) | Line::OrMust(must) | Line::WhenNo(must) => found.extend(&must.cites),
        Line::May(may) => found.extend(&may.cites),
        Line::Step(step) => found.extend(&step.cites),
        Line::SignedIn(signed) => found.extend(&signed.cites),
        Line::Gives(gives) | Line::IfBreachedGives(gives) => found.extend(&gives.cites),
        Line::ExtendedOnRequest(request) => found.extend(&request.cites),
        Line::Total(_, cites) | Line::Sheet(_, cites) | Line::Grade(_, _, cites) | Line::Forfeited(_, cites) | Line::Floor(_, cites) | Line::Cap(_, cites) | Line::Rounded(_, _, cites) | Line::Instead(_, _, cites) | Line::Extended(_, _, cites) | Line::Suspended(_, _, cites) | Line::SuspendedWhile(_, cites) | Line::DistinctPeople(_, cites) => found.extend(cites),
        Line::EachItem(bound) => of_line(bound, found),
        Line::Table(table) => {
            let cells = table.rows.iter().flat_map(|row| &row.value);
            found.extend(cells.filter_map(|cell| if let Cell::Source(cites) = &cell.value { Some(cites) } else { None }).flatten());
        }
        Line::Marked(..) | Line::InForce(_) | Line::DatedBy(_) | Line::JudgedOn(_) | Line::On(_) | Line::ForEach(..) | Line::Each(_) | Line::OnBreach(_) | Line::Reaching(_) => {}
        Line::When(_) | Line::Unless(_) | Line::BorneBy(_) | Line::Hit(_) | Line::NotTheirOwn | Line::StepAfter(_) | Line::Remark(_) | Line::ExpectFinding(..) => {}
    }
}

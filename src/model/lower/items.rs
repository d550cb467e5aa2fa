//! The items of a `score`: each is a clause of its sum. An item is the last mark that it got; or, worked out or with lines of its own, a slot that
//! the sum reads, named after the item.

use super::bounded::of_sum;
use super::data::cites;
use super::effects::Context;
use super::env::Env;
use super::score::Marks;
use super::slots::{Draft, Target, slot_name};
use super::ty::{Ty, Typed};
use super::{At, Lower, arithmetic};
use crate::diagnostics::{Say, Span};
use crate::model::expr::Expr;
use crate::model::links::Sort;
use crate::model::norm::{Clause, Hit, Item, Posting, Total};
use crate::model::written::Part;
use crate::model::value::{Scalar, Type, Unit};
use crate::syntax::tree::{self, Amount, Cell, Column, Line, Name, Node, TableBody};

/// For whom the items below are, and where that stands; at first for everybody.
#[derive(Default)]
struct Sheet {
    when: Option<Expr>,
    cites: Vec<String>,
}

/// A row: an item, its points, and what it comes to.
struct Row {
    item: Item,
    at: At,
    span: Span,
    cites: Vec<String>,
    when: Option<Expr>,
    value: Typed,
    /// It is no mark.
    worked: bool,
}

/// The columns of a score; the first two are the item and its points.
struct Columns<'t> {
    item: &'t Name,
    points: &'t Name,
    worked: Option<usize>,
}

impl<'t> Lower<'t> {
    /// The items of a score, and what they should add up to.
    pub(super) fn score_items(&mut self, context: &mut Context, tree: &'t tree::Norm) {
        let (env, told) = (context.env.clone(), self.told.len());
        let (mut sheet, mut totals, mut rows) = (Sheet::default(), Vec::new(), Vec::new());
        for line in &tree.lines {
            match &line.value {
                Line::Sheet(when, sources) => sheet = Sheet { when: Some(self.condition(&env, when)), cites: cites(sources) },
                Line::Table(table) => self.item_rows(&env, tree, table, &sheet, &mut rows),
                Line::Total(points, sources) => {
                    let points = self.expect(&env, points, &Ty::quantity(Unit::Points)).expr;
                    // A score decides one thing: its points.
                    self.written.entry((context.full.clone(), Part::Total(0, totals.len()))).or_insert(env.at(line.span));
                    totals.push(Total { when: sheet.when.clone(), points, cites: cites(sources) });
                }
                _ => {}
            }
        }
        // A row that could not be read may be the one that is meant.
        if self.told.len() == told {
            self.known_items(&env, tree, &rows);
        }
        let own = self.own_slots(context, tree, &rows);
        let target = Target { slot: slot_name(Posting::Score).to_owned(), posting: Some(Posting::Score), to: None, hit: Hit::Sum };
        for Row { item, at, span, cites, when, value, .. } in rows {
            self.declares(at, Sort::Slot, &env.item, &item.value);
            let before = context.parts();
            let read = own.contains(&item.value).then(|| Expr::Decided(context.full.clone(), item.value.clone()));
            let value = match read {
                Some(read) => Typed::new(read, value.ty, at),
                None => value,
            };
            let clause = Clause { name: item.value.clone(), cites, when, value: value.expr.clone(), item: Some(item) };
            self.add_clause(&mut context.slots, &target, clause, value);
            self.wrote(context, &before, span);
        }
        if let Some(score) = context.slots.iter_mut().find(|draft| draft.decision.posting == Some(Posting::Score)) {
            score.decision.totals = totals;
        }
    }

    fn item_rows(&mut self, env: &Env, tree: &'t tree::Norm, table: &'t TableBody, sheet: &Sheet, rows: &mut Vec<Row>) {
        let Some(columns) = columns(table) else {
            let at = env.at(table.columns.first().map_or_else(Default::default, |column| column.span));
            return self.error(
                "wrong-line",
                at,
                Say::new("the columns of a score are the item, its points, `worked out` and `source`", "评分表的栏目为项目、分值、`计算` 和 `依据`"),
                Say::new(
                    "write for instance `| item | points | source |`; with `marked in` the first two are fields of the marking event",
                    "例如 `| 项目 | 分值 | 依据 |`；写有 `评于` 时，前两栏为评分事件的字段名",
                ),
            );
        };
        let marked = tree.lines.iter().find_map(|line| if let Line::Marked(pattern, year) = &line.value { Some((pattern, year.as_ref())) } else { None });
        let marks = marked.map(|(pattern, year)| self.marks(env, (pattern, year), columns.item, columns.points));
        if marks.as_ref().is_some_and(Option::is_none) {
            return;
        }
        let marks = marks.flatten();
        let is_mark = |row: &&Node<Vec<Node<Cell>>>| !columns.worked.and_then(|column| row.value.get(column)).is_some_and(|cell| matches!(cell.value, Cell::Value(_) | Cell::FullPoints));
        if marks.is_none() && table.rows.iter().any(|row| is_mark(&row)) {
            return self.not_marked(env.at(tree.head.name.span));
        }
        for row in &table.rows {
            let Some(row) = self.item_row(env, &columns, marks.as_ref(), sheet, row) else { continue };
            if rows.iter().any(|known| known.item.value == row.item.value && known.when == row.when) {
                let value = row.item.value;
                self.error(
                    "said-twice",
                    row.at,
                    Say::new(format!("`{value}` has points already"), format!("`{value}` 已有分值")),
                    Say::new("keep one row for each item", "每个项目只留一行"),
                );
            } else {
                rows.push(row);
            }
        }
    }

    fn item_row(&mut self, env: &Env, columns: &Columns<'t>, marks: Option<&Marks>, sheet: &Sheet, row: &'t Node<Vec<Node<Cell>>>) -> Option<Row> {
        let [item, most, rest @ ..] = row.value.as_slice() else { return None };
        let sources: Vec<String> = rest.iter().flat_map(|cell| if let Cell::Source(list) = &cell.value { cites(list) } else { Vec::new() }).collect();
        let cites = if sources.is_empty() { sheet.cites.clone() } else { sources };
        let (Some(item), Some(most)) = (only(item), only(most)) else {
            self.error(
                "wrong-line",
                env.at(row.span),
                Say::new("a row of a score names one item and its points", "评分表每行写一个项目及其分值"),
                Say::new("write for instance `| cleanup | 40 points |`", "例如 `| 环境整治 | 40 分 |`"),
            );
            return None;
        };
        let at = env.at(item.span);
        let (kind, name) = self.item_name(env, columns, marks, item)?;
        let most = self.amount(env, most, Posting::Score);
        let (value, worked) = match (columns.worked.and_then(|column| row.value.get(column)).map(|cell| &cell.value), marks) {
            (Some(Cell::Value(value)), _) => (self.expect(env, value, &Ty::quantity(Unit::Points)), true),
            (Some(Cell::FullPoints), _) => (most.clone(), true),
            (_, Some(marks)) => (marks.last_of(&Expr::Value(Scalar::Kind(kind.as_str().into(), name.as_str().into())), at), false),
            (_, None) => return None,
        };
        let item = Item { kind, value: name, points: most.expr };
        Some(Row { item, at, span: row.span, cites, when: sheet.when.clone(), value, worked })
    }

    /// The item, and the enumeration that it is a value of: that of the marks, or one that the column is named after.
    fn item_name(&mut self, env: &Env, columns: &Columns<'_>, marks: Option<&Marks>, item: &'t Node<tree::Expr>) -> Option<(String, String)> {
        if let Some(marks) = marks {
            let item = self.expect(env, item, &Ty::Is(Type::Kind(marks.kind.clone())));
            let Expr::Value(Scalar::Kind(kind, value)) = &item.expr else { return None };
            return Some((kind.to_string(), value.to_string()));
        }
        match &item.value {
            tree::Expr::Path(path) if path.len() == 1 => {
                let name = path.first()?.value.clone();
                let kind = self.model.kind(&columns.item.value).filter(|kind| kind.rank(&name).is_some());
                if kind.is_some() {
                    self.uses(env.at(columns.item.span), Sort::Type, "", &columns.item.value);
                    self.uses(env.at(item.span), Sort::Value, &columns.item.value, &name);
                }
                Some((kind.map_or_else(String::new, |kind| kind.name.clone()), name))
            }
            _ => {
                self.error(
                    "wrong-line",
                    env.at(item.span),
                    Say::new("this is no name of an item", "这不是项目的名称"),
                    Say::new("write one name, such as `cleanup`", "请写一个名称，如 `环境整治`"),
                );
                None
            }
        }
    }

    fn not_marked(&mut self, at: At) {
        self.error(
            "form-incomplete",
            at,
            Say::new("nothing says in which records the marks stand", "未写明得分见于何种记录"),
            Say::new(
                "add `marked in EVENT`: an event with a field for the item and one in points; or say in a column `worked out` how each item gets its points",
                "请加上 `评于 事件`：该事件须有项目字段和以分计的字段；或在 `计算` 一栏写明各项得分如何得出",
            ),
        );
    }

    /// What is taken from an item, or added to it, names one of the rows.
    fn known_items(&mut self, env: &Env, tree: &'t tree::Norm, rows: &[Row]) {
        let known: Vec<&str> = rows.iter().map(|row| row.item.value.as_str()).collect();
        for name in tree.lines.iter().filter_map(|line| of_sum(&line.value)?.1.item.as_ref()) {
            self.uses(env.at(name.span), Sort::Slot, &env.item, &name.value);
            if !known.contains(&name.value.as_str()) {
                self.unknown(env.at(name.span), ("item of this score", "本评分的项目"), &name.value, &known);
            }
        }
    }

    /// The slots of items that are worked out, or have lines of their own; their names.
    fn own_slots(&mut self, context: &mut Context, tree: &'t tree::Norm, rows: &[Row]) -> Vec<String> {
        let each = tree.lines.iter().any(|line| matches!(line.value, Line::EachItem(_)));
        let mut own: Vec<String> = Vec::new();
        for name in rows.iter().map(|row| &row.item.value) {
            let worked = rows.iter().any(|row| row.worked && row.item.value == *name);
            if !own.contains(name) && (each || worked || lines_of(tree, name).next().is_some()) {
                own.push(name.clone());
            }
        }
        for name in &own {
            let points = Ty::quantity(Unit::Points);
            let slot = self.slot_for(&mut context.slots, &Target::decides(name, Hit::Sum), &points, context.env.at(tree.head.name.span));
            self.own_clauses(context, tree, name, rows);
            let env = context.env.clone();
            if let Some(draft) = context.slots.get_mut(slot) {
                draft.part = true;
                self.bounds_of_items(&env, tree, draft);
            }
        }
        own
    }

    fn own_clauses(&mut self, context: &mut Context, tree: &'t tree::Norm, name: &str, rows: &[Row]) {
        let (env, target) = (context.env.clone(), Target::decides(name, Hit::Sum));
        for row in rows.iter().filter(|row| row.item.value == name) {
            let before = context.parts();
            let clause = Clause { name: name.to_owned(), cites: row.cites.clone(), when: row.when.clone(), value: row.value.expr.clone(), item: Some(row.item.clone()) };
            self.add_clause(&mut context.slots, &target, clause, row.value.clone());
            self.wrote(context, &before, row.span);
        }
        let mut seen: Vec<&str> = Vec::new();
        for (line, word, amount) in lines_of(tree, name) {
            let (before, at) = (context.parts(), env.at(line));
            seen.push(word);
            let bounded = context.bounded.iter().find(|(span, _)| *span == line).map(|(_, value)| value.clone());
            let value = bounded.unwrap_or_else(|| self.line_amount(&env, amount, Posting::Score, at));
            let value = if word == "less" { Typed { expr: arithmetic::minus(value.expr), ..value } } else { value };
            let when = amount.when.as_ref().map(|when| self.condition(&env, when));
            let name = format!("{word} {}", seen.iter().filter(|seen| **seen == word).count());
            let clause = Clause { name, cites: cites(&amount.cites), when, value: value.expr.clone(), item: None };
            self.add_clause(&mut context.slots, &target, clause, value);
            self.wrote(context, &before, line);
        }
    }

    /// `each item at least 0 points`.
    fn bounds_of_items(&mut self, env: &Env, tree: &'t tree::Norm, draft: &mut Draft) {
        let points = Ty::quantity(Unit::Points);
        for line in &tree.lines {
            let Line::EachItem(bound) = &line.value else { continue };
            match bound.as_ref() {
                Line::Floor(value, sources) => draft.decision.floor = Some((self.expect(env, value, &points).expr, cites(sources))),
                Line::Cap(value, sources) => draft.decision.cap = Some((self.expect(env, value, &points).expr, cites(sources))),
                Line::Rounded(mode, step, sources) => draft.decision.rounding = Some((super::expr::rounding(mode.value), step.value.into(), cites(sources))),
                _ => {}
            }
        }
    }
}

/// What is taken from the item or added to it.
fn lines_of<'t>(tree: &'t tree::Norm, name: &str) -> impl Iterator<Item = (Span, &'static str, &'t Amount)> {
    tree.lines.iter().filter_map(move |line| {
        let (word, amount) = of_sum(&line.value)?;
        (amount.item.as_ref()?.value == name).then_some((line.span, word, amount))
    })
}

/// The first two columns by name, and where items are worked out; none when there is any other column.
fn columns(table: &TableBody) -> Option<Columns<'_>> {
    let [item, points, rest @ ..] = table.columns.as_slice() else { return None };
    let worked = table.columns.iter().position(|column| column.value == Column::Worked);
    let others = rest.iter().all(|column| matches!(column.value, Column::Source | Column::Worked));
    if others { Some(Columns { item: name(&item.value)?, points: name(&points.value)?, worked }) } else { None }
}

fn name(column: &Column) -> Option<&Name> {
    let Column::Condition(Node { value: tree::Expr::Path(path), .. }) = column else { return None };
    if let [name] = path.as_slice() { Some(name) } else { None }
}

/// The one value in a cell.
fn only(cell: &Node<Cell>) -> Option<&Node<tree::Expr>> {
    match &cell.value {
        Cell::Value(value) => Some(value),
        Cell::OneOf(values) => if let [value] = values.as_slice() { Some(value) } else { None },
        _ => None,
    }
}

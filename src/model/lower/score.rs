//! `score`: each item is a clause of a sum, the last mark that it got; grades read the sum.

use super::data::cites;
use super::effects::Context;
use super::env::{Env, This};
use super::occasion::own_window;
use super::slots::{Target, slot_name};
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Aggregate, Expr, Measure, Op, Pattern, Scope, Window};
use crate::model::norm::{Clause, Hit, Item, Posting, Total};
use crate::model::value::{Scalar, Type, Unit};
use crate::syntax::tree::{self, Cell, Column, Line, Name, Node, TableBody};

/// Where the marks stand: the records, the field with the item, its enumeration, the field with the points, and within which time.
struct Marks {
    pattern: Pattern,
    item: Expr,
    kind: String,
    points: Expr,
    window: Window,
}

/// For whom the items below are, and where that stands; at first for everybody.
#[derive(Default)]
struct Sheet {
    when: Option<Expr>,
    cites: Vec<String>,
}

impl<'t> Lower<'t> {
    /// The items of a score, and what they should add up to.
    pub(super) fn marked_items(&mut self, context: &mut Context, tree: &'t tree::Norm) {
        let at = context.env.at(tree.head.name.span);
        let marked = tree.lines.iter().find_map(|line| if let Line::Marked(pattern) = &line.value { Some(pattern) } else { None });
        let Some(marked) = marked else {
            return self.error(
                "form-incomplete",
                at,
                Say::new("nothing says in which records the marks stand", "未写明得分见于何种记录"),
                Say::new("add `marked in EVENT`: an event with a field for the item and one in points", "请加上 `评于 事件`：该事件须有项目字段和以分计的字段"),
            );
        };
        let env = context.env.clone();
        let mut sheet = Sheet::default();
        let mut totals = Vec::new();
        for line in &tree.lines {
            match &line.value {
                Line::Sheet(when, sources) => sheet = Sheet { when: Some(self.condition(&env, when)), cites: cites(sources) },
                Line::Table(table) => self.item_rows(context, marked, table, &sheet),
                Line::Total(points, sources) => {
                    let points = self.expect(&env, points, &Ty::quantity(Unit::Points)).expr;
                    totals.push(Total { when: sheet.when.clone(), points, cites: cites(sources) });
                }
                _ => {}
            }
        }
        if let Some(score) = context.slots.iter_mut().find(|draft| draft.decision.posting == Some(Posting::Score)) {
            score.decision.totals = totals;
        }
    }

    fn item_rows(&mut self, context: &mut Context, marked: &'t tree::Pattern, table: &'t TableBody, sheet: &Sheet) {
        let env = context.env.clone();
        let Some((item, points)) = columns(table) else {
            let at = env.at(table.columns.first().map_or_else(Default::default, |column| column.span));
            return self.error(
                "wrong-line",
                at,
                Say::new("the columns of a score are the field with the item, the field in points, and `source`", "评分表的栏目为项目字段、以分计的字段和 `依据`"),
                Say::new("write for instance `| item | points | source |`, with the names of the marking event's fields", "例如 `| 项目 | 得分 | 依据 |`，栏名为评分事件的字段名"),
            );
        };
        let Some(marks) = self.marks(&env, marked, item, points) else { return };
        for row in &table.rows {
            self.item_row(context, &env, &marks, sheet, row);
        }
    }

    /// The fields that the columns name.
    fn marks(&mut self, env: &Env, marked: &'t tree::Pattern, item: &Name, points: &Name) -> Option<Marks> {
        let pattern = self.pattern(env, marked)?;
        let window = own_window(&env.this);
        if window.is_none() && env.this != This::Unknown {
            self.error(
                "window-missing",
                env.at(marked.span),
                Say::new("nothing says for which time the marks are given", "未写明得分属于哪一期间"),
                Say::new("a score needs a period, such as `each department, every year`", "评分须有周期，如 `每个 department , 每年`"),
            );
        }
        let of_kind = self.mark_field(env, &pattern, item, |ty| matches!(ty, Ty::Is(Type::Kind(_))), ("a field with one of several values", "可选取值的字段"));
        let in_points = self.mark_field(env, &pattern, points, |ty| *ty == Ty::quantity(Unit::Points), ("a field in points", "以分计的字段"));
        let (Some((item, Ty::Is(Type::Kind(kind)))), Some((points, _)), Some(window)) = (of_kind, in_points, window) else { return None };
        Some(Marks { pattern, item, kind, points, window })
    }

    fn mark_field(&mut self, env: &Env, pattern: &Pattern, name: &Name, fits: impl Fn(&Ty) -> bool, (en, zh): (&str, &str)) -> Option<(Expr, Ty)> {
        let found = self.in_records(&pattern.events, Scope::Counted, &name.value);
        match found {
            Some((_, ref ty)) if fits(ty) => found,
            Some(_) => {
                self.error(
                    "type-mismatch",
                    env.at(name.span),
                    Say::new(format!("`{}` is not {en}", name.value), format!("`{}` 不是{zh}", name.value)),
                    Say::new("name a field of the marking event", "请写评分事件的字段"),
                );
                None
            }
            None => {
                let known: Vec<String> = pattern.events.iter().filter_map(|event| self.model.event(event)).flat_map(|event| &event.fields).map(|field| field.name.clone()).collect();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                self.unknown(env.at(name.span), ("field of these records", "这些记录的字段"), &name.value, &known);
                None
            }
        }
    }

    fn item_row(&mut self, context: &mut Context, env: &Env, marks: &Marks, sheet: &Sheet, row: &'t Node<Vec<Node<Cell>>>) {
        let [item, most, rest @ ..] = row.value.as_slice() else { return };
        let sources: Vec<String> = rest.iter().flat_map(|cell| if let Cell::Source(list) = &cell.value { cites(list) } else { Vec::new() }).collect();
        let sources = if sources.is_empty() { sheet.cites.clone() } else { sources };
        let (Some(item), Some(most)) = (only(item), only(most)) else {
            return self.error(
                "wrong-line",
                env.at(row.span),
                Say::new("a row of a score names one item and its points", "评分表每行写一个项目及其分值"),
                Say::new("write for instance `| cleanup | 40 points |`", "例如 `| 环境整治 | 40 分 |`"),
            );
        };
        let item = self.expect(env, item, &Ty::Is(Type::Kind(marks.kind.clone())));
        let most = self.amount(env, most, Posting::Score);
        let Expr::Value(Scalar::Kind(kind, value)) = &item.expr else { return };
        if context.slots.iter().flat_map(|draft| &draft.decision.clauses).any(|clause| clause.name == **value && clause.when == sheet.when) {
            return self.error(
                "said-twice",
                item.at,
                Say::new(format!("`{value}` has points already"), format!("`{value}` 已有分值")),
                Say::new("keep one row for each item", "每个项目只留一行"),
            );
        }
        let name = value.to_string();
        let is_it = Expr::Compare(Op::Eq, Box::new(marks.item.clone()), Box::new(item.expr.clone()));
        let measure = Measure {
            name: None,
            label: None,
            aggregate: Aggregate::Last,
            pattern: super::during::narrowed(&marks.pattern, &is_it),
            of: Some(marks.points.clone()),
            distinct: None,
            window: marks.window.clone(),
        };
        let mark = Typed::new(Expr::Measure(Box::new(measure)), Ty::quantity(Unit::Points), item.at);
        let item = Some(Item { kind: kind.to_string(), value: name.clone(), points: most.expr });
        let clause = Clause { name, cites: sources, when: sheet.when.clone(), value: mark.expr.clone(), item };
        let target = Target { slot: slot_name(Posting::Score).to_owned(), posting: Some(Posting::Score), to: None, hit: Hit::Sum };
        self.add_clause(&mut context.slots, &target, clause, mark);
    }

    /// `grade good when >= 75 points`: the first that fits.
    pub(super) fn grades(&mut self, context: &mut Context, tree: &'t tree::Norm) {
        let env = context.env.clone();
        let grades: Vec<_> = tree.lines.iter().filter_map(|line| if let Line::Grade(name, when, sources) = &line.value { Some((name, when, sources)) } else { None }).collect();
        if !context.score || grades.is_empty() {
            return;
        }
        let score = slot_name(Posting::Score);
        let names: Vec<&str> = grades.iter().filter_map(|(name, ..)| if let tree::Expr::Path(path) = &name.value { Some(path.first()?.value.as_str()) } else { None }).collect();
        for (n, (name, when, sources)) in grades.iter().enumerate() {
            let value = self.outcome(&env, name, &names);
            let when = when.as_ref().map(|(op, bound)| {
                let at = env.at(bound.span);
                let bound = self.expect(&env, bound, &Ty::quantity(Unit::Points));
                let own = Typed::new(Expr::Decided(context.full.clone(), score.to_owned()), Ty::quantity(Unit::Points), at);
                self.compare(*op, own, bound, at).expr
            });
            let clause = Clause { name: format!("grade {}", n + 1), cites: cites(sources), when, value: value.expr.clone(), item: None };
            self.add_clause(&mut context.slots, &Target::decides("grade", Hit::First), clause, value);
        }
    }

    pub(super) fn only_in_scores(&mut self, at: At) {
        self.error(
            "wrong-line",
            at,
            Say::new("`marked in`, `sheet`, `total` and `grade` belong to a score", "`评于`、`评分表`、`总分` 与 `等次` 只用于评分"),
            Say::new("begin the norm with `score NAME`", "请以 `评分 名称` 起头"),
        );
    }
}

/// The names of the first two columns, when all others are sources.
fn columns(table: &TableBody) -> Option<(&Name, &Name)> {
    let [item, points, rest @ ..] = table.columns.as_slice() else { return None };
    let sources = rest.iter().all(|column| column.value == Column::Source);
    Some((name(&item.value)?, name(&points.value)?)).filter(|_| sources)
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

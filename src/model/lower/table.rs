//! Tables: each row becomes a clause of every outcome column.

use super::compare::operator;
use super::data::cites;
use super::effects::Context;
use super::env::Env;
use super::expr::{all, negated};
use super::slots::{Target, posting};
use super::ty::Typed;
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Op};
use crate::model::norm::{Clause, Hit, Posting};
use crate::model::value::Scalar;
use crate::syntax::tree::{self, Cell, Column, Node};

/// A column, read once.
pub(super) enum Head<'t> {
    Condition(Typed),
    Outcome(Posting),
    /// Slot, and the bare names in the column: values of one kind.
    Decides(&'t str, Vec<&'t str>),
    /// Slot of a step, and the enumeration of its values.
    Step(String, String),
    Source,
}

/// `>= 5`.
type Bound<'t> = (tree::CompareOp, &'t Node<tree::Expr>);

impl<'t> Lower<'t> {
    pub(super) fn table(&mut self, context: &mut Context, table: &'t tree::TableBody) {
        let env = context.env.clone();
        let heads: Vec<Head<'t>> = table.columns.iter().enumerate().map(|(n, column)| self.head(&env, table, n, &column.value)).collect();
        if !heads.iter().any(|head| matches!(head, Head::Outcome(_) | Head::Decides(..) | Head::Step(..))) {
            let at = env.at(table.columns.first().map_or_else(Default::default, |column| column.span));
            self.error(
                "form-incomplete",
                at,
                Say::new("the table has no column that says what follows", "表中没有说明结果的一栏"),
                Say::new("add a column `pay`, `fine`, `score` or `decides NAME`", "请加一栏 `发`、`罚`、`记分` 或 `确定 名称`"),
            );
        }
        for (n, row) in table.rows.iter().enumerate() {
            let before = context.parts();
            self.row(context, &env, &heads, n + 1, row);
            self.wrote(context, &before, row.span);
        }
    }

    fn head(&mut self, env: &Env, table: &'t tree::TableBody, n: usize, column: &'t Column) -> Head<'t> {
        match column {
            Column::Condition(expr) => Head::Condition(self.expr(env, expr, None)),
            Column::Outcome(kind) => Head::Outcome(posting(*kind)),
            Column::Decides(slot) => {
                let cells = table.rows.iter().filter_map(|row| row.value.get(n)).filter_map(|cell| outcome(&cell.value));
                Head::Decides(&slot.value, cells.filter_map(bare_name).collect())
            }
            Column::Step(step) => self.step_head(env, table, n, step),
            // The reader makes `worked out` only in a score.
            Column::Source | Column::Worked => Head::Source,
        }
    }

    fn row(&mut self, context: &mut Context, env: &Env, heads: &[Head<'t>], number: usize, row: &'t Node<Vec<Node<Cell>>>) {
        let (mut conditions, mut sources) = (Vec::new(), Vec::new());
        for (head, cell) in heads.iter().zip(&row.value) {
            match (head, &cell.value) {
                (Head::Condition(column), _) => conditions.extend(self.cell(env, column, cell)),
                (Head::Source, Cell::Source(list)) => sources.extend(cites(list)),
                _ => {}
            }
        }
        let when = all(conditions);
        let hit = context.hit.unwrap_or(Hit::ExactlyOne);
        for (head, cell) in heads.iter().zip(&row.value) {
            if let (Head::Step(slot, kind), Cell::Names(names)) = (head, &cell.value) {
                let clause = (format!("row {number}"), sources.clone(), when.clone());
                self.step_clause(context, (slot, kind), names, clause, env.at(cell.span));
            }
        }
        for (head, cell) in heads.iter().zip(&row.value) {
            let Some(node) = outcome(&cell.value) else { continue };
            let (target, value) = match head {
                Head::Outcome(kind) => (Target::posting(*kind, None, hit), self.amount(env, node, *kind)),
                Head::Decides(slot, names) => (Target::decides(slot, hit), self.outcome(env, node, names)),
                Head::Condition(_) | Head::Source | Head::Step(..) => continue,
            };
            let clause = Clause { name: format!("row {number}"), cites: sources.clone(), when: when.clone(), value: value.expr.clone(), item: None };
            self.add_clause(&mut context.slots, &target, clause, value);
        }
    }

    /// The condition of a cell on its column.
    fn cell(&mut self, env: &Env, column: &Typed, cell: &'t Node<Cell>) -> Option<Expr> {
        let at = env.at(cell.span);
        match &cell.value {
            Cell::Any | Cell::Source(_) | Cell::Names(_) | Cell::FullPoints => None,
            Cell::Compare(op, value) => {
                let value = self.expr(env, value, Some(&column.ty));
                Some(self.compare(*op, column.clone(), value, at).expr)
            }
            Cell::Range(low, high) => {
                self.bounds(env, column, (tree::CompareOp::Ge, low), (tree::CompareOp::Le, high), at)
            }
            Cell::Both((op, bound), (other, other_bound)) => match (is_lower(*op), is_lower(*other)) {
                (Some(true), Some(false)) => self.bounds(env, column, (*op, bound), (*other, other_bound), at),
                (Some(false), Some(true)) => self.bounds(env, column, (*other, other_bound), (*op, bound), at),
                _ => {
                    self.error(
                        "bad-range",
                        at,
                        Say::new("two bounds are a lower and an upper one", "两个界限须一为下限、一为上限"),
                        Say::new("write for instance `>= 5 and < 10`", "例如 `5 以上 且 不足 10`"),
                    );
                    None
                }
            },
            Cell::OneOf(values) => Some(self.is_one_of(env, column, values)),
            Cell::NotOneOf(values) => Some(negated(self.is_one_of(env, column, values))),
            Cell::Value(value) => {
                let value = self.expr(env, value, Some(&column.ty));
                let (column, value) = self.same(column.clone(), value)?;
                Some(Expr::Compare(operator_eq(), Box::new(column.expr), Box::new(value.expr)))
            }
        }
    }

    /// Not below the one, not above the other.
    fn bounds(&mut self, env: &Env, column: &Typed, low: Bound<'t>, high: Bound<'t>, at: At) -> Option<Expr> {
        let (from, to) = (self.expr(env, low.1, Some(&column.ty)), self.expr(env, high.1, Some(&column.ty)));
        self.turned_range(&from, &to);
        let from = self.compare(low.0, column.clone(), from, at).expr;
        let to = self.compare(high.0, column.clone(), to, at).expr;
        all([from, to])
    }

    fn turned_range(&mut self, low: &Typed, high: &Typed) {
        if let (Expr::Value(Scalar::Quantity(first, _)), Expr::Value(Scalar::Quantity(last, _))) = (&low.expr, &high.expr)
            && first > last
        {
            self.error(
                "bad-range",
                high.at,
                Say::new("the lowest value lies above the highest", "下限大于上限"),
                Say::new("write the smaller number first", "请把较小的数写在前面"),
            );
        }
    }
}

/// Does it keep out what is less (or what is more)?
fn is_lower(op: tree::CompareOp) -> Option<bool> {
    match op {
        tree::CompareOp::Ge | tree::CompareOp::Gt => Some(true),
        tree::CompareOp::Le | tree::CompareOp::Lt => Some(false),
        tree::CompareOp::Eq | tree::CompareOp::Ne => None,
    }
}

fn operator_eq() -> Op {
    operator(tree::CompareOp::Eq)
}

/// What a cell of an outcome column says; none for an empty one.
fn outcome(cell: &Cell) -> Option<&Node<tree::Expr>> {
    match cell {
        Cell::Value(value) => Some(value),
        Cell::OneOf(values) => match values.as_slice() {
            [value] => Some(value),
            _ => None,
        },
        _ => None,
    }
}

fn bare_name(node: &Node<tree::Expr>) -> Option<&str> {
    if let tree::Expr::Path(path) = &node.value
        && let [name] = path.as_slice()
    {
        return Some(&name.value);
    }
    None
}

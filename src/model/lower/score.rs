//! `score`: where the marks of its items stand; grades read the sum of the items.

use super::data::cites;
use super::effects::Context;
use super::env::{Env, This};
use super::occasion::own_window;
use super::slots::{Target, slot_name};
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Aggregate, Expr, Measure, Op, Pattern, Scope, Window};
use crate::model::norm::{Clause, Hit, Posting};
use crate::model::value::{Type, Unit};
use crate::syntax::tree::{self, Line, Name};

/// Where the marks stand: the records, the field with the item, its enumeration, the field with the points, and within which time.
pub(super) struct Marks {
    pattern: Pattern,
    item: Expr,
    pub(super) kind: String,
    points: Expr,
    window: Window,
}

impl Marks {
    /// The last mark of the item.
    pub(super) fn last_of(&self, item: &Expr, at: At) -> Typed {
        let is_it = Expr::Compare(Op::Eq, Box::new(self.item.clone()), Box::new(item.clone()));
        let measure = Measure {
            name: None,
            label: None,
            aggregate: Aggregate::Last,
            pattern: super::during::narrowed(&self.pattern, &is_it),
            of: Some(self.points.clone()),
            distinct: None,
            window: self.window.clone(),
        };
        Typed::new(Expr::Measure(Box::new(measure)), Ty::quantity(Unit::Points), at)
    }
}

/// Does the day lie in the occasion's period?
fn in_the_period(day: &Expr) -> Expr {
    let holds = |op, edge| Expr::Compare(op, Box::new(day.clone()), Box::new(edge));
    Expr::And(vec![holds(Op::Ge, Expr::PeriodStart), holds(Op::Le, Expr::At(Scope::This))])
}

impl<'t> Lower<'t> {
    /// The fields that the columns name.
    pub(super) fn marks(&mut self, env: &Env, (marked, day): (&'t tree::Pattern, Option<&Name>), item: &Name, points: &Name) -> Option<Marks> {
        let mut pattern = self.pattern(env, marked)?;
        let mut window = own_window(&env.this);
        if matches!(env.this, This::Case(_) | This::Throughout(_)) && day.is_some() {
            window = None;
        }
        if let Some(day) = day {
            let is_date = |ty: &Ty| *ty == Ty::Is(Type::Date);
            let (day, _) = self.mark_field(env, &pattern, day, is_date, ("a date", "日期字段"))?;
            pattern = super::during::narrowed(&pattern, &in_the_period(&day));
            window = window.map(|_| Window::Ever);
        }
        if window.is_none() && env.this != This::Unknown {
            self.error(
                "window-missing",
                env.at(marked.span),
                Say::new("nothing says for which time the marks are given", "未写明得分属于哪一期间"),
                Say::new("a score needs a period, such as `each department, every year`", "评分须有周期，如 `每个 科室 ， 每年`"),
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
            Some((ref expr, ref ty)) if fits(ty) => {
                self.uses_found(env, env.at(name.span), &name.value, expr, &pattern.events);
                found
            }
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
            Say::new("`marked in`, `sheet`, `total`, `grade`, `each item` and `from ITEM` belong to a score", "`评于`、`评分表`、`总分`、`等次`、`每项` 与 `从 项目` 只用于评分"),
            Say::new("begin the norm with `score NAME`", "请以 `评分 名称` 起头"),
        );
    }
}

//! Expressions: literals, and the way to the other files.

use super::env::Env;
use super::ty::{Ty, Typed};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Aggregate, Expr, Rounding};
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::syntax::tree::{self, BinaryOp, Expr as Tree, Node};
use chrono::{NaiveDateTime, NaiveTime, TimeZone};
use std::collections::BTreeSet;

impl<'t> Lower<'t> {
    /// An expression. `want` is the type that the place asks for: it decides what a bare name or text can mean, and is not
    /// checked here.
    pub(super) fn expr(&mut self, env: &Env, node: &'t Node<Tree>, want: Option<&Ty>) -> Typed {
        let at = env.at(node.span);
        match &node.value {
            Tree::Quantity(quantity) => self.quantity(env, quantity, at),
            Tree::Text(text) => self.text(text, want, at),
            Tree::Date(written) => self.date_literal(env, written, at),
            Tree::Time(written) => self.time_literal(written, at),
            Tree::MonthDay(written) => {
                let day = self.month_day(written, at);
                super::occasion::in_own_year(env, day)
            }
            Tree::YesNo(yes) => Typed::known(Expr::Value(Scalar::Bool(*yes)), Type::Bool, at),
            Tree::NotStated => self.hole_in_place(env, at, want),
            Tree::Path(names) => {
                let found = self.path(env, names, want, at);
                self.has_type(at, || found.ty.say());
                found
            }
            Tree::Before(names, period) => self.before(env, names, period, at),
            Tree::Not(inner) => {
                let inner = self.condition(env, inner);
                Typed::known(negated(inner), Type::Bool, at)
            }
            Tree::Negate(inner) => self.opposite(env, inner, at),
            Tree::Binary(op, a, b) => self.binary(env, *op, a, b, at),
            Tree::OneOf(value, among, is) => self.one_of(env, value, among, *is, at),
            Tree::Stated(value, stated) => {
                let value = self.expr(env, value, None);
                let test = Expr::Stated(Box::new(value.expr));
                Typed::known(if *stated { test } else { negated(test) }, Type::Bool, at)
            }
            Tree::Worked(day, worked) => self.worked(env, day, *worked, at),
            Tree::InState(subject, state) => self.in_state(env, subject, state, at),
            Tree::Holds(who, office, is) => self.holds(env, who, office, *is, at),
            Tree::Stay(stay) => self.stay(env, stay, at),
            Tree::Measure(measure) => self.measure(env, measure, None, at),
            Tree::Group(group) => self.group(env, group, at),
            Tree::Rank(rank) => self.rank(env, rank, at),
            Tree::Jointly(of) => self.jointly(env, of, at),
            Tree::Together(all) => self.together(env, all, at),
            Tree::Between(unit, from, to) => self.between(env, unit, from, to, at),
            Tree::OnDay(day, time) => self.on_day(env, day, time, at),
            Tree::Later(later, of) => self.later(env, *later, of, at),
            Tree::Rounded(value, mode, step) => self.rounded(env, value, mode.value, step, at),
            Tree::Of(names, of) => self.of_value(env, names, of, at),
            Tree::OrElse(value, other) => self.or_else(env, value, other, want, at),
            Tree::Paren(inner) => self.expr(env, inner, want),
        }
    }

    fn binary(&mut self, env: &Env, op: BinaryOp, a: &'t Node<Tree>, b: &'t Node<Tree>, at: At) -> Typed {
        match op {
            BinaryOp::And | BinaryOp::Or => {
                let (a, b) = (self.condition(env, a), self.condition(env, b));
                let both = if op == BinaryOp::And { all([a, b]) } else { any([a, b]) };
                Typed::known(both.expect("two parts"), Type::Bool, at)
            }
            BinaryOp::Compare(op) => self.comparison(env, op, a, b, at),
            BinaryOp::Add => self.sum(env, a, b, false, at),
            BinaryOp::Sub => self.sum(env, a, b, true, at),
            BinaryOp::Mul => self.product(env, a, b, at),
            BinaryOp::Div => self.quotient(env, a, b, at),
        }
    }

    /// `E or else E`: both of one type.
    fn or_else(&mut self, env: &Env, value: &'t Node<Tree>, other: &'t Node<Tree>, want: Option<&Ty>, at: At) -> Typed {
        let value = self.expr(env, value, want);
        let known = Some(&value.ty).filter(|ty| **ty != Ty::Poison).or(want).cloned();
        let other = self.expr(env, other, known.as_ref());
        let Some((value, other)) = self.same(value.clone(), other.clone()) else { return self.either_type(value, other, at) };
        self.never_blank(&value, at);
        let ty = if value.ty == Ty::Bare { other.ty } else { value.ty };
        Typed::new(Expr::OrElse(Box::new(value.expr), Box::new(other.expr)), ty, at)
    }

    /// What is never blank needs no other value.
    fn never_blank(&mut self, value: &Typed, at: At) {
        let (en, zh, help) = match &value.expr {
            Expr::Late(..) => (
                "how late it is done is never blank: as long as it is not done, nobody can tell, at least so many days",
                "逾期天数不会为空：尚未办结时只知道不少于已过的天数",
                Say::new("write two lines, one `when delay.done is stated`, one `when delay.done is blank`", "请分写两行：一行 `当 逾期.办结日 已填`，一行 `当 逾期.办结日 为空`"),
            ),
            Expr::Measure(measure) if matches!(measure.aggregate, Aggregate::Count | Aggregate::Total | Aggregate::Any) => (
                "a count or total is never blank: where there is none, it is 0",
                "计数与合计不会为空：没有时为 0",
                Say::new("leave `or else …` out", "请删去 `无则 …`"),
            ),
            _ => return,
        };
        self.warn("never-blank", at, Say::new(format!("{en}, so `or else` never counts"), format!("{zh}，`无则` 之后的值不起作用")), help);
    }

    /// A yes/no expression; anything else is told.
    pub(super) fn condition(&mut self, env: &Env, node: &'t Node<Tree>) -> Expr {
        let typed = self.expr(env, node, Some(&Ty::BOOL));
        if !matches!(typed.ty, Ty::Poison | Ty::Is(Type::Bool)) {
            let say = typed.ty.say();
            self.error(
                "type-mismatch",
                env.at(node.span),
                Say::new(format!("a condition is yes or no, but this is {}", say.en), format!("条件应为是或否，但这里是{}", say.zh)),
                Say::new("compare it with something, as in `days > 3`", "请与某个值比较，如 `时长 超过 3 天`"),
            );
        }
        typed.expr
    }

    /// An expression whose type must be `want`.
    pub(super) fn expect(&mut self, env: &Env, node: &'t Node<Tree>, want: &Ty) -> Typed {
        let typed = self.expr(env, node, Some(want));
        self.fit(typed, want)
    }

    /// A day or moment: of a deadline, a start, a reference date.
    pub(super) fn when(&mut self, env: &Env, node: &'t Node<Tree>) -> Expr {
        self.date_or_moment(env, node).expr
    }

    /// As [`Lower::when`], with which of the two it is. A time of day is that time on the occasion's day.
    pub(super) fn date_or_moment(&mut self, env: &Env, node: &'t Node<Tree>) -> Typed {
        let typed = self.expr(env, node, Some(&Ty::When));
        if typed.ty == Ty::Is(Type::Time) {
            return self.on_own_day(env, typed);
        }
        if !typed.ty.is_when() && !typed.is_poison() {
            let say = typed.ty.say();
            self.error(
                "type-mismatch",
                typed.at,
                Say::new(format!("a date or moment belongs here, but this is {}", say.en), format!("此处应为日期或时刻，但这是{}", say.zh)),
                Say::new("name a date field, `at`, `day`, `period.end`, or write a date", "请写日期字段、`发生时间`、`发生日`、`本期.结束` 或具体日期"),
            );
        }
        typed
    }

    fn quantity(&mut self, env: &Env, quantity: &tree::Quantity, at: At) -> Typed {
        let number = Number::from(quantity.number.value);
        let Some(unit) = &quantity.unit else {
            return Typed::new(Expr::Value(Scalar::Quantity(number, Unit::One)), Ty::Bare, at);
        };
        let Some((unit, factor)) = self.unit(env.at(unit.span), &unit.value) else { return Typed::poison(at) };
        let number = number.times(factor).unwrap_or(number);
        Typed::new(Expr::Value(Scalar::Quantity(number, unit.clone())), Ty::quantity(unit), at)
    }

    /// A unit as written and how many of the core's it is; an impossible currency is told.
    pub(super) fn unit(&mut self, at: At, unit: &tree::Unit) -> Option<(Unit, Number)> {
        let one = Number::whole(1);
        Some(match unit {
            tree::Unit::Money(code) => (self.money(at, Some(code))?, one),
            tree::Unit::Days => (Unit::Days, one),
            tree::Unit::WorkingDays => (Unit::WorkingDays, one),
            tree::Unit::Weeks => (Unit::Days, Number::whole(7)),
            tree::Unit::Months => (Unit::Months, one),
            tree::Unit::Years => (Unit::Years, one),
            tree::Unit::Hours => (Unit::Hours, one),
            tree::Unit::Minutes => (Unit::Minutes, one),
            tree::Unit::Percent => (Unit::Percent, one),
            tree::Unit::Points => (Unit::Points, one),
            tree::Unit::Times => (Unit::One, one),
        })
    }

    /// Money of a currency, or of the regulation's own; none stated is told.
    pub(super) fn money(&mut self, at: At, code: Option<&str>) -> Option<Unit> {
        if let Some(code) = code {
            return self.currency(at, code).map(|code| Unit::Money(code.into()));
        }
        let own = self.regulation_of(at.0).and_then(|name| self.header_currency(Some(name)));
        // Shared texts take the currency that all regulations agree on.
        let own = own.or_else(|| if self.regulation_of(at.0).is_none() { self.header_currency(None) } else { None });
        if own.is_none() {
            self.error(
                "bad-currency",
                at,
                Say::new("no currency is stated for this money", "未写明这笔金额的货币"),
                Say::new("write `currency CNY` in the regulation's header", "请在规章开头写明 `货币 CNY`"),
            );
        }
        own.map(|code| Unit::Money(code.into()))
    }

    /// The currency in the header of `regulation`, or the one that all headers agree on.
    fn header_currency(&self, regulation: Option<&str>) -> Option<String> {
        let headers = self.texts.iter().flat_map(|text| &text.tree.items).filter_map(|item| match &item.value {
            tree::Item::Regulation(header) if regulation.is_none_or(|name| header.head.name.value == name) => Some(header),
            _ => None,
        });
        let mut codes: Vec<&String> = headers.filter_map(|header| header.currency.as_ref().map(|code| &code.value)).collect();
        codes.sort();
        codes.dedup();
        if let [code] = codes.as_slice() { Some((*code).clone()) } else { None }
    }

    /// A text, or the subject or value of an enumeration that the place asks for.
    fn text(&mut self, text: &str, want: Option<&Ty>, at: At) -> Typed {
        match want {
            Some(Ty::Is(Type::Ref(entity))) => {
                Typed::known(Expr::Value(Scalar::Ref(entity.as_str().into(), text.into())), Type::Ref(entity.clone()), at)
            }
            // `"li;wang"`, as in a cell of a data file.
            Some(Ty::Is(Type::Set(entity))) => {
                let ids: BTreeSet<&str> = text.split([';', '；']).map(str::trim).filter(|id| !id.is_empty()).collect();
                let ids = ids.into_iter().map(Into::into).collect();
                Typed::known(Expr::Value(Scalar::Set(entity.as_str().into(), ids)), Type::Set(entity.clone()), at)
            }
            Some(Ty::Is(Type::Kind(kind))) => {
                let values = self.model.kind(kind).map(|kind| kind.values.as_slice()).unwrap_or_default();
                let found = values.iter().find(|(name, label)| name == text || label.as_deref() == Some(text));
                match found {
                    Some((name, _)) => {
                        let value = Scalar::Kind(kind.as_str().into(), name.as_str().into());
                        Typed::known(Expr::Value(value), Type::Kind(kind.clone()), at)
                    }
                    None => self.no_such_value(kind, text, at),
                }
            }
            _ => Typed::known(Expr::Value(Scalar::Text(text.into())), Type::Text, at),
        }
    }

    fn date_literal(&mut self, env: &Env, written: &str, at: At) -> Typed {
        let moment = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(written, format).ok());
        if let Some(local) = moment {
            let regulation = env.regulation.as_deref().and_then(|name| self.model.regulation(name));
            let zone: chrono_tz::Tz = regulation.and_then(|r| r.time_zone.parse().ok()).unwrap_or(chrono_tz::UTC);
            if let Some(moment) = zone.from_local_datetime(&local).single() {
                return Typed::known(Expr::Value(Scalar::Moment(moment.fixed_offset())), Type::Moment, at);
            }
        }
        match self.date(at, written) {
            Some(day) => Typed::known(Expr::Value(Scalar::Date(day)), Type::Date, at),
            None => Typed::poison(at),
        }
    }

    fn time_literal(&mut self, written: &str, at: At) -> Typed {
        let time = ["%H:%M", "%H:%M:%S"].iter().find_map(|format| NaiveTime::parse_from_str(written, format).ok());
        match time {
            Some(time) => Typed::known(Expr::Value(Scalar::Time(time)), Type::Time, at),
            None => {
                self.error(
                    "bad-date",
                    at,
                    Say::new(format!("there is no time of day `{written}`"), format!("没有 `{written}` 这个时间")),
                    Say::new("write a time such as `08:30`", "请写成如 `08:30` 的时间"),
                );
                Typed::poison(at)
            }
        }
    }

    pub(super) fn month_day(&mut self, written: &str, at: At) -> Typed {
        use chrono::Datelike;
        // 2024 has a 29 February.
        match self.date(at, &format!("2024-{written}")) {
            Some(day) => Typed::known(Expr::MonthDay(day.month(), day.day()), Type::Date, at),
            None => Typed::poison(at),
        }
    }

    fn rounded(&mut self, env: &Env, value: &'t Node<Tree>, mode: tree::Rounding, step: &Node<rust_decimal::Decimal>, at: At) -> Typed {
        let value = self.expr(env, value, None);
        if value.ty.unit().is_none() && !value.is_poison() {
            return self.not_a_number(&value);
        }
        let expr = Expr::Round(rounding(mode), Box::new(value.expr), step.value.into());
        Typed::new(expr, value.ty, at)
    }

    pub(super) fn not_a_number(&mut self, value: &Typed) -> Typed {
        if !value.is_poison() {
            let say = value.ty.say();
            self.error(
                "type-mismatch",
                value.at,
                Say::new(format!("one cannot calculate with {}", say.en), format!("{}不能参与计算", say.zh)),
                Say::new("calculate with numbers and quantities", "只有数与数量可以计算"),
            );
        }
        Typed::poison(value.at)
    }
}

/// The core's name of a rounding mode.
pub(super) fn rounding(mode: tree::Rounding) -> Rounding {
    match mode {
        tree::Rounding::HalfUp => Rounding::HalfUp,
        tree::Rounding::HalfEven => Rounding::HalfEven,
        tree::Rounding::Down => Rounding::Down,
        tree::Rounding::Up => Rounding::Up,
    }
}

/// Not this.
pub(super) fn negated(expr: Expr) -> Expr {
    if let Expr::Not(inner) = expr { *inner } else { Expr::Not(Box::new(expr)) }
}

/// All of these, flat; none of none.
pub(super) fn all(parts: impl IntoIterator<Item = Expr>) -> Option<Expr> {
    let mut flat: Vec<Expr> = Vec::new();
    for part in parts {
        if let Expr::And(inner) = part { flat.extend(inner) } else { flat.push(part) }
    }
    if flat.len() > 1 { Some(Expr::And(flat)) } else { flat.pop() }
}

/// One of these, flat; none of none.
pub(super) fn any(parts: impl IntoIterator<Item = Expr>) -> Option<Expr> {
    let mut flat: Vec<Expr> = Vec::new();
    for part in parts {
        if let Expr::Or(inner) = part { flat.extend(inner) } else { flat.push(part) }
    }
    if flat.len() > 1 { Some(Expr::Or(flat)) } else { flat.pop() }
}

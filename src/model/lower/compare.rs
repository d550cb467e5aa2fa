//! Comparisons: both sides must be of one type and unit, and values of enumerations get their meaning from the other side.

use super::env::Env;
use super::expr::negated;
use super::ty::{Ty, Typed, unit_name};
use super::{At, Lower};
use crate::diagnostics::Say;
use crate::model::expr::{Expr, Op};
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::syntax::tree::{CompareOp, Expr as Tree, Node};

impl<'t> Lower<'t> {
    pub(super) fn comparison(&mut self, env: &Env, op: CompareOp, a: &'t Node<Tree>, b: &'t Node<Tree>, at: At) -> Typed {
        let (a, b) = self.sides(env, a, b);
        self.compare(op, a, b, at)
    }

    /// Both sides, each read with the other's type in mind.
    fn sides(&mut self, env: &Env, a: &'t Node<Tree>, b: &'t Node<Tree>) -> (Typed, Typed) {
        if self.needs_other_side(env, a) && !self.needs_other_side(env, b) {
            let b = self.expr(env, b, None);
            let a = self.expr(env, a, Some(&b.ty));
            (a, b)
        } else {
            let a = self.expr(env, a, None);
            let b = self.expr(env, b, Some(&a.ty));
            (a, b)
        }
    }

    /// A name that means nothing by itself, a text, a hole: its type comes from the other side.
    fn needs_other_side(&self, env: &Env, node: &Node<Tree>) -> bool {
        match &node.value {
            Tree::Path(names) => match names.as_slice() {
                [name] => !self.is_variable(env, &name.value),
                _ => false,
            },
            Tree::Text(_) | Tree::NotStated => true,
            Tree::Paren(inner) => self.needs_other_side(env, inner),
            _ => false,
        }
    }

    /// A comparison of two expressions.
    pub(super) fn compare(&mut self, op: CompareOp, a: Typed, b: Typed, at: At) -> Typed {
        let Some((a, b)) = self.same(a, b) else {
            return Typed::new(Expr::Value(Scalar::Bool(false)), Ty::BOOL, at);
        };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) && !self.has_order(&a.ty) {
            let say = a.ty.say();
            self.error(
                "not-ordered",
                at,
                Say::new(format!("{} is neither more nor less than another", say.en), format!("{}没有大小之分", say.zh)),
                Say::new(
                    "use `is` or `is one of`; or declare the kind with `<` between its values, from low to high",
                    "请用 `为` 或 `属于`；或在声明类别时用 `<` 由低到高排列取值",
                ),
            );
        }
        self.completed(op, &a, &b, at);
        let (one, other) = if a.ty == Ty::Is(Type::Date) { self.in_days(a.expr, b.expr) } else { (a.expr, b.expr) };
        Typed::known(Expr::Compare(operator(op), Box::new(one), Box::new(other)), Type::Bool, at)
    }

    /// `years from A to B > 8 years`: completed years are more than eight from nine on, which few texts mean by *more than eight years*.
    fn completed(&mut self, op: CompareOp, a: &Typed, b: &Typed, at: At) {
        let (length, bound, op) = match (&a.expr, &b.expr) {
            (Expr::Between(unit @ (Unit::Years | Unit::Months), ..), Expr::Value(Scalar::Quantity(bound, _))) => (unit, bound, operator(op)),
            (Expr::Value(Scalar::Quantity(bound, _)), Expr::Between(unit @ (Unit::Years | Unit::Months), ..)) => (unit, bound, operator(op).mirrored()),
            _ => return,
        };
        let (sign, zh) = match op {
            Op::Gt => (">", "＞"),
            Op::Le => ("<=", "≤"),
            _ => return,
        };
        let next = bound.plus(Number::whole(1)).map(|next| next.to_string()).unwrap_or_default();
        let (many, unit_zh) = if *length == Unit::Years { ("years", "年") } else { ("months", "个月") };
        let (holds, holds_zh) = if op == Op::Gt { ("only from", "才") } else { ("until the day before", "之前一日止均") };
        self.warn(
            "completed-years",
            at,
            Say::new(
                format!("completed {many} are counted, so `{sign} {bound}` holds {holds} {next} {many}"),
                if op == Op::Gt { format!("所计的是整{unit_zh}数，`{zh} {bound}` 满 {next} {unit_zh}{holds_zh}成立") } else { format!("所计的是整{unit_zh}数，`{zh} {bound}` 到满 {next} {unit_zh}{holds_zh}成立") },
            ),
            Say::new(
                format!("for more than {bound} {many} to the day, compare days: `B > A + {bound} {many}`, `B <= A + {bound} {many}`; if completed {many} are meant, write `>= {next} {many}` or `< {next} {many}`"),
                format!("若指超过 {bound} {unit_zh}（按日计），请比较日期：`B ＞ A ＋ {bound} {unit_zh}`、`B ≤ A ＋ {bound} {unit_zh}`；若确指整{unit_zh}数，请写 `≥ {next} {unit_zh}` 或 `＜ {next} {unit_zh}`"),
            ),
        );
    }

    /// `day > start + hole days` asks whether more days than that lie between: of an open number of days bounds are known, of an open day none.
    fn in_days(&self, a: Expr, b: Expr) -> (Expr, Expr) {
        match (a, b) {
            (day, Expr::Shift(start, length)) if self.is_open_length(&length) => (Expr::Between(Unit::Days, start, Box::new(day)), *length),
            (Expr::Shift(start, length), day) if self.is_open_length(&length) => (*length, Expr::Between(Unit::Days, start, Box::new(day))),
            same => same,
        }
    }

    /// A number of calendar days with a hole in it.
    fn is_open_length(&self, length: &Expr) -> bool {
        let days = |ty: &Type| matches!(ty, Type::Quantity(Unit::Days | Unit::One));
        let mut leaves = vec![length];
        let mut open = false;
        while let Some(leaf) = leaves.pop() {
            match leaf {
                Expr::Value(scalar) if days(&scalar.ty()) => {}
                Expr::Parameter(name) if self.parameters.get(name).is_some_and(|parameter| days(&parameter.ty)) => open = true,
                Expr::Add(..) | Expr::Sub(..) | Expr::Mul(..) | Expr::Div(..) | Expr::Neg(_) | Expr::Round(..) => leaves.extend(crate::model::walk::operands(leaf)),
                _ => return false,
            }
        }
        open
    }

    fn has_order(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Is(Type::Kind(kind)) => self.model.kind(kind).is_none_or(|kind| kind.ordered),
            Ty::Is(Type::Bool | Type::Text | Type::Ref(_) | Type::Set(_)) => false,
            _ => true,
        }
    }

    /// Makes both sides one type, or tells why they are not. None when told, or when a side is broken already.
    pub(super) fn same(&mut self, a: Typed, b: Typed) -> Option<(Typed, Typed)> {
        if a.is_poison() || b.is_poison() {
            return None;
        }
        let (a, b) = percent_of_both(a, b);
        let fits = match (&a.ty, &b.ty) {
            (Ty::Bare, other) | (other, Ty::Bare) if other.unit() == Some(Unit::One) => true,
            (a, b) if a.is_when() && b.is_when() => true,
            (a, b) => a == b,
        };
        if fits {
            return Some((a, b));
        }
        self.differ(&a, &b);
        None
    }

    /// Tells that two sides do not go together.
    pub(super) fn differ(&mut self, a: &Typed, b: &Typed) {
        match (&a.ty, &b.ty, a.ty.unit(), b.ty.unit()) {
            (Ty::Bare, _, _, Some(unit)) => self.unit_missing(a, &unit),
            (_, Ty::Bare, Some(unit), _) => self.unit_missing(b, &unit),
            (_, _, Some(one), Some(other)) => {
                let (one, other) = (unit_name(&one), unit_name(&other));
                self.error2(
                    "unit-mismatch",
                    Say::new(format!("{} and {} do not go together", one.en, other.en), format!("{}与{}不能相互比较或相加", one.zh, other.zh)),
                    (a.at, Say::new(one.en, one.zh)),
                    (b.at, Say::new(other.en, other.zh)),
                    Say::new("write both sides in the same unit", "请把两边写成同一单位"),
                );
            }
            _ => {
                let (one, other) = (a.ty.say(), b.ty.say());
                let help = way_out(&a.ty, &b.ty);
                self.error2(
                    "type-mismatch",
                    Say::new(format!("{} and {} cannot be compared", one.en, other.en), format!("{}与{}不能比较", one.zh, other.zh)),
                    (a.at, one),
                    (b.at, other),
                    help,
                );
            }
        }
    }

    fn unit_missing(&mut self, bare: &Typed, unit: &Unit) {
        let name = unit_name(unit);
        let number = if let Expr::Value(Scalar::Quantity(number, _)) = &bare.expr { number.to_string() } else { String::from("3") };
        let (en, zh) = match unit {
            Unit::Percent => (format!("{number}%"), format!("{number}%")),
            _ => (format!("{number} {}", name.en), format!("{number} {}", name.zh)),
        };
        let fix = self.stands(bare.at, &number).then(|| Say::new(en.clone(), zh.clone()));
        self.error_fixed(
            "unit-missing",
            bare.at,
            Say::new(format!("the number has no unit, but {} are asked for", name.en), format!("此数没有单位，应以{}计", name.zh)),
            Say::new(format!("write `{en}`"), format!("请写 `{zh}`")),
            fix,
        );
    }

    /// The expression if it is of the type wanted; otherwise told.
    pub(super) fn fit(&mut self, typed: Typed, want: &Ty) -> Typed {
        let at = typed.at;
        if *want == Ty::Poison || typed.is_poison() || typed.ty == *want || (typed.ty.is_when() && *want == Ty::When) {
            return typed;
        }
        if typed.ty == Ty::Bare && want.unit() == Some(Unit::One) {
            return Typed { ty: Ty::ONE, ..typed };
        }
        // A record's `at` may be a date or a moment; the evaluator reads it as the field asks.
        if typed.ty == Ty::When && want.is_when() {
            return typed;
        }
        match (typed.ty == Ty::Bare, want.unit()) {
            (true, Some(unit)) => self.unit_missing(&typed, &unit),
            _ => {
                let (found, wanted) = (typed.ty.say(), want.say());
                let code = if typed.ty.unit().is_some() && want.unit().is_some() { "unit-mismatch" } else { "type-mismatch" };
                self.error(
                    code,
                    at,
                    Say::new(format!("{} belongs here, but this is {}", wanted.en, found.en), format!("此处应为{}，但这是{}", wanted.zh, found.zh)),
                    Say::new(format!("write {} here", wanted.en), format!("请在此写{}", wanted.zh)),
                );
            }
        }
        Typed::poison(at)
    }

    pub(super) fn one_of(&mut self, env: &Env, value: &'t Node<Tree>, among: &'t [Node<Tree>], is: bool, at: At) -> Typed {
        let value = self.expr(env, value, None);
        let test = self.is_one_of(env, &value, among);
        Typed::known(if is { test } else { negated(test) }, Type::Bool, at)
    }

    /// Is the value one of these, or in one of these sets?
    pub(super) fn is_one_of(&mut self, env: &Env, value: &Typed, among: &'t [Node<Tree>]) -> Expr {
        let (mut values, mut tests) = (Vec::new(), Vec::new());
        for node in among {
            let item = self.expr(env, node, Some(&value.ty));
            match (&item.ty, &value.ty) {
                (Ty::Is(Type::Set(set)), Ty::Is(Type::Ref(entity))) if set == entity => {
                    tests.push(Expr::Contains(Box::new(item.expr), Box::new(value.expr.clone())));
                }
                (Ty::Is(Type::Ref(entity)), Ty::Is(Type::Set(set))) if set == entity => {
                    tests.push(Expr::Contains(Box::new(value.expr.clone()), Box::new(item.expr)));
                }
                _ => values.extend(self.same(value.clone(), item).map(|(_, item)| item.expr)),
            }
        }
        match values.len() {
            0 => {}
            1 => tests.extend(values.pop().map(|item| Expr::Compare(Op::Eq, Box::new(value.expr.clone()), Box::new(item)))),
            _ => tests.push(Expr::OneOf(Box::new(value.expr.clone()), values)),
        }
        super::expr::any(tests).unwrap_or(Expr::Value(Scalar::Bool(false)))
    }

    pub(super) fn no_such_value(&mut self, kind: &str, name: &str, at: At) -> Typed {
        let values: Vec<String> = self.model.kind(kind).map(|k| k.values.iter().map(|(name, _)| name.clone()).collect()).unwrap_or_default();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        self.unknown(at, (&format!("value of `{kind}`"), &format!("`{kind}` 的取值")), name, &values);
        Typed::poison(at)
    }
}

fn way_out(a: &Ty, b: &Ty) -> Say {
    let is_time = |ty: &Ty| *ty == Ty::Is(Type::Time);
    if a.is_when() && is_time(b) || b.is_when() && is_time(a) {
        return Say::new(
            "compare the time of day, `time of at`, or name the day, `09:30 on day`; the hours of a schedule are `SCHEDULE.SLOT.start`",
            "请比较钟点 `发生时间 的 钟点`，或写明日期 `发生日 的 09:30`；作息的时间写 `作息.时段.开始`",
        );
    }
    let is_number = |ty: &Ty| *ty == Ty::Bare || ty.unit().is_some();
    if *a == Ty::BOOL && is_number(b) || *b == Ty::BOOL && is_number(a) {
        return Say::new(
            "a condition after `where` reaches as far as it can: put parentheses around what belongs together, such as `(late where excused) at least 3 times` or `(number of staff where absent) = 0`",
            "`其中` 后的条件会延续到尽可能远：请用括号括起来，例如 `（late 其中 excused） 至少 3 次`、`（个数 staff 其中 absent） = 0`",
        );
    }
    Say::new("compare things of the same type", "请比较同一类型的值")
}

/// A percentage beside a ratio that was worked out: the ratio is a percentage, too.
pub(super) fn percent_of_both(a: Typed, b: Typed) -> (Typed, Typed) {
    match (a.ty.unit(), b.ty.unit()) {
        (Some(Unit::Percent), Some(Unit::One)) if b.ty != Ty::Bare => (a, in_hundredths(b)),
        (Some(Unit::One), Some(Unit::Percent)) if a.ty != Ty::Bare => (in_hundredths(a), b),
        _ => (a, b),
    }
}

/// A plain ratio as a percentage.
fn in_hundredths(ratio: Typed) -> Typed {
    let hundred = Expr::Value(Scalar::Quantity(Number::whole(100), Unit::Percent));
    let expr = Expr::Mul(Box::new(ratio.expr), Box::new(hundred));
    Typed { expr, ty: Ty::quantity(Unit::Percent), at: ratio.at }
}

/// The core's name of a comparison.
pub(super) fn operator(op: CompareOp) -> Op {
    match op {
        CompareOp::Eq => Op::Eq,
        CompareOp::Ne => Op::Ne,
        CompareOp::Lt => Op::Lt,
        CompareOp::Le => Op::Le,
        CompareOp::Gt => Op::Gt,
        CompareOp::Ge => Op::Ge,
    }
}

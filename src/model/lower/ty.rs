//! Types during lowering, and how they are called.

use crate::diagnostics::Say;
use crate::model::expr::Expr;
use crate::model::value::{Scalar, Type, Unit};

/// The type of an expression as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ty {
    /// An error was told already; goes with everything.
    Poison,
    /// A number literal without unit: a plain number, or an error where a unit is wanted.
    Bare,
    /// A date or a moment: when a record happened.
    When,
    /// Known.
    Is(Type),
}

impl Ty {
    pub(super) const BOOL: Self = Self::Is(Type::Bool);
    pub(super) const ONE: Self = Self::Is(Type::Quantity(Unit::One));

    pub(super) fn quantity(unit: Unit) -> Self {
        Self::Is(Type::Quantity(unit))
    }
    /// The unit of a quantity; a bare number's is [`Unit::One`].
    pub(super) fn unit(&self) -> Option<Unit> {
        match self {
            Self::Is(Type::Quantity(unit)) => Some(unit.clone()),
            Self::Bare => Some(Unit::One),
            _ => None,
        }
    }
    pub(super) fn is_when(&self) -> bool {
        matches!(self, Self::When | Self::Is(Type::Date | Type::Moment))
    }
    /// How people call it.
    pub(super) fn say(&self) -> Say {
        match self {
            Self::Poison => Say::new("something unknown", "未知"),
            Self::Bare => Say::new("a number without unit", "不带单位的数"),
            Self::When => Say::new("a date or moment", "日期或时刻"),
            Self::Is(ty) => say(ty),
        }
    }
}

/// How people call a type.
pub(crate) fn say(ty: &Type) -> Say {
    match ty {
        Type::Bool => Say::new("yes/no", "是否"),
        Type::Quantity(Unit::One) => Say::new("a plain number", "数"),
        Type::Quantity(Unit::Money(code)) => Say::new(format!("an amount in {code}"), format!("以{}计的金额", crate::syntax::currency::in_chinese(code))),
        Type::Quantity(unit) => {
            let unit = unit_name(unit);
            Say::new(format!("a number of {}", unit.en), format!("以{}计的数", unit.zh))
        }
        Type::Date => Say::new("a date", "日期"),
        Type::Moment => Say::new("a moment", "时刻"),
        Type::Time => Say::new("a time of day", "时间"),
        Type::Kind(kind) => Say::new(format!("a value of `{kind}`"), format!("`{kind}` 的取值")),
        Type::Text => Say::new("a text", "文本"),
        Type::Ref(entity) => Say::new(format!("a `{entity}`"), format!("`{entity}`")),
        Type::Set(entity) => Say::new(format!("a set of `{entity}`"), format!("`{entity}` 的集合")),
    }
}

/// The name of a unit, as it is written in policies.
pub(super) fn unit_name(unit: &Unit) -> Say {
    let (en, zh) = match unit {
        Unit::One => ("times", "次"),
        Unit::Money(code) => return Say::new(code.as_ref(), crate::syntax::currency::in_chinese(code)),
        Unit::Days => ("days", "天"),
        Unit::WorkingDays => ("working days", "个工作日"),
        Unit::Months => ("months", "个月"),
        Unit::Years => ("years", "年"),
        Unit::Hours => ("hours", "小时"),
        Unit::Minutes => ("minutes", "分钟"),
        Unit::Percent => ("percent", "百分比"),
        Unit::Points => ("points", "分"),
    };
    Say::new(en, zh)
}

/// An expression with its type and place.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub expr: Expr,
    pub ty: Ty,
    pub at: super::At,
}

impl Typed {
    pub(super) fn new(expr: Expr, ty: Ty, at: super::At) -> Self {
        Self { expr, ty, at }
    }
    pub(super) fn known(expr: Expr, ty: Type, at: super::At) -> Self {
        Self { expr, ty: Ty::Is(ty), at }
    }
    /// Stands where an error was told.
    pub(super) fn poison(at: super::At) -> Self {
        Self { expr: Expr::Value(Scalar::Bool(false)), ty: Ty::Poison, at }
    }
    pub(super) fn is_poison(&self) -> bool {
        self.ty == Ty::Poison
    }
}

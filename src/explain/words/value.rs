//! Values, units, rulings and effects in words.

use super::Words;
use crate::model::norm::Posting;
use crate::model::number::Number;
use crate::model::value::{Scalar, Type, Unit};
use crate::records::Stored;
use crate::reference::derivation::Value;
use crate::reference::verdict::{Effect, Ruling};

impl Words<'_> {
    /// A number: `74`, `−6`, `1/3`.
    pub(crate) fn number(&self, number: Number) -> String {
        let text = number.to_string();
        text.strip_prefix('-').map_or(text.clone(), |rest| format!("−{rest}"))
    }

    /// A number with its unit: `4 days`, `4 天`, `74 CNY`, `74 元`.
    pub(crate) fn quantity(&self, number: Number, unit: &Unit) -> String {
        let digits = self.number(number);
        let one = number == Number::whole(1);
        let word = match (unit, self.zh()) {
            (Unit::One, _) => return digits,
            (Unit::Percent, _) => return format!("{digits}%"),
            (Unit::Money(code), true) => crate::syntax::currency::in_chinese(code),
            (Unit::Money(code), _) => return format!("{digits} {code}"),
            (Unit::Days, true) => "天",
            (Unit::WorkingDays, true) => "个工作日",
            (Unit::Months, true) => "个月",
            (Unit::Years, true) => "年",
            (Unit::Hours, true) => "小时",
            (Unit::Minutes, true) => "分钟",
            (Unit::Points, true) => "分",
            (Unit::Days, false) => plural(one, "day", "days"),
            (Unit::WorkingDays, false) => plural(one, "working day", "working days"),
            (Unit::Months, false) => plural(one, "month", "months"),
            (Unit::Years, false) => plural(one, "year", "years"),
            (Unit::Hours, false) => plural(one, "hour", "hours"),
            (Unit::Minutes, false) => plural(one, "minute", "minutes"),
            (Unit::Points, false) => plural(one, "point", "points"),
        };
        format!("{digits} {word}")
    }

    /// Yes or no.
    pub(crate) fn yes(&self, yes: bool) -> &'static str {
        match (self.zh(), yes) {
            (false, true) => "yes",
            (false, false) => "no",
            (true, true) => "是",
            (true, false) => "否",
        }
    }

    /// A known value.
    pub(crate) fn scalar(&self, scalar: &Scalar) -> String {
        match scalar {
            Scalar::Bool(yes) => self.yes(*yes).to_owned(),
            Scalar::Quantity(number, unit) => self.quantity(*number, unit),
            Scalar::Date(day) => self.day(*day),
            Scalar::Moment(moment) => self.moment(*moment),
            Scalar::Time(time) => time.format("%H:%M").to_string(),
            Scalar::Kind(kind, value) => self.kind_value(kind, value),
            Scalar::Text(text) => format!("“{text}”"),
            Scalar::Ref(_, id) => id.to_string(),
            Scalar::Set(_, ids) if ids.is_empty() => self.pick("nobody", "无").to_owned(),
            Scalar::Set(_, ids) => ids.join(self.pick(", ", "、")),
        }
    }

    /// A value of an enumeration.
    pub(crate) fn kind_value(&self, kind: &str, value: &str) -> String {
        if let Some(nobody) = self.nobody(kind, value) {
            return nobody;
        }
        let found = self.model.kind(kind).and_then(|kind| kind.values.iter().find(|(name, _)| name == value));
        self.label_or(found.and_then(|(_, label)| label.as_deref()), value)
    }

    /// A value at run time.
    pub(crate) fn value(&self, value: &Value) -> String {
        match value {
            Value::Known(scalar) => self.scalar(scalar),
            Value::Blank => self.pick("blank", "空白").to_owned(),
            Value::Open { low, high, .. } => self.open(*low, *high, &Unit::One),
            Value::Fault(cause) => {
                format!("{}{}{}", self.pick("cannot be worked out (", "无法计算（"), self.cause(cause), self.pick(")", "）"))
            }
        }
    }

    /// An open quantity with the ends it may have.
    pub(crate) fn open(&self, low: Option<Number>, high: Option<Number>, unit: &Unit) -> String {
        match (low.map(|n| self.quantity(n, unit)), high.map(|n| self.quantity(n, unit))) {
            (None, None) => self.pick("open", "未定").to_owned(),
            (Some(low), Some(high)) if self.zh() => format!("未定，在 {low} 与 {high} 之间"),
            (Some(low), None) if self.zh() => format!("未定，不少于 {low}"),
            (None, Some(high)) if self.zh() => format!("未定，不超过 {high}"),
            (Some(low), None) => format!("open, at least {low}"),
            (None, Some(high)) => format!("open, at most {high}"),
            (Some(low), Some(high)) => format!("open, between {low} and {high}"),
        }
    }

    /// What stands in a record; a reference shows the id.
    pub(crate) fn stored(&self, stored: &Stored) -> String {
        match stored {
            Stored::Known(scalar) => self.scalar(scalar),
            Stored::Blank => self.pick("blank", "空白").to_owned(),
            Stored::Missing => self.pick("missing", "缺失").to_owned(),
        }
    }

    /// A ruling as one word.
    pub(crate) fn ruling(&self, ruling: Ruling) -> &'static str {
        let (en, zh) = match ruling {
            Ruling::Violation => ("violation", "违规"),
            Ruling::Conflict => ("conflict", "冲突"),
            Ruling::Undetermined => ("undetermined", "无法判定"),
            Ruling::Pending => ("pending", "待定"),
            Ruling::Compliant => ("compliant", "合规"),
            Ruling::NotApplicable => ("not applicable", "不适用"),
        };
        if self.zh() { zh } else { en }
    }

    /// An effect: `a fine of 2 CNY`, `罚款 2 元`. `own` is the subject of the verdict; another addressee is named.
    pub(crate) fn effect(&self, effect: &Effect, own: Option<&(std::sync::Arc<str>, std::sync::Arc<str>)>) -> String {
        let amount = match (effect.amount, &effect.unit, &effect.value) {
            (Some(number), Some(unit), _) => self.quantity(number, unit),
            (Some(number), None, _) => self.number(number),
            (None, _, Some(value)) => self.scalar(value),
            (None, _, None) if effect.posting.is_none() => self.pick("not known", "未定").to_owned(),
            (None, _, None) => self.pick("an open amount", "数额未定").to_owned(),
        };
        let said = match effect.posting {
            Some(posting) => self.posting(posting, &amount),
            None => format!("{}{}{amount}", self.slot(&effect.kind), self.pick(": ", "：")),
        };
        match &effect.to {
            Some((entity, id)) if own != effect.to.as_ref() => {
                format!("{said}{}{}{}", self.pick(" for ", "（记于"), self.addressees(entity, id), self.pick("", "）"))
            }
            _ => said,
        }
    }

    /// Who an effect is for; several who are liable together stand in one id.
    fn addressees(&self, entity: &str, id: &str) -> String {
        if !id.contains('+') {
            return self.subject(entity, id);
        }
        let all: Vec<String> = id.split('+').map(str::to_owned).collect();
        let all = self.subject(entity, &self.list(&all, ("and", "和")));
        if self.zh() { format!("{all}，连带") } else { format!("{all} jointly") }
    }

    /// A posting with its amount.
    pub(crate) fn posting(&self, posting: Posting, amount: &str) -> String {
        match (posting, self.zh()) {
            (Posting::Fine, false) => format!("a fine of {amount}"),
            (Posting::Deduct, false) => format!("a deduction of {amount}"),
            (Posting::Pay, false) => format!("a payment of {amount}"),
            (Posting::Score, false) => format!("a score of {amount}"),
            (Posting::Count, false) => format!("a count of {amount}"),
            (Posting::Fine, true) => self.after_posting("罚款", amount),
            (Posting::Deduct, true) => self.after_posting("扣款", amount),
            (Posting::Pay, true) => self.after_posting("发放", amount),
            (Posting::Score, true) => format!("记 {amount}"),
            (Posting::Count, true) => format!("计 {amount} 次"),
        }
    }

    /// A blank stands before figures only: `罚款 2 元`, `罚款数额未定`.
    fn after_posting(&self, posting: &str, amount: &str) -> String {
        let figures = amount.starts_with(|letter: char| letter.is_ascii() || letter == '−');
        format!("{posting}{}{amount}", if figures { " " } else { "" })
    }

    /// What a value of this type may be, for somebody who has to supply it.
    pub(crate) fn domain(&self, ty: &Type, range: &crate::model::value::Range) -> String {
        let bounded = |unit: &Unit| match (range.low, range.high) {
            (None, None) => String::new(),
            (low, high) => {
                let end = |n: Option<Number>| n.map_or_else(|| "…".to_owned(), |n| self.quantity(n, unit));
                format!("{}{}{}", end(low), self.pick(" to ", " 至 "), end(high))
            }
        };
        match ty {
            Type::Bool => self.pick("yes or no", "是或否").to_owned(),
            Type::Quantity(unit) => bounded(unit),
            Type::Kind(kind) => {
                let values = self.model.kind(kind).map(|kind| kind.values.as_slice()).unwrap_or_default();
                let said: Vec<String> = values.iter().map(|(value, _)| self.kind_value(kind, value)).collect();
                self.list(&said, ("or", "或"))
            }
            _ => String::new(),
        }
    }
}

fn plural(one: bool, single: &'static str, many: &'static str) -> &'static str {
    if one { single } else { many }
}

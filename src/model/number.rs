//! Exact numbers: fractions of 128-bit integers. A decimal goes in, arithmetic stays exact, overflow is told.

use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, Zero};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An exact rational number. Serialized as a decimal string, or `"n/d"` where no finite decimal exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(with = "String")]
pub struct Number(Ratio<i128>);

impl Number {
    /// 0.
    pub const ZERO: Self = Self(Ratio::new_raw(0, 1));

    /// A whole number.
    pub fn whole(n: i64) -> Self {
        Self(Ratio::from_integer(i128::from(n)))
    }
    /// `self + other`; none on overflow.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(&other.0).map(Self)
    }
    /// `self - other`; none on overflow.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(&other.0).map(Self)
    }
    /// `self × other`; none on overflow.
    pub fn times(self, other: Self) -> Option<Self> {
        self.0.checked_mul(&other.0).map(Self)
    }
    /// `self ÷ other`; none on overflow or when `other` is zero.
    pub fn over(self, other: Self) -> Option<Self> {
        if other.is_zero() { None } else { self.0.checked_div(&other.0).map(Self) }
    }
    /// Numerator and denominator, in lowest terms.
    pub(crate) fn parts(self) -> (i128, i128) {
        (*self.0.numer(), *self.0.denom())
    }
    /// What [`Number::parts`] gave; none when it is no such pair.
    pub(crate) fn of_parts(numerator: i128, denominator: i128) -> Option<Self> {
        let ratio = (denominator > 0 && numerator != i128::MIN).then(|| Ratio::new(numerator, denominator))?;
        Some(Self(ratio))
    }
    /// Is it 0?
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }
    /// The integer it is, if it is one.
    pub fn as_whole(self) -> Option<i128> {
        self.0.is_integer().then(|| self.0.to_integer())
    }
    /// The largest integer not above it.
    pub fn floor(self) -> Self {
        Self(self.0.floor())
    }
    /// The smallest integer not below it.
    pub fn ceil(self) -> Self {
        Self(self.0.ceil())
    }
    /// The largest number of which both are whole multiples; none on overflow. Of 0 and a number it is that number, without its sign.
    pub fn common_step(self, other: Self) -> Option<Self> {
        let (n, d) = (*self.0.numer(), *self.0.denom());
        let (m, e) = (*other.0.numer(), *other.0.denom());
        let (mut a, mut b) = (n.checked_mul(e)?.checked_abs()?, m.checked_mul(d)?.checked_abs()?);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        Some(Self(Ratio::new(a, d.checked_mul(e)?)))
    }
    /// Reads `12`, `-0.5`, `1/3`; none when it is not a number or too large.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((n, d)) = text.split_once('/') {
            let (n, d): (i128, i128) = (n.parse().ok()?, d.parse().ok()?);
            return (d != 0).then(|| Self(Ratio::new(n, d)));
        }
        Decimal::from_str_exact(text).ok().map(Self::from)
    }
}

impl From<Decimal> for Number {
    fn from(decimal: Decimal) -> Self {
        let scale = 10_i128.checked_pow(decimal.scale()).expect("a decimal has at most 28 places");
        Self(Ratio::new(decimal.mantissa(), scale))
    }
}

impl fmt::Display for Number {
    /// A plain decimal without trailing zeros, or `n/d`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, mut d) = (*self.0.numer(), *self.0.denom());
        let (mut twos, mut fives) = (0_u32, 0_u32);
        while d % 2 == 0 {
            d /= 2;
            twos += 1;
        }
        while d % 5 == 0 {
            d /= 5;
            fives += 1;
        }
        let places = twos.max(fives);
        let scaled = 10_i128.checked_pow(places).and_then(|p| n.checked_mul(p / self.0.denom()));
        match scaled {
            Some(scaled) if d == 1 && places <= 28 => match Decimal::try_from_i128_with_scale(scaled, places) {
                Ok(decimal) => write!(f, "{}", decimal.normalize()),
                Err(_) => write!(f, "{n}/{}", self.0.denom()),
            },
            _ => write!(f, "{n}/{}", self.0.denom()),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a number")))
    }
}

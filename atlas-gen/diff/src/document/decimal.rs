//! Exact decimal numbers: floats are not, above 2^53.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Number;

/// `digits` × 10^`exponent`, without trailing zeros in `digits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    pub(crate) const ZERO: Self = Self {
        digits: 0,
        exponent: 0,
    };
    pub(crate) const ONE: Self = Self {
        digits: 1,
        exponent: 0,
    };

    /// Converts a JSON number; one with too many digits is rounded to the nearest float.
    pub(crate) fn from_number(number: &Number) -> Option<Self> {
        Self::parse(&number.to_string())
            .or_else(|| Self::parse(&Number::from_f64(number.as_f64()?)?.to_string()))
    }

    fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
            None => (text, 0_i32),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let places = i32::try_from(fraction.len()).ok()?;
        Self::normalized(digits, exponent.checked_sub(places)?)
    }

    fn normalized(mut digits: i128, mut exponent: i32) -> Option<Self> {
        if digits == 0 {
            exponent = 0;
        }
        while digits != 0 && digits % 10 == 0 {
            digits /= 10;
            exponent = exponent.checked_add(1)?;
        }
        Some(Self { digits, exponent })
    }

    /// Returns the digits of both for their common exponent.
    fn aligned(self, other: Self) -> Option<(i128, i128, i32)> {
        let lowest = self.exponent.min(other.exponent);
        let scaled = |number: Self| {
            let power = u32::try_from(number.exponent.checked_sub(lowest)?).ok()?;
            number.digits.checked_mul(10_i128.checked_pow(power)?)
        };
        Some((scaled(self)?, scaled(other)?, lowest))
    }

    /// Returns whether it is a multiple of `other`.
    pub(crate) fn is_multiple(self, other: Self) -> bool {
        match self.aligned(other) {
            Some((a, b, _)) => b != 0 && a % b == 0,
            None => other.digits != 0 && (self.as_f64() / other.as_f64()).fract() == 0.0,
        }
    }

    /// Returns the least common multiple; `None` if it has too many digits.
    pub(crate) fn common_multiple(self, other: Self) -> Option<Self> {
        let (a, b, exponent) = self.aligned(other)?;
        let (mut divisor, mut rest) = (a, b);
        while rest != 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        let digits = a.checked_div(divisor)?.checked_mul(b)?;
        Self::normalized(digits.checked_abs()?, exponent)
    }

    /// Rounds down; `None` if the result has too many digits.
    pub(crate) fn floor(self) -> Option<i128> {
        let power = 10_i128.checked_pow(self.exponent.unsigned_abs());
        match (self.exponent >= 0, power) {
            (true, power) => self.digits.checked_mul(power?),
            (false, Some(power)) => Some(self.digits.div_euclid(power)),
            (false, None) => Some(if self.digits < 0 { -1 } else { 0 }),
        }
    }

    /// Rounds up; `None` if the result has too many digits.
    pub(crate) fn ceil(self) -> Option<i128> {
        let negated = Self {
            digits: self.digits.checked_neg()?,
            exponent: self.exponent,
        };
        negated.floor()?.checked_neg()
    }

    /// Returns the nearest float.
    pub(crate) fn as_f64(self) -> f64 {
        let text = format!("{}e{}", self.digits, self.exponent);
        text.parse().unwrap_or(f64::NAN)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match self.aligned(*other) {
            Some((a, b, _)) => a.cmp(&b),
            // Exponents so far apart that floats are precise enough.
            None => self.as_f64().total_cmp(&other.as_f64()),
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.floor() {
            Some(whole) if self.exponent >= 0 => write!(f, "{whole}"),
            _ => write!(f, "{}", self.as_f64()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_number(&text.parse().expect("a number")).expect("a decimal")
    }

    #[test]
    fn distinguishes_integers_that_round_to_the_same_float() {
        assert!(decimal("9007199254740993") > decimal("9007199254740992"));
        assert!(decimal("-9007199254740993") < decimal("-9007199254740992"));
        assert!(decimal("1e300") > decimal("1"));
        assert!(decimal("-1e300") < decimal("1e-300"));
        assert_eq!(decimal("10.0"), decimal("10"));
    }

    #[test]
    fn rounds_to_the_next_integer() {
        assert_eq!(decimal("-0.5").floor(), Some(-1));
        assert_eq!(decimal("-0.5").ceil(), Some(0));
        assert_eq!(decimal("1.5").ceil(), Some(2));
        assert_eq!(decimal("1e-300").ceil(), Some(1));
        assert_eq!(decimal("1e300").floor(), None);
    }

    #[test]
    fn finds_the_common_multiple() {
        let common = |a: &str, b: &str| decimal(a).common_multiple(decimal(b));
        assert_eq!(common("1.5", "1"), Some(decimal("3")));
        assert_eq!(common("4", "6"), Some(decimal("12")));
        assert_eq!(common("0.5", "1"), Some(decimal("1")));
    }

    #[test]
    fn displays_numbers_without_an_exponent() {
        for text in ["0", "10", "-5", "0.5", "9007199254740993", "1200"] {
            assert_eq!(decimal(text).to_string(), text);
        }
    }
}

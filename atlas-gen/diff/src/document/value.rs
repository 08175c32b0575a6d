//! Values by what they are and not by their spelling: `10` is `10.0`, and decimals are exact.

use serde_json::{Number, Value};

/// Whether two values are the same JSON value.
pub(crate) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || equal_numbers(a, b),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}

/// Whether two values that may be missing are the same.
pub(crate) fn same_or_missing(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => equal(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Whether one of `all` is `value`.
pub(crate) fn contains(all: &[&Value], value: &Value) -> bool {
    all.iter().any(|other| equal(other, value))
}

/// Whether each multiple of `a` is one of `b`.
pub(crate) fn is_multiple(a: &Number, b: &Number) -> bool {
    if let (Some(a), Some(b)) = (Decimal::of(a), Decimal::of(b))
        && let Some((a, b)) = a.aligned(b)
    {
        return b != 0 && a % b == 0;
    }
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => b != 0.0 && (a / b).fract() == 0.0,
        _ => false,
    }
}

fn equal_numbers(a: &Number, b: &Number) -> bool {
    match (Decimal::of(a), Decimal::of(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a.as_f64() == b.as_f64(),
    }
}

/// `digits` times ten to the power of `exponent`, without zeros at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    fn of(number: &Number) -> Option<Self> {
        let text = number.to_string();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
            None => (text.as_str(), 0_i32),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let places = i32::try_from(fraction.len()).ok()?;
        let mut exponent = exponent.checked_sub(places)?;
        if digits == 0 {
            exponent = 0;
        }
        while digits != 0 && digits % 10 == 0 {
            digits /= 10;
            exponent = exponent.checked_add(1)?;
        }
        Some(Self { digits, exponent })
    }

    /// The digits of both, with the same exponent.
    fn aligned(self, other: Self) -> Option<(i128, i128)> {
        let lowest = self.exponent.min(other.exponent);
        let scaled = |number: Self| {
            let power = u32::try_from(number.exponent.checked_sub(lowest)?).ok()?;
            number.digits.checked_mul(10_i128.checked_pow(power)?)
        };
        Some((scaled(self)?, scaled(other)?))
    }
}

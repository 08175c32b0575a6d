//! Values by what they are and not by their spelling: `10` is `10.0`, and decimals are exact.

use serde_json::{Number, Value};

use crate::document::decimal::Decimal;

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

fn equal_numbers(a: &Number, b: &Number) -> bool {
    match (Decimal::of(a), Decimal::of(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a.as_f64() == b.as_f64(),
    }
}

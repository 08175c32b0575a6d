//! Equality of JSON values: numbers are compared exactly and by value, so that `10` equals `10.0`.

use serde_json::{Number, Value};

use crate::document::decimal::Decimal;

/// Returns whether two JSON values are equal.
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

/// Returns whether two optional values are equal, or both missing.
pub(crate) fn equal_or_both_missing(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => equal(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Returns whether `all` contains `value`.
pub(crate) fn contains(all: &[&Value], value: &Value) -> bool {
    all.iter().any(|other| equal(other, value))
}

fn equal_numbers(a: &Number, b: &Number) -> bool {
    match (Decimal::from_number(a), Decimal::from_number(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a.as_f64() == b.as_f64(),
    }
}

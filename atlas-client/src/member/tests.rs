//! What is found in values of the wanted type and of others.

use serde_json::json;

use super::*;

/// What is found in `value`, from its text and from the tree alike. What cannot be written from the
/// value found is told as it came.
fn found<T: Member>(value: &Value) -> Found<T> {
    let text = value.to_string();
    let from_text = T::read(&mut serde_json::Deserializer::from_str(&text)).unwrap();
    let again = T::read(value.clone()).unwrap();
    assert!(from_text == again, "{value}");
    match &from_text.came {
        Some(Came::Odd(came) | Came::Otherwise(came)) => assert_eq!(came, value),
        None => assert_eq!(&serde_json::to_value(&from_text.value).unwrap(), value),
    }
    from_text
}

fn part<T>(value: T, came: &Value) -> Found<T> {
    Found {
        value: Some(value),
        came: Some(Came::Odd(came.clone())),
    }
}

fn odd<T>(value: &Value) -> Found<T> {
    Found::odd(value.clone())
}

#[test]
fn a_value_of_another_type_is_handed_back_as_it_came() {
    let values = [
        json!(null),
        json!(true),
        json!(-7),
        json!(7),
        json!(1.5),
        json!("text"),
        json!(["a", {"b": [1]}]),
        json!({"a": {"b": null}}),
    ];
    for (i, value) in values.iter().enumerate() {
        let fits = [
            found::<bool>(value).value.is_some(),
            found::<i64>(value).value.is_some(),
            found::<f64>(value).value.is_some(),
            found::<String>(value).value.is_some(),
            found::<Vec<Value>>(value).value.is_some(),
            found::<BTreeMap<String, Value>>(value).value.is_some(),
            found::<Option<bool>>(value).value.is_some(),
        ];
        let expected = match i {
            0 => [false, false, false, false, false, false, true],
            1 => [true, false, false, false, false, false, true],
            2 | 3 => [false, true, true, false, false, false, false],
            4 => [false, false, true, false, false, false, false],
            5 => [false, false, false, true, false, false, false],
            6 => [false, false, false, false, true, false, false],
            _ => [false, false, false, false, false, true, false],
        };
        assert_eq!(fits, expected, "{value}");
    }
}

#[test]
fn the_good_entries_of_a_list_or_a_map_are_found_beside_the_odd_ones() {
    let list = json!(["a", null, 7, "b", {"c": []}]);
    let good = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(found::<Vec<String>>(&list), part(good.clone(), &list));
    let lists = json!([["a", 2, "b"], 3, []]);
    let inner = vec![good, Vec::new()];
    assert_eq!(found::<Vec<Vec<String>>>(&lists), part(inner, &lists));
    let map = json!({"a": [1], "b": [null, 2], "c": "no list"});
    let good = BTreeMap::from([("a".to_owned(), vec![1]), ("b".to_owned(), vec![2])]);
    assert_eq!(found::<BTreeMap<String, Vec<i64>>>(&map), part(good, &map));
    let list = json!([1, null]);
    let nulls = Found::same(vec![Some(1), None]);
    assert_eq!(found::<Vec<Option<i64>>>(&list), nulls);
}

#[test]
fn numbers_are_read_whatever_they_are_written_like_and_kept_as_they_came() {
    fn from<T: Member>(text: &str) -> Found<T> {
        found(&serde_json::from_str(text).unwrap())
    }
    let otherwise = |text: &str| Some(Came::Otherwise(serde_json::from_str(text).unwrap()));
    for (text, number) in [("1.0", 1), ("1e3", 1000), ("-0.0", 0)] {
        let (value, came) = (Some(number), otherwise(text));
        assert_eq!(from::<i64>(text), Found { value, came }, "{text}");
    }
    for text in ["1.5", "18446744073709551615", "1e300", "9007199254740993.0"] {
        assert_eq!(from::<i64>(text).value, None, "{text}");
    }
    assert_eq!(from("9223372036854775807"), Found::same(i64::MAX));
    for (text, number) in [
        ("10", 10.0),
        ("-3", -3.0),
        ("18446744073709551615", 18446744073709551615.0),
    ] {
        let (value, came) = (Some(number), otherwise(text));
        assert_eq!(from::<f64>(text), Found { value, came }, "{text}");
    }
    for (text, number) in [
        ("10.0", 10.0),
        ("0.1", 0.1),
        ("-0.0", -0.0),
        ("1e300", 1e300),
    ] {
        assert_eq!(from::<f64>(text), Found::same(number), "{text}");
    }
    // In a list each number is on its own, and an odd entry says more than a number.
    let value = Some(vec![1.0, 2.0]);
    let came = otherwise("[1.0, 2]");
    assert_eq!(from::<Vec<f64>>("[1.0, 2]"), Found { value, came });
    let list = json!([1, "two"]);
    let came = Some(Came::Odd(list.clone()));
    let value = Some(vec![1.0]);
    assert_eq!(found::<Vec<f64>>(&list), Found { value, came });
    assert_eq!(found::<f64>(&json!("10")), odd(&json!("10")));
}

#[test]
fn text_that_is_no_json_stays_an_error() {
    for text in ["[1, tru, 2]", "[\"a\" 1]", "{\"a\" 1}", "\"a", "[1"] {
        let read = |text| Vec::<String>::read(&mut serde_json::Deserializer::from_str(text));
        assert!(read(text).is_err(), "{text}");
    }
}

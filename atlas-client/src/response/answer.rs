//! Decodes the body of a successful response. Owns envelopes.

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::auth::Sent;
use crate::error::trail::{Stop, Trail};
use crate::json::{DecodeError, Decoded, Document, document, from_document, from_slice, repair};
use crate::{Error, ResponseValue, Result};

/// A successful response with its complete body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: ResponseValue<()>,
    /// The number of attempts made.
    pub(crate) attempts: u32,
    /// The secrets of the request, which errors do not show.
    sent: Sent,
    /// The parsed envelope, if `envelope=true` was requested.
    envelope: Option<Document<Map<String, Value>>>,
}

impl Answer {
    /// Parses a successful response. With `enveloped`, the status inside the
    /// envelope takes precedence: the envelope of an error is an error even if
    /// the response's own status is a success.
    ///
    /// # Errors
    ///
    /// The error in an envelope.
    pub(crate) fn new(
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        enveloped: bool,
        sent: Sent,
    ) -> Result<Self> {
        let mut answer = Self {
            response: ResponseValue::new((), status, headers, body),
            attempts: 1,
            sent,
            envelope: None,
        };
        if !enveloped {
            return Ok(answer);
        }
        if let Some((document, repairs)) = document(&answer.response.body, &answer.response.headers)
            && let Value::Object(members) = document
            && let Some(inner) = inner_status(&members)
        {
            if !inner.is_success() {
                let received = answer.response.received();
                let received = received.meaning(inner, Value::Object(members));
                let secrets = answer.sent.secrets();
                return Err(Error::status_failure(received, None, &secrets));
            }
            answer.response.status = inner;
            answer.envelope = Some((members, repairs));
        }
        Ok(answer)
    }

    /// Decodes the body, or its absence, as the operation's type.
    ///
    /// # Errors
    ///
    /// An error that contains the location in the JSON and the response.
    pub(crate) fn decode<T: DeserializeOwned>(mut self) -> Result<ResponseValue<T>> {
        let ResponseValue { headers, body, .. } = &self.response;
        let decoded: Decoded<T> = match self.envelope.take() {
            Some(envelope) => open(envelope),
            None if body.trim_ascii().is_empty() => absent(),
            None => from_slice(body, headers),
        };
        match decoded {
            Ok((value, repairs)) => {
                self.response.repairs = repairs;
                Ok(self.response.map(|()| value))
            }
            Err(error) => Err(self.failure(&error)),
        }
    }

    fn failure(&self, error: &DecodeError) -> Error {
        let error = Error::decode(self.response.received(), &error.path(), &error.problem());
        let error = error.without(&self.sent.secrets());
        error.after(Trail {
            attempts: self.attempts,
            stop: Stop::Final,
            earlier_executed: false,
        })
    }
}

/// Decodes a success without a body as `null` or, if the type requires no member, as an empty
/// object. The call was executed, so an absent body alone is not an error; but the absence of
/// required members is one.
fn absent<T: DeserializeOwned>() -> Decoded<T> {
    T::deserialize(Value::Null)
        .or_else(|_| T::deserialize(Value::Object(Map::new())))
        .map(|value| (value, Vec::new()))
        .map_err(|_| DecodeError::whole("it has no body"))
}

/// Decodes an envelope: `{status, content}` for an object and `{status,
/// results, …}` for a list. Some operations return a page that itself has
/// `results`. So everything but the status is tried first, then the results
/// alone.
fn open<T: DeserializeOwned>((mut members, repairs): Document<Map<String, Value>>) -> Decoded<T> {
    if let Some(value) = members.remove("content") {
        return from_document((value, repairs), &["content"]);
    }
    members.remove("status");
    if members.is_empty() {
        return absent();
    }
    let value = Value::Object(members);
    if let Ok(value) = T::deserialize(&value) {
        return Ok((value, repair::listed(repairs)));
    }
    let results = value.get("results").cloned();
    match (from_document((value, repairs.clone()), &[]), results) {
        // `T` is not an object, so only the results can match.
        (Err(error), Some(value)) if error.place.is_empty() => {
            from_document((value, repairs), &["results"])
        }
        (page, _) => page,
    }
}

/// Returns the status if the object is an envelope: the status is a number, or digits, in the range
/// of HTTP statuses, and the object has no other members, or `content`, `results` or an error. The
/// `status` of a migration is a word.
fn inner_status(members: &Map<String, Value>) -> Option<StatusCode> {
    let status = members.get("status")?;
    let number = status
        .as_u64()
        .or_else(|| status.as_str()?.parse().ok())
        .and_then(|number| u16::try_from(number).ok())?;
    let content = ["content", "results", "error", "errorCode"];
    if members.len() > 1 && !content.iter().any(|name| members.contains_key(*name)) {
        return None;
    }
    StatusCode::from_u16(number).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Job {
        #[serde(rename = "_id")]
        id: String,
        status: Option<String>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Page {
        results: Vec<Job>,
        #[serde(rename = "totalCount")]
        total: Option<u64>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    enum State {
        New,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum JobOrText {
        Job(Job),
        Text(String),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum FlagOrText {
        Flag(bool),
        Text(String),
    }

    fn answer(body: &Value, enveloped: bool) -> Result<Answer> {
        let body = Bytes::from(body.to_string());
        Answer::new(
            StatusCode::OK,
            HeaderMap::new(),
            body,
            enveloped,
            Sent::default(),
        )
    }

    fn enveloped<T: DeserializeOwned>(body: &Value) -> Result<T> {
        Ok(answer(body, true)?.decode::<T>()?.into_inner())
    }

    fn job() -> Job {
        let id = "a".to_owned();
        let status = Some("NEW".to_owned());
        Job { id, status }
    }

    #[test]
    fn an_envelope_gives_the_value_that_comes_without_one() {
        let plain = json!({"_id": "a", "status": "NEW"});
        assert_eq!(
            enveloped::<Job>(&json!({"status": 200, "content": plain})).unwrap(),
            job()
        );
        assert_eq!(
            enveloped::<Job>(&json!({"status": "200", "content": plain})).unwrap(),
            job()
        );
        let list = json!({"status": 200, "results": [plain], "totalCount": 1});
        assert_eq!(enveloped::<Vec<Job>>(&list).unwrap(), [job()]);
        let page = enveloped::<Page>(&list).unwrap();
        assert_eq!((page.results, page.total), (vec![job()], Some(1)));
        let content = json!({"status": 200, "content": {"results": [plain]}});
        assert_eq!(enveloped::<Page>(&content).unwrap().results, [job()]);
    }

    #[test]
    fn a_status_of_any_number_makes_no_envelope() {
        for value in [
            json!({"status": 200, "_id": "a"}),
            json!({"status": 404, "_id": "a"}),
            json!({"status": 7, "content": {"_id": "a"}}),
            json!({"status": 65_736, "content": {"_id": "a"}}),
            json!({"status": -200, "content": {"_id": "a"}}),
            json!({"status": 200.5, "content": {"_id": "a"}}),
        ] {
            assert_eq!(enveloped::<Value>(&value).unwrap(), value);
        }
    }

    #[test]
    fn an_answer_that_ignores_the_envelope_decodes_all_the_same() {
        assert_eq!(
            enveloped::<Job>(&json!({"_id": "a", "status": "NEW"})).unwrap(),
            job()
        );
        assert_eq!(
            enveloped::<Vec<Job>>(&json!([{"_id": "a", "status": "NEW"}])).unwrap(),
            [job()]
        );
        assert_eq!(
            enveloped::<Job>(&json!({"_id": "200", "status": "200"}))
                .unwrap()
                .id,
            "200"
        );
    }

    #[test]
    fn a_failure_inside_an_envelope_is_a_failure() {
        let inside = json!({"status": 404, "content": {"error": 404, "errorCode": "GONE_AWAY"}});
        let error = answer(&inside, true).unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(error.error_code(), Some("GONE_AWAY"));
        let flat = json!({"status": 409, "error": 409, "errorCode": "BUSY"});
        assert!(answer(&flat, true).unwrap_err().is_conflict());
        assert!(answer(&inside, false).is_ok(), "no envelope was asked for");
    }

    #[test]
    fn an_empty_envelope_is_an_absent_body() {
        let answer = answer(&json!({"status": 202}), true).unwrap();
        assert_eq!(answer.response.status, StatusCode::ACCEPTED);
        assert!(answer.decode::<Option<Job>>().unwrap().is_none());
    }

    #[test]
    fn an_absent_body_is_the_value_of_nothing_where_there_is_one() {
        let absent = || {
            Answer::new(
                StatusCode::NO_CONTENT,
                HeaderMap::new(),
                Bytes::new(),
                false,
                Sent::default(),
            )
        };
        absent().unwrap().decode::<()>().unwrap();
        assert!(
            absent()
                .unwrap()
                .decode::<BTreeMap<String, u8>>()
                .unwrap()
                .is_empty()
        );
        let error = absent().unwrap().decode::<Job>().unwrap_err();
        assert!(error.is_decode());
        assert_eq!(error.status(), Some(StatusCode::NO_CONTENT));
        assert!(absent().unwrap().decode::<State>().is_err());
        assert!(absent().unwrap().decode::<JobOrText>().is_err());
        let any = absent().unwrap().decode::<Value>().unwrap();
        assert_eq!(any.into_inner(), Value::Null);
    }

    #[test]
    fn what_does_not_decode_is_named_by_its_place_and_never_quoted() {
        let body = json!(["s3cret"]);
        let read = answer(&body, false)
            .unwrap()
            .decode::<BTreeMap<String, Job>>();
        let error = read.unwrap_err();
        assert_eq!(error.body(), Some(body.to_string().as_bytes()));
        let text = format!("{error} {error:?}");
        assert!(
            text.contains("the answer does not decode: invalid type: sequence, expected a map"),
            "{text}"
        );
        let inside = json!({"status": 200, "content": "s3cret"});
        let error = enveloped::<Vec<Job>>(&inside).unwrap_err();
        let text = format!("{text} {error} {error:?}");
        assert!(
            text.contains(
                "`content` of the answer does not decode: invalid type: string, expected a sequence"
            ),
            "{text}"
        );
        assert!(!text.contains("s3cret"), "{text}");
    }

    #[test]
    fn the_member_of_a_page_that_does_not_decode_is_named() {
        #[derive(Debug, Deserialize)]
        enum Kind {
            Known,
        }
        #[derive(Debug, Deserialize)]
        #[allow(dead_code, reason = "never decoded")]
        struct Page {
            results: Vec<Job>,
            kind: Kind,
        }
        let _ = Kind::Known;
        let page = json!({"status": 200, "results": [], "kind": "NEW"});
        let text = enveloped::<Page>(&page).unwrap_err().to_string();
        assert!(text.contains("`kind` of the answer"), "{text}");
    }

    #[test]
    fn debug_shows_the_length_of_a_body_and_not_the_body() {
        let body = json!({"_id": "a", "more": "s3cret"});
        let value = answer(&body, false).unwrap().decode::<Job>().unwrap();
        let text = format!("{value:?} {value:#?}");
        assert!(text.contains("body_bytes: 27"), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }

    #[test]
    fn a_repair_is_told_with_its_place_in_the_whole_body() {
        let list = json!([{"_id": "a", "status": 7}, 8]);
        let told = |value: &Value| {
            let answer = answer(value, true).unwrap().decode::<Vec<Job>>().unwrap();
            assert_eq!(
                *answer,
                [Job {
                    status: None,
                    ..job()
                }]
            );
            assert_eq!(answer.body(), value.to_string().as_bytes());
            let repairs = answer.repairs().iter();
            repairs.map(|repair| repair.pointer().to_owned()).collect()
        };
        let cases: [(Value, [&str; 2]); 3] = [
            (list.clone(), ["/0/status", "/1"]),
            (
                json!({"status": 200, "content": list}),
                ["/content/0/status", "/content/1"],
            ),
            (
                json!({"status": 200, "results": list}),
                ["/results/0/status", "/results/1"],
            ),
        ];
        for (value, expected) in cases {
            let told: Vec<String> = told(&value);
            assert_eq!(told, expected);
        }
    }

    #[test]
    fn the_results_of_a_page_are_not_read_as_its_members() {
        #[derive(Debug, Deserialize)]
        struct Totals {
            #[serde(default)]
            count: Option<u64>,
        }
        let page = json!({"status": 200, "results": [], "count": "s3cret"});
        let totals = answer(&page, true).unwrap().decode::<Totals>().unwrap();
        assert_eq!((totals.count, totals.repairs().len()), (None, 1));
    }

    #[test]
    fn an_envelope_that_serde_json_refuses_is_opened_all_the_same() {
        let body = Bytes::from_static(
            b"\xef\xbb\xbf{\"status\": 201, \"content\": [{\"_id\": \"\\ud800\", \"status\": 1e999}, 1e999]}",
        );
        let headers = HeaderMap::new();
        let answer =
            Answer::new(StatusCode::OK, headers.clone(), body, true, Sent::default()).unwrap();
        let jobs = answer.decode::<Vec<Job>>().unwrap();
        assert_eq!(
            (jobs.status(), jobs[0].id.as_str()),
            (StatusCode::CREATED, "\u{fffd}")
        );
        let places: Vec<_> = jobs.repairs().iter().map(crate::Repair::pointer).collect();
        assert_eq!(
            places,
            ["/content/0/_id", "/content/0/status", "/content/1"]
        );
        let page = Bytes::from_static(b"{\"status\": 200, \"results\": [{\"_id\": \"\xfc\"}]}");
        let answer =
            Answer::new(StatusCode::OK, headers.clone(), page, true, Sent::default()).unwrap();
        let jobs = answer.decode::<Vec<Job>>().unwrap();
        assert_eq!(jobs.repairs()[0].pointer(), "/results/0/_id");
        let failed = Bytes::from_static(
            b"{\"status\": 409, \"content\": {\"errorCode\": \"BUSY\", \"detail\": \"\xfc\"}}",
        );
        let error =
            Answer::new(StatusCode::OK, headers, failed, true, Sent::default()).unwrap_err();
        assert_eq!(error.error_code(), Some("BUSY"));
    }

    #[test]
    fn a_text_may_come_as_it_is() {
        fn read<T: DeserializeOwned>(body: &'static [u8]) -> Result<T> {
            let body = Bytes::from_static(body);
            let answer = Answer::new(
                StatusCode::OK,
                HeaderMap::new(),
                body,
                false,
                Sent::default(),
            )?;
            answer.decode().map(ResponseValue::into_inner)
        }
        for body in [
            "-----BEGIN X-----\nabc\n",
            "<a b=\"c\"/>",
            "no JSON",
            "7 of 9",
        ] {
            assert_eq!(read::<String>(body.as_bytes()).unwrap(), body);
            assert_eq!(
                read::<Option<String>>(body.as_bytes()).unwrap().unwrap(),
                body
            );
            assert!(read::<Value>(body.as_bytes()).unwrap_err().is_decode());
            assert!(read::<Job>(body.as_bytes()).unwrap_err().is_decode());
            assert!(
                read::<Vec<String>>(body.as_bytes())
                    .unwrap_err()
                    .is_decode()
            );
        }
        assert_eq!(read::<State>(b"New").unwrap(), State::New);
        assert!(read::<State>(b"Old").unwrap_err().is_decode());
        let text = JobOrText::Text("New".to_owned());
        assert_eq!(read::<JobOrText>(b"New").unwrap(), text);
        // What also accepts a boolean may be any JSON, and text is none.
        assert!(read::<FlagOrText>(b"New").unwrap_err().is_decode());
        assert_eq!(read::<FlagOrText>(b"true").unwrap(), FlagOrText::Flag(true));
        assert_eq!(read::<String>(b"\"a\\nb\"").unwrap(), "a\nb");
        assert_eq!(read::<String>(b"<\xff>").unwrap(), "<\u{fffd}>");
        for body in [&b"{\"a\": 1}"[..], b"7"] {
            assert!(read::<String>(body).unwrap_err().is_decode(), "{body:?}");
        }
    }

    #[test]
    fn text_after_the_value_and_broken_text_are_errors() {
        for body in ["{} x", "{", "\"\\x\"", "<html>"] {
            let answer = Answer::new(
                StatusCode::OK,
                HeaderMap::new(),
                Bytes::from(body),
                false,
                Sent::default(),
            )
            .unwrap();
            assert!(answer.decode::<Value>().unwrap_err().is_decode(), "{body}");
        }
    }
}

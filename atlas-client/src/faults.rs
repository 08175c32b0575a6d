//! The outcome of a call for each fault of a network or a server.
//!
//! A cell shows how the call ends and how many requests of the operation were sent. *Not done* is
//! an error after which the operation was certainly not executed; *in doubt* is one after which it
//! may have been ([`may_have_been_executed`](crate::Error::may_have_been_executed)). The read
//! represents all operations with an idempotent method (GET, HEAD, OPTIONS, TRACE, PUT, DELETE), the
//! create POST and PATCH. The limit is the default of four attempts.
//!
//! | fault | read, struck once | read, struck always | create, struck once | create, struck always | what is not sent |
//! | --- | --- | --- | --- | --- | --- |
//! | reset before the request is read | success: 2 | broken, in doubt: 4 | broken, in doubt: 1 | broken, in doubt: 1 | the create again |
//! | reset within the request | success: 2 | broken, in doubt: 4 | broken, in doubt: 1 | broken, in doubt: 1 | the create again |
//! | reset after the request | success: 2 | broken, in doubt: 4 | broken, in doubt: 1 | broken, in doubt: 1 | the create again |
//! | closed after the request | success: 2 | broken, in doubt: 4 | broken, in doubt: 1 | broken, in doubt: 1 | the create again |
//! | half a status line | success: 2 | broken, in doubt: 4 | broken, in doubt: 1 | broken, in doubt: 1 | the create again |
//! | half an answer | success: 2 | broken, in doubt: 4 | broken, in doubt: 1 | broken, in doubt: 1 | the create again |
//! | reset inside the answer's body | success: 2 | broken, in doubt: 4 | broken, in doubt: 1 | broken, in doubt: 1 | the create again |
//! | no answer in time | success: 2 | timeout, in doubt: 4 | timeout, in doubt: 1 | timeout, in doubt: 1 | the create again |
//! | an answer too slow to be whole in time | success: 2 | timeout, in doubt: 4 | timeout, in doubt: 1 | timeout, in doubt: 1 | the create again |
//! | an answer that is no HTTP | success: 2 | broken, in doubt: 4 | broken, in doubt: 1 | broken, in doubt: 1 | the create again |
//! | 429 with `Retry-After` | success: 2 | 429, not done: 4 | success: 2 | 429, not done: 4 | anything before that time |
//! | 429 without | success: 2 | 429, not done: 4 | success: 2 | 429, not done: 4 | – |
//! | 500 | success: 2 | 500, in doubt: 4 | 500, in doubt: 1 | 500, in doubt: 1 | the create again |
//! | 502 | success: 2 | 502, in doubt: 4 | 502, in doubt: 1 | 502, in doubt: 1 | the create again |
//! | 503 with `Retry-After` | success: 2 | 503, not done: 4 | success: 2 | 503, not done: 4 | anything before that time |
//! | 503 without | success: 2 | 503, in doubt: 4 | 503, in doubt: 1 | 503, in doubt: 1 | the create again |
//! | 504 | success: 2 | 504, in doubt: 4 | 504, in doubt: 1 | 504, in doubt: 1 | the create again |
//! | a nonce in use is called stale | success: 2 | 401, not done: 2 | success: 2 | 401, not done: 2 | a third request with a proof |
//! | a nonce in use is refused as if the key were wrong | success: 2 | 401, not done: 2 | success: 2 | 401, not done: 2 | a third request with a proof |
//! | each nonce is good for one request | success: 2 | success: 2 | success: 2 | success: 2 | – |
//! | a token is refused before its end | success: 2 and 1 for a token | 401, not done: 2 and 1 for a token | success: 2 and 1 for a token | 401, not done: 2 and 1 for a token | a third request with a token |
//! | the clocks of both sides are wrong | success: 1 | success: 1 | success: 1 | success: 1 | – |
//! | a gzip bomb as an answer | decode, in doubt: 1 | decode, in doubt: 1 | decode, in doubt: 1 | decode, in doubt: 1 | – |
//! | a gzip bomb as an error page | success: 2 | 502, in doubt: 4 | 502, in doubt: 1 | 502, in doubt: 1 | the create again |
//! | an error page of 100 MiB | success: 2 | 502, in doubt: 4 | 502, in doubt: 1 | 502, in doubt: 1 | the create again |
//! | invalid UTF-8 | success: 1 | success: 1 | success: 1 | success: 1 | – |
//! | redirect to another host | 307, not done: 1 | 307, not done: 1 | 307, not done: 1 | 307, not done: 1 | anything to that host |
//!
//! An HTTP/2 server can signal that it did not process a request
//! (`REFUSED_STREAM`, RFC 9113, section 8.7). Such a request is resent up to
//! twice, whatever its method, within one attempt. Any other reset of a stream
//! is a broken connection.
//!
//! The next table shows a create during an outage, with the default backoff.
//! Four attempts give up after less than two seconds; to outlast longer outages,
//! allow more [`attempts`](crate::CallOptions::attempts).
//!
//! | fault | 4 attempts | 12 attempts |
//! | --- | --- | --- |
//! | connections are refused for 5 seconds | no connection, not done: 0 | success: 1 |
//! | connections are refused for good | no connection, not done: 0 | no connection, not done: 0 |
//! | the token endpoint resets connections for 5 seconds; there is no token yet | no token, not done: 0 | success: 1 |
//! | the token endpoint answers 503 for 5 seconds; there is no token yet | no token, not done: 0 | success: 1 |
//! | the token endpoint answers 503 for good; there is no token yet | no token, not done: 0 | no token, not done: 0 |
//! | the token endpoint answers 503; there is a token, due for renewal | success: 1 | success: 1 |
//!
//! The next table shows how a failure of the token endpoint is classified. Only a response that
//! says that the credentials are wrong is [`is_unauthorized`](crate::Error::is_unauthorized). One
//! that says that they are valid but get no token is [`is_forbidden`](crate::Error::is_forbidden):
//! there are 100 valid tokens, this address is not on the access list, or the account may not
//! request tokens. A page of a proxy is neither, unless its status is 401. One of these codes in
//! the body takes precedence over the status, but a status of 408, 429 or 5xx is always transient.
//!
//! | response | predicate |
//! | --- | --- |
//! | `401 {"error": "invalid_client"}` | `is_unauthorized` |
//! | `400 {"error": "invalid_client"}` | `is_unauthorized` |
//! | `200 {"access_token": "", "error": "invalid_client"}` | `is_unauthorized` |
//! | `401 {"error": 401, "errorCode": "UNAUTHORIZED"}` | `is_unauthorized` |
//! | `401 <html>` | `is_unauthorized` |
//! | `403 {"error": "access_denied"}` | `is_forbidden` |
//! | `400 {"error": "unauthorized_client"}` | `is_forbidden` |
//! | `403 {"error": 403, "errorCode": "IP_ADDRESS_NOT_ON_ACCESS_LIST"}` | `is_forbidden` |
//! | `403 <html>` | none of these |
//! | `400 {"error": "invalid_request"}` | none of these |
//! | `200 {"access_token": ""}` | none of these |
//! | `429 {"error": 429, "errorCode": "RATE_LIMITED"}` | `is_retryable` |
//! | `200 {"error": 503, "errorCode": "UNAVAILABLE"}` | `is_retryable` |
//!
//! Nothing depends on the wall clock: the lifetime of a token is counted from
//! its request by a monotonic clock, and a date in `Retry-After` is relative to
//! the `Date` of the same response.

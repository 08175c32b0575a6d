
use crate::Refusal;
use crate::types;
use crate::operation::Call;

/// Calls the operation `replaceAlarm`.
///
/// # Request
/// - Method and path: `PUT /alarms`
/// - Roles: none listed
/// - Media type: `application/vnd.atlas.2024-05-30+json`
/// - Success: 200, or any other 2xx
///
/// # Errors
/// [`Error`](crate::Error) for an argument that does not fit (before anything is sent), for a request that got no answer, for an answer that cannot be read, and for a failure.
#[derive(Clone, Debug)]
#[must_use = "a call is made by `send`"]
pub struct ReplaceAlarm(pub(crate) Call);

impl ReplaceAlarm {
    /// The parameter `mode`.
    pub fn mode(
        mut self,
        value: impl TryInto<types::ReplaceAlarmMode, Error: Refusal>,
    ) -> Self {
        self.0.query::<types::ReplaceAlarmMode>("mode", value);
        self
    }

    /// The request body.
    pub fn body(mut self, value: impl TryInto<types::Alarm, Error: Refusal>) -> Self {
        self.0.body::<types::Alarm>(value);
        self
    }
}
crate::call! { ReplaceAlarm: send -> crate::types::Alarm }

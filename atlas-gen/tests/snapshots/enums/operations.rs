
use reqwest::Method;
use crate::Client;
use crate::builder::*;
use crate::operation::{Call, Operation};

/// The operations.
impl Client {
    /// Calls the operation `replaceAlarm` ([`PUT /alarms`](ReplaceAlarm))
    pub fn replace_alarm(&self) -> ReplaceAlarm {
        ReplaceAlarm(Call::new(self, &REPLACE_ALARM))
    }
}

static REPLACE_ALARM: Operation = Operation {
    id: "replaceAlarm",
    method: Method::PUT,
    path: "/alarms",
    accept: "application/vnd.atlas.2024-05-30+json",
    content_type: Some("application/vnd.atlas.2024-05-30+json"),
    required: &[],
};

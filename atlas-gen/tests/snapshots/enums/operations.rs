
use atlas_client::Client;
use crate::builder;

/// The operations.
impl Client {
    /// Calls the operation `replaceAlarm` ([`PUT /alarms`](builder::ReplaceAlarm))
    pub fn replace_alarm(&self) -> builder::ReplaceAlarm<'_> {
        builder::ReplaceAlarm::new(self)
    }
}

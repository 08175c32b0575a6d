
use atlas_client::Client;
use crate::builder;

/// The operations of the tag .
pub trait ClientXExt {
    /// Calls the operation `replaceAlarm` ([`PUT /alarms`](builder::ReplaceAlarm)).
    fn replace_alarm(&self) -> builder::ReplaceAlarm<'_>;
}

impl ClientXExt for Client {
    fn replace_alarm(&self) -> builder::ReplaceAlarm<'_> {
        builder::ReplaceAlarm::new(self)
    }
}


use reqwest::Method;
use crate::Client;
use crate::builder::*;
use crate::operation::{Call, Operation};

/// The operations.
impl Client {
    /// Calls the operation `deleteTask` ([`DELETE /tasks/{taskId}`](DeleteTask))
    pub fn delete_task(&self) -> DeleteTask {
        DeleteTask(Call::new(self, &DELETE_TASK))
    }

    /// Calls the operation `startTask` ([`POST /tasks/{taskId}`](StartTask))
    pub fn start_task(&self) -> StartTask {
        StartTask(Call::new(self, &START_TASK))
    }
}

static DELETE_TASK: Operation = Operation {
    id: "deleteTask",
    method: Method::DELETE,
    path: "/tasks/{taskId}",
    accept: "application/vnd.atlas.2025-12-31+json",
    content_type: None,
    required: &["taskId"],
};

static START_TASK: Operation = Operation {
    id: "startTask",
    method: Method::POST,
    path: "/tasks/{taskId}",
    accept: "application/vnd.atlas.2024-05-30+json",
    content_type: None,
    required: &["taskId"],
};

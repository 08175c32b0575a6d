//! The command of the plan that stops the writers of a source.

use std::process::Stdio;

use tokio::process::Command;

/// Runs the command, if there is one, and returns when it has succeeded.
///
/// # Errors
///
/// When the command cannot be started, or its exit status is not a success.
pub async fn stop(command: Option<Vec<String>>) -> Result<(), String> {
    let Some(command) = command else {
        return Ok(());
    };
    let Some((program, arguments)) = command.split_first() else {
        return Err("stop_writers is empty; it has to be a command and its arguments".to_owned());
    };
    let status = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        // Standard output is for the summary.
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await
        .map_err(|error| format!("the command {program:?} of stop_writers: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!(
            "the command {program:?} of stop_writers ended with {status}"
        )),
    }
}

//! A loopback server that sends prepared bytes as its responses.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Sends the response for a path; then the connection is closed.
pub type Answer = Box<dyn Fn(&str, &mut TcpStream) + Send>;

/// Starts a server that runs until the test ends; returns its base URL.
pub fn serve(answer: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let Ok(copy) = stream.try_clone() else { return };
            let mut lines = BufReader::new(copy).lines();
            let first = lines.next().and_then(Result::ok).unwrap_or_default();
            let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
            // The head is read completely, so that closing does not reset the connection.
            while lines
                .next()
                .and_then(Result::ok)
                .is_some_and(|line| !line.is_empty())
            {}
            answer(&path, &mut stream);
        }
    });
    base
}

/// Returns a response with a body and its actual length. `Connection: close` keeps a client that
/// follows a redirect from reusing the connection.
pub fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// Sends `bytes`, ignoring a client that has disconnected.
pub fn send(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes).and_then(|()| stream.flush());
}

//! A scripted HTTP/1.1 server, which controls each byte of its responses.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::auth::secrets;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    /// By lower-case name.
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Returns a parameter of the digest response.
    pub(crate) fn proof(&self, name: &str) -> Option<String> {
        let text = self.header("authorization")?.strip_prefix("Digest ")?;
        text.split(", ").find_map(|part| {
            let (known, value) = part.split_once('=')?;
            (known == name).then(|| value.trim_matches('"').to_owned())
        })
    }
}

/// What the server does with a request.
pub(crate) enum Reply {
    /// Sends these bytes and keeps the connection.
    Send(Vec<u8>),
    /// Sends these bytes, which may be none, and closes the connection.
    SendAndClose(Vec<u8>),
    /// Sends the first bytes, then zeros until the client closes the connection or this many were
    /// sent; counts them.
    Flood(Vec<u8>, usize, Arc<AtomicUsize>),
    /// Resets the connection.
    Reset,
    /// Sends nothing and keeps the connection.
    Silence,
    /// Waits for a permit first.
    Held(Arc<Semaphore>, Box<Reply>),
    /// One after the other.
    Both(Box<Reply>, Box<Reply>),
}

/// Returns a complete response.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Reply {
    Reply::Send(bytes(status, headers, body))
}

pub(crate) fn json(status: u16, body: &serde_json::Value) -> Reply {
    answer(
        status,
        &[("content-type", "application/json")],
        body.to_string(),
    )
}

pub(crate) fn bytes(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut text = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if status != 204 && !headers.iter().any(|(name, _)| *name == "content-length") {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    [text.as_bytes(), body].concat()
}

type Script = dyn Fn(usize, &Request) -> Reply + Send + Sync;

/// Returns how many bytes of a request are read before its connection is reset; `None` for a
/// request that the script handles.
type Cut = dyn Fn(usize) -> Option<usize> + Send + Sync;

/// The server. It stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Seen>,
    task: tokio::task::JoinHandle<()>,
}

/// What arrived.
#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    /// Requests of which at least the first byte arrived.
    begun: AtomicUsize,
    whole: Mutex<Vec<Request>>,
}

impl Server {
    /// Starts a server that handles each request by `script`, which receives the number of the
    /// request, from 0, and the request.
    pub(crate) async fn start(
        script: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::cutting(|_| None, script).await
    }

    /// Starts a server that resets the connection of some requests, by their number, after it has
    /// read the number of bytes that `cut` returns.
    pub(crate) async fn cutting(
        cut: impl Fn(usize) -> Option<usize> + Send + Sync + 'static,
        script: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, cut, script)
    }

    /// Serves what arrives at `listener`.
    pub(crate) fn on(
        listener: TcpListener,
        cut: impl Fn(usize) -> Option<usize> + Send + Sync + 'static,
        script: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        super::log::listen();
        let address = listener.local_addr().unwrap();
        let (cut, script): (Arc<Cut>, Arc<Script>) = (Arc::new(cut), Arc::new(script));
        let seen = Arc::new(Seen::default());
        let noted = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                noted.connections.fetch_add(1, Ordering::SeqCst);
                let (cut, script) = (Arc::clone(&cut), Arc::clone(&script));
                connections.spawn(serve(stream, cut, script, Arc::clone(&noted)));
            }
        });
        Self {
            address,
            seen,
            task,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.whole.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Returns the number of requests that arrived, complete or not.
    pub(crate) fn count(&self) -> usize {
        self.seen.begun.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, cut: Arc<Cut>, script: Arc<Script>, seen: Arc<Seen>) {
    let mut buffer = Vec::new();
    while matches!(stream.peek(&mut [0]).await, Ok(1)) {
        let number = seen.begun.fetch_add(1, Ordering::SeqCst);
        if let Some(bytes) = cut(number) {
            let mut read = stream.take(bytes as u64);
            while matches!(read.read_buf(&mut buffer).await, Ok(1..)) {}
            let _ = read.into_inner().set_zero_linger();
            return;
        }
        let Some(request) = read(&mut stream, &mut buffer).await else {
            return;
        };
        assert!(secrets::is_marked(&request), "{}", request.target);
        seen.whole.lock().unwrap().push(request.clone());
        let mut replies = vec![script(number, &request)];
        while let Some(reply) = replies.pop() {
            match reply {
                Reply::Send(bytes) => {
                    if stream.write_all(&bytes).await.is_err() {
                        return;
                    }
                }
                Reply::SendAndClose(bytes) => {
                    let _ = stream.write_all(&bytes).await;
                    let _ = stream.shutdown().await;
                    return;
                }
                Reply::Flood(head, total, sent) => {
                    let zeros = vec![0; 16 * 1024];
                    let mut open = stream.write_all(&head).await.is_ok();
                    while open && sent.load(Ordering::SeqCst) < total {
                        open = stream.write_all(&zeros).await.is_ok();
                        sent.fetch_add(zeros.len(), Ordering::SeqCst);
                    }
                    if !open {
                        return;
                    }
                }
                Reply::Reset => {
                    let _ = stream.set_zero_linger();
                    return;
                }
                Reply::Silence => std::future::pending().await,
                Reply::Held(permits, reply) => {
                    permits.acquire().await.unwrap().forget();
                    replies.push(*reply);
                }
                Reply::Both(first, second) => {
                    replies.push(*second);
                    replies.push(*first);
                }
            }
        }
    }
}

async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    let head = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(buffer.drain(..head).collect()).unwrap();
    let mut lines = text.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: HashMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    while buffer.len() < length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let body = buffer.drain(..length).collect();
    Some(Request {
        method,
        target,
        headers,
        body,
    })
}

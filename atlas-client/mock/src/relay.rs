//! A relay before the server, which delays, slows down and breaks connections.
//!
//! The HTTP layer cannot break a connection, so the response says in a header what has to happen to
//! it, and the relay removes that header. Of HTTP it knows only where a response ends.

use std::{
    fmt,
    io::{self, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError, Weak},
    thread,
    time::Duration,
};

use crate::{config::StartError, http::respond::Reply};

/// The header that tells the relay what happens to the connection.
const MARK: &str = "x-embedded-connection";
/// The maximum size of the head of a response, in bytes.
const LONGEST_HEAD: usize = 1 << 16;

/// What happens to the connection of a response.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) struct Connection {
    /// The time before the first byte.
    pub(crate) delay: Duration,
    /// The time before each byte.
    pub(crate) pause: Duration,
    /// Where it is closed, if it is: 0 before the first byte of the response, 1 before the first
    /// byte of its body, and so on.
    pub(crate) cut: Option<usize>,
}

impl Connection {
    /// Combines the effects of two faults.
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            delay: self.delay.saturating_add(other.delay),
            pause: self.pause.saturating_add(other.pause),
            cut: match (self.cut, other.cut) {
                (Some(one), Some(two)) => Some(one.min(two)),
                (one, two) => one.or(two),
            },
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ').map(|part| part.parse::<u64>().ok());
        let mut next = || parts.next().flatten();
        Some(Self {
            delay: Duration::from_micros(next()?),
            pause: Duration::from_micros(next()?),
            cut: next().and_then(|bytes| usize::try_from(bytes).ok()),
        })
    }
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.delay.as_micros(), self.pause.as_micros())?;
        self.cut.map_or(Ok(()), |bytes| write!(f, " {bytes}"))
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("delay", &self.delay)
            .field("pause", &self.pause)
            .field("cut", &self.cut)
            .finish()
    }
}

/// Adds the header for the relay, if something happens to the connection.
pub(crate) fn mark(reply: Reply, connection: Connection) -> Reply {
    if connection == Connection::default() {
        return reply;
    }
    reply.header(MARK, connection.to_string())
}

/// A running relay. It stops when it is dropped, and closes its connections.
pub(crate) struct Relay {
    address: SocketAddr,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    stopped: bool,
    streams: Vec<Weak<TcpStream>>,
}

impl Relay {
    /// Starts a relay to the server at `server`.
    pub(crate) fn start(server: SocketAddr) -> Result<Self, StartError> {
        let failed = |error: io::Error| StartError::new(format!("the relay cannot start: {error}"));
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let open = Arc::new(Mutex::new(Open::default()));
        let accepting = Arc::clone(&open);
        thread::spawn(move || {
            for client in listener.incoming() {
                if lock(&accepting).stopped {
                    break;
                }
                // If the relay fails, the client sees a broken connection.
                if let Ok(client) = client {
                    let _ = connect(client, server, &accepting);
                }
            }
        });
        Ok(Self { address, open })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        open.stopped = true;
        for stream in open.streams.iter().filter_map(Weak::upgrade) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        drop(open);
        // Wakes the thread that accepts connections, so that it stops.
        let _ = TcpStream::connect(self.address);
    }
}

fn lock(open: &Mutex<Open>) -> std::sync::MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Relays one connection, by a thread for each direction.
fn connect(client: TcpStream, server: SocketAddr, open: &Mutex<Open>) -> io::Result<()> {
    let server = Arc::new(TcpStream::connect(server)?);
    let client = Arc::new(client);
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let mut open = lock(open);
    open.streams.retain(|stream| stream.strong_count() > 0);
    open.streams
        .extend([Arc::downgrade(&client), Arc::downgrade(&server)]);
    drop(open);
    let (from, to) = (Arc::clone(&client), Arc::clone(&server));
    thread::spawn(move || {
        let _ = io::copy(&mut &*from, &mut &*to);
        let _ = to.shutdown(Shutdown::Both);
    });
    thread::spawn(move || {
        let _ = responses(&server, &client);
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    });
    Ok(())
}

/// Relays responses until one breaks the connection or the server closes it.
fn responses(server: &TcpStream, mut client: &TcpStream) -> io::Result<()> {
    let mut server = io::BufReader::new(server);
    loop {
        let head = read_head(&mut server)?;
        let Head {
            text,
            length,
            connection,
        } = Head::parse(&head)?;
        thread::sleep(connection.delay);
        if connection.cut == Some(0) {
            return Ok(());
        }
        let whole = connection.cut.is_none_or(|cut| cut > length);
        let bytes = match connection.cut {
            Some(cut) if !whole => cut - 1,
            _ => length,
        };
        let mut body = vec![0; bytes];
        server.read_exact(&mut body)?;
        if connection.pause.is_zero() {
            client.write_all(&[text.as_bytes(), &body].concat())?;
        } else {
            for byte in text.as_bytes().iter().chain(&body) {
                thread::sleep(connection.pause);
                client.write_all(&[*byte])?;
            }
        }
        if !whole {
            return Ok(());
        }
    }
}

fn read_head(server: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        server.read_exact(&mut byte)?;
        head.extend(byte);
    }
    Ok(head)
}

struct Head {
    /// The head without the header for the relay.
    text: String,
    /// The length of the body in bytes.
    length: usize,
    connection: Connection,
}

impl Head {
    fn parse(bytes: &[u8]) -> io::Result<Self> {
        let head = String::from_utf8_lossy(bytes);
        let mut parsed = Self {
            text: String::new(),
            length: 0,
            connection: Connection::default(),
        };
        for line in head.split_inclusive("\r\n") {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            if name.eq_ignore_ascii_case(MARK) {
                parsed.connection = Connection::parse(value.trim()).unwrap_or_default();
                continue;
            }
            if name.eq_ignore_ascii_case("content-length") {
                let length = value.trim().parse();
                parsed.length = length.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
            }
            // httpmock sends each response with a `Content-Length`.
            if name.eq_ignore_ascii_case("transfer-encoding") {
                return Err(io::ErrorKind::InvalidData.into());
            }
            parsed.text.push_str(line);
        }
        Ok(parsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_to_a_connection_passes_through_its_header() {
        for cut in [None, Some(0), Some(12)] {
            let connection = Connection {
                delay: Duration::from_millis(3),
                pause: Duration::from_micros(4),
                cut,
            };
            let head =
                format!("HTTP/1.1 200 OK\r\n{MARK}: {connection}\r\ncontent-length: 7\r\n\r\n");
            let head = Head::parse(head.as_bytes()).unwrap();
            assert_eq!(head.connection, connection);
            assert_eq!(head.length, 7);
            assert_eq!(head.text, "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n");
        }
    }
}

//! Streams a download to a file, without collecting it in memory.
//!
//! `cargo run --example download` reads it from a server on loopback that responds as Atlas does to
//! `downloadClusterLog`.

use std::io::Write as _;
use std::net::TcpListener;

use atlas_client::Client;
use atlas_client::operation::{Call, Method, Operation};

static DOWNLOAD_LOG: Operation = Operation::new(
    "downloadClusterLog",
    Method::GET,
    "/api/atlas/v2/groups/{groupId}/clusters/{hostName}/logs/{logName}.gz",
    "application/vnd.atlas.2023-02-01+gzip",
);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::builder().base_url(serve()?).build()?;
    let mut call = Call::new(&client, &DOWNLOAD_LOG);
    call.path("groupId", "32b6e34b3d91647abb20e7b8");
    call.path("hostName", "atlas-x-shard-00-00.abcde.mongodb.net");
    call.path("logName", "mongodb");

    let mut log = call.send_stream().await?.into_inner();
    let mut file = tempfile::NamedTempFile::new()?;
    let mut bytes = 0;
    while let Some(chunk) = log.chunk().await? {
        file.write_all(&chunk)?;
        bytes += chunk.len();
    }
    println!("{bytes} bytes in {}", file.path().display());
    Ok(())
}

/// Serves one download of 4 MiB, and returns the URL of the server.
fn serve() -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || -> std::io::Result<()> {
        let (mut stream, _) = listener.accept()?;
        let mut request = [0; 4096];
        std::io::Read::read(&mut stream, &mut request)?;
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.atlas.2023-02-01+gzip\r\n\
             Content-Length: {}\r\n\r\n",
            4 << 20
        )?;
        for _ in 0..64 {
            stream.write_all(&[0x5a; 64 * 1024])?;
        }
        Ok(())
    });
    Ok(url)
}

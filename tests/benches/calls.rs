//! Compares the cost of a call by the generated client with hand-written code for reqwest and
//! serde.
//!
//! `cargo bench -p atlas-tests --bench calls` prints medians, ratios and allocations. Both sides
//! run alternately in one process on one thread against the same server, so that other load on the
//! machine affects them equally. It does not use criterion or divan, because they run one function
//! after the other, compare each with its own earlier results, and print no ratio of two.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use atlas_client::{Client, Credentials};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::runtime::Runtime;

const LIST_BYTES: usize = 10 * 1024 * 1024;
const TOKEN: &str = "token-of-the-benchmark";
const ID: &str = "32b6e34b3d91647abb20e7b8";
const LIST: &str = "/api/atlas/v2/orgs/32b6e34b3d91647abb20e7b8/liveMigrations/availableProjects";
const SMALL: &str =
    "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/liveMigrations/32b6e34b3d91647abb20e7b8";
const MEDIA_TYPE: &str = "application/vnd.atlas.2023-01-01+json";

fn main() {
    // `cargo test --benches` only checks that the benchmark runs.
    let (list_rounds, small_rounds) = if std::env::args().any(|it| it == "--bench") {
        (41, 10_000)
    } else {
        (1, 1)
    };
    let list = list();
    let bytes = list.len();
    let sides = Sides::new(serve(list));

    println!("                                   client     by hand   ratio");
    let times = sides.in_turn(list_rounds, Sides::client_list, Sides::hand_list);
    print_times(&format!("list of {bytes} bytes, time"), times);
    let counts = sides.allocations(Sides::client_list, Sides::hand_list);
    print_counts("the same, allocations", counts);
    let times = sides.in_turn(small_rounds, Sides::client_small, Sides::hand_small);
    print_times("small call, time", times);
    let times = sides.in_turn(small_rounds, Sides::client_small, Sides::limited_small);
    print_times("the same, both with time limits", times);
    let counts = sides.allocations(Sides::client_small, Sides::hand_small);
    print_counts("the same, allocations", counts);
}

fn print_times(what: &str, [client, hand]: [Duration; 2]) {
    let ratio = client.as_secs_f64() / hand.as_secs_f64();
    println!("{what:<31} {client:>10.2?}  {hand:>10.2?}   {ratio:.3}");
}

fn print_counts(what: &str, [client, hand]: [u64; 2]) {
    let more = i128::from(client) - i128::from(hand);
    println!("{what:<31} {client:>10}  {hand:>10}  {more:>+6}");
}

/// The same calls by the client and by hand, each on its own runtime. On a shared one, the first
/// timer after a call without a timer would wake the runtime by a system call, which does not occur
/// if a program uses only one of them.
struct Sides {
    client_runtime: Runtime,
    hand_runtime: Runtime,
    client: Client,
    http: reqwest::Client,
    base: String,
}

impl Sides {
    fn new(server: SocketAddr) -> Self {
        // One thread, so that the work of the connections is counted as well.
        let runtime = || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_all().build().unwrap()
        };
        let base = format!("http://{server}");
        let client = Client::builder()
            .base_url(&base)
            .credentials(Credentials::access_token(TOKEN));
        let http = reqwest::Client::builder().no_proxy();
        Self {
            client_runtime: runtime(),
            hand_runtime: runtime(),
            client: client.build().unwrap(),
            http: http.build().unwrap(),
            base,
        }
    }

    fn client_list(&self) -> usize {
        let call = self.client.list_org_live_migration_available_projects();
        let list = self
            .client_runtime
            .block_on(call.org_id(ID).send())
            .unwrap();
        assert!(list.repairs().is_empty());
        list.len()
    }

    fn client_small(&self) -> usize {
        let call = self.client.get_group_live_migration();
        let call = call.group_id(ID).live_migration_id(ID);
        let job = self.client_runtime.block_on(call.send()).unwrap();
        job.migration_hosts.as_ref().unwrap().len()
    }

    fn hand_list(&self) -> usize {
        let list = self
            .hand_runtime
            .block_on(self.get::<Vec<Project>>(LIST, None));
        list.len()
    }

    fn hand_small(&self) -> usize {
        let job = self
            .hand_runtime
            .block_on(self.get::<Migration>(SMALL, None));
        job.migration_hosts.unwrap().len()
    }

    /// Like `hand_small`, with a time limit: the client's calls always have one, which sets a
    /// timer.
    fn limited_small(&self) -> usize {
        let limit = Some(Duration::from_secs(60));
        let job = self
            .hand_runtime
            .block_on(self.get::<Migration>(SMALL, limit));
        job.migration_hosts.unwrap().len()
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, limit: Option<Duration>) -> T {
        let request = self.http.get(format!("{}{path}", self.base));
        let mut request = request.bearer_auth(TOKEN).header("accept", MEDIA_TYPE);
        if let Some(limit) = limit {
            request = request.timeout(limit);
        }
        let response = request.send().await.unwrap().error_for_status().unwrap();
        // The same as `Response::json`.
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
    }

    /// Returns the median time of each side. The order alternates between rounds.
    fn in_turn(
        &self,
        rounds: usize,
        client: fn(&Self) -> usize,
        hand: fn(&Self) -> usize,
    ) -> [Duration; 2] {
        let timed = |side: fn(&Self) -> usize| {
            let began = Instant::now();
            std::hint::black_box(side(self));
            began.elapsed()
        };
        // The first call of each side establishes its connection.
        assert_eq!(client(self), hand(self));
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..rounds {
            if round % 2 == 0 {
                times[0].push(timed(client));
                times[1].push(timed(hand));
            } else {
                times[1].push(timed(hand));
                times[0].push(timed(client));
            }
        }
        times.map(|mut times| {
            times.sort();
            times[times.len() / 2]
        })
    }

    /// Returns the number of allocations of one call on this thread, which excludes the server: the
    /// minimum of several calls, since a body is split into packets differently each time.
    fn allocations(&self, client: fn(&Self) -> usize, hand: fn(&Self) -> usize) -> [u64; 2] {
        [client, hand].map(|side| {
            let counts = (0..5).map(|_| {
                let counted = allocation_counter::measure(|| {
                    side(self);
                });
                counted.count_total
            });
            counts.min().unwrap()
        })
    }
}

/// Starts a server with one thread for each connection.
fn serve(list: Vec<u8>) -> SocketAddr {
    let small = json!({
        "_id": ID, "lagTimeSeconds": 12, "migrationHosts": ["vm.example.com"],
        "readyForCutover": false, "status": "WORKING",
    });
    let answers: &'static [Vec<u8>; 2] = Box::leak(Box::new(
        [list, small.to_string().into_bytes()].map(|body| {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: {}\r\n\
                 Date: Thu, 01 Jan 2026 00:00:00 GMT\r\nX-Java-Method: ApiLiveMigration::get\r\n\
                 RateLimit-Limit: 100\r\nRateLimit-Remaining: 99\r\n\
                 Strict-Transport-Security: max-age=31536000\r\n\r\n",
                body.len()
            );
            [head.into_bytes(), body].concat()
        }),
    ));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let connection = connection.unwrap();
            std::thread::spawn(move || answer(connection, answers));
        }
    });
    address
}

fn answer(mut connection: TcpStream, [list, small]: &[Vec<u8>; 2]) {
    connection.set_nodelay(true).unwrap();
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(length @ 1..) = connection.read(&mut chunk) {
        request.extend_from_slice(&chunk[..length]);
        if !request.ends_with(b"\r\n\r\n") {
            continue;
        }
        let is_list = request.starts_with(format!("GET {LIST} ").as_bytes());
        let sent = connection.write_all(if is_list { list } else { small });
        if sent.is_err() {
            return;
        }
        request.clear();
    }
}

/// Returns a list of projects as Atlas formats it.
fn list() -> Vec<u8> {
    let mut list = Vec::with_capacity(LIST_BYTES + 4096);
    list.push(b'[');
    for number in 0_u32.. {
        let id = |kind: u32| format!("{:08x}{:08x}{number:08x}", 0x62b6_e34b, kind);
        let deployment = |part: u32| {
            json!({
                "agentVersion": "13.14.1.9306-1", "clusterId": id(part),
                "dbSizeBytes": 1_000_000_007_u64 * u64::from(number % 977 + part),
                "featureCompatibilityVersion": "7.0", "managed": true, "mongoDBVersion": "7.0.14",
                "name": format!("cluster-{number}-{part}"), "oplogSizeMB": 990 * part,
                "sharded": part.is_multiple_of(2), "shardsSize": part, "tlsEnabled": true,
            })
        };
        let project = json!({
            "deployments": [deployment(1), deployment(2), deployment(3)],
            "migrationHosts": [format!("migration-host-{number}.example.com")],
            "name": format!("Shop \u{2013} region {number}"), "projectId": id(0),
        });
        list.extend_from_slice(project.to_string().as_bytes());
        if list.len() >= LIST_BYTES {
            break;
        }
        list.push(b',');
    }
    list.push(b']');
    list
}

/// The type that a user who only needs this list would write.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "the benchmark reads it and no more")]
struct Project {
    deployments: Vec<Deployment>,
    migration_hosts: Vec<String>,
    name: String,
    project_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "the benchmark reads it and no more")]
struct Deployment {
    agent_version: Option<String>,
    cluster_id: Option<String>,
    db_size_bytes: Option<i64>,
    feature_compatibility_version: String,
    managed: bool,
    #[serde(rename = "mongoDBVersion")]
    mongo_db_version: String,
    name: String,
    #[serde(rename = "oplogSizeMB")]
    oplog_size_mb: Option<i64>,
    sharded: bool,
    shards_size: Option<i64>,
    tls_enabled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "the benchmark reads it and no more")]
struct Migration {
    #[serde(rename = "_id")]
    id: Option<String>,
    lag_time_seconds: Option<i64>,
    migration_hosts: Option<Vec<String>>,
    ready_for_cutover: Option<bool>,
    status: Option<String>,
}

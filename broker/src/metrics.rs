//! What is counted, and the page that tells it (the text format of Prometheus), on loopback.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::error::BrokerError;
use crate::limits;

/// A number that rises, or is set.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// More of it.
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    /// So many now.
    pub fn set(&self, now: u64) {
        self.0.store(now, Ordering::Relaxed);
    }

    /// How many.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// All that is counted since the start. Nothing of it names a user or a mailbox.
#[derive(Debug, Default)]
pub struct Counts {
    /// Logins that were let in.
    pub logins: Count,
    /// Logins that were not.
    pub refused_logins: Count,
    /// Users that are connected.
    pub users: Count,
    /// Parcels stored.
    pub stored: Count,
    /// Parcels that were there.
    pub known: Count,
    /// Parcels of users with too many.
    pub throttled: Count,
    /// Parcels that are too large.
    pub size: Count,
    /// Parcels without a proof.
    pub proof: Count,
    /// Parcels that are none.
    pub form: Count,
    /// Parcels for full mailboxes.
    pub full: Count,
    /// Requests that are none, or not allowed.
    pub bad_requests: Count,
    /// Requests without a place to answer to, dropped.
    pub dropped: Count,
    /// Parcels taken from peers.
    pub federated: Count,
    /// Parcels of peers that were refused.
    pub federated_refused: Count,
    /// Parcels that the disk had damaged.
    pub damaged: Count,
    /// Parcels in the store.
    pub parcels: Count,
    /// Bytes of envelopes in the store.
    pub bytes: Count,
    /// Requests that wait.
    pub queued: Count,
    /// `get`s that wait.
    pub waiting: Count,
    /// Times that the nats-server was started.
    pub starts: Count,
}

impl Counts {
    /// The page.
    #[must_use]
    pub fn page(&self) -> String {
        let plain: [(&str, &Count); 14] = [
            ("logins_total", &self.logins),
            ("logins_refused_total", &self.refused_logins),
            ("users", &self.users),
            ("parcels_stored_total", &self.stored),
            ("requests_bad_total", &self.bad_requests),
            ("requests_dropped_total", &self.dropped),
            ("federated_total", &self.federated),
            ("federated_refused_total", &self.federated_refused),
            ("parcels_damaged_total", &self.damaged),
            ("parcels", &self.parcels),
            ("bytes", &self.bytes),
            ("requests_queued", &self.queued),
            ("gets_waiting", &self.waiting),
            ("server_starts_total", &self.starts),
        ];
        let refused = [
            ("known", &self.known),
            ("throttled", &self.throttled),
            ("size", &self.size),
            ("proof", &self.proof),
            ("form", &self.form),
            ("full", &self.full),
        ];
        let mut page = String::new();
        // Writing into memory does not fail.
        for (name, count) in plain {
            let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
            let _ = writeln!(page, "# TYPE mundi_{name} {kind}\nmundi_{name} {}", count.get());
        }
        let _ = writeln!(page, "# TYPE mundi_parcels_refused_total counter");
        for (reason, count) in refused {
            let name = "mundi_parcels_refused_total";
            let _ = writeln!(page, "{name}{{reason=\"{reason}\"}} {}", count.get());
        }
        page
    }
}

/// Opens the page on an address of loopback; gives where it is, and what serves it.
///
/// # Errors
/// The address is taken.
pub async fn serve(
    at: SocketAddr,
    page: impl Fn() -> String + Send + Sync + 'static,
) -> Result<(SocketAddr, impl Future<Output = ()>), BrokerError> {
    let listener = TcpListener::bind(at).await;
    let listener = listener.map_err(|e| BrokerError::Nats(format!("metrics on {at}: {e}")))?;
    let at = listener.local_addr().map_err(BrokerError::nats)?;
    let (page, free) = (Arc::new(page), Arc::new(Semaphore::new(limits::HTTP_READERS)));
    Ok((at, async move {
        loop {
            let Ok(permit) = Arc::clone(&free).acquire_owned().await else { return };
            let Ok((reader, _)) = listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let page = Arc::clone(&page);
            tokio::spawn(async move {
                let told = tell(reader, page.as_ref());
                // A reader that is slow, or goes away, is nobody's trouble.
                let _told = tokio::time::timeout(Duration::from_secs(5), told).await;
                drop(permit);
            });
        }
    }))
}

async fn tell(mut reader: TcpStream, page: &(dyn Fn() -> String + Sync)) -> std::io::Result<()> {
    let (mut question, mut part) = (Vec::new(), [0; 512]);
    while !question.windows(4).any(|end| end == b"\r\n\r\n") {
        let got = reader.read(&mut part).await?;
        question.extend_from_slice(part.get(..got).unwrap_or_default());
        if got == 0 || question.len() > limits::HTTP_BYTES {
            return Ok(());
        }
    }
    let asked = question.starts_with(b"GET /metrics ");
    let (status, body) = if asked { ("200 OK", page()) } else { ("404 Not Found", String::new()) };
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    reader.write_all(answer.as_bytes()).await?;
    reader.shutdown().await
}

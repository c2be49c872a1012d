//! Both directions of a connection, counted, each closed on its own. (Tor itself ends both when one ends.)

use std::io;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::limits::{FORWARD_BYTES, HALF_CLOSED_SECONDS};

/// Carries bytes both ways. It ends when both directions have, when one breaks, or when the second goes on
/// too long after the first.
pub(super) async fn both(
    mut client: TcpStream,
    mut host: TcpStream,
    sent: &AtomicU64,
    received: &AtomicU64,
) {
    let (from_client, to_client) = client.split();
    let (from_host, to_host) = host.split();
    let mut up = pin!(one(from_client, to_host, sent));
    let mut down = pin!(one(from_host, to_client, received));
    let rest = Duration::from_secs(HALF_CLOSED_SECONDS);
    // Whoever notices that the connection broke is the program at its end, not we.
    tokio::select! {
        first = &mut up => if first.is_ok() { let _ended = timeout(rest, down).await; },
        first = &mut down => if first.is_ok() { let _ended = timeout(rest, up).await; },
    }
}

/// One direction, until its end, which is passed on.
async fn one(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    count: &AtomicU64,
) -> io::Result<()> {
    let mut buffer = vec![0; FORWARD_BYTES];
    loop {
        let bytes = from.read(&mut buffer).await?;
        if bytes == 0 {
            return to.shutdown().await;
        }
        to.write_all(buffer.get(..bytes).unwrap_or_default()).await?;
        count.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

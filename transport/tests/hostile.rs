//! What a server that means ill gets from a link: no signature, and no connection elsewhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::net::SocketAddr;
use std::time::Duration;

use mundi_transport::broker_link::Entrance;
use mundi_transport::link::LinkError;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// A server that greets, and gives all lines that it is sent until the client goes, or a second is over.
async fn greet(listener: TcpListener, nonce: &str, urls: &str) -> Vec<String> {
    let (client, _) = listener.accept().await.unwrap();
    let (read, mut write) = client.into_split();
    let info = format!(
        "INFO {{\"server_id\":\"x\",\"version\":\"2.15.1\",\"max_payload\":1048576,\"proto\":1,\
         \"headers\":true,\"auth_required\":true,\"nonce\":\"{nonce}\",\"connect_urls\":[{urls}]}}\r\n"
    );
    write.write_all(info.as_bytes()).await.unwrap();
    let (mut lines, mut said) = (BufReader::new(read).lines(), Vec::new());
    while let Ok(Ok(Some(line))) =
        tokio::time::timeout(Duration::from_secs(1), lines.next_line()).await
    {
        if line == "PING" {
            write.write_all(b"PONG\r\n").await.unwrap();
        }
        said.push(line);
    }
    said
}

async fn entrance(at: SocketAddr) -> Result<(), LinkError> {
    let broker = format!("{at}#{}", "ab".repeat(32)).parse().unwrap();
    let entrance = Entrance::new(broker, at, &[1; 32]).unwrap();
    let entrance = entrance.with_timeout(Duration::from_secs(3)).with_token(Some("code".into()));
    entrance.connect().await.map(|_| ())
}

#[tokio::test]
async fn a_challenge_that_is_a_message_is_not_signed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (said, connected) =
        tokio::join!(greet(listener, "mundi.notice.1abcdefghAll is well.", ""), entrance(at));
    assert!(connected.is_err());
    assert!(!said.iter().any(|line| line.contains("sig")), "{said:?}");
}

#[tokio::test]
async fn servers_that_a_server_names_are_not_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let urls = format!("\"{}\",\"name.invalid:4222\"", elsewhere.local_addr().unwrap());
    let (said, connected) = tokio::join!(greet(listener, "wEj6MsvDfvj4Xn4", &urls), entrance(at));
    assert!(connected.is_err(), "it gives no answer");
    assert!(said[0].contains("\"nkey\":\"U") && said[0].contains("\"auth_token\":\"code\""));
    let came = tokio::time::timeout(Duration::from_secs(2), elsewhere.accept()).await;
    assert!(came.is_err(), "it was connected to");
}

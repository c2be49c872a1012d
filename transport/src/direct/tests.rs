//! Two sides, over a stream in memory and over TCP on loopback.

use std::sync::Arc;

use tokio::io::{AsyncWriteExt, duplex};

use super::{DirectLink, serve};
use crate::link::{Ends, Link, LinkError, Standing};
use crate::memory::MemoryBroker;
use crate::wire::{Got, Mailbox, Parcel, Status, Want};

const ENDS: Ends = Ends { broker: [7; 32], user: [1; 32] };

fn parcel(n: u8) -> Parcel {
    Parcel::new(Mailbox::tag([1; 16]), vec![n; 633])
}

fn pair(broker: &MemoryBroker) -> DirectLink {
    let (here, there) = duplex(4_096);
    let link: Arc<dyn Link> = Arc::new(broker.link([1; 32]));
    tokio::spawn(serve(there, link));
    DirectLink::over(here, "ben", ENDS)
}

async fn all(link: &dyn Link, seconds: u64) -> Result<Vec<Vec<u8>>, LinkError> {
    let mut letters = link.get(vec![Want::new(Mailbox::tag([1; 16]), 0)], vec![], seconds).await?;
    let mut found = Vec::new();
    while let Some(got) = letters.recv().await {
        match got? {
            Got::Some(some) => found.extend(some.into_iter().map(|one| Vec::from(one.envelope))),
            Got::End { .. } => break,
        }
    }
    Ok(found)
}

#[tokio::test]
async fn what_one_side_puts_the_other_side_has_and_gives_back() {
    let broker = MemoryBroker::new([7; 32]);
    let link = pair(&broker);
    assert_eq!(*link.info().await.unwrap().key, [7; 32]);
    let answer = link.put(vec![parcel(1), parcel(2), parcel(1)]).await.unwrap();
    assert_eq!(answer.statuses, [Status::Stored, Status::Stored, Status::Known]);
    assert_eq!(link.have(vec![parcel(2).hash(), [9; 32]]).await.unwrap(), [true, false]);
    assert_eq!(all(&link, 0).await.unwrap(), [vec![1; 633], vec![2; 633]]);
    assert_eq!(broker.len(), 2);
    assert!(matches!(link.standing(), Standing::Online { to, by: "stream" } if to == "ben"));
}

#[tokio::test(start_paused = true)]
async fn many_requests_go_on_at_once_and_a_get_hears_what_comes() {
    let broker = MemoryBroker::new([7; 32]);
    let link = pair(&broker);
    let mut letters =
        link.get(vec![Want::new(Mailbox::tag([1; 16]), 0)], vec![], 100).await.unwrap();
    let puts = (0..100).map(|n| link.put(vec![parcel(n)]));
    for answer in futures::future::join_all(puts).await {
        assert_eq!(answer.unwrap().statuses, [Status::Stored]);
    }
    let mut heard = 0;
    while heard < 100 {
        match letters.recv().await.unwrap().unwrap() {
            Got::Some(some) => heard += some.len(),
            Got::End { .. } => panic!("it ends after {heard}"),
        }
    }
}

#[tokio::test]
async fn what_the_other_side_refuses_and_a_stream_that_ends_are_errors() {
    let broker = MemoryBroker::new([7; 32]);
    let link = pair(&broker);
    let refused = all(&link, crate::limits::GET_SECONDS + 1).await;
    let bad = |code: &String| code == "bad-request";
    assert!(matches!(&refused, Err(LinkError::Refused { code, .. }) if bad(code)), "{refused:?}");
    broker.set_away(true);
    let away = link.info().await;
    assert!(matches!(&away, Err(LinkError::Refused { code, .. }) if code == "failed"), "{away:?}");
    let (here, there) = duplex(4_096);
    let lost = DirectLink::over(here, "ben", ENDS);
    drop(there);
    assert!(matches!(lost.info().await, Err(LinkError::Offline(_))));
    assert!(lost.ends().is_none());
    assert!(matches!(all(&lost, 0).await, Err(LinkError::Offline(_))));
}

#[tokio::test]
async fn a_frame_that_is_too_long_or_none_ends_the_stream() {
    for bytes in [&u32::MAX.to_be_bytes()[..], &[0, 0, 0, 2, 0xff, 0xff], &[0, 0, 0, 9, 1]] {
        let broker = MemoryBroker::new([7; 32]);
        let (mut here, there) = duplex(4_096);
        let link: Arc<dyn Link> = Arc::new(broker.link([1; 32]));
        let served = tokio::spawn(serve(there, link));
        here.write_all(bytes).await.unwrap();
        drop(here);
        assert!(served.await.unwrap().is_err(), "{bytes:?}");
    }
}

#[tokio::test]
async fn it_goes_over_tcp() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let broker = MemoryBroker::new([7; 32]);
    let own: Arc<dyn Link> = Arc::new(broker.link([2; 32]));
    tokio::spawn(async move { serve(listener.accept().await.unwrap().0, own).await });
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let link = DirectLink::over(stream, "ben", ENDS);
    // More than one frame holds, either way.
    let large = |n: u8| Parcel::new(Mailbox::tag([1; 16]), vec![n; crate::limits::ENVELOPE_BYTES]);
    let answer = link.put((0..30).map(large).collect()).await.unwrap();
    assert_eq!(answer.statuses, [Status::Stored; 30]);
    let found = all(&link, 0).await.unwrap();
    assert!(found.iter().zip(0..).all(|(bytes, n)| *bytes == large(n).envelope()));
    assert_eq!(found.len(), 30);
}

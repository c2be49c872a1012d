//! Who is let in: the nats-server asks this of everybody who connects, client or leaf.
//!
//! In: the request of the server (a JWT: what the client has sent, and the challenge that it was to sign).
//! Out: a JWT with what the user may do, signed by the issuer's key. Invariant: who is refused leaves
//! nothing but a count.

mod admission;
mod jwt;

use std::sync::Arc;

use async_nats::Client;
use futures::StreamExt;
use nkeys::KeyPair;
use tokio::sync::Semaphore;

pub use admission::{Door, Refusal};
pub use jwt::{Login, permit, refuse};

use crate::error::BrokerError;
use crate::limits;
use crate::metrics::Counts;

/// Answers the server's questions until the connection is closed.
///
/// # Errors
/// It cannot be subscribed to them.
pub async fn serve(
    client: Client,
    issuer: KeyPair,
    door: Door,
    counts: Arc<Counts>,
) -> Result<impl Future<Output = ()>, BrokerError> {
    let mut questions = client.subscribe("$SYS.REQ.USER.AUTH").await.map_err(BrokerError::nats)?;
    client.flush().await.map_err(BrokerError::nats)?;
    let (issuer, door) = (Arc::new(issuer), Arc::new(door));
    let free = Arc::new(Semaphore::new(limits::LOGINS));
    Ok(async move {
        while let Some(question) = questions.next().await {
            let Some(reply) = question.reply else { continue };
            let Ok(permit) = Arc::clone(&free).acquire_owned().await else { return };
            let (client, issuer) = (client.clone(), Arc::clone(&issuer));
            let (door, counts) = (Arc::clone(&door), Arc::clone(&counts));
            tokio::spawn(async move {
                if let Some(answer) = judge(&question.payload, &issuer, &door, &counts) {
                    // Who asked has given up where this fails.
                    let _late = client.publish(reply, answer.into()).await;
                }
                drop(permit);
            });
        }
    })
}

fn judge(question: &[u8], issuer: &KeyPair, door: &Door, counts: &Counts) -> Option<String> {
    let login = Login::read(question)?;
    let now = door.now();
    match door.admit(&login) {
        Ok(user) => {
            counts.logins.add(1);
            permit(issuer, &login, &user, now)
        }
        Err(refusal) => {
            counts.refused_logins.add(1);
            refuse(issuer, &login, &refusal.to_string(), now)
        }
    }
}

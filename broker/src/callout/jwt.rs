//! The server's question and the answer, as JSON web tokens of NATS (`ed25519-nkey`).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mundi_transport::limits::MESSAGE_BYTES;
use nkeys::KeyPair;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::limits;

/// Who wants to come in, as the server says it.
#[derive(Debug, Deserialize)]
pub struct Login {
    server_id: ServerId,
    /// The name under which the server waits for the answer.
    user_nkey: String,
    client_info: ClientInfo,
    connect_opts: ConnectOpts,
}

#[derive(Debug, Deserialize)]
struct ServerId {
    id: String,
}

#[derive(Debug, Deserialize)]
struct ClientInfo {
    #[serde(default)]
    nonce: String,
}

#[derive(Debug, Deserialize)]
struct ConnectOpts {
    #[serde(default)]
    nkey: String,
    #[serde(default)]
    sig: String,
    #[serde(default)]
    auth_token: String,
}

#[derive(Deserialize)]
struct Claims {
    nats: Login,
}

impl Login {
    /// Reads the server's question. Only the server can ask in the account AUTH, so that its signature
    /// says nothing more.
    #[must_use]
    pub fn read(token: &[u8]) -> Option<Self> {
        let body = token.split(|byte| *byte == b'.').nth(1)?;
        let body = URL_SAFE_NO_PAD.decode(body).ok()?;
        Some(serde_json::from_slice::<Claims>(&body).ok()?.nats)
    }

    /// The user key, if the challenge was signed with it.
    #[must_use]
    pub fn user(&self) -> Option<[u8; 32]> {
        let nonce = self.client_info.nonce.as_bytes();
        let signature = URL_SAFE_NO_PAD.decode(&self.connect_opts.sig).ok()?;
        let key = KeyPair::from_public_key(&self.connect_opts.nkey).ok()?;
        let (_, public) = nkeys::from_public_key(&self.connect_opts.nkey).ok()?;
        // One name a user: subjects are made of it.
        let one = mundi_transport::broker_link::user_name(&public) == self.connect_opts.nkey;
        let signed = !nonce.is_empty() && key.verify(nonce, &signature).is_ok();
        (one && signed).then_some(public)
    }

    /// What was shown beside the key.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.connect_opts.auth_token
    }
}

/// Lets a user in.
#[must_use]
pub fn permit(issuer: &KeyPair, login: &Login, user: &[u8; 32], now: u64) -> Option<String> {
    let name = mundi_transport::broker_link::user_name(user);
    let user = json!({
        "aud": "MAIL",
        "name": name,
        "sub": login.user_nkey,
        "nats": {
            "pub": { "allow": [format!("mundi.{name}.>")] },
            "sub": { "allow": [format!("_R.{name}.>")] },
            "subs": limits::SUBSCRIPTIONS,
            "data": -1,
            "payload": MESSAGE_BYTES,
            "type": "user",
            "version": 2,
        },
    });
    let user = sign(issuer, user, now)?;
    answer(issuer, login, json!({ "jwt": user }), now)
}

/// Does not let it in.
#[must_use]
pub fn refuse(issuer: &KeyPair, login: &Login, why: &str, now: u64) -> Option<String> {
    answer(issuer, login, json!({ "error": why }), now)
}

fn answer(
    issuer: &KeyPair,
    login: &Login,
    mut nats: serde_json::Value,
    now: u64,
) -> Option<String> {
    let about = nats.as_object_mut()?;
    about.insert("type".into(), "authorization_response".into());
    about.insert("version".into(), 2.into());
    let claims = json!({ "aud": login.server_id.id, "sub": login.user_nkey, "nats": nats });
    sign(issuer, claims, now)
}

fn sign(issuer: &KeyPair, mut claims: serde_json::Value, now: u64) -> Option<String> {
    let about = claims.as_object_mut()?;
    about.insert("iss".into(), issuer.public_key().into());
    about.insert("iat".into(), (now / 1_000).into());
    let id = Sha256::digest(serde_json::to_vec(&claims).ok()?);
    claims.as_object_mut()?.insert("jti".into(), URL_SAFE_NO_PAD.encode(id).into());
    let head = URL_SAFE_NO_PAD.encode(br#"{"typ":"JWT","alg":"ed25519-nkey"}"#);
    let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims).ok()?);
    let signature = issuer.sign(format!("{head}.{body}").as_bytes()).ok()?;
    Some(format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

//! What a broker refuses: who comes in, what reaches whom, what is taken.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::time::Duration;

use async_nats::ConnectOptions;
use base64::Engine;
use common::{
    Place, all, code, enter, entrance, envelope, get, get_code, now, open, parcel, put, tag,
    unlimited,
};
use futures::StreamExt;
use mundi_broker::keys::hex;
use mundi_broker::{Admission, Settings, settings};
use mundi_identity::inbox::{Policy, Ticket, hashed, inbox_of, pass};
use mundi_identity::pgp::{PgpKey, PgpSeeds};
use mundi_identity::{Certificate, DeviceKey, DeviceRole};
use mundi_transport::link::{Ends, Link, LinkError};
use mundi_transport::stamp;
use mundi_transport::wire::{Mailbox, Parcel, PutAnswer, Status, Take, Trouble, Want, Wire};
use nkeys::{KeyPair, KeyPairType};

fn device(name: &str) -> DeviceKey {
    DeviceKey::rehearsal("broker", name, "")
}

fn inbox(key: &DeviceKey) -> Mailbox {
    Mailbox::inbox(inbox_of(&key.public()))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_is_read_with_a_fresh_ticket_of_its_device_only() {
    let place = Place::new(open()).await;
    let (ada, ben) = (place.user(1).await, place.user(2).await);
    let key = device("ada");
    let wants = || vec![Want::new(inbox(&key), 0)];
    let ends = ada.ends().unwrap();
    let at = place.clock.now();
    let ticket = Ticket::issue(&key, &ends.broker, &ends.user, at);
    let (letters, ..) = all(ada.get(wants(), ticket.clone(), 0).await.unwrap()).await;
    assert_eq!(letters, []);

    assert_eq!(get_code(&ada, wants(), vec![]).await, "ticket");
    assert_eq!(get_code(&ben, wants(), ticket.clone()).await, "ticket");
    let others = Ticket::issue(&device("eve"), &ends.broker, &ends.user, at);
    assert_eq!(get_code(&ada, wants(), others).await, "ticket");
    let elsewhere = Ticket::issue(&key, &[7; 32], &ends.user, at);
    assert_eq!(get_code(&ada, wants(), elsewhere).await, "ticket");
    let policy = vec![Want::new(Mailbox::policy(inbox_of(&key.public())), 0)];
    assert_eq!(get_code(&ada, policy, vec![]).await, "not-allowed");
    place.clock.forward(240_000);
    assert_eq!(get_code(&ada, wants(), ticket).await, "ticket");
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_for_one_broker_is_none_at_another() {
    let (one, two) = (Place::new(open()).await, Place::new(open()).await);
    let (there, here) = (one.user(1).await, two.user(1).await);
    let key = device("ada");
    let ends = there.ends().unwrap();
    let ticket = Ticket::issue(&key, &ends.broker, &ends.user, now());
    assert_eq!(get_code(&here, vec![Want::new(inbox(&key), 0)], ticket).await, "ticket");
    let wrong = mundi_transport::address::BrokerAddress { key: [9; 32], ..one.address() };
    assert!(matches!(enter(&wrong, 1, None).await, Err(LinkError::Settings(_))));
    one.broker.stop().await;
    two.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_need_work_and_contacts_a_pass() {
    let place = Place::new(Settings { stamp_bits: 8, ..open() }).await;
    let user = place.user(1).await;
    let (ada, ben) = (device("ada"), device("ben"));
    let to = inbox(&ada);
    let plain = |n| Parcel::new(to, envelope(5, n, 512));
    let stamped = |n, bits| {
        let parcel = plain(n);
        let stamp = stamp::make(&to, &parcel.hash(), bits, u64::MAX).unwrap();
        parcel.with_proof(stamp.to_vec())
    };
    let pass = pass(&ben, &ada.public(), &ada.public()).unwrap();
    assert_eq!(put(&user, vec![plain(1)]).await, [Status::Proof]);
    assert_eq!(put(&user, vec![stamped(2, 8)]).await, [Status::Stored]);
    assert_eq!(put(&user, vec![plain(3).with_proof(pass.to_vec())]).await, [Status::Proof]);

    let passes = vec![hashed(&pass)];
    let policy = |at, bits, by: &DeviceKey| {
        let policy = Policy { device: ada.public(), at, bits, passes: passes.clone() };
        Parcel::new(Mailbox::policy(to.name), policy.sign(by))
    };
    assert_eq!(put(&user, vec![policy(now(), 0, &ben)]).await, [Status::Proof]);
    assert_eq!(put(&user, vec![policy(now() + 3_600_000, 0, &ada)]).await, [Status::Proof]);
    let at = now();
    assert_eq!(put(&user, vec![policy(at, 14, &ada)]).await, [Status::Stored]);
    assert_eq!(put(&user, vec![policy(at - 1, 0, &ada)]).await, [Status::Known]);
    assert_eq!(put(&user, vec![stamped(4, 8)]).await, [Status::Proof], "now 14 bits are asked");
    assert_eq!(put(&user, vec![stamped(5, 14)]).await, [Status::Stored]);
    let passed = plain(6).with_proof(pass.to_vec());
    assert_eq!(put(&user, vec![passed.clone()]).await, [Status::Stored]);
    assert_eq!(put(&user, vec![passed]).await, [Status::Known]);
    let guessed = plain(7).with_proof(vec![1; 16]);
    assert_eq!(put(&user, vec![guessed]).await, [Status::Proof]);

    // The policy counts after a restart, and a newer one takes its place.
    place.broker.stop().await;
    let place = Place::start(place.folder, mundi_broker::service::Rates::default()).await;
    let user = place.user(1).await;
    assert_eq!(put(&user, vec![plain(8).with_proof(pass.to_vec())]).await, [Status::Stored]);
    assert_eq!(put(&user, vec![policy(at + 1, 4, &ada)]).await, [Status::Stored]);
    assert_eq!(place.broker.store().index().policy(&to.name).unwrap().bits, 4);
    assert_eq!(place.broker.store().index().policy_rows(0).len(), 1);
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_comes_in() {
    let invited =
        Settings { invitations: vec![settings::hashed("let me in")], ..Settings::default() };
    assert_eq!(invited.admission, Admission::Invited);
    let place = Place::new(invited).await;
    let at = place.address();
    for token in [None, Some("let me out".into()), Some("x".repeat(4_000))] {
        let Err(LinkError::Refused { code, text }) = enter(&at, 1, token).await else {
            panic!("let in")
        };
        assert_eq!(code, "not-allowed");
        assert!(text.contains("does not let you in"), "{text}");
    }
    let ada = enter(&at, 1, Some("let me in".into())).await.unwrap();
    assert_eq!(put(&ada, vec![parcel(1, 1)]).await, [Status::Stored]);
    assert_eq!(place.broker.counts().refused_logins.get(), 3);
    place.broker.stop().await;
}

/// What `pgp` admission asks for.
fn shown(pgp: &PgpKey, named: &PgpKey, key: &DeviceKey, ends: Ends, at: u64) -> String {
    let roles = [DeviceRole::Access];
    let certificate = Certificate::sign_pgp(pgp, key.public(), "Ada", &roles, 0, None, at).unwrap();
    let mut token = Vec::new();
    let mut to = minicbor::Encoder::new(&mut token);
    to.array(3).unwrap().bytes(certificate.bytes()).unwrap();
    to.bytes(&named.cert().binary()).unwrap();
    to.bytes(&Ticket::issue(key, &ends.broker, &ends.user, at)).unwrap();
    base64::engine::general_purpose::STANDARD.encode(token)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_openpgp_key_on_the_list_opens_the_door_to_its_own_devices() {
    let pgp = |n: u8| {
        let seed = |k: u8| zeroize::Zeroizing::new([n * 16 + k; 32]);
        let seeds = PgpSeeds { certify: seed(1), sign: seed(2), encrypt: seed(3) };
        PgpKey::from_seeds(&seeds, "Ada <ada@example.org>").unwrap()
    };
    let (ada, eve, key) = (pgp(1), pgp(2), device("ada"));
    let fingerprint = hex(ada.cert().fingerprint().as_bytes());
    let listed = Settings {
        admission: Admission::Pgp,
        fingerprints: vec![fingerprint.to_uppercase()],
        ..Settings::default()
    };
    let place = Place::new(listed).await;
    let at = place.address();
    let user = entrance(&at, 1).user();
    let ends = Ends { broker: at.key, user };
    let good = shown(&ada, &ada, &key, ends, now());
    assert!(good.len() < mundi_transport::limits::TOKEN_BYTES);
    let other = Ends { user: [3; 32], ..ends };
    let refused = [
        None,
        Some("AAAA".into()),
        Some(shown(&eve, &eve, &key, ends, now())),
        Some(shown(&eve, &ada, &key, ends, now())),
        Some(shown(&ada, &ada, &key, other, now())),
        Some(shown(&ada, &ada, &key, ends, now() - 240_000)),
    ];
    for token in refused {
        assert!(enter(&at, 1, token).await.is_err());
    }
    // Shown by another user it is nothing.
    assert!(enter(&at, 2, Some(good.clone())).await.is_err());
    let link = enter(&at, 1, Some(good)).await.unwrap();
    assert_eq!(put(&link, vec![parcel(1, 1)]).await, [Status::Stored]);
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_signed_the_challenge_is_nobody() {
    let place = Place::new(open()).await;
    let at = place.broker.places().clients.to_string();
    let other = KeyPair::new_from_raw(KeyPairType::User, [9; 32]).unwrap();
    let claims = KeyPair::new_from_raw(KeyPairType::User, [1; 32]).unwrap().public_key();
    let (claims, other) = (std::sync::Arc::new(claims), std::sync::Arc::new(other));
    let options = ConnectOptions::with_auth_callback(move |nonce| {
        let mut auth = async_nats::Auth::new();
        auth.nkey = Some(claims.to_string());
        auth.signature = Some(other.sign(&nonce).unwrap());
        async move { Ok(auth) }
    });
    assert!(options.connect(&at).await.is_err());
    assert!(ConnectOptions::new().connect(&at).await.is_err());
    assert!(ConnectOptions::with_token("x".into()).connect(&at).await.is_err());
    let password = ConnectOptions::with_user_and_password("MAIL".into(), "x".into());
    assert!(password.connect(&at).await.is_err());
    let count = place.broker.counts();
    assert_eq!((count.logins.get(), count.refused_logins.get()), (0, 4));
    place.broker.stop().await;
}

/// A user who speaks NATS without our client.
async fn raw(place: &Place, seed: u8) -> (async_nats::Client, String) {
    let key = KeyPair::new_from_raw(KeyPairType::User, [seed; 32]).unwrap();
    let name = key.public_key();
    let options = ConnectOptions::with_nkey(key.seed().unwrap())
        .custom_inbox_prefix(format!("_R.{name}"))
        .request_timeout(Some(Duration::from_secs(1)));
    (options.connect(place.broker.places().clients.to_string()).await.unwrap(), name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_reaches_nothing_but_its_own_verbs_and_answers() {
    let place = Place::with(open(), unlimited()).await;
    let ada = place.user(1).await;
    put(&ada, vec![parcel(1, 1)]).await;
    let (eve, name) = raw(&place, 3).await;
    let (_, victim) = raw(&place, 1).await;
    let mut heard = Vec::new();
    let foreign = format!("_R.{victim}.>");
    for subject in [">", "b.>", "mundi.>", "$JS.>", "$SYS.>", "_INBOX.>", foreign.as_str()] {
        heard.push(eve.subscribe(subject.to_owned()).await.unwrap());
    }
    put(&ada, vec![parcel(1, 2)]).await;
    get(&ada, tag(1), 0).await;
    for mut subscriber in heard {
        let next = tokio::time::timeout(Duration::from_millis(200), subscriber.next()).await;
        assert!(!matches!(next, Ok(Some(_))), "heard something");
    }
    let hash: String = parcel(1, 9).hash().iter().map(|b| format!("{b:02x}")).collect();
    let direct = format!("b.{}.{hash}", tag(1));
    let answered = eve.request(direct, parcel(1, 9).to_bytes().into()).await;
    assert!(answered.is_err());
    for subject in ["$JS.API.INFO", "$JS.API.STREAM.DELETE.MAIL", "$SYS.REQ.USER.INFO"] {
        assert!(eve.request(subject, "".into()).await.is_err(), "{subject}");
    }
    let others = format!("mundi.{victim}.info");
    assert!(eve.request(others, "".into()).await.is_err());
    assert!(eve.request(format!("mundi.{name}.info"), "".into()).await.is_ok());
    assert_eq!(get(&ada, tag(1), 0).await.0.len(), 2, "nothing was lost, nothing slipped in");
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_go_to_who_has_asked_or_nowhere() {
    let place = Place::new(open()).await;
    let (victim, to) = raw(&place, 1).await;
    let mut hears = victim.subscribe(format!("_R.{to}.x")).await.unwrap();
    victim.flush().await.unwrap();
    let (eve, name) = raw(&place, 3).await;
    for reply in [format!("_R.{to}.x"), "b.t.x".into(), format!("_R.{name}"), "$SYS.x".into()] {
        eve.publish_with_reply(format!("mundi.{name}.info"), reply, "".into()).await.unwrap();
    }
    eve.request(format!("mundi.{name}.info"), "".into()).await.unwrap();
    let next = tokio::time::timeout(Duration::from_millis(300), hears.next()).await;
    assert!(next.is_err(), "somebody else's answer");
    assert!(place.broker.counts().dropped.get() >= 1);
    place.broker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_of_the_protocol_is_answered_so() {
    let place = Place::new(open()).await;
    let ada = place.user(1).await;
    assert_eq!(code(ada.list(0).await), "not-allowed");
    assert_eq!(code(ada.take(vec![1]).await), "not-allowed");
    let (eve, name) = raw(&place, 3).await;
    let long = Parcel::new(tag(1), vec![1; mundi_transport::limits::ENVELOPE_BYTES + 1]);
    let long = [vec![0x81], long.to_bytes()].concat();
    let many = Take((0..65).collect()).to_bytes();
    let cases: [(&str, Vec<u8>); 8] = [
        ("put", vec![]),
        ("put", b"junk".to_vec()),
        ("put", long),
        ("put", vec![0x9f, 0xff]),
        ("get", vec![0x83]),
        ("have", vec![0x81, 0x41, 0x01]),
        ("info", vec![0x80]),
        ("put", vec![0xff; 1_000_000]),
    ];
    for (verb, request) in cases {
        let answer = eve.request(format!("mundi.{name}.{verb}"), request.clone().into()).await;
        let trouble = Trouble::from_bytes(&answer.unwrap().payload).unwrap();
        assert_eq!(trouble.code, "bad-request", "{verb}");
    }
    let answer = eve.request(format!("mundi.{name}.take"), many.into()).await.unwrap();
    assert_eq!(Trouble::from_bytes(&answer.payload).unwrap().code, "not-allowed");
    let none = vec![Parcel::new(tag(1), envelope(1, 1, 9)).with_proof(vec![1])];
    assert_eq!(put(&ada, none).await, [Status::Form]);
    assert_eq!(ada.put(vec![]).await, Ok(PutAnswer { statuses: vec![], wait: 0 }));
    place.broker.stop().await;
}

//! Against a control port that says what a script says.

use std::path::Path;

use proptest::prelude::*;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;
use crate::limits::CONTROL_LINE_BYTES;
use crate::onion::reached;

const NAME: &str = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd";
const COOKIE: [u8; 32] = [7; 32];
const NONE: &str =
    "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor=\"0.4.9.8\"\r\n250 OK\r\n";

/// One step of a script: the line that is expected begins so, and this is said to it.
#[derive(Clone, Debug)]
enum Step {
    Say(&'static str, String),
    /// It knows this cookie, and wants the same to be shown.
    Challenge([u8; 32]),
    /// It says nothing to what comes, and does not hang up.
    Hang,
}

fn say(expected: &'static str, reply: &str) -> Step {
    Step::Say(expected, reply.to_owned())
}

/// A Tor that plays a script, then hangs up. It gives back the lines that it read.
async fn fake(script: Vec<Step>) -> (SocketAddr, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (from, mut to) = stream.into_split();
        let mut lines = BufReader::new(from).lines();
        let mut read = Vec::new();
        for step in script {
            let Ok(Some(line)) = lines.next_line().await else { break };
            match step {
                Step::Say(expected, reply) => {
                    assert!(line.starts_with(expected), "{line}, not {expected}");
                    to.write_all(reply.as_bytes()).await.unwrap();
                }
                Step::Challenge(cookie) => {
                    let wanted = challenge(&line, cookie, &mut to).await;
                    // What does not know the cookie is told nothing.
                    let Ok(Some(proof)) = lines.next_line().await else { break };
                    let good = proof == format!("AUTHENTICATE {wanted}");
                    let reply = if good { "250 OK\r\n" } else { "515 Authentication failed\r\n" };
                    to.write_all(reply.as_bytes()).await.unwrap();
                    read.push(proof);
                }
                Step::Hang => std::future::pending().await,
            }
            read.push(line);
        }
        read
    });
    (at, task)
}

async fn challenge(line: &str, cookie: [u8; 32], to: &mut (impl AsyncWriteExt + Unpin)) -> String {
    let ours = line.strip_prefix("AUTHCHALLENGE SAFECOOKIE ").unwrap();
    let ours = data_encoding::HEXLOWER.decode(ours.as_bytes()).unwrap().try_into().unwrap();
    let (server, client) = auth::answer(&cookie, &ours, &[3; 32]);
    let (server, nonce) = (server.to_uppercase(), "03".repeat(32));
    let reply = format!("250 AUTHCHALLENGE SERVERHASH={server} SERVERNONCE={nonce}\r\n");
    to.write_all(reply.as_bytes()).await.unwrap();
    client
}

fn offer(methods: &str, cookie: &Path) -> Step {
    let cookie = cookie.display();
    let auth = format!("250-AUTH METHODS={methods} COOKIEFILE=\"{cookie}\"");
    say("PROTOCOLINFO 1", &format!("250-PROTOCOLINFO 1\r\n{auth}\r\n250 OK\r\n"))
}

/// Connects to a script that lets in everybody, and goes on with these steps.
async fn control(steps: Vec<Step>) -> (Control, JoinHandle<Vec<String>>) {
    let mut script = vec![say("PROTOCOLINFO 1", NONE), say("AUTHENTICATE", "250 OK\r\n")];
    script.push(say("SETEVENTS HS_DESC", "250 OK\r\n"));
    script.extend(steps);
    let (at, task) = fake(script).await;
    (Control::connect(at, None).await.unwrap(), task)
}

fn hosting(identity: Identity) -> Hosting {
    let local = "127.0.0.1:9".parse().unwrap();
    Hosting { identity, port: 4222, local, leaves: None, clients: Vec::new() }
}

#[tokio::test]
async fn each_way_of_authentication_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a \"cookie\"");
    std::fs::write(&path, COOKIE).unwrap();
    let quoted = folder.path().join("a \\\"cookie\\\"");
    let hex = "07".repeat(32);
    let events = || say("SETEVENTS HS_DESC", "250 OK\r\n");
    for (password, first, second, sent) in [
        (
            None,
            say("PROTOCOLINFO", NONE),
            say("AUTHENTICATE", "250 OK\r\n"),
            "AUTHENTICATE ".into(),
        ),
        (
            None,
            offer("COOKIE,SAFECOOKIE,HASHEDPASSWORD", &quoted),
            Step::Challenge(COOKIE),
            String::new(),
        ),
        (
            None,
            offer("COOKIE", &quoted),
            say("AUTHENTICATE", "250 OK\r\n"),
            format!("AUTHENTICATE {hex}"),
        ),
        (
            Some("a \"b\\"),
            offer("SAFECOOKIE,HASHEDPASSWORD", &quoted),
            say("AUTHENTICATE", "250 OK\r\n"),
            "AUTHENTICATE \"a \\\"b\\\\\"".into(),
        ),
        (Some("unused"), offer("SAFECOOKIE", &quoted), Step::Challenge(COOKIE), String::new()),
    ] {
        let (at, task) = fake(vec![first, second, events()]).await;
        drop(Control::connect(at, password).await.unwrap());
        let read = task.await.unwrap();
        assert!(sent.is_empty() || read.contains(&sent), "{read:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_control_port_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cookie");
    std::fs::write(&path, COOKIE).unwrap();
    let long = format!("250 {}", "x".repeat(2 * CONTROL_LINE_BYTES));
    let hello = || say("PROTOCOLINFO", NONE);
    let fine = || say("AUTHENTICATE", "250 OK\r\n");
    for (script, wanted) in [
        (vec![], "connection to Tor's control port was lost"),
        (vec![say("PROTO", "250-PROTOCOLINFO 1\r\n250-AU")], "was lost"),
        (
            vec![say("PROTO", "HTTP/1.1 400 Bad Request\r\n\r\n")],
            "it sent `HTTP/1.1 400 Bad Request`",
        ),
        (vec![say("PROTO", "250 OK\r\n")], "it sent `250 OK`"),
        (vec![say("PROTO", "250-AUTH COOKIE\r\n250 OK\r\n")], "is not Tor's control port"),
        (vec![say("PROTO", "513 No such version\r\n")], "it sent `513 No such version`"),
        (vec![say("PROTO", &long)], "a line that is too long"),
        (vec![say("PROTO", &"250-x\r\n".repeat(1_000))], "too many lines"),
        (vec![say("PROTO", &format!("{NONE}250 more\r\n"))], "a reply that nobody asked for"),
        (
            vec![offer("MAGIC,HASHEDPASSWORD", &path)],
            "a password or something unknown (MAGIC, HASHEDPASSWORD)",
        ),
        (vec![offer("SAFECOOKIE", &path.join("none"))], "cannot be read"),
        (vec![offer("COOKIE", folder.path())], "it is no file of 32 bytes"),
        (vec![offer("SAFECOOKIE", &path), Step::Challenge([8; 32])], "nothing was told to it"),
        (
            vec![offer("SAFECOOKIE", &path), say("AUTHC", "250 AUTHCHALLENGE SERVERHASH=00\r\n")],
            "it sent",
        ),
        (vec![offer("SAFECOOKIE", &path), say("AUTHC", "513 No\r\n")], "it sent `513 No`"),
        (
            vec![offer("COOKIE", &path), say("AUTH", "515 Wrong cookie\r\n")],
            "refuses us (Wrong cookie)",
        ),
        (vec![hello(), say("AUTH", "515 Bad\r\n")], "refuses us (Bad)"),
        (
            vec![hello(), fine(), say("SETE", "552 No HS_DESC\r\n")],
            "Tor refuses SETEVENTS (552 No HS_DESC)",
        ),
    ] {
        let (at, task) = fake(script).await;
        let error = Control::connect(at, None).await.unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
        let read = task.await.unwrap();
        let cookie_shown = read.iter().any(|line| line.contains(&"07".repeat(32)));
        assert!(!cookie_shown || wanted.contains("Wrong cookie"), "{read:?}");
    }
}

#[tokio::test]
async fn a_port_that_is_not_there_says_what_to_set() {
    let at = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = Control::connect(at, None).await.unwrap_err().to_string();
    assert!(error.contains("does not answer (connection refused)"), "{error}");
    assert!(error.contains(&format!("set `ControlPort {}` and `CookieAuth", at.port())), "{error}");
    let away = Control::connect("192.0.2.1:9051".parse().unwrap(), None).await.unwrap_err();
    assert!(away.to_string().contains("is not on this machine"), "{away}");
}

#[tokio::test(start_paused = true)]
async fn a_port_that_says_nothing_is_given_up() {
    let (at, task) = fake(vec![Step::Hang]).await;
    let error = Control::connect(at, None).await.unwrap_err();
    assert_eq!(error, ControlError::Silent("PROTOCOLINFO"));
    task.abort();
}

#[tokio::test]
async fn progress_is_told_until_tor_is_there() {
    let phase = |text: &str| say("GETINFO status/bootstrap-phase", text);
    let at = |percent: u32, more: &str| {
        let line =
            format!("NOTICE BOOTSTRAP PROGRESS={percent} TAG=x SUMMARY=\"Step {percent}\"{more}");
        phase(&format!("250-status/bootstrap-phase={line}\r\n250 OK\r\n"))
    };
    let warned = " WARNING=\"No route\" REASON=NOROUTE";
    let (control, _task) =
        control(vec![at(5, ""), at(5, ""), at(14, warned), at(100, ""), at(101, "")]).await;
    let mut told = Vec::new();
    reached(&control, |step| told.push(step.to_string())).await.unwrap();
    assert_eq!(
        told,
        [
            "Tor is at 5 %: Step 5",
            "Tor is at 14 %: Step 14 (No route)",
            "Tor is at 100 %: Step 100"
        ]
    );
    assert!(
        control.bootstrap().await.unwrap_err().to_string().contains("is not Tor's control port")
    );
}

#[tokio::test]
async fn a_service_is_there_when_its_descriptor_is() {
    let made = format!("250-ServiceID={NAME}\r\n250-ClientAuthV3=X\r\n250 OK\r\n");
    let other = NAME.replace('p', "q");
    let events = format!(
        "650 HS_DESC UPLOAD {other} UNKNOWN $A\r\n650 HS_DESC UPLOADED {other} UNKNOWN $A\r\n\
         650 HS_DESC UPLOAD {NAME} UNKNOWN $A\r\n650 HS_DESC UPLOADED {NAME} UNKNOWN $A\r\n"
    );
    let (control, task) = control(vec![
        say(
            "ADD_ONION NEW:ED25519-V3 Flags=DiscardPK,V3Auth Port=4222,127.0.0.1:9 Port=7422,127.0.0.1:8 Client",
            &(made + &events),
        ),
        say("DEL_ONION pg6mm", "250 OK\r\n"),
        say("DEL_ONION pg6mm", "552 Unknown Onion Service id\r\n"),
        say("ONION_CLIENT_AUTH_ADD pg6mm", "251 Client replaced\r\n"),
        say("ONION_CLIENT_AUTH_REMOVE pg6mm", "250 OK\r\n"),
    ])
    .await;
    let key = ClientKey::new([1; 32]);
    let leaves = Some((7422, "127.0.0.1:8".parse().unwrap()));
    let clients = vec![key.public()];
    let wanted = Hosting { leaves, clients, ..hosting(Identity::Ephemeral) };
    let hosted = control.host(wanted).await.unwrap();
    assert_eq!((hosted.address.service(), &hosted.key), (NAME, &None));
    control.withdraw(hosted.address.clone()).await.unwrap();
    let error = control.withdraw(hosted.address.clone()).await.unwrap_err().to_string();
    assert_eq!(error, "Tor refuses DEL_ONION (552 Unknown Onion Service id)");
    control.admit(hosted.address.clone(), key.clone()).await.unwrap();
    control.forget(hosted.address).await.unwrap();
    let read = task.await.unwrap();
    assert!(read[3].ends_with(&format!(" ClientAuthV3={}", key.public())), "{}", read[3]);
    assert!(read[6].ends_with(&format!(" x25519:{}", *key.base64())), "{}", read[6]);
}

#[tokio::test]
async fn a_service_that_is_refused_says_why() {
    let kept: ServiceKey = format!("ED25519-V3:{}==", "A".repeat(86)).parse().unwrap();
    for (reply, wanted) in [
        (
            "550 Onion address collision\r\n",
            "550 Onion address collision): a service of this key is hosted",
        ),
        ("512 Invalid 'Flags' argument\r\n", "0.4.6 or later is needed"),
        ("250 OK\r\n", "a service without an address or key"),
        ("250-ServiceID=short\r\n250 OK\r\n", "a service without an address or key"),
        ("250-ServiceI", "was lost"),
        ("551 Failed\r\n", "Tor refuses ADD_ONION (551 Failed)"),
    ] {
        let (control, _task) = control(vec![say("ADD_ONION ED25519-V3:AAAA", reply)]).await;
        let error =
            control.host(hosting(Identity::Kept(kept.clone()))).await.unwrap_err().to_string();
        assert!(error.contains(wanted) && !error.contains("AAAA"), "{error}");
    }
    let (control, _task) = control(vec![]).await;
    let away = Hosting { local: "192.0.2.1:1".parse().unwrap(), ..hosting(Identity::New) };
    assert!(control.host(away).await.unwrap_err().to_string().contains("this machine only"));
    let public = ClientKey::new([1; 32]).public();
    let many = Hosting { clients: vec![public; ONION_CLIENTS + 1], ..hosting(Identity::New) };
    assert_eq!(control.host(many).await.unwrap_err(), ControlError::Clients(ONION_CLIENTS + 1));
    assert!(control.ended().await.to_string().contains("was lost"));
}

#[tokio::test]
async fn a_service_that_is_not_published_is_withdrawn() {
    let made =
        format!("250-ServiceID={NAME}\r\n250 OK\r\n650 HS_DESC UPLOAD {NAME} UNKNOWN $A\r\n");
    let phase = "250-status/bootstrap-phase=WARN BOOTSTRAP PROGRESS=10 TAG=x SUMMARY=\"Trying\"\r\n250 OK\r\n";
    let (control, task) = control(vec![
        say("ADD_ONION", &made),
        say("GETINFO status/bootstrap-phase", phase),
        say("DEL_ONION", "250 OK\r\n"),
    ])
    .await;
    let hosting = control.host(hosting(Identity::Ephemeral));
    let later = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(TOR_SECONDS)).await;
        tokio::time::resume();
    };
    let (hosted, ()) = tokio::join!(hosting, later);
    let error = hosted.unwrap_err().to_string();
    assert!(error.contains(&format!("{NAME}.onion could not be published within 90 s")), "{error}");
    assert!(error.contains("Tor is at 10 %: Trying; see Tor's log"), "{error}");
    assert_eq!(task.await.unwrap().len(), 6);
}

#[tokio::test]
async fn a_service_that_nobody_waits_for_is_withdrawn() {
    let made = format!("250-ServiceID={NAME}\r\n250 OK\r\n");
    let (control, task) =
        control(vec![say("ADD_ONION", &made), say("DEL_ONION pg6mm", "250 OK\r\n")]).await;
    let hosting = control.host(hosting(Identity::Ephemeral));
    assert!(tokio::time::timeout(Duration::from_millis(300), hosting).await.is_err());
    assert_eq!(task.await.unwrap().len(), 5);
}

#[tokio::test]
async fn giving_up_waiting_disturbs_nobody() {
    let phase =
        "250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100 SUMMARY=\"Done\"\r\n250 OK\r\n";
    let (control, _task) =
        control(vec![say("GETINFO", phase), say("DEL_ONION", "250 OK\r\n")]).await;
    let abandoned = tokio::time::timeout(Duration::ZERO, control.bootstrap()).await;
    drop(abandoned);
    let again =
        tokio::time::timeout(Duration::from_secs(5), control.withdraw(NAME.parse().unwrap()));
    again.await.unwrap().unwrap();
}

proptest! {
    /// Whatever is given, it is one command.
    #[test]
    fn nothing_becomes_a_second_command(password in "\\PC{0,20}", line in ".{0,10}[\r\n].{0,10}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let offer = say("PROTO", "250-AUTH METHODS=HASHEDPASSWORD\r\n250 OK\r\n");
            let script = vec![offer, say("AUTHENTICATE \"", "250 OK\r\n"), say("SETEVENTS", "250 OK\r\n")];
            let (at, task) = fake(script).await;
            let control = Control::connect(at, Some(&password)).await.unwrap();
            let refused = control.ask("X", &line).await.unwrap_err();
            assert!(matches!(refused, ControlError::Request(_)));
            assert_eq!(task.await.unwrap().len(), 3);
        });
    }
}

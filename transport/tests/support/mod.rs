//! A SOCKS5 proxy that writes down what it is asked for, and leads nowhere.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a client asked a proxy for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The kind of address: 1 IPv4, 3 a name, 4 IPv6.
    pub(crate) kind: u8,
    /// The name, or the address in hexadecimal.
    pub(crate) name: String,
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) password: String,
}

/// What the proxy does when it was asked.
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "each test program uses some")]
pub(crate) enum Answer {
    /// It sends back what comes, until the client has no more; then it says `.` and ends.
    Echo,
    /// It refuses, with a code of RFC 1928.
    Refuse(u8),
    /// It never answers.
    Nothing,
    /// It speaks another protocol.
    Garbage,
}

/// A proxy, for as long as the test runs.
pub(crate) struct Socks {
    pub(crate) at: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Socks {
    pub(crate) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let asked = Arc::clone(&kept);
                thread::spawn(move || serve(stream, answer, &asked));
            }
        });
        Self { at, asked }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// One connection; what is not SOCKS5 ends it.
fn serve(mut stream: TcpStream, answer: Answer, asked: &Mutex<Vec<Asked>>) -> Option<()> {
    if matches!(answer, Answer::Garbage) {
        stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n").ok()?;
        return None;
    }
    let mut seen = Asked::default();
    let [5, methods] = take(&mut stream)? else { return None };
    let methods = bytes(&mut stream, methods)?;
    if methods.contains(&2) {
        stream.write_all(&[5, 2]).ok()?;
        let [1, user] = take(&mut stream)? else { return None };
        seen.user = String::from_utf8(bytes(&mut stream, user)?).ok()?;
        let [password] = take(&mut stream)?;
        seen.password = String::from_utf8(bytes(&mut stream, password)?).ok()?;
        stream.write_all(&[1, 0]).ok()?;
    } else {
        stream.write_all(&[5, 0]).ok()?;
    }
    let [5, 1, 0, kind] = take(&mut stream)? else { return None };
    seen.kind = kind;
    seen.name = name(&mut stream, kind)?;
    seen.port = u16::from_be_bytes(take(&mut stream)?);
    asked.lock().unwrap().push(seen);
    match answer {
        Answer::Refuse(code) => {
            stream.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]).ok()?;
        }
        Answer::Echo => {
            stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).ok()?;
            std::io::copy(&mut stream.try_clone().ok()?, &mut stream).ok()?;
            stream.write_all(b".").ok()?;
        }
        Answer::Nothing | Answer::Garbage => {
            let _until_the_client_goes = stream.read(&mut [0]);
        }
    }
    Some(())
}

fn name(stream: &mut TcpStream, kind: u8) -> Option<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect();
    match kind {
        1 => Some(hex(&take::<4>(stream)?)),
        4 => Some(hex(&take::<16>(stream)?)),
        3 => {
            let [length] = take(stream)?;
            String::from_utf8(bytes(stream, length)?).ok()
        }
        _ => None,
    }
}

fn take<const N: usize>(stream: &mut TcpStream) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn bytes(stream: &mut TcpStream, count: u8) -> Option<Vec<u8>> {
    let mut bytes = vec![0; usize::from(count)];
    stream.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// A port of this machine on which nobody listens.
pub(crate) fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

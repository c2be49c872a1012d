//! How we show Tor that we may control it (control-spec, PROTOCOLINFO, AUTHENTICATE, AUTHCHALLENGE).
//!
//! By what Tor offers: nothing, the password if one is given, the cookie without showing it
//! (SAFECOOKIE), the cookie itself.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::ControlError;
use super::reply::{Reply, field};
use super::talk::Talk;

/// The keys of the two hashes (control-spec, section 3.24).
const SERVER: &[u8] = b"Tor safe cookie authentication server-to-controller hash";
const CONTROLLER: &[u8] = b"Tor safe cookie authentication controller-to-server hash";

/// What Tor offers.
#[derive(Debug, PartialEq, Eq)]
struct Offer {
    methods: Vec<String>,
    cookie: Option<PathBuf>,
}

/// Authenticates.
pub(super) async fn authenticate(talk: &Talk, password: Option<&str>) -> Result<(), ControlError> {
    let reply = talk.ask("PROTOCOLINFO", Zeroizing::new("PROTOCOLINFO 1".into())).await?;
    let offer = offered(&reply)?;
    let has = |method: &str| offer.methods.iter().any(|offered| offered == method);
    let proof = match (password, &offer.cookie) {
        _ if has("NULL") => Zeroizing::new(String::new()),
        (Some(password), _) if has("HASHEDPASSWORD") => quote(password)?,
        (_, Some(path)) if has("SAFECOOKIE") => challenge(talk, path).await?,
        (_, Some(path)) if has("COOKIE") => Zeroizing::new(HEXLOWER.encode(&*cookie(path)?)),
        _ => return Err(ControlError::NoMethod(offer.methods.join(", "))),
    };
    let line = Zeroizing::new(format!("AUTHENTICATE {}", *proof));
    let reply = talk.ask("AUTHENTICATE", line).await?;
    if reply.code == 250 { Ok(()) } else { Err(ControlError::Denied(reply.text().to_owned())) }
}

fn offered(reply: &Reply) -> Result<Offer, ControlError> {
    let line = reply.after("AUTH ").filter(|_| reply.code == 250);
    let bad = || ControlError::Protocol(format!("`{} {}`", reply.code, reply.text()));
    let line = line.ok_or_else(bad)?;
    let methods = field(line, "METHODS").ok_or_else(bad)?;
    Ok(Offer {
        methods: methods.split(',').map(str::to_owned).collect(),
        cookie: field(line, "COOKIEFILE").map(PathBuf::from),
    })
}

/// A password as a quoted string.
fn quote(password: &str) -> Result<Zeroizing<String>, ControlError> {
    if password.chars().any(char::is_control) {
        return Err(ControlError::Request("Tor's password has no control characters"));
    }
    let escaped = Zeroizing::new(password.replace('\\', "\\\\"));
    Ok(Zeroizing::new(format!("\"{}\"", escaped.replace('"', "\\\""))))
}

/// A cookie has 32 bytes. Any other file is none of whoever asks: it may be a trap.
fn cookie(path: &Path) -> Result<Zeroizing<[u8; 32]>, ControlError> {
    let failed = |cause: String| ControlError::Cookie { path: path.to_owned(), cause };
    let kind = std::fs::metadata(path).map_err(|e| failed(e.kind().to_string()))?;
    if !kind.is_file() || kind.len() != 32 {
        return Err(failed("it is no file of 32 bytes".into()));
    }
    let mut bytes = Zeroizing::new([0; 32]);
    let mut file = File::open(path).map_err(|e| failed(e.kind().to_string()))?;
    file.read_exact(bytes.as_mut_slice()).map_err(|e| failed(e.kind().to_string()))?;
    Ok(bytes)
}

/// Both show that they know the cookie; Tor is the first to.
async fn challenge(talk: &Talk, path: &Path) -> Result<Zeroizing<String>, ControlError> {
    let cookie = cookie(path)?;
    let mut ours = [0; 32];
    getrandom::fill(&mut ours).map_err(|_| ControlError::Request("no randomness"))?;
    let line = format!("AUTHCHALLENGE SAFECOOKIE {}", HEXLOWER.encode(&ours));
    let reply = talk.ask("AUTHCHALLENGE", Zeroizing::new(line)).await?;
    let bad = || ControlError::Protocol(format!("`{} {}`", reply.code, reply.text()));
    let said = reply.after("AUTHCHALLENGE ").filter(|_| reply.code == 250).ok_or_else(bad)?;
    let bytes = |key: &str| -> Option<[u8; 32]> {
        HEXLOWER_PERMISSIVE.decode(field(said, key)?.as_bytes()).ok()?.try_into().ok()
    };
    let hash = bytes("SERVERHASH").ok_or_else(bad)?;
    let theirs = bytes("SERVERNONCE").ok_or_else(bad)?;
    if mac(SERVER, &cookie, &ours, &theirs)?.verify_slice(&hash).is_err() {
        return Err(ControlError::Impostor);
    }
    let proof = mac(CONTROLLER, &cookie, &ours, &theirs)?.finalize().into_bytes();
    Ok(Zeroizing::new(HEXLOWER.encode(&proof)))
}

fn mac(
    key: &[u8],
    cookie: &[u8; 32],
    ours: &[u8; 32],
    theirs: &[u8; 32],
) -> Result<Hmac<Sha256>, ControlError> {
    let mac = Hmac::<Sha256>::new_from_slice(key);
    let mac = mac.map_err(|_| ControlError::Request("a key of any length is taken"))?;
    Ok(mac.chain_update(cookie).chain_update(ours).chain_update(theirs))
}

/// What Tor answers to a challenge, for a Tor in tests.
#[cfg(test)]
pub(super) fn answer(cookie: &[u8; 32], ours: &[u8; 32], theirs: &[u8; 32]) -> (String, String) {
    let hex = |key| {
        let mac = mac(key, cookie, ours, theirs).unwrap();
        HEXLOWER.encode(&mac.finalize().into_bytes())
    };
    (hex(SERVER), hex(CONTROLLER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_quoted() {
        assert_eq!(*quote("a \"b\" \\").unwrap(), "\"a \\\"b\\\" \\\\\"");
        assert!(quote("a\r\nSIGNAL HALT").is_err());
    }

    #[test]
    fn only_a_file_of_32_bytes_is_a_cookie() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cookie");
        for (bytes, good) in [(31, false), (32, true), (33, false)] {
            std::fs::write(&path, vec![7; bytes]).unwrap();
            assert_eq!(cookie(&path).is_ok(), good, "{bytes}");
        }
        for path in [folder.path(), Path::new("/dev/zero"), &folder.path().join("none")] {
            assert!(cookie(path).unwrap_err().to_string().contains("cannot be read"));
        }
    }
}

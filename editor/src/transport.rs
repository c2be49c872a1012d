//! Messages over two streams (LSP 3.17, Base Protocol): a head with `Content-Length`, and JSON-RPC 2.0.
//!
//! What is no JSON, or no message, is answered here as JSON-RPC says, with the id `null`, and reading goes
//! on; only a head without a length, or with one beyond [`MESSAGE_BYTES`], ends the stream: nobody can
//! tell where the next message begins.

use std::io::{self, BufRead, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use lsp_server::{Connection, ErrorCode, Message};
use serde_json::{Value, json};

use crate::limits::{HEAD_BYTES, MESSAGE_BYTES};

/// The end of a stream that a server speaks over.
pub struct Streams {
    /// What the server gets.
    pub connection: Connection,
    writer: JoinHandle<io::Result<()>>,
}

impl Streams {
    /// Messages that come from `reader`; answers go to `writer`. Each has a thread.
    pub fn new(
        mut reader: impl BufRead + Send + 'static,
        writer: impl Write + Send + 'static,
    ) -> Self {
        let (ours, connection) = Connection::memory();
        let Connection { sender, receiver } = ours;
        let out = Arc::new(Mutex::new(writer));
        let refusals = Arc::clone(&out);
        // Not joined: it ends with the process, and may wait for input that never comes.
        let _reading = std::thread::spawn(move || {
            while let Ok(Some(bytes)) = read(&mut reader) {
                match understood(&bytes) {
                    Ok(message) => {
                        let exit =
                            matches!(&message, Message::Notification(n) if n.method == "exit");
                        if sender.send(message).is_err() || exit {
                            return;
                        }
                    }
                    Err(refusal) => {
                        let mut out = refusals.lock().unwrap_or_else(PoisonError::into_inner);
                        if write(&mut *out, &refusal).is_err() {
                            return;
                        }
                    }
                }
            }
        });
        let writer = std::thread::spawn(move || {
            for message in receiver {
                let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
                message.write(&mut *out)?;
            }
            Ok(())
        });
        Self { connection, writer }
    }

    /// Waits until all answers are written.
    ///
    /// # Errors
    /// They could not be.
    pub fn finish(self) -> io::Result<()> {
        drop(self.connection);
        self.writer.join().unwrap_or_else(|_| Err(io::Error::other("the writer has failed")))
    }
}

/// The bytes of the next message; `None` at the end of the stream.
fn read(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let bad = |text: &str| io::Error::new(io::ErrorKind::InvalidData, text.to_owned());
    let mut length = None;
    let mut left = HEAD_BYTES as u64;
    loop {
        let mut line = Vec::new();
        let read = from.by_ref().take(left).read_until(b'\n', &mut line)?;
        left = left.saturating_sub(read as u64);
        if read == 0 {
            return if left == 0 { Err(bad("the head is too long")) } else { Ok(None) };
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| bad("this is no head"))?;
        if name.eq_ignore_ascii_case("Content-Length") {
            length = Some(value.trim().parse::<usize>().map_err(|_| bad("this is no length"))?);
        }
    }
    let length = length.ok_or_else(|| bad("the head has no length"))?;
    if length > MESSAGE_BYTES {
        return Err(bad("the message is too long"));
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

/// A message, or what is answered to bytes that are none.
fn understood(bytes: &[u8]) -> Result<Message, Value> {
    let refusal = |id: Value, code: ErrorCode, text: String| json!({"jsonrpc": "2.0", "id": id, "error": {"code": code as i32, "message": text}});
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|e| refusal(Value::Null, ErrorCode::ParseError, format!("no JSON: {e}")))?;
    let id = value.get("id").filter(|id| id.is_string() || id.is_i64()).cloned();
    serde_json::from_value(value).map_err(|e| {
        let id = id.unwrap_or(Value::Null);
        refusal(id, ErrorCode::InvalidRequest, format!("no message: {e}"))
    })
}

fn write(to: &mut impl Write, value: &Value) -> io::Result<()> {
    let text = value.to_string();
    write!(to, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(text: &str) -> Vec<u8> {
        format!("Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes()
    }

    #[test]
    fn a_message_is_read_and_the_end_is_the_end() {
        let mut stream = io::Cursor::new([framed("{}"), framed("[1]")].concat());
        assert_eq!(read(&mut stream).unwrap().unwrap(), b"{}");
        assert_eq!(read(&mut stream).unwrap().unwrap(), b"[1]");
        assert!(read(&mut stream).unwrap().is_none());
    }

    #[test]
    fn a_head_without_a_good_length_ends_the_stream() {
        for head in
            ["X: 1\r\n\r\n", "Content-Length: x\r\n\r\n", "Content-Length: 99999999\r\n\r\n"]
        {
            assert!(read(&mut io::Cursor::new(head.as_bytes())).is_err(), "{head}");
        }
        assert!(read(&mut io::Cursor::new(vec![b'x'; HEAD_BYTES + 1])).is_err());
    }

    #[test]
    fn what_is_no_message_is_answered_with_its_code() {
        let code = |text: &str| {
            let refusal = understood(text.as_bytes()).unwrap_err();
            (refusal["error"]["code"].as_i64().unwrap(), refusal["id"].clone())
        };
        assert_eq!(code("{"), (-32700, Value::Null));
        assert_eq!(code("[]"), (-32600, Value::Null));
        assert_eq!(code("{\"id\": 3, \"method\": 4}"), (-32600, json!(3)));
        assert!(understood(b"{\"id\": 3, \"method\": \"x\"}").is_ok());
    }
}

//! Two nodes over one stream of bytes, without a broker between (`spec/transport.md`, "Direct streams").
//!
//! One side [serves](serve) what it has as a [`Link`](crate::link::Link), a store in its memory or a way to
//! others; the other side has a [`DirectLink`] to it. The stream may come through Tor, from an onion service,
//! or be made in memory; who may connect is not decided here.

mod frame;
mod host;
mod link;

pub use host::serve;
pub use link::DirectLink;

#[cfg(test)]
mod tests;

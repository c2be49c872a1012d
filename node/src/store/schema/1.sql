-- Version 1. Times are ms since 1970. Ids and keys are blobs. No text here is ever shown as it is.

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    title TEXT NOT NULL,
    topic TEXT,
    opened_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    standing TEXT NOT NULL,
    flags INTEGER NOT NULL,
    device BLOB,
    archived INTEGER NOT NULL,
    keep INTEGER NOT NULL
) STRICT;

-- row = conversation << 32 | position: one conversation lies together, in the order of arrival.
CREATE TABLE entry (
    row INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

-- Where an entry is: pairs of a keyed hash of its id and its row, sorted, many in a row; h8 is the
-- lowest hash that belongs there.
CREATE TABLE place (
    h8 INTEGER PRIMARY KEY,
    pairs BLOB NOT NULL
) STRICT;

-- The newest entries' hashes, in the order of their rows; row is the first one's.
CREATE TABLE place_tail (
    row INTEGER PRIMARY KEY,
    hashes BLOB NOT NULL
) STRICT;

CREATE TABLE pending (
    id BLOB PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
    arrived INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_of ON pending (conversation, arrived);

CREATE TABLE checkpoint (
    conversation INTEGER PRIMARY KEY REFERENCES conversation ON DELETE CASCADE,
    entries INTEGER NOT NULL,
    size INTEGER NOT NULL
) STRICT;

-- row = conversation << 32 | number of the piece.
CREATE TABLE checkpoint_chunk (
    row INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE epoch (
    number INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
    tag BLOB NOT NULL,
    secret BLOB NOT NULL,
    since INTEGER NOT NULL,
    UNIQUE (conversation, tag)
) STRICT;

CREATE TABLE hidden (
    conversation INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
    entry BLOB NOT NULL,
    field TEXT NOT NULL,
    salt BLOB NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (conversation, entry, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE draft (
    number INTEGER PRIMARY KEY,
    conversation INTEGER REFERENCES conversation ON DELETE CASCADE,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX draft_of ON draft (ifnull(conversation, 0), name);

CREATE TABLE contact (
    fingerprint BLOB PRIMARY KEY,
    cert BLOB NOT NULL,
    petname TEXT UNIQUE,
    published TEXT,
    verified_how TEXT,
    verified_at INTEGER,
    added_at INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_device (
    device BLOB PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    certificate BLOB NOT NULL,
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_device_of ON contact_device (fingerprint);

CREATE TABLE revocation (
    number INTEGER PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    device BLOB NOT NULL,
    at INTEGER NOT NULL,
    bytes BLOB NOT NULL UNIQUE
) STRICT;
CREATE INDEX revocation_of ON revocation (device);

CREATE TABLE device (
    number INTEGER PRIMARY KEY,
    seed BLOB NOT NULL,
    certificate BLOB,
    state INTEGER NOT NULL
) STRICT;

CREATE TABLE queue (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    destination BLOB NOT NULL,
    bytes BLOB NOT NULL,
    created INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    next INTEGER NOT NULL
) STRICT;
CREATE INDEX queue_next ON queue (next);

CREATE TABLE attachment (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    hash BLOB NOT NULL UNIQUE,
    conversation INTEGER REFERENCES conversation ON DELETE CASCADE,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;

-- row = attachment << 32 | number of the piece.
CREATE TABLE attachment_chunk (
    row INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE mail (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    outgoing INTEGER NOT NULL,
    peer BLOB NOT NULL,
    at INTEGER NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    authorship TEXT NOT NULL,
    read INTEGER NOT NULL,
    keep INTEGER NOT NULL,
    expires INTEGER
) STRICT;
CREATE INDEX mail_of ON mail (peer, at);
CREATE INDEX mail_expires ON mail (expires);

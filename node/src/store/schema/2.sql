-- Version 2: what the network needs.

-- What is known of a mailbox at a broker, whose store has a name of 8 bytes.
CREATE TABLE mailbox_cursor (
    store BLOB NOT NULL,
    mailbox BLOB NOT NULL,
    after INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (store, mailbox)
) STRICT, WITHOUT ROWID;

-- Up to which position of a conversation what was written here has been put into the queue.
CREATE TABLE posted (
    conversation INTEGER PRIMARY KEY REFERENCES conversation ON DELETE CASCADE,
    entries INTEGER NOT NULL
) STRICT;

-- Who was invited to which epoch.
CREATE TABLE invited (
    conversation INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
    epoch BLOB NOT NULL,
    person BLOB NOT NULL,
    PRIMARY KEY (conversation, epoch, person)
) STRICT, WITHOUT ROWID;

-- Invitations whose conversation has not come yet.
CREATE TABLE awaited (
    id BLOB PRIMARY KEY,
    arrived INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What became of what was sent: of an entry (its id) or a private message.
CREATE TABLE delivery (
    id BLOB PRIMARY KEY,
    conversation INTEGER REFERENCES conversation ON DELETE CASCADE,
    envelope BLOB NOT NULL,
    state INTEGER NOT NULL,
    brokers BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_of ON delivery (envelope);

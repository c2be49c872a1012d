-- Version 3: what the network has taught.

-- Letters to inboxes that a broker has said to have, until they expire there. Nobody else could
-- send them again if it lost them.

CREATE TABLE sent (
    id BLOB PRIMARY KEY,
    destination BLOB NOT NULL,
    bytes BLOB NOT NULL,
    envelope BLOB NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sent_by_age ON sent (created);

-- What people have been shown: the heads of their logs then. The owner's own is told where they allow it.
CREATE TABLE shown (
    conversation INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
    person BLOB NOT NULL,
    at INTEGER NOT NULL,
    heads BLOB NOT NULL,
    told INTEGER NOT NULL,
    PRIMARY KEY (conversation, person)
) STRICT, WITHOUT ROWID;

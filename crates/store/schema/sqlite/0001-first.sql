-- Every row carries `sum`, 16 bytes of SHA-256 over its meaning: a torn page is noticed on reading.

-- A ledger and its size, so that the loss of a last entry is noticed too.
CREATE TABLE ledger (
  id    INTEGER PRIMARY KEY,
  party TEXT    NOT NULL UNIQUE,
  size  INTEGER NOT NULL CHECK (size > 0),
  sum   BLOB    NOT NULL
) STRICT;

-- A statement and its body: one row, so that no body can lose its statement.
CREATE TABLE entry (
  id     INTEGER PRIMARY KEY,
  ledger INTEGER NOT NULL REFERENCES ledger (id),
  place  INTEGER NOT NULL CHECK (place >= 0),
  entry  BLOB    NOT NULL,
  body   BLOB,
  erased INTEGER NOT NULL DEFAULT 0 CHECK (erased IN (0, 1)),
  sum    BLOB    NOT NULL,
  UNIQUE (ledger, place),
  CHECK (erased = 0 OR body IS NULL)
) STRICT;

CREATE INDEX entry_missing ON entry (ledger, place) WHERE body IS NULL AND erased = 0;

-- Small durable values: pairings, newest heads, ciphertexts of secrets, passkeys.
CREATE TABLE value (
  key   TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL,
  sum   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Positions, until their retention ends. AUTOINCREMENT: a number is never used twice.
CREATE TABLE sighting (
  seq    INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms  INTEGER NOT NULL,
  unit   TEXT    NOT NULL,
  report BLOB    NOT NULL,
  sum    BLOB    NOT NULL
) STRICT;

CREATE INDEX sighting_at ON sighting (at_ms);

// What the user proves who they are with, and who changed what.

export const ACCESS = `
CREATE TABLE login(
  id INTEGER PRIMARY KEY CHECK (id=1),
  passphrase_hash TEXT, passphrase_at INTEGER,
  -- RFC 6238 §5.2: a code is good once, so the step of the last one that was taken is kept.
  totp_secret TEXT, totp_at INTEGER, totp_step INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO login(id) VALUES(1);

CREATE TABLE recovery_code(
  hash BLOB PRIMARY KEY, created_at INTEGER NOT NULL, used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE security_key(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, public_key BLOB NOT NULL, counter INTEGER NOT NULL, transports TEXT NOT NULL,
  created_at INTEGER NOT NULL, last_used INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE audit(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, outcome TEXT NOT NULL, place TEXT NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit(at);
`

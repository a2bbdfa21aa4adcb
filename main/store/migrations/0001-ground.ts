// The ground: domains, keys, recipients, aliases, contacts, messages, deliveries, held mail, the mailbox, the log.
// Times are milliseconds since the epoch (UTC). Addresses are stored as spelled and, for look-ups, folded (`…_key`).

export const GROUND = `
CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE recipient(
  id TEXT PRIMARY KEY, email TEXT NOT NULL, email_key TEXT NOT NULL UNIQUE,
  is_mailbox INTEGER NOT NULL DEFAULT 0, can_reply_send INTEGER NOT NULL DEFAULT 1,
  mode TEXT NOT NULL DEFAULT 'rewrite' CHECK (mode IN ('rewrite','preserve')),
  from_mode TEXT NOT NULL DEFAULT 'reply-address' CHECK (from_mode IN ('reply-address','alias')),
  from_template TEXT NOT NULL DEFAULT 'quoted',
  verified_at INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE domain(
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT, from_name TEXT,
  active INTEGER NOT NULL DEFAULT 1, catch_all INTEGER NOT NULL DEFAULT 0,
  default_recipient_id TEXT REFERENCES recipient(id) ON DELETE SET NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE dkim_key(
  id INTEGER PRIMARY KEY, domain_id TEXT NOT NULL REFERENCES domain(id) ON DELETE CASCADE,
  selector TEXT NOT NULL, algorithm TEXT NOT NULL CHECK (algorithm IN ('rsa','ed25519')),
  private_key TEXT NOT NULL, public_key TEXT NOT NULL, created_at INTEGER NOT NULL,
  UNIQUE (domain_id, selector)
) STRICT;

CREATE TABLE alias(
  id TEXT PRIMARY KEY, address TEXT NOT NULL, address_key TEXT NOT NULL UNIQUE,
  local_part TEXT NOT NULL, domain_id TEXT NOT NULL REFERENCES domain(id) ON DELETE CASCADE,
  active INTEGER NOT NULL DEFAULT 1, pinned INTEGER NOT NULL DEFAULT 0,
  when_disabled TEXT NOT NULL DEFAULT 'reject' CHECK (when_disabled IN ('reject','discard','defer')),
  reject_text TEXT, description TEXT, from_name TEXT,
  origin TEXT NOT NULL DEFAULT 'made' CHECK (origin IN ('made','catch-all')), first_sender TEXT,
  forwarded INTEGER NOT NULL DEFAULT 0, blocked INTEGER NOT NULL DEFAULT 0,
  replied INTEGER NOT NULL DEFAULT 0, sent INTEGER NOT NULL DEFAULT 0,
  last_forwarded INTEGER, last_blocked INTEGER, last_replied INTEGER, last_sent INTEGER,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER
) STRICT;
CREATE INDEX alias_by_domain ON alias(domain_id, local_part);
CREATE INDEX alias_by_age ON alias(pinned DESC, created_at DESC, id);

CREATE TABLE forgotten(address_hash BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE alias_recipient(
  alias_id TEXT NOT NULL REFERENCES alias(id) ON DELETE CASCADE,
  recipient_id TEXT NOT NULL REFERENCES recipient(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, PRIMARY KEY (alias_id, recipient_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_recipient_by_recipient ON alias_recipient(recipient_id);

CREATE TABLE contact(
  id TEXT PRIMARY KEY, alias_id TEXT NOT NULL REFERENCES alias(id) ON DELETE CASCADE,
  address TEXT NOT NULL, address_key TEXT NOT NULL, display_name TEXT NOT NULL DEFAULT '',
  reply_address TEXT NOT NULL UNIQUE, blocked INTEGER NOT NULL DEFAULT 0,
  forwarded INTEGER NOT NULL DEFAULT 0, replied INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL, last_seen INTEGER,
  UNIQUE (alias_id, address_key)
) STRICT;

CREATE TABLE spool(
  id TEXT PRIMARY KEY, key BLOB NOT NULL, size INTEGER NOT NULL, created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE message(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, received_at INTEGER NOT NULL,
  reverse_path TEXT NOT NULL, header BLOB NOT NULL, body BLOB, spool_id TEXT REFERENCES spool(id),
  size INTEGER NOT NULL, body_hash TEXT NOT NULL, session TEXT NOT NULL, verdicts TEXT, authentication_results TEXT
) STRICT;
CREATE INDEX message_by_spool ON message(spool_id) WHERE spool_id IS NOT NULL;

-- One row an envelope that has to go out. direction 'forward': to a recipient of the user; 'reply': to the world.
CREATE TABLE delivery(
  id INTEGER PRIMARY KEY, message_id INTEGER REFERENCES message(id) ON DELETE SET NULL,
  direction TEXT NOT NULL CHECK (direction IN ('forward','reply')),
  alias_id TEXT REFERENCES alias(id) ON DELETE SET NULL, tag TEXT NOT NULL DEFAULT '',
  recipient_id TEXT REFERENCES recipient(id) ON DELETE SET NULL, contact_id TEXT,
  forward_path TEXT NOT NULL, destination TEXT NOT NULL, out_message_id TEXT, log_id INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued','in-flight','delivered','failed','dropped')),
  attempts INTEGER NOT NULL DEFAULT 0, queued_at INTEGER NOT NULL, due_at INTEGER NOT NULL,
  settled_at INTEGER, last_answer TEXT NOT NULL DEFAULT '', delay_told INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX delivery_due ON delivery(due_at) WHERE state = 'queued';
CREATE INDEX delivery_in_flight ON delivery(id) WHERE state = 'in-flight';
CREATE INDEX delivery_by_message ON delivery(message_id);
CREATE INDEX delivery_settled ON delivery(settled_at) WHERE settled_at IS NOT NULL;

-- Mail kept for the user to decide on. kind: 'held' (unproven reply), 'failed' (could not be delivered), 'bounce'.
CREATE TABLE held(
  id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('held','failed','bounce')), reason TEXT NOT NULL, text TEXT NOT NULL,
  alias_id TEXT REFERENCES alias(id) ON DELETE SET NULL, contact_id TEXT, delivery_id INTEGER, envelope TEXT NOT NULL,
  sender TEXT NOT NULL, subject TEXT NOT NULL, held_at INTEGER NOT NULL, expires_at INTEGER, log_id INTEGER NOT NULL
) STRICT;
CREATE INDEX held_by_message ON held(message_id);
CREATE INDEX held_expiring ON held(expires_at) WHERE expires_at IS NOT NULL;

-- Message-IDs of what the user wrote (inner) and what the world saw (outer), so that threads hold both ways.
CREATE TABLE message_id_map(
  alias_id TEXT NOT NULL REFERENCES alias(id) ON DELETE CASCADE, outer_id TEXT NOT NULL, inner_id TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (alias_id, outer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_id_map_inner ON message_id_map(alias_id, inner_id);

CREATE TABLE mailbox(
  id INTEGER PRIMARY KEY, delivery_id INTEGER NOT NULL UNIQUE, at INTEGER NOT NULL, alias TEXT NOT NULL,
  sender TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL, size INTEGER NOT NULL,
  read INTEGER NOT NULL DEFAULT 0, header BLOB NOT NULL, message_id INTEGER NOT NULL REFERENCES message(id)
) STRICT;
CREATE INDEX mailbox_by_message ON mailbox(message_id);

CREATE TABLE log(
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, direction TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
  text TEXT NOT NULL, alias TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL,
  size INTEGER NOT NULL, peer TEXT NOT NULL, tls TEXT NOT NULL, message_id TEXT NOT NULL, verdicts TEXT,
  attempts TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX log_by_reason ON log(reason, id);
CREATE INDEX log_by_direction ON log(direction, id);
-- Only what never changes in a row is indexed here; \`reason\` has an index of its own.
CREATE VIRTUAL TABLE log_search USING fts5(
  alias, sender, recipient, subject, peer, message_id,
  content='', contentless_delete=1, tokenize='trigram'
);

CREATE TABLE token(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER, last_used INTEGER
) STRICT;
CREATE TABLE app_password(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, username TEXT NOT NULL UNIQUE, hash BLOB NOT NULL,
  created_at INTEGER NOT NULL, last_used INTEGER
) STRICT;
CREATE TABLE certificate(
  id INTEGER PRIMARY KEY, names TEXT NOT NULL, certificate TEXT NOT NULL, private_key TEXT NOT NULL,
  self_signed INTEGER NOT NULL, not_after INTEGER NOT NULL, created_at INTEGER NOT NULL
) STRICT;
`

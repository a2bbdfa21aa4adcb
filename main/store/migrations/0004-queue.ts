// What the queue has to remember: bounces, paused recipients, fallbacks, delivery status notifications, duplicates.

export const QUEUE = `
-- paused: its mailbox bounced hard, or the user said so. What waits for it is parked (due at the end of time) but for a probe.
ALTER TABLE recipient ADD COLUMN paused_at INTEGER;
ALTER TABLE recipient ADD COLUMN paused_reason TEXT;
ALTER TABLE recipient ADD COLUMN probe_at INTEGER;
ALTER TABLE recipient ADD COLUMN probes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recipient ADD COLUMN bounces INTEGER NOT NULL DEFAULT 0;
ALTER TABLE domain ADD COLUMN fallback_recipient_id TEXT REFERENCES recipient(id) ON DELETE SET NULL;

-- proven 1: SPF passed for the reverse-path, or a DKIM signature is aligned with its domain: a report may go there.
ALTER TABLE message ADD COLUMN proven INTEGER NOT NULL DEFAULT 0;
-- RFC 3461: ENVID and RET of MAIL; NOTIFY and ORCPT of RCPT.
ALTER TABLE message ADD COLUMN envid TEXT;
ALTER TABLE message ADD COLUMN ret TEXT;
ALTER TABLE delivery ADD COLUMN notify TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN orcpt TEXT NOT NULL DEFAULT '';
-- 1: a report of ours. It goes out as it stands, with the null reverse-path, and nothing is ever sent about it.
ALTER TABLE delivery ADD COLUMN ready INTEGER NOT NULL DEFAULT 0;
-- A route for this delivery alone.
ALTER TABLE delivery ADD COLUMN route TEXT;
-- 1: it goes to a fallback recipient; a second time it does not.
ALTER TABLE delivery ADD COLUMN diverted INTEGER NOT NULL DEFAULT 0;
-- The worst that came back: '', 'delayed', 'soft', 'hard'.
ALTER TABLE delivery ADD COLUMN bounce TEXT NOT NULL DEFAULT '';
-- Each destination is looked at by itself, so that a long line for one of them is no wait for the others.
CREATE INDEX delivery_by_destination ON delivery(destination, due_at, id) WHERE state = 'queued';
CREATE INDEX delivery_by_recipient ON delivery(recipient_id, due_at) WHERE state = 'queued';
CREATE INDEX delivery_by_log ON delivery(log_id);
CREATE INDEX delivery_by_out_id ON delivery(out_message_id) WHERE out_message_id IS NOT NULL;
CREATE INDEX held_by_kind ON held(kind, id);

-- Messages whose sender has not shown that our 250 arrived: a hash of envelope, Message-ID and body.
CREATE TABLE unconfirmed(digest BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX unconfirmed_by_age ON unconfirmed(at);
CREATE TABLE counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

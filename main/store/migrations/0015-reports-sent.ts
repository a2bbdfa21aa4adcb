// What we report to others: counts of each day until they are reported, and what became of the reports.

export const REPORTS_SENT = `
-- One row for each way that something went on a day. policy and record are JSON; record is empty for a session as it should be,
-- and for what is beyond the bounds.
CREATE TABLE report_tally(
  kind TEXT NOT NULL CHECK (kind IN ('dmarc','tls')), day INTEGER NOT NULL, domain TEXT NOT NULL,
  policy TEXT NOT NULL, record TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (kind, day, domain, policy, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_sent(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('dmarc','tls')),
  day INTEGER NOT NULL, domain TEXT NOT NULL, report_id TEXT NOT NULL,
  -- mailto: or https:, as the domain names it.
  destination TEXT NOT NULL, made_at INTEGER NOT NULL,
  successes INTEGER NOT NULL, failures INTEGER NOT NULL,
  -- by mail: queued until its delivery is settled; by HTTPS: waiting, with what is to be posted.
  state TEXT NOT NULL CHECK (state IN ('queued','waiting','sent','failed')),
  delivery_id INTEGER, content BLOB, due_at INTEGER, attempts INTEGER NOT NULL DEFAULT 0,
  answer TEXT NOT NULL DEFAULT '',
  UNIQUE (kind, day, domain, destination)
) STRICT;
CREATE INDEX report_sent_due ON report_sent(due_at) WHERE state='waiting';
CREATE INDEX report_sent_queued ON report_sent(delivery_id) WHERE state='queued';
CREATE INDEX report_sent_made ON report_sent(made_at);

-- Nobody waits five days for a report: when such a delivery is given up.
ALTER TABLE delivery ADD COLUMN give_up_at INTEGER;
`

// What others report about our domains: DMARC aggregate reports and TLS reports.

export const REPORTS = `
CREATE TABLE report(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('dmarc','tls')),
  received_at INTEGER NOT NULL, begins_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
  organisation TEXT NOT NULL, report_id TEXT NOT NULL, domain TEXT NOT NULL,
  -- Who sent it, and whether that is proven.
  sender TEXT NOT NULL, proven INTEGER NOT NULL,
  -- DMARC: messages by what they were. TLS: sessions.
  ours INTEGER NOT NULL, forwarder INTEGER NOT NULL, unknown INTEGER NOT NULL, spoof INTEGER NOT NULL,
  successes INTEGER NOT NULL, failures INTEGER NOT NULL,
  -- JSON: the policy, and the records as far as they are kept.
  detail TEXT NOT NULL,
  UNIQUE (kind, organisation, report_id, domain)
) STRICT;
CREATE INDEX report_received ON report(received_at);
CREATE INDEX report_proven ON report(proven, id);
CREATE INDEX report_domain ON report(domain, id);
`

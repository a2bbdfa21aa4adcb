// Trust on the wire: MTA-STS policies that were fetched, and the user's word about single domains.

export const TRUST = `
-- RFC 8461 §3.3: a policy that is not too old counts, whatever the DNS or the policy host says meanwhile.
CREATE TABLE sts_policy(
  domain TEXT PRIMARY KEY, policy_id TEXT NOT NULL, mode TEXT NOT NULL CHECK (mode IN ('enforce','testing','none')),
  mx TEXT NOT NULL, max_age INTEGER NOT NULL, fetched_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sts_policy_fetched ON sts_policy(fetched_at);

CREATE TABLE tls_override(
  domain TEXT PRIMARY KEY, level TEXT NOT NULL CHECK (level IN ('none','opportunistic','encrypted','verified')),
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`

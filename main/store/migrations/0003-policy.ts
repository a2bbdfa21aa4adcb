// Who may write: ordered patterns of a domain, expiry, sender policy, blocks, labels, signs of a leak, and the search over it.
//
// `number` is a row number of our own: VACUUM may give rows without an INTEGER PRIMARY KEY new rowids, and the search index
// would then point at strangers. The triggers keep the index in step whoever writes.

export const POLICY = `
ALTER TABLE alias ADD COLUMN number INTEGER;
ALTER TABLE alias ADD COLUMN policy TEXT NOT NULL DEFAULT 'all' CHECK (policy IN ('all','known','ask'));
ALTER TABLE alias ADD COLUMN labels TEXT NOT NULL DEFAULT ''; -- '|work|shops|'
ALTER TABLE alias ADD COLUMN expires_at INTEGER;
ALTER TABLE alias ADD COLUMN expires_after INTEGER CHECK (expires_after > 0); -- messages
ALTER TABLE alias ADD COLUMN expires_idle INTEGER CHECK (expires_idle > 0); -- days
ALTER TABLE alias ADD COLUMN fallback_recipient_id TEXT REFERENCES recipient(id) ON DELETE SET NULL;
ALTER TABLE alias ADD COLUMN hourly_limit INTEGER CHECK (hourly_limit > 0);
ALTER TABLE alias ADD COLUMN made_by_pattern TEXT;
ALTER TABLE alias ADD COLUMN leak_at INTEGER;
ALTER TABLE alias ADD COLUMN leak_evidence TEXT;
UPDATE alias SET number = rowid;
CREATE UNIQUE INDEX alias_by_number ON alias(number);
-- Small ones for what a filter asks for: a filter that few rows pass must not walk through a million.
CREATE INDEX alias_pinned ON alias(number) WHERE pinned = 1;
CREATE INDEX alias_live ON alias(number) WHERE deleted_at IS NULL;
CREATE INDEX alias_bin ON alias(number) WHERE deleted_at IS NOT NULL;
CREATE INDEX alias_off ON alias(number) WHERE active = 0;
CREATE INDEX alias_auto ON alias(number) WHERE origin = 'catch-all';
CREATE INDEX alias_with_blocked ON alias(blocked, number) WHERE blocked > 0;
CREATE INDEX alias_used ON alias(coalesce(max(coalesce(last_forwarded,0), coalesce(last_replied,0), coalesce(last_sent,0)), 0), number);
CREATE INDEX alias_number_of_domain ON alias(domain_id, number);
CREATE INDEX alias_leaked ON alias(number) WHERE leak_at IS NOT NULL;

-- standing 'allowed': the user made the contact or said yes to a question. Written to or heard before counts beside it.
ALTER TABLE contact ADD COLUMN number INTEGER;
ALTER TABLE contact ADD COLUMN standing TEXT NOT NULL DEFAULT 'none' CHECK (standing IN ('none','allowed'));
UPDATE contact SET number = rowid;
CREATE UNIQUE INDEX contact_by_number ON contact(number);

CREATE TABLE domain_pattern(
  id TEXT PRIMARY KEY, domain_id TEXT NOT NULL REFERENCES domain(id) ON DELETE CASCADE, position INTEGER NOT NULL,
  pattern TEXT NOT NULL, recipients TEXT NOT NULL DEFAULT '[]', labels TEXT NOT NULL DEFAULT '',
  hits INTEGER NOT NULL DEFAULT 0, last_hit INTEGER, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX domain_pattern_order ON domain_pattern(domain_id, position);

-- value: an address without its tag, a domain, 'with*stars', or an expression of RE2. alias_id NULL: everywhere.
CREATE TABLE block(
  id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('address','domain','wildcard','pattern')),
  value TEXT NOT NULL, alias_id TEXT REFERENCES alias(id) ON DELETE CASCADE,
  answer TEXT NOT NULL DEFAULT 'reject' CHECK (answer IN ('reject','discard')), text TEXT,
  source TEXT NOT NULL DEFAULT 'you', hits INTEGER NOT NULL DEFAULT 0, last_hit INTEGER, created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX block_entry ON block(value, kind, coalesce(alias_id, ''));
CREATE INDEX block_by_kind ON block(kind) WHERE kind IN ('wildcard','pattern');
CREATE INDEX block_by_alias ON block(alias_id) WHERE alias_id IS NOT NULL;

-- Which organisations wrote to an alias: what a leak is told by.
CREATE TABLE alias_organisation(
  alias_id TEXT NOT NULL REFERENCES alias(id) ON DELETE CASCADE, organisation TEXT NOT NULL,
  messages INTEGER NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, sender TEXT NOT NULL,
  PRIMARY KEY (alias_id, organisation)
) STRICT, WITHOUT ROWID;

-- What a bulk operation changed, so that it can be undone: the values as they were, for as many aliases as it touched.
CREATE TABLE bulk_job(
  id TEXT PRIMARY KEY, action TEXT NOT NULL, query TEXT NOT NULL, argument TEXT NOT NULL, state TEXT NOT NULL,
  total INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0, last_number INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL
) STRICT;
CREATE TABLE bulk_undo(
  job_id TEXT NOT NULL REFERENCES bulk_job(id) ON DELETE CASCADE, number INTEGER NOT NULL, before TEXT NOT NULL,
  PRIMARY KEY (job_id, number)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE alias_search USING fts5(
  address, description, labels, content='', contentless_delete=1, tokenize='trigram'
);
CREATE VIRTUAL TABLE contact_search USING fts5(
  address, name, content='', contentless_delete=1, tokenize='trigram'
);
INSERT INTO alias_search(rowid,address,description,labels) SELECT number,address,coalesce(description,''),labels FROM alias;
INSERT INTO contact_search(rowid,address,name) SELECT number,address,display_name FROM contact;

CREATE TRIGGER alias_made AFTER INSERT ON alias BEGIN
  UPDATE alias SET number = (SELECT coalesce(max(number), 0) + 1 FROM alias) WHERE id = new.id;
  INSERT INTO alias_search(rowid,address,description,labels)
    SELECT number, address, coalesce(description, ''), labels FROM alias WHERE id = new.id;
END;
CREATE TRIGGER alias_changed AFTER UPDATE OF description, labels ON alias BEGIN
  DELETE FROM alias_search WHERE rowid = old.number;
  INSERT INTO alias_search(rowid,address,description,labels)
    VALUES (new.number, new.address, coalesce(new.description, ''), new.labels);
END;
CREATE TRIGGER alias_gone AFTER DELETE ON alias BEGIN
  DELETE FROM alias_search WHERE rowid = old.number;
END;
CREATE TRIGGER contact_made AFTER INSERT ON contact BEGIN
  UPDATE contact SET number = (SELECT coalesce(max(number), 0) + 1 FROM contact) WHERE id = new.id;
  INSERT INTO contact_search(rowid,address,name) SELECT number, address, display_name FROM contact WHERE id = new.id;
END;
CREATE TRIGGER contact_renamed AFTER UPDATE OF display_name ON contact BEGIN
  DELETE FROM contact_search WHERE rowid = old.number;
  INSERT INTO contact_search(rowid,address,name) VALUES (new.number, new.address, new.display_name);
END;
CREATE TRIGGER contact_gone AFTER DELETE ON contact BEGIN
  DELETE FROM contact_search WHERE rowid = old.number;
END;
`

// A search index a quarter of the size: which row has which three letters, without their places; the look at the row decides. An index for
// each order of the list. Contacts that are muted.

const time = (column: string): string => `CREATE INDEX alias_sort_${column} ON alias(coalesce(${column},0), number);`

export const SEARCH = `
DROP TRIGGER alias_made; DROP TRIGGER alias_changed; DROP TRIGGER alias_gone;
DROP TRIGGER contact_made; DROP TRIGGER contact_renamed; DROP TRIGGER contact_gone;
DROP TABLE alias_search;
DROP TABLE contact_search;
CREATE VIRTUAL TABLE alias_search USING fts5(text, content='', contentless_delete=1, tokenize='trigram', detail=none);
CREATE VIRTUAL TABLE contact_search USING fts5(text, content='', contentless_delete=1, tokenize='trigram', detail=none);
INSERT INTO alias_search(rowid,text) SELECT number, address || char(10) || coalesce(description,'') || char(10) || labels FROM alias;
INSERT INTO contact_search(rowid,text) SELECT number, address || char(10) || display_name FROM contact;

CREATE TRIGGER alias_made AFTER INSERT ON alias BEGIN
  UPDATE alias SET number = (SELECT coalesce(max(number), 0) + 1 FROM alias) WHERE id = new.id;
  INSERT INTO alias_search(rowid,text)
    SELECT number, address || char(10) || coalesce(description,'') || char(10) || labels FROM alias WHERE id = new.id;
END;
CREATE TRIGGER alias_changed AFTER UPDATE OF description, labels ON alias BEGIN
  DELETE FROM alias_search WHERE rowid = old.number;
  INSERT INTO alias_search(rowid,text)
    VALUES (new.number, new.address || char(10) || coalesce(new.description,'') || char(10) || new.labels);
END;
CREATE TRIGGER alias_gone AFTER DELETE ON alias BEGIN
  DELETE FROM alias_search WHERE rowid = old.number;
END;
CREATE TRIGGER contact_made AFTER INSERT ON contact BEGIN
  UPDATE contact SET number = (SELECT coalesce(max(number), 0) + 1 FROM contact) WHERE id = new.id;
  INSERT INTO contact_search(rowid,text) SELECT number, address || char(10) || display_name FROM contact WHERE id = new.id;
END;
CREATE TRIGGER contact_renamed AFTER UPDATE OF display_name ON contact BEGIN
  DELETE FROM contact_search WHERE rowid = old.number;
  INSERT INTO contact_search(rowid,text) VALUES (new.number, new.address || char(10) || new.display_name);
END;
CREATE TRIGGER contact_gone AFTER DELETE ON contact BEGIN
  DELETE FROM contact_search WHERE rowid = old.number;
END;

DROP INDEX alias_with_blocked;
CREATE INDEX alias_sort_local_part ON alias(local_part, number);
CREATE INDEX alias_sort_forwarded ON alias(forwarded, number);
CREATE INDEX alias_sort_blocked ON alias(blocked, number);
CREATE INDEX alias_sort_replied ON alias(replied, number);
CREATE INDEX alias_sort_sent ON alias(sent, number);
CREATE INDEX alias_sort_updated_at ON alias(updated_at, number);
CREATE INDEX alias_sort_active ON alias(active, number);
${['last_forwarded', 'last_blocked', 'last_replied', 'last_sent', 'deleted_at'].map(time).join('\n')}

-- Where a bulk operation ends: aliases made later are not part of it. It goes on from last_number after a crash.
ALTER TABLE bulk_job ADD COLUMN until INTEGER NOT NULL DEFAULT 0;
UPDATE bulk_job SET state = 'failed' WHERE state = 'running';

-- Muted: their mail comes, and nobody is notified of it.
ALTER TABLE contact ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;
`

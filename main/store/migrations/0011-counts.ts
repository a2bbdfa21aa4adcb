// How many aliases a domain and a recipient have, kept by triggers: counting a million of them takes seconds, and every list of aliases
// names its recipients. Questions about new senders are found without looking through all that is held.

export const COUNTS = `
ALTER TABLE domain ADD COLUMN alias_count INTEGER NOT NULL DEFAULT 0; -- without the deleted ones
ALTER TABLE recipient ADD COLUMN alias_count INTEGER NOT NULL DEFAULT 0;
UPDATE domain SET alias_count = (SELECT count(*) FROM alias WHERE domain_id = domain.id AND deleted_at IS NULL);
UPDATE recipient SET alias_count = (SELECT count(*) FROM alias_recipient WHERE recipient_id = recipient.id);

CREATE TRIGGER alias_counted AFTER INSERT ON alias WHEN new.deleted_at IS NULL BEGIN
  UPDATE domain SET alias_count = alias_count + 1 WHERE id = new.domain_id;
END;
CREATE TRIGGER alias_uncounted AFTER DELETE ON alias WHEN old.deleted_at IS NULL BEGIN
  UPDATE domain SET alias_count = alias_count - 1 WHERE id = old.domain_id;
END;
CREATE TRIGGER alias_recounted AFTER UPDATE OF deleted_at ON alias WHEN (old.deleted_at IS NULL) <> (new.deleted_at IS NULL) BEGIN
  UPDATE domain SET alias_count = alias_count + iif(new.deleted_at IS NULL, 1, -1) WHERE id = new.domain_id;
END;
CREATE TRIGGER alias_recipient_counted AFTER INSERT ON alias_recipient BEGIN
  UPDATE recipient SET alias_count = alias_count + 1 WHERE id = new.recipient_id;
END;
CREATE TRIGGER alias_recipient_uncounted AFTER DELETE ON alias_recipient BEGIN
  UPDATE recipient SET alias_count = alias_count - 1 WHERE id = old.recipient_id;
END;

CREATE INDEX held_question ON held(id) WHERE reason = 'ask-sender';
`

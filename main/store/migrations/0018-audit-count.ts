// What is refused again and again is one entry of the audit log, with how often and until when.

export const AUDIT_COUNT = `
ALTER TABLE audit ADD COLUMN count INTEGER NOT NULL DEFAULT 1;
-- The last of them, where there was more than one.
ALTER TABLE audit ADD COLUMN last_at INTEGER;
CREATE INDEX audit_refused ON audit(what, who, place, id) WHERE outcome <> 'done';
`

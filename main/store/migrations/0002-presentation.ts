// What a forward and a reply look like beyond the first day: banners, subjects, unsubscribe buttons, who may reply and how.

export const PRESENTATION = `
ALTER TABLE alias ADD COLUMN unsubscribe TEXT NOT NULL DEFAULT 'keep' CHECK (unsubscribe IN ('keep','disable','block','both'));
ALTER TABLE alias ADD COLUMN allow_sealed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recipient ADD COLUMN subject_template TEXT;
ALTER TABLE recipient ADD COLUMN banner TEXT NOT NULL DEFAULT 'off' CHECK (banner IN ('off','top','bottom'));
ALTER TABLE recipient ADD COLUMN warn INTEGER NOT NULL DEFAULT 1;
ALTER TABLE recipient ADD COLUMN allow_sealed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recipient ADD COLUMN allow_spf INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recipient ADD COLUMN auto_replies INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recipient ADD COLUMN remove_flagged INTEGER NOT NULL DEFAULT 0;
-- 1: the user looked and said "send anyway"; what cannot be scrubbed no longer holds it.
ALTER TABLE delivery ADD COLUMN as_is INTEGER NOT NULL DEFAULT 0;
-- Proven replies that were taken: the same signed mail proves nothing a second time. A hash of Message-ID and reply address.
CREATE TABLE reply_seen(mark BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`

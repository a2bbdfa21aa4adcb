// What becomes of attachments of a reply that carry the user's address: by the recipient's setting, by the contact, by the user's
// word for one reply.

export const ATTACHMENTS = `
ALTER TABLE recipient ADD COLUMN flagged TEXT NOT NULL DEFAULT 'hold' CHECK (flagged IN ('hold','remove','scrub'));
UPDATE recipient SET flagged='remove' WHERE remove_flagged=1;
ALTER TABLE recipient DROP COLUMN remove_flagged;
-- Set where the user released a reply and said so: attachments to this contact may carry the address.
ALTER TABLE contact ADD COLUMN allow_flagged INTEGER NOT NULL DEFAULT 0;
-- 'remove': the user released it without the attachments that hold it.
ALTER TABLE delivery ADD COLUMN attachments TEXT NOT NULL DEFAULT '' CHECK (attachments IN ('','remove'));
`

// Signing keys that follow each other: made and waiting to be seen, in use, kept until mail that they signed has arrived.

export const KEY_ROTATION = `
ALTER TABLE dkim_key ADD COLUMN state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('waiting','active','retiring'));
ALTER TABLE dkim_key ADD COLUMN state_since INTEGER NOT NULL DEFAULT 0;
`

// Which domain may sign for a mailbox of the user's beside its own, and which senders the user lets through although they prove nothing.
// Why a bulk operation ended before its end.

export const SENDER_PROOF = `
-- A parent of the address's domain whose DKIM signature proves a reply; NULL for none.
ALTER TABLE recipient ADD COLUMN signing_domain TEXT;
-- Set where the user released a message that failed the sender checks and said to allow its sender.
ALTER TABLE contact ADD COLUMN allow_unproven INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk_job ADD COLUMN failure TEXT;
`

// What was there before a change and what is there since, where neither is a secret.

export const AUDIT_DETAIL = `
ALTER TABLE audit ADD COLUMN detail TEXT NOT NULL DEFAULT '';
`

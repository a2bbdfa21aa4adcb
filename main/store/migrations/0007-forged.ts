// What becomes of mail to a domain whose sender is not who it says.

export const FORGED = `
ALTER TABLE domain ADD COLUMN refuse_forged INTEGER NOT NULL DEFAULT 0;
`

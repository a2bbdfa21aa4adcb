// The user's word about one reply: it goes out with the real address in it.

export const REAL_ADDRESS = `
ALTER TABLE delivery ADD COLUMN real_address INTEGER NOT NULL DEFAULT 0;
`

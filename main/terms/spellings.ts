// How an address that somebody looks for is spelled among stored ones.

const asciiLower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** A stored address as the database folds it: `lower()` of SQLite, which knows the letters of ASCII. */
export const stored = asciiLower

/** What a stored address, folded like that, may read where this one is meant: as it is written, and with every letter small. */
export function spellings(address: string): readonly string[] {
  const written = address.trim()
  return [...new Set([asciiLower(written), written.toLowerCase().normalize('NFC')])]
}

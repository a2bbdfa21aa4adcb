// Local parts that stand for something else than an alias, on every domain. contract.md "Addresses"

/** RFC 5321 §4.5.1, RFC 2142: to the user, whatever is switched off. */
export const TO_USER: ReadonlySet<string> = new Set(['postmaster', 'abuse'])

/** RFC 8460 §3, RFC 9990: where the records of a domain ask for reports. Programs write there and a program reads it. */
export const REPORTS: ReadonlyMap<string, 'tls' | 'dmarc'> = new Map([
  ['tls-reports', 'tls'],
  ['dmarc-reports', 'dmarc'],
])

/** Never made by themselves: nobody writes there but programs, or people who probe. */
const NEVER_MADE: ReadonlySet<string> = new Set(['mailer-daemon', 'bounces', 'noreply-dmarc', 'root'])

/** Mail to it would never come to the alias, or the name belongs to mail servers: nobody can make it one. */
export function isReserved(localPart: string): boolean {
  const local = localPart.toLowerCase()
  return TO_USER.has(local) || REPORTS.has(local) || local === 'mailer-daemon'
}

/** What nobody can see: two such addresses look like one in every list. */
const INVISIBLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u

/** Whether a catch-all, a pattern or a mail of the user's may make an alias of it. A quoted local part is legal and nobody's alias. */
export function mayMakeItself(localPart: string): boolean {
  if (localPart.startsWith('"') || INVISIBLE.test(localPart)) return false
  return !isReserved(localPart) && !NEVER_MADE.has(localPart.toLowerCase())
}

// What a server can take, by its answer to EHLO, and what follows where it cannot.
import type SMTPConnection from 'nodemailer/lib/smtp-connection'

/** What a server said in EHLO. nodemailer keeps it and has no accessor for it. */
export function offers(connection: SMTPConnection, extension: 'SMTPUTF8' | '8BITMIME'): boolean {
  const offered: unknown = Reflect.get(connection, '_supportedExtensions')
  return Array.isArray(offered) && offered.includes(extension)
}

/** RFC 3463 §3.7, RFC 6531 §3.5: 5.6.7 */
export const NO_UTF8 = {
  outcome: 'failed',
  reason: 'smtputf8-missing',
  answer: '5.6.7 An address has letters beyond ASCII, and this server does not take such addresses (no SMTPUTF8).',
} as const

// What follows from each outcome of each check. Every list is closed (terms/verdicts.ts) and every row must be here: an outcome that
// nobody thought about does not compile, so none can count as a pass by being forgotten. behaviour.md 1
import type { AuthorFault } from '../mail/author.ts'
import type { ArcResult, DkimResult, DmarcPolicy, DmarcResult, SpfResult } from '../terms/verdicts.ts'

/** What a row says. */
export type Follows =
  /** It settles that the message may pass. */
  | 'pass'
  /** It may pass, and the log says what is odd about it. */
  | 'warn'
  /** It is held for the user, or refused where the user chose that. */
  | 'fail'
  /** It is put off: the sender comes again when the answer can be known. */
  | 'defer'
  /** It settles nothing: the next check decides. */
  | 'next'

/** An author who can't be told (RFC 9989 §5.3.1): nothing else is looked at. */
export const AUTHOR: Readonly<Record<AuthorFault, { readonly follows: Follows; readonly why: string }>> = {
  'no-from': { follows: 'fail', why: 'It has no From field.' },
  'several-from-fields': { follows: 'fail', why: 'It has several From fields.' },
  'no-address': { follows: 'fail', why: 'Its From field names no address.' },
  unreadable: { follows: 'fail', why: 'An address in its From field cannot be read.' },
  'several-domains': { follows: 'fail', why: 'Its From field names authors at several domains.' },
  'too-long': { follows: 'fail', why: 'Its header is longer than any real one.' },
  ambiguous: { follows: 'fail', why: 'Mail programs read its From field differently.' },
}

/** RFC 9989 §5.3. `fail` goes by what the domain asks for. */
export const DMARC: Readonly<Record<DmarcResult, Follows | Readonly<Record<DmarcPolicy, Follows>>>> = {
  pass: 'pass',
  // §8.6: a receiver does not refuse for p=reject alone, or mailing lists would be lost: it is held.
  fail: { none: 'warn', quarantine: 'fail', reject: 'fail' },
  none: 'next',
  temperror: 'defer',
  permerror: 'fail',
}

/** Where the author's domain has no DMARC record and no signature of exactly that domain speaks for the message. RFC 7208 §8 */
export const SPF: Readonly<Record<SpfResult, Follows>> = {
  pass: 'pass',
  fail: 'fail',
  // §8.5: "a receiver SHOULD NOT reject the message based solely on this result".
  softfail: 'warn',
  neutral: 'pass',
  none: 'pass',
  temperror: 'defer',
  // §8.7: the domain meant to say something, and it can't be read.
  permerror: 'fail',
}

/** A signature proves something or nothing (RFC 6376 §6.1); one that could not be looked at leaves open which. */
export const DKIM: Readonly<Record<DkimResult, 'proves' | 'proves-nothing' | 'open'>> = {
  pass: 'proves',
  fail: 'proves-nothing',
  policy: 'proves-nothing',
  neutral: 'proves-nothing',
  none: 'proves-nothing',
  permerror: 'proves-nothing',
  temperror: 'open',
}

/** A chain vouches for a message only where it holds; a broken one is as if there were none. RFC 8617 §5.2 */
export const ARC: Readonly<Record<ArcResult, 'vouches' | 'vouches-not'>> = {
  pass: 'vouches',
  fail: 'vouches-not',
  none: 'vouches-not',
  temperror: 'vouches-not',
  permerror: 'vouches-not',
}

// Every kind of address that mail can come to, in one place, with what binds it: an address that nobody thought about does not compile,
// so none receives past the blocks, the sender checks and the rates. behaviour.md 1 and 2
import type { RecipientDecision } from './decide-recipient.ts'

export interface Receiving {
  /**
   * `checked`: block list, sender policy and DMARC, as for mail to an alias. `own-proof`: the address, or a proof of its own, stands for
   * them. `none`: nothing comes in by it.
   */
  readonly sender: 'checked' | 'own-proof' | 'none'
  /** Whose count of an hour a message falls under: that of the alias behind the address, or one of the address itself. */
  readonly rate: 'alias' | 'address' | 'new-aliases' | 'none'
}

export const RECEIVING: Readonly<Record<RecipientDecision['kind'], Receiving>> = {
  forward: { sender: 'checked', rate: 'alias' },
  'make-alias': { sender: 'checked', rate: 'new-aliases' },
  // postmaster and abuse: always open (RFC 5321 §4.5.1), but to whom the user blocked and to forgeries no more than an alias.
  'to-user': { sender: 'checked', rate: 'address' },
  // A reply address: only the user may send by it, and proves that by a signature (trust/proof.ts); anything else is held.
  'hold-reply': { sender: 'own-proof', rate: 'alias' },
  // A signed return path, known to whom we delivered to. What is no report about that delivery is decided as mail to its alias.
  bounce: { sender: 'own-proof', rate: 'alias' },
  // A signed address made for one delivery to the user: knowing it is the proof, and all it can do is what its button says.
  unsubscribe: { sender: 'own-proof', rate: 'alias' },
  // Read by a program and never forwarded; a TLS report needs a signature (RFC 8460 §3), others count as unproven without one.
  report: { sender: 'own-proof', rate: 'address' },
  // From the user, logged in with an app password.
  reply: { sender: 'own-proof', rate: 'none' },
  send: { sender: 'own-proof', rate: 'none' },
  discard: { sender: 'none', rate: 'none' },
  refuse: { sender: 'none', rate: 'none' },
}

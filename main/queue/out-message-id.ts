// The Message-ID under which the world sees what the user wrote: one for each message and alias, whoever gets it and however many
// transactions and attempts it takes. So an answer among the recipients finds what it answers, and a list does not send a second copy to
// whom it finds in Cc. RFC 5322 §3.6.4
//
// What the id tells: two people who compare what they got from one alias see that it is one message, as they would without a relay; who got
// it as a blind copy has the others in To and Cc anyway, and they learn nothing of that person. Two aliases have nothing in common.
import { createHmac } from 'node:crypto'
import { domainOf, type Address } from '../terms/address.ts'

/** For `Vault.derive`. */
export const MESSAGE_ID_KEY = 'message-ids'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
/** 130 bits. */
const LENGTH = 26

/** What makes a message the same one. */
export interface Written {
  /** The id that the user's mail program gave it; undefined for none. */
  readonly messageId: string | undefined
  /** Some programs write one id into everything: then the time tells the messages apart. */
  readonly date: Date | undefined
  /** Our own id of what came in one transaction, where there is no other. */
  readonly publicId: string
}

/** Made from what is known and a key, not by chance: a provider brings one message in several connections at once. */
export function outMessageId(key: Buffer, alias: Address, { messageId, date, publicId }: Written): string {
  const identity = messageId === undefined ? ['public', publicId] : ['id', messageId, String(date?.getTime() ?? '')]
  const digest = createHmac('sha256', key)
    .update(JSON.stringify([alias.toLowerCase(), ...identity]))
    .digest()
  const name = [...digest.subarray(0, LENGTH)].map((byte) => ALPHABET[byte & 31] ?? '').join('')
  return `${name}@${domainOf(alias)}`
}

// A conversation between the user's mail program and a contact's, ten rounds long: each side must find its own ids, and the
// contact none of the user's.
import { describe, expect, it } from 'vitest'
import { firstField, messageIdsOf, parseHeaderBlock, rewriteForward, rewriteReply } from '../../../main/mail/index.ts'
import { forwardFacts, replyFacts } from './golden-facts.ts'

interface Sent {
  readonly id: string
  readonly references: readonly string[]
}

function read(header: Buffer): Sent & { readonly inReplyTo: string } {
  const block = parseHeaderBlock(header)
  const ids = (key: string): readonly string[] => {
    const field = firstField(block, key)
    return field === undefined ? [] : messageIdsOf(field)
  }
  return { id: ids('message-id')[0] ?? '', references: ids('references'), inReplyTo: ids('in-reply-to')[0] ?? '' }
}

/** What a mail program writes when it answers `to` (RFC 5322 §3.6.4). */
function answer(to: Sent, id: string, from: string, recipient: string): Buffer {
  const references = [...to.references, to.id].map((one) => `<${one}>`).join('\r\n ')
  return Buffer.from(
    `From: ${from}\r\nTo: ${recipient}\r\nMessage-ID: <${id}>\r\nIn-Reply-To: <${to.id}>\r\nReferences: ${references}\r\n\r\n`,
  )
}

describe('a thread', () => {
  it('holds on both sides through ten rounds', () => {
    const toWorld = new Map<string, string>()
    const toUser = new Map<string, string>()
    let contact: Sent = { id: 'c0@example.com', references: [] }
    const contactKnows = new Set([contact.id])
    const userKnows = new Set<string>()
    for (let round = 1; round <= 10; round++) {
      const incoming = answer(contact, `c${String(round)}@example.com`, 'bob@example.com', 'shop@relay.example')
      contactKnows.add(`c${String(round)}@example.com`)
      const seen = read(rewriteForward(incoming, { ...forwardFacts({}, incoming), messageIds: toUser }).header)
      expect(round === 1 || userKnows.has(seen.inReplyTo)).toBe(true)
      expect(seen.references.filter((id) => id.startsWith('u')).every((id) => userKnows.has(id))).toBe(true)

      const own = `u${String(round)}@laptop.real.example`
      userKnows.add(own)
      userKnows.add(seen.id)
      const outgoing = answer(seen, own, 'alice@real.example', 'zq4m7xk2w9@relay.example')
      const facts = {
        ...replyFacts({ userHosts: ['laptop.real.example'] }),
        messageIds: toWorld,
        messageId: `w${String(round)}@relay.example`,
      }
      const header = rewriteReply(outgoing, facts).header
      expect(header.toString()).not.toContain('real.example')
      contact = read(header)
      toWorld.set(own, contact.id)
      toUser.set(contact.id, own)
      expect(contactKnows.has(read(header).inReplyTo)).toBe(true)
      expect(contact.references.every((id) => contactKnows.has(id))).toBe(true)
      expect(contact.references.length).toBe(2 * round)
      contactKnows.add(contact.id)
    }
  })
})

import { describe, expect, it } from 'vitest'
import { verifyProof, type ProofFacts } from '../../../main/trust/proof.ts'
import type { Address } from '../../../main/terms/address.ts'

const HOUR = 3_600_000
const signature = { domain: 'mine.test', fields: ['from', 'to', 'cc', 'date', 'message-id', 'subject'], partial: false }
const facts: ProofFacts = {
  author: 'ada@mine.test' as Address,
  mayReply: true,
  signatures: [signature],
  fields: ['received', 'from', 'to', 'cc', 'date', 'message-id', 'subject'],
  namesAddress: true,
  date: 1000 * HOUR,
  hasMessageId: true,
  seenBefore: false,
  now: 1001 * HOUR,
  spfAllowed: false,
}

describe('verifyProof', () => {
  it.each<[string, Partial<ProofFacts>, boolean]>([
    ['all that is asked for', {}, true],
    ['a signature of the organisation', { signatures: [{ ...signature, domain: 'mail.mine.test' }] }, true],
    [
      'no Cc in the message, none signed',
      {
        fields: ['from', 'to', 'date', 'message-id'],
        signatures: [{ ...signature, fields: ['from', 'to', 'date', 'message-id'] }],
      },
      true,
    ],
    ['a stranger', { mayReply: false }, false],
    ['several authors', { author: undefined }, false],
    ['no signature', { signatures: [] }, false],
    ["somebody else's signature", { signatures: [{ ...signature, domain: 'other.test' }] }, false],
    ['a signature of the public suffix', { signatures: [{ ...signature, domain: 'test' }] }, false],
    ['From not signed', { signatures: [{ ...signature, fields: ['to', 'cc', 'date', 'message-id'] }] }, false],
    ['Date not signed', { signatures: [{ ...signature, fields: ['from', 'to', 'cc', 'message-id'] }] }, false],
    [
      'a Cc that was added behind the signature',
      { signatures: [{ ...signature, fields: ['from', 'to', 'date', 'message-id'] }] },
      false,
    ],
    ['a second To that was added', { fields: [...facts.fields, 'to'] }, false],
    ['a body that may have been added to (l=)', { signatures: [{ ...signature, partial: true }] }, false],
    ['this address is in neither To nor Cc', { namesAddress: false }, false],
    ['seen before', { seenBefore: true }, false],
    ['no Message-ID', { hasMessageId: false }, false],
    ['no Date', { date: undefined }, false],
    ['four days old', { date: 1001 * HOUR - 96 * HOUR }, false],
    ['two days old', { date: 1001 * HOUR - 48 * HOUR }, true],
    ['from tomorrow', { date: 1025 * HOUR }, false],
    ['no signature, but aligned SPF where the user allows it', { signatures: [], spfAllowed: true }, true],
    ['aligned SPF does not make an old mail fresh', { signatures: [], spfAllowed: true, seenBefore: true }, false],
  ])('%s', (_, given, proven) => {
    const proof = verifyProof({ ...facts, ...given })
    expect(proof.proven).toBe(proven)
    if (!proof.proven) expect(proof.why).toMatch(/\.$/)
  })
})

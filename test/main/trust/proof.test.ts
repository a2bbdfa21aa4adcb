import { describe, expect, it } from 'vitest'
import {
  isProvenReversePath,
  maySignFor,
  verifyProof,
  type ProofFacts,
  type ReversePathFacts,
} from '../../../main/trust/proof.ts'
import type { Address, Domain } from '../../../main/terms/address.ts'

const HOUR = 3_600_000
const signature = { domain: 'mine.test', fields: ['from', 'to', 'cc', 'date', 'message-id', 'subject'], partial: false }
const facts: ProofFacts = {
  author: 'ada@mine.test' as Address,
  mayReply: true,
  signingDomain: undefined,
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
    // It proves the user, so d= is the very domain: neighbours under one organisation or suffix are other people.
    ['a signature of a domain below', { signatures: [{ ...signature, domain: 'mail.mine.test' }] }, false],
    [
      'a signature of the domain above, which nobody named',
      { author: 'ada@eng.mine.test' as Address, signatures: [signature] },
      false,
    ],
    [
      'a signature of the domain above, which the user named',
      { author: 'ada@eng.mine.test' as Address, signatures: [signature], signingDomain: 'mine.test' as Domain },
      true,
    ],
    [
      'a neighbour under a private suffix',
      {
        author: 'ada@ada.duckdns.org' as Address,
        signatures: [{ ...signature, domain: 'mallory.duckdns.org' }],
      },
      false,
    ],
    [
      'the private suffix itself, though it was named',
      {
        author: 'ada@ada.duckdns.org' as Address,
        signatures: [{ ...signature, domain: 'duckdns.org' }],
        signingDomain: 'duckdns.org' as Domain,
      },
      false,
    ],
    [
      'a domain beside, though it was named',
      {
        author: 'ada@mine.test' as Address,
        signatures: [{ ...signature, domain: 'other.test' }],
        signingDomain: 'other.test' as Domain,
      },
      false,
    ],
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

describe('a sender who would be told of a failure', () => {
  const path: ReversePathFacts = {
    reversePath: 'bob@shop.test' as Address,
    spf: 'none',
    author: 'bob@shop.test' as Address,
    signatures: [{ domain: 'shop.test', fields: ['from', 'to', 'subject'], partial: false }],
    fields: ['from', 'to', 'subject', 'date'],
  }
  it.each<[string, Partial<ReversePathFacts>, boolean]>([
    ['signed by its domain, From is the reverse-path', {}, true],
    ['SPF passes for the reverse-path', { spf: 'pass', signatures: [] }, true],
    ['nothing', { signatures: [] }, false],
    ['no reverse-path', { reversePath: undefined, spf: 'pass' }, false],
    // A newsletter that is signed, sent again by somebody else under the name of a stranger at the same domain.
    ['signed by its domain, From is another mailbox', { author: 'news@shop.test' as Address }, false],
    ['From cannot be told', { author: undefined }, false],
    [
      'signed by a relation of its domain',
      { signatures: [{ domain: 'mail.shop.test', fields: ['from'], partial: false }] },
      false,
    ],
    ['a second From that is not signed', { fields: ['from', 'from', 'to'] }, false],
    [
      'a signature that leaves From out',
      { signatures: [{ domain: 'shop.test', fields: ['to'], partial: false }] },
      false,
    ],
    [
      'a body that may have been added to',
      { signatures: [{ domain: 'shop.test', fields: ['from'], partial: true }] },
      false,
    ],
  ])('%s', (_, change, proven) => {
    expect(isProvenReversePath({ ...path, ...change })).toBe(proven)
  })
})

it.each([
  ['mine.test', 'ada@eng.mine.test', true],
  ['mine.test', 'ada@a.b.mine.test', true],
  ['mine.test', 'ada@mine.test', false],
  ['test', 'ada@mine.test', false],
  ['co.uk', 'ada@mine.co.uk', false],
  ['duckdns.org', 'ada@ada.duckdns.org', false],
  ['ine.test', 'ada@mine.test', false],
])('%s may be named as a signer for %s: %s', (domain, address, may) => {
  expect(maySignFor(domain as Domain, address as Address)).toBe(may)
})

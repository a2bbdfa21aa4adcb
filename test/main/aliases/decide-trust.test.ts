import { describe, expect, it } from 'vitest'
import {
  cautionOf,
  decideDeferral,
  decideTrust,
  type TrustFacts,
  type TrustSettings,
} from '../../../main/aliases/decide-trust.ts'
import { AUTHOR } from '../../../main/aliases/decide-trust-table.ts'
import type { Author, AuthorFault } from '../../../main/mail/author.ts'
import { ARC_RESULTS, DMARC_POLICIES, DMARC_RESULTS, SPF_RESULTS } from '../../../main/terms/verdicts.ts'
import { authorAt } from '../../world/evidence.ts'

const settings: TrustSettings = { dmarc: 'hold', spf: 'hold', temporary: 'defer', sealers: ['lists.test'] }
const base: TrustFacts = {
  ...{ spf: 'none', dmarc: 'none', arc: 'none', policy: undefined, aligned: false, sealer: undefined },
  ...{
    sealedFor: undefined,
    author: authorAt('ada@shop.test'),
    authorIsOurs: false,
    authorIsUser: false,
    unresolved: false,
  },
  ...{ sentByAuthor: false, unreachable: false, allowed: false, settings },
}
type Change = Partial<TrustFacts>
const refuse: Change = { settings: { ...settings, dmarc: 'refuse' } }
const failed: Change = { dmarc: 'fail', policy: 'reject' }
const user: Change = { authorIsUser: true }
const sealed: Change = { arc: 'pass', sealer: 'lists.test', sealedFor: 'shop.test' }
const ours: Change = { authorIsOurs: true }
const faulty = (fault: AuthorFault): Author => ({ kind: 'unknown', fault, domains: [] })
const FAULTS = Object.keys(AUTHOR) as AuthorFault[]

function said(facts: TrustFacts): string {
  const decision = decideTrust(facts)
  if (decision.kind === 'pass') return `pass${decision.note === undefined ? '' : '!'}`
  if (decision.kind === 'hold') return `hold ${decision.reason}`
  return `refuse ${decision.reply.code} ${decision.reply.enhanced ?? ''} ${decision.reply.id}`
}

const FORGED = 'refuse 550 5.7.26 own-domain-forged'
const REFUSED = 'refuse 550 5.7.26 dmarc-failed'

describe('a message that does not prove its sender', () => {
  it.each<[string, Change, string]>([
    ['nothing known', {}, 'pass'],
    ['DMARC passes', { dmarc: 'pass', spf: 'fail' }, 'pass'],
    ['DMARC fails, p=reject', failed, 'hold dmarc-failed'],
    ['DMARC fails, p=quarantine', { ...failed, policy: 'quarantine' }, 'hold dmarc-failed'],
    ['DMARC fails, the policy is unknown', { ...failed, policy: undefined }, 'hold dmarc-failed'],
    ['DMARC fails, p=none: with a warning', { ...failed, policy: 'none' }, 'pass!'],
    ['DMARC fails, p=none, and SPF forbids it: DMARC decides', { ...failed, policy: 'none', spf: 'fail' }, 'pass!'],
    ['DMARC fails, the user refuses', { ...failed, ...refuse }, REFUSED],
    ['DMARC fails with p=none, the user refuses', { ...failed, ...refuse, policy: 'none' }, 'pass!'],
    ['a record that is not valid', { dmarc: 'permerror' }, 'hold dmarc-failed'],
    ['a record that is not valid, SPF passes', { dmarc: 'permerror', spf: 'pass' }, 'hold dmarc-failed'],
    ['a record that is not valid, the user refuses', { dmarc: 'permerror', ...refuse }, REFUSED],
    ['a trusted sealer vouches', { ...failed, ...sealed }, 'pass!'],
    ['a trusted sealer vouches, the record is not valid', { dmarc: 'permerror', ...sealed }, 'pass!'],
    ['a trusted sealer vouches, the user refuses others', { ...failed, ...refuse, ...sealed }, 'pass!'],
    ['a host below a trusted sealer vouches', { ...failed, ...sealed, sealer: 'a.lists.test' }, 'pass!'],
    ['another sealer vouches', { ...failed, ...sealed, sealer: 'evil.test' }, 'hold dmarc-failed'],
    [
      'a sealer whose name ends like a trusted one',
      { ...failed, ...sealed, sealer: 'evillists.test' },
      'hold dmarc-failed',
    ],
    ['the chain is broken', { ...failed, ...sealed, arc: 'fail' }, 'hold dmarc-failed'],
    ['the sealer saw it fail', { ...failed, ...sealed, sealedFor: undefined }, 'hold dmarc-failed'],
    ['the sealer saw it pass for somebody else', { ...failed, ...sealed, sealedFor: 'evil.test' }, 'hold dmarc-failed'],
    ['SPF forbids, nothing else', { spf: 'fail' }, 'hold spf-failed'],
    ['SPF forbids, a signature of the author', { spf: 'fail', aligned: true }, 'pass'],
    ['SPF forbids, the user does not mind', { spf: 'fail', settings: { ...settings, spf: 'deliver' } }, 'pass!'],
    ['SPF cannot be read', { spf: 'permerror' }, 'hold spf-failed'],
    [
      'SPF cannot be read, the user does not mind',
      { spf: 'permerror', settings: { ...settings, spf: 'deliver' } },
      'pass!',
    ],
    ['SPF doubts: with a warning', { spf: 'softfail' }, 'pass!'],
    ['DMARC fails, the user allowed the sender', { ...failed, allowed: true }, 'pass!'],
    ['SPF forbids, the user allowed the sender', { spf: 'fail', allowed: true }, 'pass!'],
  ])('%s', (_, change, want) => {
    expect(said({ ...base, ...change })).toBe(want)
  })

  it.each<[string, Change, string]>([
    ['p=reject', failed, FORGED],
    ['p=none', { ...failed, policy: 'none' }, FORGED],
    ['no record', {}, FORGED],
    ['no record, SPF has doubts', { spf: 'softfail' }, FORGED],
    ['no record, the user lets SPF pass', { spf: 'fail', settings: { ...settings, spf: 'deliver' } }, FORGED],
    ['a record that is not valid', { dmarc: 'permerror', aligned: true }, FORGED],
    [
      'no answer, and the user delivers what cannot be checked',
      { dmarc: 'temperror', settings: { ...settings, temporary: 'deliver' } },
      FORGED,
    ],
    ['no network', { dmarc: 'temperror', unreachable: true }, FORGED],
    ['the user allowed the sender', { ...failed, allowed: true }, FORGED],
    ['one of several authors', { author: faulty('several-domains') }, FORGED],
    [
      'one of several From fields, another author passes',
      { author: faulty('several-from-fields'), dmarc: 'pass' },
      FORGED,
    ],
    ['a reading that only some programs have', { author: faulty('ambiguous'), aligned: true }, FORGED],
    ['it passes DMARC', { dmarc: 'pass' }, 'pass'],
    ['no record, signed by exactly that domain', { aligned: true }, 'pass'],
    ['no record, SPF passes for exactly that domain', { spf: 'pass', sentByAuthor: true }, 'pass'],
    ['a trusted sealer vouches', { ...failed, ...sealed }, 'pass!'],
  ])('as one of our own domains: %s', (_, change, want) => {
    expect(said({ ...base, ...ours, ...change })).toBe(want)
  })

  it.each(FAULTS)(
    'whose author cannot be told (%s) is held, refused where the user chose so, and vouched for by nobody',
    (fault) => {
      const author = faulty(fault)
      expect(said({ ...base, author })).toBe('hold dmarc-failed')
      expect(said({ ...base, ...refuse, author })).toBe(REFUSED)
      expect(said({ ...base, ...sealed, author })).toBe('hold dmarc-failed')
      expect(said({ ...base, dmarc: 'pass', aligned: true, author })).toBe('hold dmarc-failed')
      expect(decideDeferral({ ...base, author, dmarc: 'temperror', spf: 'temperror' })).toBeUndefined()
    },
  )

  it.each<[string, Change, string | undefined]>([
    ['nothing known', {}, undefined],
    ['no network, from this machine', { dmarc: 'temperror', spf: 'temperror', unreachable: true }, 'unchecked'],
    ['SPF cannot be looked up, the user wants it now', { spf: 'temperror' }, 'unchecked'],
    ['the same, and a trusted sealer vouches', { dmarc: 'temperror', ...sealed }, undefined],
    ['DMARC fails: that has a warning of its own', { ...failed, policy: 'none' }, undefined],
    ['the mailbox of the user, no record', user, 'own-mailbox'],
    ['the mailbox of the user, SPF passes for another domain', { ...user, spf: 'pass' }, 'own-mailbox'],
    ['the mailbox of the user, signed', { ...user, aligned: true }, undefined],
    ['the mailbox of the user, SPF passes for it', { ...user, spf: 'pass', sentByAuthor: true }, undefined],
    ['the mailbox of the user, DMARC passes', { ...user, dmarc: 'pass' }, undefined],
    ['the mailbox of the user, nothing can be looked up', { ...user, dmarc: 'temperror' }, 'own-mailbox'],
  ])('of which the user is warned: %s', (_, change, want) => {
    expect(cautionOf({ ...base, ...change })).toBe(want)
    if (want === 'own-mailbox' && change.dmarc === undefined) expect(said({ ...base, ...change })).toBe('pass!')
  })

  it.each<[string, Change, string | undefined]>([
    ['nothing known', {}, undefined],
    ['DMARC cannot be looked up', { dmarc: 'temperror' }, '4.7.26'],
    ['DMARC fails while what might prove it cannot be looked up', { ...failed, unresolved: true }, '4.7.26'],
    ['the same where nothing hangs on it', { dmarc: 'fail', policy: 'none', unresolved: true }, undefined],
    ['DMARC passes all the same', { dmarc: 'pass', spf: 'temperror' }, undefined],
    ['no DMARC, SPF cannot be looked up', { spf: 'temperror' }, '4.7.24'],
    ['no DMARC, SPF forbids, a key of the author cannot be looked up', { spf: 'fail', unresolved: true }, '4.7.24'],
    ['no DMARC, SPF cannot be looked up, a signature speaks for it', { spf: 'temperror', aligned: true }, undefined],
    ['no network, from this machine', { dmarc: 'temperror', spf: 'temperror', unreachable: true }, undefined],
    ['the user wants it now', { dmarc: 'temperror', settings: { ...settings, temporary: 'deliver' } }, undefined],
    [
      'our own domain, although the user wants it now',
      { ...ours, dmarc: 'temperror', settings: { ...settings, temporary: 'deliver' } },
      '4.7.26',
    ],
    ['our own domain, no network', { ...ours, dmarc: 'temperror', unreachable: true }, '4.7.26'],
    ['a trusted sealer vouches', { dmarc: 'temperror', ...sealed }, undefined],
    ['the user allowed the sender', { dmarc: 'temperror', allowed: true }, undefined],
  ])('is put off only where that decides: %s', (_, change, want) => {
    const reply = decideDeferral({ ...base, ...change })
    expect(reply?.enhanced).toBe(want)
    if (reply !== undefined) expect(reply.code).toBe(451)
  })

  it('passes without a word only for a reason: in every combination of outcomes', () => {
    let silent = 0
    for (const dmarc of DMARC_RESULTS)
      for (const spf of SPF_RESULTS)
        for (const arc of ARC_RESULTS)
          for (const policy of [undefined, ...DMARC_POLICIES])
            for (const [aligned = false, sentByAuthor = false, authorIsOurs = false, allowed = false] of bits(4)) {
              const facts = { ...base, dmarc, spf, arc, policy, aligned, sentByAuthor, authorIsOurs, allowed }
              if (decideDeferral(facts) !== undefined || said(facts) !== 'pass') continue
              silent++
              const proved = dmarc === 'pass' || (dmarc === 'none' && (aligned || (spf === 'pass' && sentByAuthor)))
              // Nobody claims anything, so nothing is broken: a domain without DMARC whose SPF does not say no.
              const claimed = dmarc === 'none' && ['pass', 'none', 'neutral'].includes(spf)
              expect(proved || (claimed && !authorIsOurs) || (authorIsOurs && sentByAuthor && dmarc === 'none')).toBe(
                true,
              )
            }
    expect(silent).toBeGreaterThan(100)
  })
})

function bits(count: number): boolean[][] {
  return Array.from({ length: 2 ** count }, (_, value) =>
    Array.from({ length: count }, (_unused, i) => ((value >> i) & 1) === 1),
  )
}

import { describe, expect, it } from 'vitest'
import { decideDeferral, decideTrust, type TrustFacts, type TrustSettings } from '../../../main/aliases/decide-trust.ts'

const settings: TrustSettings = { dmarc: 'hold', spf: 'hold', temporary: 'defer', sealers: ['lists.test'] }
const base: TrustFacts = {
  ...{ spf: 'none', dkim: 'none', dmarc: 'none', arc: 'none', policy: undefined, aligned: false, sealer: undefined },
  ...{ sealedAuthentic: false, authorDomain: 'shop.test', authorIsOurs: false, offline: false, settings },
}
type Change = Partial<TrustFacts>
const refuse: Change = { settings: { ...settings, dmarc: 'refuse' } }
const failed: Change = { dmarc: 'fail', policy: 'reject' }
const sealed: Change = { arc: 'pass', sealer: 'lists.test', sealedAuthentic: true }

describe('a message that does not prove its sender', () => {
  it.each<[string, Change, string]>([
    ['nothing known', {}, 'pass'],
    ['DMARC passes', { dmarc: 'pass', spf: 'fail' }, 'pass'],
    ['DMARC fails, p=reject', failed, 'hold dmarc-failed'],
    ['DMARC fails, p=quarantine', { ...failed, policy: 'quarantine' }, 'hold dmarc-failed'],
    ['DMARC fails, p=none: with a warning', { ...failed, policy: 'none' }, 'pass!'],
    ['DMARC fails, p=none, and SPF forbids it: DMARC decides', { ...failed, policy: 'none', spf: 'fail' }, 'pass!'],
    ['DMARC fails, the user refuses', { ...failed, ...refuse }, 'refuse 550 5.7.26'],
    ['DMARC fails with p=none, the user refuses', { ...failed, ...refuse, policy: 'none' }, 'pass!'],
    ['our own domain is forged', { ...failed, authorIsOurs: true }, 'refuse 550 5.7.26'],
    ['a trusted sealer vouches', { ...failed, ...sealed }, 'pass!'],
    ['a trusted sealer vouches, the user refuses others', { ...failed, ...refuse, ...sealed }, 'pass!'],
    ['a host below a trusted sealer vouches', { ...failed, ...sealed, sealer: 'a.lists.test' }, 'pass!'],
    ['another sealer vouches', { ...failed, ...sealed, sealer: 'evil.test' }, 'hold dmarc-failed'],
    [
      'a sealer whose name ends like a trusted one',
      { ...failed, ...sealed, sealer: 'evillists.test' },
      'hold dmarc-failed',
    ],
    ['the chain is broken', { ...failed, ...sealed, arc: 'fail' }, 'hold dmarc-failed'],
    ['the sealer saw it fail', { ...failed, ...sealed, sealedAuthentic: false }, 'hold dmarc-failed'],
    ['SPF forbids, nothing else', { spf: 'fail' }, 'hold spf-failed'],
    ['SPF forbids, an aligned signature', { spf: 'fail', aligned: true, dkim: 'pass' }, 'pass'],
    ['SPF forbids, a foreign signature', { spf: 'fail', dkim: 'pass' }, 'hold spf-failed'],
    ['SPF forbids, the user does not mind', { spf: 'fail', settings: { ...settings, spf: 'deliver' } }, 'pass'],
    ['SPF doubts', { spf: 'softfail' }, 'pass'],
  ])('%s', (_, change, want) => {
    const decision = decideTrust({ ...base, ...change })
    const said =
      decision.kind === 'pass'
        ? `pass${decision.note === undefined ? '' : '!'}`
        : decision.kind === 'hold'
          ? `hold ${decision.reason}`
          : `refuse ${decision.reply.code} ${decision.reply.enhanced ?? ''}`
    expect(said).toBe(want)
  })

  it.each<[string, Change, string | undefined]>([
    ['nothing known', {}, undefined],
    ['DMARC cannot be looked up', { dmarc: 'temperror' }, '4.7.26'],
    ['DMARC fails while SPF cannot be looked up', { ...failed, spf: 'temperror' }, '4.7.26'],
    ['DMARC fails while a key cannot be looked up', { ...failed, dkim: 'temperror' }, '4.7.26'],
    ['the same where nothing hangs on it', { dmarc: 'fail', policy: 'none', dkim: 'temperror' }, undefined],
    ['DMARC passes all the same', { dmarc: 'pass', spf: 'temperror' }, undefined],
    ['no DMARC, SPF cannot be looked up', { spf: 'temperror' }, '4.7.24'],
    ['no DMARC, SPF cannot be looked up, a signature speaks for it', { spf: 'temperror', aligned: true }, undefined],
    ['no resolver at all', { dmarc: 'temperror', spf: 'temperror', offline: true }, undefined],
    ['the user wants it now', { dmarc: 'temperror', settings: { ...settings, temporary: 'deliver' } }, undefined],
    ['a trusted sealer vouches', { dmarc: 'temperror', ...sealed }, undefined],
  ])('is put off only where that decides: %s', (_, change, want) => {
    const reply = decideDeferral({ ...base, ...change })
    expect(reply?.enhanced).toBe(want)
    if (reply !== undefined) expect(reply.code).toBe(451)
  })
})

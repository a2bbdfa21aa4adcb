// What the decision may depend on, over a real store: the spelling of an address never, and of an alias's many settings only those that
// say who may write and for how long.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decideRecipient } from '../../../main/aliases/decide-recipient.ts'
import { decideSender } from '../../../main/aliases/decide-sender.ts'
import { addressHash, gatherFacts } from '../../../main/aliases/facts.ts'
import { gatherSenderFacts } from '../../../main/aliases/sender-facts.ts'
import { openStore, type Store } from '../../../main/store/store.ts'
import { parseAddress, type AddressKey } from '../../../main/terms/address.ts'

const NOW = 1_800_000_000_000
const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-decide-'))
let store: Store

/** Aliases in every state that a decision knows. */
const STATES: Readonly<Record<string, Record<string, string | number | null>>> = {
  open: {},
  off: { active: 0 },
  silent: { active: 0, when_disabled: 'discard' },
  later: { active: 0, when_disabled: 'defer', reject_text: 'not today' },
  gone: { active: 0, deleted_at: 5 },
  expired: { expires_at: 5 },
  idle: { expires_idle: 1 },
  known: { policy: 'known' },
  ask: { policy: 'ask' },
  bücher: {},
}
const DOMAINS = ['x.test', 'xn--mnchen-3ya.test']

beforeAll(async () => {
  const writerScript = pathToFileURL(path.resolve(import.meta.dirname, '../../../main/store/writer.worker.ts'))
  store = await openStore({ folder, key: randomBytes(32), writerScript })
  const { writer } = store
  await writer.run('addRecipient', { id: 'r1', email: 'me@far.test', emailKey: 'me@far.test', isMailbox: false, at: 1 })
  for (const [i, name] of DOMAINS.entries()) {
    const rest = { catchAll: i === 0, description: null, defaultRecipientId: null, at: 1, keys: [] }
    await writer.run('addDomain', { id: `d${i}`, name, ...rest })
    for (const [local, values] of Object.entries(STATES)) {
      const address = `${local}@${name}`
      const id = `${local}-${i}`
      const key = { addressKey: address, localPart: local, domainId: `d${i}` }
      await writer.run('addAlias', { id, address, ...key, description: null, recipientIds: [], at: 1 })
      await writer.run('set', { table: 'alias', id, values, at: 1 })
    }
    await writer.run('addPattern', {
      id: `p${i}`,
      domainId: `d${i}`,
      pattern: 'shop-[a-z]+',
      recipientIds: [],
      labels: '',
      at: 1,
    })
  }
  await writer.run('addBlock', {
    id: 'b1',
    kind: 'domain',
    value: 'spam.example',
    aliasId: null,
    answer: 'reject',
    text: null,
    source: 'you',
    at: 1,
  })
}, 60_000)
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The two decisions of a message, as they would be written to the log. */
function decision(to: string, from: string): unknown {
  const [address, sender] = [parseAddress(to), parseAddress(from)]
  if (address === undefined || sender === undefined) return 'not understood'
  const facts = gatherFacts(address, {
    ...{ store, sender, now: NOW, authenticated: false, routed: false, mayMakeAlias: true },
    ...{ withinRate: () => true, bouncedDelivery: () => undefined, unsubscribedDelivery: () => undefined },
  })
  const first = decideRecipient(facts)
  const alias = 'alias' in first ? first.alias : undefined
  const second = decideSender(gatherSenderFacts(store, alias, [sender]))
  const short = (one: typeof first | typeof second): unknown => ({
    ...{ kind: one.kind, because: one.because },
    reply: 'reply' in one ? one.reply : null,
    alias: 'alias' in one ? (one.alias?.id ?? null) : null,
  })
  return [short(first), short(second)]
}

const locals = [...Object.keys(STATES), 'new', 'shop-abc', 'postmaster', 'abuse', 'mailer-daemon']
const senders = ['a@ok.example', 'b@spam.example', 'c@deep.spam.example']

/** The same address as somebody else may write it. */
function spellings(local: string, domain: string): fc.Arbitrary<string> {
  const turn = (text: string): fc.Arbitrary<string> =>
    fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((upper) =>
      Array.from(text)
        .map((character, i) => (upper[i] === true ? character.toUpperCase() : character))
        .join(''),
    )
  const domains =
    domain === 'x.test' ? ['x.test'] : ['xn--mnchen-3ya.test', 'münchen.test', 'mu\u0308nchen.test', 'ｍünchen.test']
  const forms = [local.normalize('NFC'), local.normalize('NFD')]
  return fc
    .tuple(fc.constantFrom(...forms).chain(turn), fc.constantFrom(...domains).chain(turn), fc.boolean(), fc.boolean())
    .map(([left, right, quoted, dot]) => `${quoted ? `"${left}"` : left}@${right}${dot ? '.' : ''}`)
}

describe('the decision', () => {
  it('is the same for every case, quoting and equivalent IDN spelling of recipient and sender', () => {
    const cases = fc
      .tuple(fc.constantFrom(...locals), fc.constantFrom(...DOMAINS), fc.constantFrom(...senders))
      .chain(([local, domain, from]) => {
        const [left = '', right = ''] = from.split('@')
        return fc.tuple(
          fc.constant([`${local}@${domain}`, from] as const),
          spellings(local, domain),
          spellings(left, right).map((one) =>
            right === 'x.test' ? one : `${one.slice(0, one.lastIndexOf('@'))}@${right.toUpperCase()}`,
          ),
        )
      })
    fc.assert(
      fc.property(cases, ([[to, from], otherTo, otherFrom]) => {
        expect(decision(otherTo, otherFrom)).toEqual(decision(to, from))
      }),
      { numRuns: 2000, seed: 42 },
    )
  })

  it('is the same under any tag', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(STATES)),
        fc.constantFrom(...DOMAINS),
        fc.stringMatching(/^[a-z0-9.=-]{1,20}$/),
        (local, domain, tag) => {
          fc.pre(parseAddress(`${local}+${tag}@${domain}`) !== undefined && !/=.*\./.test(tag))
          expect(decision(`${local}+${tag}@${domain}`, 'a@ok.example')).toEqual(
            decision(`${local}@${domain}`, 'a@ok.example'),
          )
        },
      ),
      { numRuns: 500, seed: 1 },
    )
  })

  it('changes with no setting but those that say who may write', async () => {
    const others = fc.record(
      {
        description: fc.string({ maxLength: 40 }),
        from_name: fc.string({ maxLength: 40 }),
        pinned: fc.constantFrom(0, 1),
        unsubscribe: fc.constantFrom('keep', 'disable', 'block', 'both'),
        allow_sealed: fc.constantFrom(0, 1),
        labels: fc.constantFrom('', '|work|', '|a|b|'),
        hourly_limit: fc.option(fc.integer({ min: 1, max: 1000 })),
        fallback_recipient_id: fc.constantFrom(null, 'r1'),
        leak_at: fc.option(fc.integer({ min: 1, max: NOW })),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(STATES)),
        fc.constantFrom(0, 1),
        fc.constantFrom(...senders),
        others,
        async (local, i, from, values) => {
          const to = `${local}@${DOMAINS[i] ?? ''}`
          const before = decision(to, from)
          if (Object.keys(values).length > 0)
            await store.writer.run('set', { table: 'alias', id: `${local}-${i}`, values, at: 1 })
          expect(decision(to, from)).toEqual(before)
        },
      ),
      { numRuns: 300, seed: 8 },
    )
  })

  it('changes with each of those that do', async () => {
    const before = decision('open@x.test', 'a@ok.example')
    for (const [local, values] of Object.entries(STATES)) {
      if (Object.keys(values).length === 0 || local === 'idle') continue
      await store.writer.run('set', { table: 'alias', id: 'open-0', values, at: 1 })
      expect(decision('open@x.test', 'a@ok.example'), local).not.toEqual(before)
      const back = {
        active: 1,
        when_disabled: 'reject',
        reject_text: null,
        deleted_at: null,
        expires_at: null,
        policy: 'all',
      }
      await store.writer.run('set', { table: 'alias', id: 'open-0', values: back, at: 1 })
      expect(decision('open@x.test', 'a@ok.example'), local).toEqual(before)
    }
  })

  it('never lets a forgotten address come back, by catch-all, pattern or tag', async () => {
    for (const local of ['shop-gone', 'lost']) {
      await store.writer.run('addAlias', {
        id: local,
        address: `${local}@x.test`,
        addressKey: `${local}@x.test`,
        localPart: local,
        domainId: 'd0',
        description: null,
        recipientIds: [],
        at: 1,
      })
      await store.writer.run('forgetAlias', local, addressHash(`${local}@x.test` as AddressKey), 1)
      for (const spelling of [local, local.toUpperCase(), `"${local}"`, `${local}+tag`])
        expect(decision(`${spelling}@X.TEST`, 'a@ok.example')).toMatchObject([
          { kind: 'refuse', because: 'alias-forgotten' },
          {},
        ])
    }
  })
})

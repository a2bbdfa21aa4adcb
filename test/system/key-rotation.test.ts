// New signing keys: used once their records are seen in the DNS and not before; the old ones stay until mail that they signed has arrived.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addDomain } from '../../main/api/actions/domains.ts'
import { createDns, type Lookup } from '../../main/dns/resolver.ts'
import { RETIRED_FOR, rotateKeys, tendKeys } from '../../main/queue/key-rotation.ts'
import { signingKeysOf } from '../../main/queue/signing-keys.ts'
import { openStore, type Store } from '../../main/store/store.ts'
import { fixedClock } from '../../main/terms/clock.ts'
import { startDns, type TestDns } from '../world/dns.ts'
import { PATIENT, startRelay, type TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'
import { Wire } from '../world/dialogue.ts'

interface Rotated {
  readonly made: boolean
  readonly waitsFor: string | null
  readonly keys: readonly { readonly selector: string; readonly state: string; readonly goesAt: number | null }[]
  readonly records: readonly { readonly name: string; readonly value: string }[]
}
const states = ({ keys }: Pick<Rotated, 'keys'>): string => keys.map((one) => `${one.selector} ${one.state}`).join(', ')
const txt = (value: string) => ({ type: 'TXT' as const, data: value.match(/.{1,255}/g) ?? [] })

describe('a relay that rotates its keys', () => {
  const zone: Record<string, { type: 'TXT'; data: string[] }[]> = {}
  let dns: TestDns
  let sink: Sink
  let relay: TestRelay
  let records: Rotated['records'] = []
  beforeAll(async () => {
    dns = await startDns(zone)
    sink = await startSink()
    const init = ['--domain', 'ours.test', '--recipient', 'me@far.test', '--catch-all', '--key', 'file']
    const route = ['--route', `smtp://127.0.0.1:${sink.port}`]
    relay = await startRelay({ init: [...init, ...route], serve: ['--resolver', dns.server, '--dnssec', 'off'] })
  })
  afterAll(async () => {
    await relay.destroy()
    await sink.close()
    await dns.close()
  })

  /** The selectors of the signatures of a message that goes out now. */
  async function signedBy(): Promise<readonly string[]> {
    const before = sink.mails.length
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    await wire.say('EHLO peer.test')
    await wire.say('MAIL FROM:<a@stranger.test>')
    await wire.say('RCPT TO:<shop@ours.test>')
    await wire.say('DATA')
    wire.send(`From: <a@stranger.test>\r\nTo: <shop@ours.test>\r\nSubject: ${before}\r\n\r\nhello\r\n.\r\n`)
    expect(await wire.reply()).toMatch(/^250/)
    await wire.say('QUIT')
    wire.close()
    await expect.poll(() => sink.mails.length, PATIENT).toBe(before + 1)
    const text = (sink.mails.at(-1)?.raw ?? Buffer.alloc(0)).toString('latin1')
    const fields = text.slice(0, text.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ')
    const lines = fields.split('\r\n').filter((line) => line.startsWith('DKIM-Signature:'))
    return lines.map((line) => /\bs=([^;]+);/.exec(line)?.[1] ?? '').sort()
  }

  it('does not sign with keys whose records nobody has seen', async () => {
    expect(await signedBy()).toEqual(['e1', 'r1'])
    const first = await relay.json<Rotated>('domain', 'rotate-keys', 'ours.test')
    expect(first.made).toBe(true)
    expect(states(first)).toBe('r1 active, e1 active, r2 waiting, e2 waiting')
    expect(first.waitsFor).toContain('no record at r2._domainkey.ours.test')
    expect(await signedBy()).toEqual(['e1', 'r1'])

    records = first.records
  })

  it('keeps the old keys and shows what is what', async () => {
    const shown = await relay.json<Rotated>('domain', 'show', 'ours.test')
    expect(states(shown)).toBe('r1 active, e1 active, r2 waiting, e2 waiting')
    const text = await relay.run('domain', 'show', 'ours.test')
    expect(text.out).toContain('waiting')
    expect(text.out).toContain('signs once this record is seen')
  })

  it('finds the records by itself once they are published, and signs with the new keys', async () => {
    for (const { name, value } of records) zone[name] = [txt(value)]
    // What was not there is remembered for a while; a relay that starts looks anew.
    await relay.stop()
    await relay.serve()
    const shown = (): Promise<string> => relay.json<Rotated>('domain', 'show', 'ours.test').then(states)
    await expect.poll(shown, PATIENT).toBe('r1 retiring, e1 retiring, r2 active, e2 active')
    expect(await signedBy()).toEqual(['e2', 'r2'])
  })
})

describe('the life of a key', () => {
  const START = 1_800_000_000_000
  const clock = fixedClock(START)
  const zone: Record<string, { type: 'TXT'; data: string[] }[]> = {}
  let dns: TestDns
  let folder: string
  let store: Store
  beforeEach(async () => {
    dns = await startDns(zone)
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-keys-'))
    const writerScript = pathToFileURL(path.resolve(import.meta.dirname, '../../main/store/writer.worker.ts'))
    store = await openStore({ folder, key: randomBytes(32), writerScript })
    clock.set(START)
  })
  afterEach(async () => {
    await store.close()
    await dns.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('waits, signs, retires for as long as mail can be under way, and goes with a word about its record', async () => {
    const parts = { store, clock }
    const about = { domain: 'ours.test', catchAll: false, description: null, defaultRecipientId: null }
    const domain = await addDomain(parts, about)
    const signing = (): string =>
      signingKeysOf(store, domain.name)
        .map((key) => key.selector)
        .join()
    const all = (): string =>
      states({ keys: store.directory.dkimKeys(domain.id).map((key) => ({ ...key, goesAt: null })) })
    // A resolver each time: what was not there is remembered for a while.
    const tend = (): Promise<void> => tendKeys(parts, lookupOf(dns.server))
    expect(await rotateKeys(parts, domain)).toBe(true)
    expect(await rotateKeys(parts, domain)).toBe(false)
    await tend()
    expect(signing()).toBe('r1,e1')
    zone['r2._domainkey.ours.test'] = [txt('v=DKIM1; k=rsa; p=AAAA')]
    await tend()
    expect(signing()).toBe('r1,e1')
    for (const { selector, algorithm, publicKey } of store.directory.dkimKeys(domain.id))
      zone[`${selector}._domainkey.ours.test`] = [txt(`v=DKIM1; k=${algorithm}; p=${publicKey}`)]
    await tend()
    expect(signing()).toBe('r2,e2')
    expect(all()).toBe('r1 retiring, e1 retiring, r2 active, e2 active')
    clock.set(START + RETIRED_FOR - 1)
    await tend()
    expect(all()).toBe('r1 retiring, e1 retiring, r2 active, e2 active')
    clock.set(START + RETIRED_FOR)
    await tend()
    expect(all()).toBe('r2 active, e2 active')
    const log = store.log.page(10, undefined, undefined)
    expect(log.map((one) => one.reason)).toEqual(['key-retired', 'key-retired', 'keys-activated'])
    expect(log[1]?.text).toContain('r1._domainkey.ours.test can be removed')
    expect(await rotateKeys(parts, domain)).toBe(true)
    expect(all()).toBe('r2 active, e2 active, r3 waiting, e3 waiting')
  })
})

function lookupOf(server: string): Lookup {
  return createDns({ server, dnssec: 'off' }, () => Date.now()).lookup
}

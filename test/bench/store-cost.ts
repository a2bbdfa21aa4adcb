// What encryption and a large database cost: the same accepts into an encrypted and into a plain store in the same run, and the time from
// the start of the process to the first accepted connection on a database of a gigabyte.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AcceptInput } from '../../main/store/commands/accept.ts'
import { openStore, type Store } from '../../main/store/store.ts'
import { openVault } from '../../main/vault/vault.ts'
import { Wire } from '../world/dialogue.ts'
import { TestRelay } from '../world/relay.ts'

export const writerScript = pathToFileURL(path.resolve(import.meta.dirname, '../../dist/writer.worker.js'))
const MESSAGES = 4000
const GIGABYTE = 1024 ** 3
const BODY = 120 * 1024

export function accept(id: string, body: Buffer, domainId: string): AcceptInput {
  const address = `bench${Math.abs(body.readInt32LE(0) % 50)}@bench.test`
  const log = { at: 1, direction: 'forward' as const, outcome: 'accepted', reason: 'accepted', text: '', alias: address, sender: 's@y.test', recipient: '', subject: 'bench', size: body.length, peer: '192.0.2.1', tls: '', messageId: id, verdicts: null } // prettier-ignore
  const create = { address, addressKey: address, localPart: address.slice(0, -11), domainId, origin: 'catch-all' as const, firstSender: null } // prettier-ignore
  return {
    route: 'mx',
    message: { publicId: id, receivedAt: 1, reversePath: 's@y.test', header: Buffer.from('A: b\r\n\r\n'), body, spool: null, size: body.length, bodyHash: 'h', session: { helo: '', peer: '', protocol: '', tls: '', account: '' }, verdicts: null, authenticationResults: null,
      proven: false,
      envid: null,
      ret: null }, // prettier-ignore
    recipients: [{ kind: 'forward', alias: { create }, tag: '', sender: 's@y.test', correspondents: [], log }],
  }
}

async function setUp(store: Store): Promise<void> {
  await store.writer.run('addRecipient', {
    id: 'r',
    email: 'me@far.test',
    emailKey: 'me@far.test',
    isMailbox: false,
    at: 1,
  })
  await store.writer.run('addDomain', { id: 'd', name: 'bench.test', catchAll: true, description: null, defaultRecipientId: null, at: 1, keys: [] }) // prettier-ignore
}

/** Messages a second, twenty of them under way at once as over twenty sessions. */
async function rate(unencrypted: boolean): Promise<number> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-bench-store-'))
  try {
    const store = await openStore({ folder, key: randomBytes(32), writerScript, unencrypted })
    await setUp(store)
    const body = randomBytes(10_240)
    const start = performance.now()
    const session = async (number: number): Promise<void> => {
      for (let i = 0; i < MESSAGES / 20; i++) await store.writer.run('accept', accept(`${number}-${i}`, body, 'd'))
    }
    await Promise.all(Array.from({ length: 20 }, (_, number) => session(number)))
    const seconds = (performance.now() - start) / 1000
    await store.close()
    return MESSAGES / seconds
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export interface StoreCost {
  readonly encrypted: number
  readonly plain: number
  /** Of the rate with encryption to the rate without. */
  readonly ratio: number
}

/** Best of three each, in turns: what else the machine does falls on both. */
export async function encryptionCost(): Promise<StoreCost> {
  let [encrypted, plain] = [0, 0]
  for (let round = 0; round < 3; round++) {
    encrypted = Math.max(encrypted, await rate(false))
    plain = Math.max(plain, await rate(true))
  }
  return { encrypted, plain, ratio: encrypted / plain }
}

/** Seconds from the start of the process to the greeting of the first connection, on a database of a gigabyte. */
export async function startOfLarge(size = GIGABYTE): Promise<{ readonly seconds: number; readonly size: number }> {
  const relay = new TestRelay({ env: { POSTERN_SMTP: '127.0.0.1:0' } })
  const before = process.env['XDG_CONFIG_HOME']
  try {
    await relay.run(
      'init',
      '--domain',
      'start.test',
      '--catch-all',
      '--recipient',
      'me@far.test',
      '--route',
      'smtp://127.0.0.1:9?tls=none',
    )
    process.env['XDG_CONFIG_HOME'] = path.join(relay.folder, 'config')
    const vault = await openVault(relay.data, undefined)
    const store = await openStore({ folder: relay.data, key: vault.databaseKey, writerScript })
    const domainId = store.directory.domains()[0]?.id ?? ''
    const file = path.join(relay.data, 'postern.db')
    for (let i = 0; statSync(file).size < size; i++)
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          store.writer.run('accept', accept(`${i}-${n}`, randomBytes(BODY), domainId)),
        ),
      )
    await store.close()
    const start = performance.now()
    await relay.serve()
    const wire = await Wire.open(relay.port('smtp'))
    await wire.reply()
    const seconds = (performance.now() - start) / 1000
    wire.close()
    return { seconds, size: statSync(file).size }
  } finally {
    if (before === undefined) delete process.env['XDG_CONFIG_HOME']
    else process.env['XDG_CONFIG_HOME'] = before
    await relay.destroy()
  }
}

/** The lines that `npm run bench` prints. */
export async function storeCost(line: (text: string) => void): Promise<void> {
  const { encrypted, plain, ratio } = await encryptionCost()
  line(
    `Store     ${encrypted.toFixed(0)} accepts/s encrypted, ${plain.toFixed(0)} in plain SQLite: ratio ${ratio.toFixed(2)}`,
  )
  const { seconds, size } = await startOfLarge()
  line(
    `Start     ${seconds.toFixed(2)} s to the first accepted connection with ${(size / GIGABYTE).toFixed(2)} GB (at most 1.5 s)`,
  )
}

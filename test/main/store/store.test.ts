import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EVERYTHING } from '../../../main/aliases/search-grammar.ts'
import type { AcceptInput } from '../../../main/store/commands/accept.ts'
import { openDatabase } from '../../../main/store/database.ts'
import { lockFolder } from '../../../main/store/folder-lock.ts'
import { readSpool, SpoolWriter, spoolPath, sweepSpool, type SpoolFile } from '../../../main/store/spool.ts'
import { openStore, type Store } from '../../../main/store/store.ts'

const writerScript = pathToFileURL(path.resolve(import.meta.dirname, '../../../main/store/writer.worker.ts'))
const key = randomBytes(32)
let folder: string
let store: Store | undefined

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'postern-store-'))
})
afterEach(async () => {
  await store?.close()
  store = undefined
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<Store> {
  store = await openStore({ folder, key, writerScript })
  return store
}

async function filled(): Promise<Store> {
  const opened = await open()
  await opened.writer.run('addRecipient', {
    id: 'r1',
    email: 'me@far.test',
    emailKey: 'me@far.test',
    isMailbox: false,
    at: 1,
  })
  await opened.writer.run('addDomain', {
    id: 'd1',
    name: 'x.test',
    catchAll: true,
    description: null,
    defaultRecipientId: null,
    at: 1,
    keys: [],
  })
  return opened
}

function message(id: string, alias = 'shop'): AcceptInput {
  const log = {
    at: 1,
    direction: 'forward' as const,
    outcome: 'accepted',
    reason: 'accepted',
    text: '',
    alias: `${alias}@x.test`,
    sender: 's@y.test',
    recipient: '',
    subject: 'The Subject',
    size: 1,
    peer: '192.0.2.1',
    tls: '',
    messageId: id,
    verdicts: null,
  }
  const address = `${alias}@x.test`
  const create = {
    address,
    addressKey: address,
    localPart: alias,
    domainId: 'd1',
    origin: 'catch-all' as const,
    firstSender: null,
  }
  const correspondents = [
    { address: 's@y.test', addressKey: 's@y.test', displayName: 'S', proposedReplyAddress: `${id}@x.test` },
  ]
  return {
    route: 'mx',
    message: {
      publicId: id,
      receivedAt: 1,
      reversePath: 's@y.test',
      header: Buffer.from('A: b\r\n\r\n'),
      body: Buffer.from('body'),
      spool: null,
      size: 12,
      bodyHash: 'h',
      session: { helo: '', peer: '', protocol: '', tls: '', account: '' },
      verdicts: null,
      authenticationResults: null,
      proven: false,
      envid: null,
      ret: null,
    },
    recipients: [{ kind: 'forward', alias: { create }, tag: '', sender: 's@y.test', correspondents, log }],
  }
}

describe('the writer', () => {
  it('makes one alias and one contact however many sessions ask at once', async () => {
    const { writer, directory, mail, search } = await filled()
    const results = await Promise.all(Array.from({ length: 50 }, (_, i) => writer.run('accept', message(`m${i}`))))
    expect(results.flatMap((one) => one.madeAliases)).toEqual(['shop@x.test'])
    const rows = search.numbers(EVERYTHING, 0, 0, 10, 10).map((number) => search.byNumber(number))
    expect(rows).toHaveLength(1)
    expect(rows[0]?.forwarded).toBe(50)
    expect(directory.contactsOf(rows[0]?.id ?? '')).toHaveLength(1)
    expect(mail.counts().queued).toBe(50)
  })

  it('a command that fails takes no other one of its commit with it', async () => {
    const { writer, mail } = await filled()
    const all = await Promise.allSettled([
      writer.run('accept', message('a')),
      writer.run('accept', message('a')),
      writer.run('accept', message('b')),
    ])
    expect(all.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(mail.counts().queued).toBe(2)
  })

  it('leases each delivery once, settles it, and removes the message that nobody needs any more', async () => {
    const { writer, mail, log } = await filled()
    const { messageId } = await writer.run('accept', message('a'))
    const [lease, second] = await Promise.all([
      writer.run('lease', { now: 5, limit: 10, perDestination: 20, rooms: new Map() }),
      writer.run('lease', { now: 5, limit: 10, perDestination: 20, rooms: new Map() }),
    ])
    expect([lease.rows.length, second.rows.length]).toEqual([1, 0])
    const [row] = lease.rows
    if (row === undefined || messageId === null) throw new Error('unreachable')
    expect(row).toMatchObject({ state: 'in-flight', attempts: 1, destination: 'far.test' })
    const attempt = { at: 9, destination: 'd', outcome: 'delivered' as const, answer: '250 ok', tls: '' }
    const settle = {
      deliveryId: row.id,
      outcome: 'delivered' as const,
      reason: 'delivered',
      text: 'done',
      attempt,
      dueAt: 0,
      keepUntil: null,
    }
    await writer.run('settle', settle)
    expect(mail.message(messageId)).toBeUndefined()
    expect(log.entry(row.logId)).toMatchObject({ outcome: 'delivered', attempts: [{ answer: '250 ok' }] })
    expect(await writer.run('settle', settle)).toMatchObject({ logId: null, mailboxId: null, freedSpools: [] })
  })

  it('a failed delivery keeps its message for the user; what was in flight at a crash is due at once', async () => {
    const { writer, mail } = await filled()
    await writer.run('accept', message('a'))
    await writer.run('accept', message('b'))
    const leased = await writer.run('lease', { now: 5, limit: 10, perDestination: 20, rooms: new Map() })
    const attempt = { at: 9, destination: 'd', outcome: 'failed' as const, answer: '550 no', tls: '' }
    await writer.run('settle', {
      deliveryId: leased.rows[0]?.id ?? 0,
      outcome: 'failed',
      reason: 'refused-by-server',
      text: 'no',
      attempt,
      dueAt: 0,
      keepUntil: 99,
    })
    const [held] = mail.heldList(10, undefined)
    expect(held).toMatchObject({ kind: 'failed', sender: 's@y.test', expiresAt: 99 })
    expect(mail.message(held?.messageId ?? 0)?.header.toString()).toBe('A: b\r\n\r\n')
    await store?.close()
    const again = await open()
    expect(again.mail.counts()).toMatchObject({ inFlight: 1, queued: 0, failed: 1 })
    expect(await again.writer.run('recoverInFlight', 50)).toBe(1)
    expect(again.mail.queue(10)).toMatchObject([{ dueAt: 50 }])
    expect(again.mail.counters()).toEqual({ 'redelivered-after-crash': 1 })
    expect(await again.writer.run('expireHeld', 100, 10)).toMatchObject({ count: 1 })
    expect(again.mail.message(held?.messageId ?? 0)).toBeUndefined()
  })
})

describe('the log', () => {
  it('is found by any part of an address, a subject, and by the id of a reason', async () => {
    const { writer, log } = await filled()
    await writer.run('accept', message('a'))
    const count = (text: string): number => log.page(10, undefined, text).length
    expect(['hop@x', 'SUBJECT', 'accepted', '192.0', 'y.', '"', "' OR 1", 'x.test" OR "y'].map(count)).toEqual([
      1, 1, 1, 1, 1, 0, 0, 0,
    ])
    await writer.run('pruneLog', 2, 10)
    expect(count('hop@x')).toBe(0)
  })

  it('leads from an entry to its deliveries', async () => {
    const { writer, log } = await filled()
    await writer.run('accept', message('a'))
    const [entry] = log.page(1, undefined, undefined)
    expect(log.deliveriesOf(entry?.id ?? 0)).toMatchObject([{ state: 'queued', attempts: 0 }])
    expect(log.heldOf(entry?.id ?? 0)).toBeUndefined()
  })
})

describe('the file', () => {
  it('says nothing in clear, and opens with no other key', async () => {
    const { writer } = await filled()
    await writer.run('accept', message('canary-in-public-id', 'canaryalias'))
    await store?.close()
    store = undefined
    const bytes = readFileSync(path.join(folder, 'postern.db'))
    for (const word of ['SQLite', 'canary', 'alias', 'CREATE']) expect(bytes.includes(word)).toBe(false)
    expect(() => openDatabase({ file: path.join(folder, 'postern.db'), key: randomBytes(32) })).toThrow(
      /cannot be opened/,
    )
  })

  it('a flipped byte is an error, never other data', async () => {
    const { writer } = await filled()
    for (let i = 0; i < 200; i++) await writer.run('accept', message(`m${i}`, `alias${i}`))
    await store?.close()
    store = undefined
    const file = path.join(folder, 'postern.db')
    const good = readFileSync(file)
    const want = openDatabase({ file, key, readonly: true })
      .prepare('SELECT address FROM alias ORDER BY rowid')
      .pluck()
      .all()
    for (let i = 0; i < 40; i++) {
      const bad = Buffer.from(good)
      const place = Math.floor((bad.length * (i + 0.5)) / 40)
      bad[place] = (bad[place] ?? 0) ^ 1
      writeFileSync(file, bad)
      try {
        const db = openDatabase({ file, key, readonly: true })
        const got = db.prepare('SELECT address FROM alias ORDER BY rowid').pluck().all()
        db.close()
        expect(got).toEqual(want)
      } catch (error) {
        expect(String(error)).toMatch(/malformed|not a database|cannot be opened|disk I\/O|corrupt/)
      }
    }
  })

  it('opens with synchronous=FULL, secure_delete and no temporary files', () => {
    const db = openDatabase({ file: path.join(folder, 'a.db'), key })
    const read = (name: string): unknown => db.pragma(name, { simple: true })
    expect([
      read('synchronous'),
      read('secure_delete'),
      read('temp_store'),
      read('journal_mode'),
      read('foreign_keys'),
    ]).toEqual([2, 1, 2, 'wal', 1])
    db.close()
  })

  it('belongs to one process', () => {
    const lock = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow(/Another Postern/)
    lock.release()
    lockFolder(folder).release()
  })
})

describe('the spool', () => {
  async function spooled(size: number): Promise<{ file: SpoolFile; data: Buffer }> {
    const data = randomBytes(size)
    const writer = await SpoolWriter.create(folder)
    for (let at = 0; at < size; at += 10_000) await writer.write(data.subarray(at, at + 10_000))
    return { file: await writer.finish(), data }
  }
  async function readAll(file: SpoolFile): Promise<Buffer> {
    const pieces: Buffer[] = []
    for await (const piece of readSpool(folder, file)) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  it.each([0, 1, 65_535, 65_536, 65_537, 131_072, 300_001])('gives %i octets back', async (size) => {
    const { file, data } = await spooled(size)
    expect((await readAll(file)).equals(data)).toBe(true)
    expect(statSync(spoolPath(folder, file.id)).size).toBe(size + 16 * Math.max(1, Math.ceil(size / 65_536)))
  })

  it("notices a flipped byte, a cut, chunks that changed places, and another file's bytes", async () => {
    const { file } = await spooled(200_000)
    const name = spoolPath(folder, file.id)
    const good = readFileSync(name)
    const damage: ((bytes: Buffer) => Buffer)[] = [
      (bytes) => {
        bytes[100_000] = (bytes[100_000] ?? 0) ^ 1
        return bytes
      },
      (bytes) => Buffer.concat([bytes.subarray(65_552, 131_104), bytes.subarray(0, 65_552), bytes.subarray(131_104)]),
      (bytes) => Buffer.concat([bytes.subarray(0, 65_552), bytes.subarray(0, 65_552), bytes.subarray(131_104)]),
    ]
    for (const hurt of damage) {
      writeFileSync(name, hurt(Buffer.from(good)))
      await expect(readAll(file)).rejects.toThrow(/damaged/)
    }
    writeFileSync(name, good)
    truncateSync(name, 131_104)
    await expect(readAll(file)).rejects.toThrow(/damaged/)
    const shorter = { ...file, size: 131_072 }
    await expect(readAll(shorter)).rejects.toThrow(/damaged/)
  })

  it('files that no row names are swept away', async () => {
    const { file } = await spooled(10)
    const other = await spooled(10)
    expect(sweepSpool(folder, new Set([file.id]))).toBe(1)
    expect(() => statSync(spoolPath(folder, other.file.id))).toThrow()
  })
})

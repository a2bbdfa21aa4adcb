// How the queue shares its time: between destinations, with dead ones, after sleep.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Backoff } from '../../../main/queue/backoff.ts'
import { NetworkWatch } from '../../../main/queue/network-watch.ts'
import { Room } from '../../../main/queue/room.ts'
import { openDatabase, migrate, type Db } from '../../../main/store/database.ts'
import { prepareCommands } from '../../../main/store/commands/index.ts'
import { PARKED } from '../../../main/store/commands/queue-delivery.ts'
import { DiskRoom } from '../../../main/store/disk-room.ts'
import { fixedClock } from '../../../main/terms/clock.ts'
import type { Store } from '../../../main/store/store.ts'

let folder: string | undefined
let db: Db | undefined

afterEach(() => {
  db?.close()
  db = undefined
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

function open(): Db {
  folder = mkdtempSync(path.join(os.tmpdir(), 'postern-queue-'))
  db = openDatabase({ file: path.join(folder, 'q.db'), key: Buffer.alloc(32, 1) })
  migrate(db)
  return db
}

/** `count` deliveries for a destination, due from `due` on. */
function fill(into: Db, destination: string, count: number, due: number, recipientId: string | null = null): void {
  const insert = into.prepare(
    `INSERT INTO delivery(direction,forward_path,destination,log_id,state,queued_at,due_at,recipient_id)
     VALUES('forward',?,?,0,'queued',0,?,?)`,
  )
  into.transaction(() => {
    for (let i = 0; i < count; i++) insert.run(`${i}@${destination}`, destination, due + i, recipientId)
  })()
}

function recipient(into: Db, id: string): void {
  into
    .prepare('INSERT INTO recipient(id,email,email_key,created_at,updated_at) VALUES(?,?,?,0,0)')
    .run(id, `${id}@mine.test`, `${id}@mine.test`)
}

describe('the lease', () => {
  it('gives every destination its turn, however long the line for one of them is', () => {
    const commands = prepareCommands(open())
    if (db === undefined) throw new Error('unreachable')
    fill(db, 'big.test', 5000, 0)
    for (let i = 0; i < 30; i++) fill(db, `small${i}.test`, 1, 1000 + i)
    const seen = new Set<string>()
    for (let round = 0; round < 3; round++) {
      const { rows } = commands.lease({ now: 10_000, limit: 20, perDestination: 20, rooms: new Map() })
      expect(rows.length).toBeGreaterThan(10)
      for (const row of rows) seen.add(row.destination)
    }
    expect(seen.size).toBe(31)
  })

  it('leaves those alone that have no room, and says when the next of the others is due', () => {
    const commands = prepareCommands(open())
    if (db === undefined) throw new Error('unreachable')
    fill(db, 'dead.test', 3, 0)
    fill(db, 'full.test', 3, 0)
    fill(db, 'later.test', 1, 77)
    const rooms = new Map([
      ['dead.test', 0],
      ['full.test', 1],
    ])
    const first = commands.lease({ now: 50, limit: 20, perDestination: 20, rooms })
    expect(first.rows.map((row) => row.destination)).toEqual(['full.test'])
    expect(first.nextDue).toBe(77)
    const second = commands.lease({
      now: 77,
      limit: 20,
      perDestination: 20,
      rooms: new Map([...rooms, ['full.test', 0]]),
    })
    expect(second.rows.map((row) => row.destination)).toEqual(['later.test'])
  })

  it('ends, whoever was last: no destination is looked at twice', () => {
    const commands = prepareCommands(open())
    if (db === undefined) throw new Error('unreachable')
    for (const name of ['a', 'b', 'c', 'd']) fill(db, name, 4, 0)
    const order: string[] = []
    for (let i = 0; i < 20; i++)
      for (const row of commands.lease({ now: 9, limit: 1, perDestination: 1, rooms: new Map() }).rows)
        order.push(row.destination)
    expect(order).toHaveLength(16)
    expect(order.slice(0, 8).join('')).toBe('abcdabcd')
  })

  it('a paused recipient waits, is probed by one mail after an hour, and everything follows when it is back', () => {
    const commands = prepareCommands(open())
    if (db === undefined) throw new Error('unreachable')
    const HOUR = 3_600_000
    recipient(db, 'r')
    fill(db, 'mine.test', 5, 0, 'r')
    expect(commands.pauseRecipient('r', 'gone', 10)).toBe(true)
    expect(commands.pauseRecipient('r', 'gone', 10)).toBe(false)
    const lease = (now: number) => commands.lease({ now, limit: 20, perDestination: 20, rooms: new Map() }).rows
    expect(lease(100)).toEqual([])
    expect(commands.wakeAll(100)).toBe(0)
    const [probe, ...more] = lease(10 + HOUR)
    expect(more).toEqual([])
    expect(lease(10 + HOUR + 1)).toEqual([])
    const attempt = { at: 10 + HOUR, destination: 'd', outcome: 'deferred' as const, answer: '550 5.1.1', tls: '' }
    const base = { deliveryId: probe?.id ?? 0, reason: 'x', text: 'x', keepUntil: null }
    commands.settle({ ...base, outcome: 'deferred', attempt, dueAt: PARKED })
    expect(lease(10 + 2 * HOUR)).toEqual([])
    const [again] = lease(10 + 3 * HOUR)
    expect(again?.id).toBe(probe?.id)
    const log = {
      ...{ at: 0, direction: 'none' as const, outcome: 'noticed', reason: 'recipient-resumed', text: '', alias: '' },
      ...{ sender: '', recipient: '', subject: '', size: 0, peer: '', tls: '', messageId: '', verdicts: null },
    }
    const delivered = { ...attempt, outcome: 'delivered' as const }
    commands.settle({ ...base, outcome: 'delivered', attempt: delivered, dueAt: 0, resume: { recipientId: 'r', log } })
    expect(lease(10 + 3 * HOUR)).toHaveLength(4)
  })

  it('what the user switched off is not probed, and what waited five days gets a last try', () => {
    const commands = prepareCommands(open())
    if (db === undefined) throw new Error('unreachable')
    recipient(db, 'r')
    fill(db, 'mine.test', 2, 0, 'r')
    commands.pauseRecipient('r', 'off', 10, false)
    expect(commands.lease({ now: 1e12, limit: 20, perDestination: 20, rooms: new Map() }).rows).toEqual([])
    expect(commands.unparkOld(1, 2e12)).toBe(2)
    expect(commands.lease({ now: 2e12, limit: 20, perDestination: 20, rooms: new Map() }).rows).toHaveLength(2)
  })
})

describe('a destination that nobody answers at', () => {
  it('is left alone for longer each time, tried with one connection, and forgiven when it answers', () => {
    const backoff = new Backoff()
    backoff.failed('dead', 0)
    backoff.failed('dead', 1) // failed side by side: one failure
    expect(backoff.rooms(59_999).get('dead')).toBe(0)
    expect(backoff.nextEnd(5)).toBe(60_000)
    expect(backoff.rooms(60_000).get('dead')).toBe(1)
    backoff.failed('dead', 60_000)
    expect(backoff.nextEnd(60_001)).toBe(180_000)
    for (let at = 180_000, i = 0; i < 10; i++, at = backoff.nextEnd(at) ?? at) backoff.failed('dead', at)
    expect((backoff.nextEnd(0) ?? 0) - 0).toBeGreaterThan(0)
    backoff.answered('dead')
    expect(backoff.rooms(0).size).toBe(0)
    backoff.failed('dead', 0)
    backoff.forget()
    expect(backoff.nextEnd(0)).toBeUndefined()
  })
})

describe('sleep and networks', () => {
  it('wake the queue once for each change, and not for an address that is only gone', () => {
    const clock = fixedClock(0)
    let seen = 'eth0 IPv4 192.0.2.1'
    let woken = 0
    const watch = new NetworkWatch(
      () => clock.now(),
      () => woken++,
      () => seen,
    )
    watch.start()
    watch.stop()
    const tick = (at: number): number => {
      clock.set(at)
      watch.tick()
      return woken
    }
    expect(tick(5000)).toBe(0)
    seen = ''
    expect(tick(10_000)).toBe(0)
    seen = 'wlan0 IPv4 198.51.100.7'
    expect(tick(15_000)).toBe(1)
    seen = 'wlan0 IPv4 198.51.100.8'
    expect(tick(20_000)).toBe(1) // too soon: it comes a little later
    for (let at = 25_000; at < 45_000; at += 5000) tick(at)
    expect(tick(45_000)).toBe(2)
    expect(tick(50_000)).toBe(2)
    expect(tick(50_000 + 3_600_000)).toBe(3) // slept
  })
})

describe('room for more', () => {
  it('ends before the disk does, and before the queue is endless; both recover by themselves', () => {
    const clock = fixedClock(0)
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-room-'))
    let queued = 0
    const store = { mail: { counts: () => ({ queued }) } } as unknown as Store
    const disk = new DiskRoom(folder, () => clock.now())
    expect(disk.has(1)).toBe(true)
    expect(disk.has(Number.MAX_SAFE_INTEGER)).toBe(false)
    const room = new Room({ store, clock }, disk)
    expect(room.refusal(1000)).toBeUndefined()
    expect(room.refusal(Number.MAX_SAFE_INTEGER)).toMatchObject({ code: 452, enhanced: '4.3.1', id: 'disk-full' })
    queued = 200_000
    expect(room.refusal(1)).toBeUndefined() // counted a moment ago
    clock.set(6000)
    expect(room.refusal(1)).toMatchObject({ code: 452, id: 'queue-full' })
    queued = 10
    clock.set(12_000)
    expect(room.refusal(1)).toBeUndefined()
  })
})

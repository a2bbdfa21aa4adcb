// What is thrown away in time, and that a clock which jumps throws nothing away.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Housekeeping } from '../../../main/queue/housekeeping.ts'
import type { MailParts } from '../../../main/queue/parts.ts'
import { openStore, type Store } from '../../../main/store/store.ts'
import { fixedClock } from '../../../main/terms/clock.ts'

const DAY = 86_400_000
const START = 1_800_000_000_000
let folder: string
let store: Store
const clock = fixedClock(START)

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'postern-housekeeping-'))
  const writerScript = pathToFileURL(path.resolve(import.meta.dirname, '../../../main/store/writer.worker.ts'))
  store = await openStore({ folder, key: randomBytes(32), writerScript })
  clock.set(START)
  await store.writer.run('refuse', entry(START), null, null)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const entry = (at: number) => ({
  ...{
    at,
    direction: 'none' as const,
    outcome: 'refused',
    reason: 'not-ours',
    text: '',
    alias: '',
    sender: '',
    recipient: '',
  },
  ...{ subject: '', size: 0, peer: '', tls: '', messageId: '', verdicts: null },
})

const round = async (at: number): Promise<number> => {
  clock.set(at)
  const parts = { store, clock, onError: () => undefined } as unknown as MailParts
  await new Housekeeping(parts, () => Promise.resolve(0)).round()
  return store.log.page(10, undefined, undefined).length
}

describe('housekeeping', () => {
  it('throws old entries away when their days have passed, day by day', async () => {
    for (let day = 0; day <= 90; day++) expect(await round(START + day * DAY), `day ${day}`).toBe(1)
    expect(await round(START + 91 * DAY)).toBe(0)
  })

  it('does not believe a clock that jumped, for a day; put right within it, nothing is lost', async () => {
    expect(await round(START)).toBe(1)
    expect(await round(START + 200 * DAY)).toBe(1)
    expect(await round(START + 200 * DAY + DAY / 2)).toBe(1)
    expect(await round(START + 3600_000)).toBe(1)
    expect(await round(START + 2 * DAY)).toBe(1)
  })

  it('believes it in the end: a machine that was off for a year goes on', async () => {
    expect(await round(START)).toBe(1)
    expect(await round(START + 365 * DAY)).toBe(1)
    expect(await round(START + 366 * DAY + 1)).toBe(0)
  })
})

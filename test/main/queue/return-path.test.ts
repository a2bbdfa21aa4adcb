import { describe, expect, it } from 'vitest'
import { makeReturnPath, readReturnPath } from '../../../main/queue/return-path.ts'
import { GIVE_UP_AFTER, nextStep } from '../../../main/queue/retry.ts'
import { parseDomain, type Address, type Domain } from '../../../main/terms/address.ts'

const key = Buffer.alloc(32, 7)
const DAY = 86_400_000
const now = 20_000 * DAY
const domain = parseDomain('alias.test') as Domain

describe('return paths', () => {
  it('are read back by who made them, in any case', () => {
    for (const id of [1, 77, 2 ** 40]) {
      const made = makeReturnPath(id, domain, now, key)
      expect(made).toMatch(/^[a-z2-7]{29}@alias\.test$/)
      expect(readReturnPath(made, now, key)).toBe(id)
      expect(readReturnPath(made.toUpperCase().replace('ALIAS.TEST', 'alias.test') as Address, now, key)).toBe(id)
    }
  })

  it('end after two weeks', () => {
    const made = makeReturnPath(5, domain, now, key)
    expect(readReturnPath(made, now + 14 * DAY, key)).toBe(5)
    expect(readReturnPath(made, now + 15 * DAY, key)).toBeUndefined()
  })

  it('cannot be made up, moved to another domain, or changed in one character', () => {
    const made = makeReturnPath(5, domain, now, key)
    expect(readReturnPath(made, now, Buffer.alloc(32, 8))).toBeUndefined()
    expect(readReturnPath(made.replace('alias.test', 'other.test') as Address, now, key)).toBeUndefined()
    // The last character carries 1 bit of the 144; the others 5 each.
    for (let i = 0; i < 28; i++) {
      const other = made[i] === 'a' ? 'b' : 'a'
      expect(readReturnPath(`${made.slice(0, i)}${other}${made.slice(i + 1)}` as Address, now, key)).toBeUndefined()
    }
    expect(readReturnPath('shop@alias.test' as Address, now, key)).toBeUndefined()
  })

  it('do not count our mail for anybody', () => {
    const first = makeReturnPath(1, domain, now, key)
    const second = makeReturnPath(2, domain, now, key)
    let same = 0
    for (let i = 0; i < 10; i++) if (first[i] === second[i]) same++
    expect(same).toBeLessThan(5)
  })
})

describe('the retry clock', () => {
  const MINUTE = 60_000
  it.each([
    [1, 1],
    [2, 5],
    [3, 15],
    [4, 30],
    [5, 60],
    [6, 120],
    [7, 240],
    [8, 240],
    [20, 240],
  ])('after attempt %i it waits %i minutes, a tenth more or less', (attempts, minutes) => {
    const wait = (chance: number): number => {
      const step = nextStep(attempts, 0, 1000, chance)
      return step.kind === 'retry' ? step.dueAt - 1000 : -1
    }
    expect(wait(0.5)).toBe(minutes * MINUTE)
    expect(wait(0)).toBe(Math.round(minutes * MINUTE * 0.9))
    expect(wait(1)).toBe(Math.round(minutes * MINUTE * 1.1))
  })

  it('gives up after five days', () => {
    expect(nextStep(30, 0, GIVE_UP_AFTER - 1, 0.5)).toEqual({ kind: 'give-up' })
    expect(nextStep(12, 0, GIVE_UP_AFTER, 0.5)).toEqual({ kind: 'give-up' })
  })

  it('and not before a day of attempts, whatever the clock says: a lid was closed, or the clock jumped', () => {
    for (const attempts of [1, 5, 11]) expect(nextStep(attempts, 0, 100 * GIVE_UP_AFTER, 0.5).kind).toBe('retry')
  })
})

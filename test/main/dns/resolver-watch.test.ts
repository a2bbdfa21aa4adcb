// When a resolver is looked at, and when what is seen is a trouble.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ResolverCheck } from '../../../main/dns/check-resolver.ts'
import { ResolverWatch } from '../../../main/dns/resolver-watch.ts'

const GOOD: ResolverCheck = { kind: 'good' }
const STRIPS: ResolverCheck = { kind: 'strips', reason: 'the SOA of . has no signature' }
const SILENT: ResolverCheck = { kind: 'silent', reason: 'no answer from 192.0.2.1' }

let answer: () => Promise<ResolverCheck>
let looks: number
let told: (string | undefined)[]
let errors: string[]
let watch: ResolverWatch

beforeEach(() => {
  vi.useFakeTimers()
  looks = 0
  told = []
  errors = []
  answer = () => Promise.resolve(GOOD)
  watch = new ResolverWatch({
    check: () => {
      looks++
      return answer()
    },
    now: () => Date.now(),
    changed: () => told.push(watch.trouble),
    onError: (error) => errors.push(String(error)),
  })
})
afterEach(() => {
  watch.stop()
  vi.useRealTimers()
})

const pass = (millis: number): Promise<unknown> => vi.advanceTimersByTimeAsync(millis)

describe('a resolver that cannot be worked with is known without any mail', () => {
  it('that strips signatures: at the start, and the way back within half a minute', async () => {
    answer = () => Promise.resolve(STRIPS)
    watch.start()
    await pass(0)
    expect([watch.trouble, watch.health.kind, watch.health.reason]).toEqual(['dns-strips', 'strips', STRIPS.reason])
    answer = () => Promise.resolve(GOOD)
    await pass(30_000)
    expect([watch.trouble, watch.health.kind]).toEqual([undefined, 'good'])
    expect(told).toEqual(['dns-strips', undefined])
  })

  it('that begins to later on: within five minutes by itself, and at once where the network changed', async () => {
    watch.start()
    await pass(0)
    answer = () => Promise.resolve(STRIPS)
    await pass(5 * 60_000)
    expect(watch.trouble).toBe('dns-strips')
    answer = () => Promise.resolve(GOOD)
    await watch.lookIfStarted()
    expect(watch.trouble).toBeUndefined()
  })

  it('that says nothing: known at once, a trouble when it lasts for two minutes', async () => {
    answer = () => Promise.resolve(SILENT)
    watch.start()
    await pass(0)
    expect([watch.trouble, watch.health.kind]).toEqual([undefined, 'silent'])
    await pass(60_000)
    expect(watch.trouble).toBeUndefined()
    await pass(60_000)
    expect(watch.trouble).toBe('dns-silent')
  })

  it('silence in between takes no trouble away', async () => {
    answer = () => Promise.resolve(STRIPS)
    watch.start()
    await pass(0)
    answer = () => Promise.resolve(SILENT)
    await pass(20_000)
    expect([watch.trouble, watch.health.kind]).toEqual(['dns-strips', 'silent'])
  })

  it('a look that fails for a reason of ours is told as that, and never taken for good', async () => {
    answer = () => Promise.reject(new Error('out of files'))
    watch.start()
    await pass(0)
    expect([watch.health.kind, watch.health.reason, errors]).toEqual([
      'silent',
      'out of files',
      ['Error: out of files'],
    ])
  })

  it('an answer to an earlier look is not taken for the present one', async () => {
    let late: (found: ResolverCheck) => void = () => undefined
    answer = () => new Promise((resolve) => (late = resolve))
    watch.start()
    answer = () => Promise.resolve(STRIPS)
    await watch.look()
    late(GOOD)
    await pass(0)
    expect(watch.trouble).toBe('dns-strips')
    watch.forget()
    expect(watch.health).toEqual({ kind: 'unknown', reason: '', at: null })
  })

  it('a command that only opens the data asks nobody', async () => {
    await watch.lookIfStarted()
    await pass(600_000)
    expect(looks).toBe(0)
    watch.start()
    await pass(0)
    watch.stop()
    await pass(600_000)
    expect(looks).toBe(1)
  })
})

// The near end of the verifying thread: turns, deadlines, and a thread that no longer hears.
import { afterEach, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { FairQueue } from '../../../main/trust/fair-queue.ts'
import { startVerifier, type Found, type Verifier } from '../../../main/trust/verify.ts'

const script = new URL('../../world/stuck.worker.mjs', import.meta.url)
const data = {
  spoolFolder: '',
  resolver: undefined,
  dnssec: 'off' as const,
  trustAnchors: undefined,
  queryTimeout: 100,
}
const times = { deadline: 600, forMegabyte: 0, wait: 2000, stall: 300, beat: 50, start: 5000 }

let verifier: Verifier
afterEach(() => verifier.close())

function ask(header: string, peer = '192.0.2.1'): Promise<Found> {
  const about = { ip: peer, peer, helo: 'x.test', hostname: 'mail.test', sender: '' }
  return verifier.verify({ ...about, header: Buffer.from(`Subject: ${header}\r\n\r\n`), body: null, spool: null })
}
const dmarcOf = async (found: Promise<Found>): Promise<string> => (await found).verdicts.dmarc

describe('the verifying thread', () => {
  it('ends a job that is past its deadline, and the others are looked at all the same', async () => {
    verifier = startVerifier(script, data, times)
    const stuck = [1, 2, 3, 4].map((i) => ask('stuck', `192.0.2.${i}`))
    const honest = ask('plain', '198.51.100.1')
    expect(await dmarcOf(honest)).toBe('pass')
    expect(await Promise.all(stuck.map(dmarcOf))).toEqual(['temperror', 'temperror', 'temperror', 'temperror'])
    expect(await dmarcOf(ask('plain', '198.51.100.2'))).toBe('pass')
  })

  it('is not replaced for jobs that only wait: they are told to stop and hear it', async () => {
    verifier = startVerifier(script, data, times)
    const before = ask('silent')
    expect(await dmarcOf(before)).toBe('temperror')
    const start = performance.now()
    expect(await dmarcOf(ask('plain'))).toBe('pass')
    expect(performance.now() - start).toBeLessThan(times.deadline)
  })

  it('leaves a slot for the next peer whatever one peer brings', async () => {
    verifier = startVerifier(script, data, { ...times, deadline: 5000 })
    const many = Array.from({ length: 200 }, () => ask('silent', '192.0.2.1'))
    expect(await dmarcOf(ask('plain', '198.51.100.1'))).toBe('pass')
    await verifier.close()
    await Promise.all(many.slice(0, 12))
  })

  it('that dies of a message is replaced, and only that message stays without an answer', async () => {
    verifier = startVerifier(script, data, times)
    const all = [ask('plain', '198.51.100.1'), ask('crash'), ask('plain', '198.51.100.2'), ask('plain', '198.51.100.3')]
    expect(await Promise.all(all.map(dmarcOf))).toEqual(['pass', 'temperror', 'pass', 'pass'])
  })

  it('that cannot start is not started in a loop, and what it is asked ends as temperror', async () => {
    verifier = startVerifier(script, { ...data, spoolFolder: 'broken' }, { ...times, wait: 300 })
    expect(await dmarcOf(ask('plain'))).toBe('temperror')
  })

  it('is given nothing of a message that waited too long for its turn', async () => {
    verifier = startVerifier(script, data, { ...times, deadline: 5000, wait: 100 })
    const many = Array.from({ length: 40 }, (_, i) => ask('silent', `192.0.2.${i}`))
    expect(await dmarcOf(ask('plain', '198.51.100.1'))).toBe('temperror')
    await verifier.close()
    expect(await Promise.all(many.map(dmarcOf))).toEqual(many.map(() => 'temperror'))
  })
})

describe('turns', () => {
  it('never run more than the bounds say, lose nothing, and keep one peer from the last slots', () => {
    const orders = fc.array(fc.record({ peer: fc.constantFrom('a', 'b', 'c'), end: fc.boolean() }), { maxLength: 200 })
    fc.assert(
      fc.property(orders, (list) => {
        const queue = new FairQueue<string>({ slots: 4, perPeer: 3, waiting: 1000 })
        const running: string[] = []
        let added = 0
        let ended = 0
        const pump = (): void => {
          for (let job = queue.next(); job !== undefined; job = queue.next()) running.push(job)
        }
        for (const { peer, end } of list) {
          if (end) {
            const done = running.shift()
            if (done !== undefined) {
              queue.done(done)
              ended++
            }
          } else if (queue.add(peer, peer)) added++
          pump()
          expect(running.length).toBeLessThanOrEqual(4)
          for (const one of ['a', 'b', 'c']) expect(running.filter((it) => it === one).length).toBeLessThanOrEqual(3)
          expect(queue.size).toEqual({ running: running.length, waiting: added - ended - running.length })
        }
      }),
    )
  })

  it('go round: a peer that comes late does not wait behind the long line of another', () => {
    const queue = new FairQueue<number>({ slots: 1, perPeer: 1, waiting: 100 })
    for (let i = 0; i < 50; i++) queue.add('long', i)
    expect(queue.next()).toBe(0)
    queue.add('late', 1000)
    queue.done('long')
    expect([queue.next(), queue.size.waiting]).toEqual([1, 49])
    queue.done('long')
    expect(queue.next()).toBe(1000)
  })
})

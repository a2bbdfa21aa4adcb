// Two addresses that guess the passphrase of a locked relay without a pause took every place in the line of tries, so that the owner was
// answered 429 for as long as they went on.
import { describe, expect, it } from 'vitest'
import { lockedApi, type LockedFetch } from '../../../main/headless/locked-api.ts'
import { Failure } from '../../../main/terms/failure.ts'

const RIGHT = 'the right one'

interface World {
  readonly fetch: LockedFetch
  /** Passphrases in the order in which they were looked at. */
  readonly tried: string[]
  /** Lets the pause behind a wrong try end. */
  readonly resume: () => Promise<void>
}

function locked(): World {
  const tried: string[] = []
  let release: (() => void) | undefined
  const fetch = lockedApi({
    loginCode: 'code',
    done: () => undefined,
    pause: () =>
      new Promise((resolve) => {
        release = resolve
      }),
    open: async ({ passphrase }) => {
      const given = (await passphrase?.()) ?? ''
      tried.push(given)
      if (given !== RIGHT) throw new Failure('vault', 'wrong', 'That is not the passphrase.')
    },
  })
  const resume = async (): Promise<void> => {
    await settled()
    release?.()
    await settled()
  }
  return { fetch, tried, resume }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

async function unlock({ fetch }: World, from: string, passphrase: string): Promise<number> {
  const request = new Request('http://localhost:1/app/unlock', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ passphrase }),
  })
  return (await fetch(request, { kind: 'http', cookieName: 'postern', secure: false, from })).status
}

describe('a locked relay', () => {
  it('lets the owner in, who mistypes once, while others guess without a pause', async () => {
    const world = locked()
    const guesses: Promise<number>[] = []
    const hammer = (): void => {
      for (const from of ['198.51.100.1', '198.51.100.2'])
        for (let i = 0; i < 20; i++) guesses.push(unlock(world, from, 'a guess'))
    }
    for (let round = 0; round < 5; round++) {
      hammer()
      await world.resume()
    }
    hammer()
    const mistyped = unlock(world, '192.0.2.1', 'nearly')
    await world.resume()
    hammer()
    await world.resume()
    expect(await mistyped).toBe(422)
    hammer()
    const owner = unlock(world, '192.0.2.1', RIGHT)
    hammer()
    await world.resume()
    expect(await owner).toBe(200)
    for (let i = 0; i < 10; i++) await world.resume()
    // No more was looked at than one try a pause.
    expect(world.tried.length).toBeLessThanOrEqual(20)
    expect(new Set(await Promise.all(guesses))).toEqual(new Set([422, 429]))
  })

  it('takes four tries at once at most, and takes those of one address in their order', async () => {
    const world = locked()
    const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((text) => unlock(world, '192.0.2.1', text))
    for (let i = 0; i < 7; i++) await world.resume()
    expect(world.tried).toEqual(['a', 'b', 'c', 'd'])
    expect(await Promise.all(all)).toEqual([422, 422, 422, 422, 429, 429, 429])
  })
})

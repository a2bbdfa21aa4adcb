// Peers by their addresses, in a network of their own: strangers that come as if from this machine are told at once and have no privileges, and
// all addresses of a /64 are one peer.
import path from 'node:path'
import { expect, it } from 'vitest'
import { findProgram, runProgram } from '../world/programs.ts'

it('strangers as this machine are told and bound by rates; a /64 is one peer', async (context) => {
  const unshare = findProgram('unshare')
  if (findProgram('ip') === undefined) return context.skip('ip (Debian: iproute2) is not installed')
  if (unshare === undefined || (await runProgram(unshare, ['--net', 'true'])).code !== 0)
    return context.skip('no network namespace can be made here')
  const script = path.join(import.meta.dirname, '..', 'world', 'real-peers.ts')
  const { out } = await runProgram(unshare, ['--net', process.execPath, script])
  const line = out.split('\n').find((one) => one.startsWith('{"steps"'))
  if (line === undefined) throw new Error(out.slice(-3000))
  const taken = '250 2.1.0 250 2.1.5'
  const { steps } = JSON.parse(line) as { steps: object }
  expect(steps).toEqual({
    'a program of this machine': { answers: [taken, taken, taken, taken], state: 'running', troubles: [] },
    'a stranger as this machine': {
      ...{ answers: taken.match(/\d+ [\d.]+/g), state: 'degraded', troubles: ['peers-hidden'] },
    },
    status: expect.stringMatching(
      /^Trouble: Every sender appears to come from this machine \(127\.0\.0\.1\)\. .*host networking/,
    ) as unknown,
    'one that hides as well': [taken, taken, expect.stringMatching(/^450 4\.7\.1/) as unknown],
    log: [{ outcome: 'noticed', reason: 'peers-hidden', peer: '127.0.0.1' }],
    'a stranger with an address': { answers: taken.match(/\d+ [\d.]+/g), state: 'running', troubles: [] },
    'one /64': 30,
    'two subnets': 31,
  })
}, 90_000)

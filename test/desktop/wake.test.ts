import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { wakeOnResume } from '../../main/desktop/wake.ts'

it('the queue is tried when the machine wakes up, and a relay that is away is reported, not thrown', async () => {
  const power = new EventEmitter()
  const asked: string[] = []
  const faults: unknown[] = []
  let away = false
  const relay = (request: Request): Promise<Response> => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`)
    return away ? Promise.reject(new Error('away')) : Promise.resolve(Response.json({}))
  }
  wakeOnResume(power, relay, (error) => faults.push(error))
  power.emit('resume')
  expect(asked).toEqual(['POST /app/queue/retry'])
  away = true
  power.emit('resume')
  await new Promise((resolve) => setImmediate(resolve))
  expect(faults).toHaveLength(1)
})

// The window's way to a relay in another process: over an owner socket, streams and all.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { answers, ownerClient } from '../../main/desktop/owner-client.ts'
import { followLog } from '../../main/desktop/log-stream.ts'
import type { LogEntry } from '../../main/api/shapes.ts'
import { startStandIn } from '../stand-in/relay.ts'
import type { StandIn } from '../stand-in/relay.ts'
import { sampleLog } from '../stand-in/samples.ts'

describe('owner client', () => {
  let folder: string
  let socket: string
  let relay: StandIn | undefined
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-owner-'))
    socket = path.join(folder, 'owner.sock')
  })
  afterEach(async () => {
    await relay?.close()
    relay = undefined
    rmSync(folder, { recursive: true, force: true })
  })
  const ask = (place: string, init: RequestInit = {}): Promise<Response> =>
    ownerClient(socket)(new Request(`http://localhost${place}`, init))

  test('reads and changes', async () => {
    relay = await startStandIn({ socket })
    expect(await (await ask('/app/session')).json()).toEqual({ csrf: 'csrf-of-the-stand-in', via: 'owner' })
    const headers = { 'content-type': 'application/json', 'x-postern-csrf': 'csrf-of-the-stand-in' }
    const pause = await ask('/app/queue/pause', { method: 'POST', headers, body: '{}' })
    expect([pause.status, relay.paused()]).toEqual([200, true])
    expect((await ask('/app/queue/resume', { method: 'POST', body: '{}' })).status).toBe(403)
    expect(relay.paused()).toBe(true)
  })

  test('passes a stream on as it comes, and ends it when the reader goes away', async () => {
    relay = await startStandIn({ socket })
    const response = await ask('/app/events')
    const reader = response.body?.getReader()
    await reader?.read()
    relay.push('log', sampleLog(1))
    const { value } = (await reader?.read()) ?? {}
    expect(new TextDecoder().decode(value as Uint8Array)).toContain('event: log\n')
    expect(relay.streams()).toBe(1)
    await reader?.cancel()
    await expect.poll(() => relay?.streams()).toBe(0)
  })

  test('ends the connection when the request is aborted', async () => {
    relay = await startStandIn({ socket })
    const abort = new AbortController()
    await ask('/app/events', { signal: abort.signal })
    await expect.poll(() => relay?.streams()).toBe(1)
    abort.abort()
    await expect.poll(() => relay?.streams()).toBe(0)
  })

  test('does not read ahead of a slow reader without bound', async () => {
    let sent = 0
    const server = http.createServer((_request, response) => {
      const more = (): unknown => {
        while (sent++ < 200) if (!response.write(Buffer.alloc(64 * 1024))) return response.once('drain', more)
        return response.end()
      }
      more()
    })
    await new Promise<void>((resolve) => server.listen(socket, resolve))
    const response = await ask('/big')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(sent).toBeLessThan(50)
    expect((await response.arrayBuffer()).byteLength).toBe(200 * 64 * 1024)
    server.closeAllConnections()
    server.close()
  })

  test('says plainly that nothing answers', async () => {
    await expect(ask('/app/state')).rejects.toThrow('The relay does not answer.')
    writeFileSync(socket, '')
    await expect(ask('/app/state')).rejects.toThrow('The relay does not answer.')
  })

  test('knows whether a relay answers', async () => {
    expect(await answers(socket)).toBe(false)
    writeFileSync(socket, 'left over')
    expect(await answers(socket)).toBe(false)
    rmSync(socket)
    relay = await startStandIn({ socket })
    expect(await answers(socket)).toBe(true)
  })

  test('the host hears the log by it', async () => {
    relay = await startStandIn({ socket })
    const heard: LogEntry[] = []
    const stop = followLog(ownerClient(socket), { onEntry: (entry) => heard.push(entry) })
    await expect.poll(() => relay?.streams()).toBe(1)
    relay.push('state', { not: 'a log entry' })
    relay.push('log', { id: 'of another shape' })
    relay.push('log', sampleLog(7, { subject: 'Grüße\nund mehr' }))
    await expect.poll(() => heard).toEqual([sampleLog(7, { subject: 'Grüße\nund mehr' })])
    stop()
    await expect.poll(() => relay?.streams()).toBe(0)
  })
})

// The relay's events, for the host's own use: log entries that arrive while nobody looks at the page.
import { appState, logEntry } from '../api/shapes.ts'
import type { AppState, LogEntry } from '../api/shapes.ts'
import type { RelayFetch } from './door.ts'

const RETRY_MS = 5_000
const MAX_EVENT = 256 * 1024

/** Cuts a stream of server-sent events into events, however it was cut into pieces. */
export function makeEventReader(onEvent: (name: string, data: string) => void): (text: string) => void {
  let rest = ''
  let name = 'message'
  let data: string[] = []
  const take = (line: string): void => {
    if (line === '') {
      if (data.length > 0) onEvent(name, data.join('\n'))
      name = 'message'
      data = []
    } else if (line.startsWith('event:')) name = line.slice('event:'.length).trim()
    else if (line.startsWith('data:')) data.push(line.slice('data:'.length).replace(/^ /, ''))
  }
  return (text) => {
    rest += text
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      take(rest.slice(0, end).replace(/\r$/, ''))
      rest = rest.slice(end + 1)
    }
    if (rest.length > MAX_EVENT) rest = ''
  }
}

function read<T>(shape: { safeParse(value: unknown): { data?: T | undefined } }, data: string): T | undefined {
  try {
    return shape.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}

/** What is done with each kind of event. */
export interface Takers {
  readonly onEntry: (entry: LogEntry) => void
  readonly onState: (state: AppState) => void
  readonly onLock: () => void
}

/** Follows the log and the state until stopped; a relay that goes away is waited for. */
export function followLog(relay: RelayFetch, takers: Partial<Takers>): () => void {
  const abort = new AbortController()
  const isStopped = (): boolean => abort.signal.aborted
  const take = makeEventReader((name, data) => {
    const entry = name === 'log' ? read(logEntry, data) : undefined
    if (entry !== undefined) takers.onEntry?.(entry)
    const state = name === 'state' ? read(appState, data) : undefined
    if (state !== undefined) takers.onState?.(state)
    if (name === 'lock') takers.onLock?.()
  })
  const once = async (): Promise<void> => {
    const response = await relay(new Request('http://localhost/app/events', { signal: abort.signal }))
    if (response.body === null) return
    const decoder = new TextDecoder()
    const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>
    abort.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined), { once: true })
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      take(decoder.decode(value, { stream: true }))
    }
  }
  const loop = async (): Promise<void> => {
    while (!isStopped()) {
      await once().catch(() => undefined)
      if (!isStopped()) await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
  void loop()
  return () => abort.abort()
}

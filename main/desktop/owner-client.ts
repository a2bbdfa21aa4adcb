// Speaks with a relay that runs in another process, over its owner socket: whoever may open that file is the owner.
import http from 'node:http'
import net from 'node:net'
import { RelayUnavailable } from './door.ts'
import type { RelayFetch } from './door.ts'

/** For the head of an answer; a stream of events may then stay open for as long as it likes. */
const ANSWER_MS = 30_000
const CONNECT_MS = 2_000

/** Does a relay answer there? A socket file that a crash left behind refuses. */
export function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect(socket)
    const end = (result: boolean): void => {
      connection.destroy()
      resolve(result)
    }
    connection.setTimeout(CONNECT_MS, () => end(false))
    connection.on('connect', () => end(true))
    connection.on('error', () => end(false))
  })
}

/** An answer's bytes as they come; a reader that goes away ends the connection, so that the relay stops sending. */
function streamOf(message: http.IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      message.on('data', (chunk: Buffer) => {
        controller.enqueue(new Uint8Array(chunk))
        if ((controller.desiredSize ?? 0) <= 0) message.pause()
      })
      message.on('end', () => controller.close())
      message.on('error', (error) => controller.error(error))
    },
    pull() {
      message.resume()
    },
    cancel() {
      message.destroy()
    },
  })
}

function headersOf(message: http.IncomingMessage): Headers {
  const headers = new Headers()
  const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date'])
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    const name = message.rawHeaders[i] ?? ''
    if (!hopByHop.has(name.toLowerCase())) headers.append(name, message.rawHeaders[i + 1] ?? '')
  }
  return headers
}

const isEmpty = (status: number): boolean => status === 204 || status === 205 || status === 304

export function ownerClient(socket: string): RelayFetch {
  return async (request) => {
    const url = new URL(request.url)
    const body = request.method === 'GET' ? undefined : Buffer.from(await request.arrayBuffer())
    const { signal } = request
    return new Promise<Response>((resolve, reject) => {
      const headers = Object.fromEntries(request.headers)
      const outgoing = http.request({
        socketPath: socket,
        path: url.pathname + url.search,
        method: request.method,
        headers: { ...headers, host: 'localhost', 'content-length': body?.byteLength ?? 0 },
        agent: false,
      })
      const abort = (): void => {
        outgoing.destroy()
      }
      signal.addEventListener('abort', abort, { once: true })
      outgoing.setTimeout(ANSWER_MS, abort)
      outgoing.on('close', () => signal.removeEventListener('abort', abort))
      outgoing.on('error', (cause) => reject(new RelayUnavailable('The relay does not answer.', { cause })))
      outgoing.on('response', (message) => {
        outgoing.setTimeout(0)
        const status = message.statusCode ?? 502
        if (isEmpty(status)) message.resume()
        resolve(new Response(isEmpty(status) ? null : streamOf(message), { status, headers: headersOf(message) }))
      })
      outgoing.end(body)
    })
  }
}

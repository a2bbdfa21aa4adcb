// The loopback door as a program sees it that may set every header, with a jar for its cookie.
import http from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
  readonly millis: number
}

export interface Ask {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export class Visitor {
  readonly port: number
  cookie = ''
  csrf = ''

  constructor(port: number) {
    this.port = port
  }

  /** One request, as a page of ours would send it; `headers` stand above that. */
  ask(path: string, { method = 'GET', body, headers = {} }: Ask = {}): Promise<Answer> {
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const ours = {
      host: `localhost:${this.port}`,
      ...(this.cookie === '' ? {} : { cookie: this.cookie }),
      ...(this.csrf === '' ? {} : { 'x-postern-csrf': this.csrf }),
      ...(payload === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
    }
    const from = performance.now()
    return new Promise((resolve, reject) => {
      const request = http.request(
        { host: '127.0.0.1', port: this.port, method, path, headers: { ...ours, ...headers }, agent: false },
        (response) => {
          const pieces: Buffer[] = []
          response.on('data', (chunk: Buffer) => pieces.push(chunk))
          response.on('end', () => {
            const text = Buffer.concat(pieces).toString('utf8')
            const { statusCode = 0, headers: got } = response
            resolve({ status: statusCode, headers: got, text, millis: performance.now() - from })
          })
        },
      )
      request.on('error', reject)
      request.end(payload)
    })
  }

  post(path: string, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.ask(path, { method: 'POST', body, headers })
  }

  /** Keeps what the answer set, as a browser does. */
  take(answer: Answer): Answer {
    const set = answer.headers['set-cookie']?.[0]?.split(';')[0]
    if (set !== undefined) this.cookie = set
    return answer
  }

  async login(proof: unknown, path = '/app/login'): Promise<Answer> {
    const answer = this.take(await this.post(path, proof))
    await this.learn()
    return answer
  }

  /** The CSRF token of the session. */
  async learn(): Promise<void> {
    const { status, text } = await this.ask('/app/session')
    this.csrf = status === 200 ? (JSON.parse(text) as { csrf: string }).csrf : ''
  }
}

export function read(answer: Answer): unknown {
  return JSON.parse(answer.text)
}

export function codeOf(link: string): string {
  return new URLSearchParams(new URL(link).hash.slice(1)).get('code') ?? ''
}

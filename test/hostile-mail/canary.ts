// A server that counts: every connection, every request, and which mail caused it. It also shows mails without our walls, or with some.
import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Page {
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
  /** `''`: as an ordinary frame. */
  readonly frame: string
}

export class Canary {
  /** Mails whose HTML asked for something. */
  readonly hits = new Set<number>()
  /** Mails of which a script ran. */
  readonly ran = new Set<number>()
  connections = 0
  private readonly server: http.Server
  private pages: readonly Page[] = []

  private constructor() {
    this.server = http.createServer((request, response) => {
      this.answer(request.url ?? '', response)
    })
    this.server.on('connection', () => this.connections++)
  }

  static async start(): Promise<Canary> {
    const canary = new Canary()
    await new Promise<void>((resolve) => {
      canary.server.listen(0, '127.0.0.1', resolve)
    })
    return canary
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  /** What `/frames/FROM-TO` shows from now on; the counts begin anew. */
  show(pages: readonly Page[]): void {
    this.pages = pages
    this.hits.clear()
    this.ran.clear()
  }

  stop(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  private answer(url: string, response: http.ServerResponse): void {
    const [, kind = '', number = ''] = url.split('/')
    if (kind === 'hit') this.hits.add(Number(number))
    if (kind === 'ran') this.ran.add(Number(number))
    const page = kind === 'doc' ? this.pages[Number(number)] : undefined
    if (page !== undefined) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers })
      response.end(page.html)
    } else if (kind === 'frames') {
      const [from = 0, to = 0] = number.split('-').map(Number)
      const frames = this.pages
        .map(({ frame }, index) => `<iframe ${frame} src="/doc/${index}"></iframe>`)
        .slice(from, to)
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end(`<!doctype html><title>frames</title>${frames.join('')}`)
    } else {
      response.writeHead(kind === 'hit' || kind === 'ran' ? 200 : 404)
      response.end()
    }
  }
}

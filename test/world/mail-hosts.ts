// Mail servers of every kind at 127.0.1.x, all on one port: a Postfix with a service for each certificate, a proxy that strips STARTTLS,
// one whose TLS is rubbish; and policy hosts for MTA-STS with every failure.
import https from 'node:https'
import net from 'node:net'
import tls from 'node:tls'
import type { TestCa, TestCertificate } from './certificates.ts'
import { freePort, startPostfix, type TestPostfix } from './postfix.ts'

export const HOSTS = {
  plain: '127.0.1.1',
  good: '127.0.1.2',
  self: '127.0.1.3',
  expired: '127.0.1.4',
  other: '127.0.1.5',
  nosecrecy: '127.0.1.6',
  stripped: '127.0.1.7',
  broken: '127.0.1.8',
  nobody: '127.0.1.9',
} as const
export type HostName = keyof typeof HOSTS

export interface MailHosts {
  readonly port: number
  readonly postfix: TestPostfix
  readonly certificates: Readonly<Record<'good' | 'self' | 'expired' | 'other' | 'ca', TestCertificate>>
  close(): Promise<void>
}

function listen(server: net.Server, port: number, host: string): Promise<void> {
  return new Promise((resolve) => server.listen(port, host, resolve))
}

/** Passes everything on, but the line that offers TLS and the one that asks for it. */
function stripper(target: string, port: number): net.Server {
  return net.createServer((near) => {
    const far = net.connect(port, target)
    for (const socket of [near, far]) socket.on('error', () => undefined)
    near.on('data', (chunk: Buffer) =>
      far.write(chunk.toString('latin1').replace(/^STARTTLS\r\n/, 'XSTARTLS\r\n'), 'latin1'),
    )
    far.on('data', (chunk: Buffer) => near.write(chunk.toString('latin1').replace(/250-STARTTLS\r\n/, ''), 'latin1'))
    far.on('close', () => near.destroy())
    near.on('close', () => far.destroy())
  })
}

/** Offers TLS, and does not speak it. */
function rubbish(): net.Server {
  return net.createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write('220 broken ESMTP\r\n')
    socket.on('data', (chunk: Buffer) => {
      const line = chunk.toString('latin1')
      if (line.startsWith('EHLO')) socket.write('250-broken\r\n250 STARTTLS\r\n')
      else if (line.startsWith('STARTTLS')) socket.write('220 go\r\n')
      else if (line.startsWith('\x16')) socket.end('this is no TLS\r\n')
      else socket.write('450 not now\r\n')
    })
  })
}

export async function startMailHosts(ca: TestCa): Promise<MailHosts> {
  const port = await freePort()
  const good = ca.issue(['*.s.test', '*.u.test', '*.b.test', 's.test'])
  const other = ca.issue(['mail.elsewhere.test'])
  const expired = ca.issue(['*.s.test', '*.u.test'], { dates: ['20200101000000Z', '20210101000000Z'] })
  const self = ca.issueSelfSigned('wrong.name.test')
  const service = (host: HostName, certificate: TestCertificate | undefined, ...more: string[]): string => {
    const chain =
      certificate === undefined ? [] : [`smtpd_tls_chain_files=${certificate.keyFile},${certificate.chainFile}`]
    const level = certificate === undefined ? 'none' : 'may'
    const options = [`smtpd_tls_security_level=${level}`, ...chain, ...more].map((one) => ` -o ${one}`).join('')
    return `${HOSTS[host]}:${port} inet n - n - - smtpd${options}`
  }
  const old = ['smtpd_tls_protocols=TLSv1.2', 'smtpd_tls_exclude_ciphers=ECDHE,DHE,kEECDH,kEDH']
  const postfix = await startPostfix(
    ['default_transport = discard:', 'smtpd_client_connection_count_limit = 0'],
    [
      service('plain', undefined),
      service('good', good),
      service('self', self),
      service('expired', expired),
      service('other', other),
      service('nosecrecy', ca.issueRsa(['*.s.test']), ...old),
    ],
  )
  const servers = [stripper(HOSTS.good, port), rubbish()]
  await listen(servers[0] ?? net.createServer(), port, HOSTS.stripped)
  await listen(servers[1] ?? net.createServer(), port, HOSTS.broken)
  return {
    ...{ port, postfix, certificates: { good, self, expired, other, ca } },
    async close() {
      postfix.stop()
      for (const server of servers) server.close()
    },
  }
}

/** What one policy host does. */
export interface PolicyHost {
  readonly text: string
  readonly status?: number
  readonly type?: string
  readonly location?: string
  /** Milliseconds between octets. */
  readonly slow?: number
  readonly certificate?: TestCertificate
}

export interface PolicyServer {
  readonly port: number
  /** The answers by domain; changed while it runs. */
  readonly hosts: Map<string, PolicyHost>
  readonly asked: string[]
  close(): Promise<void>
}

/** All policy hosts, at 127.0.1.99, told apart by name. */
export async function startPolicyServer(ca: TestCa): Promise<PolicyServer> {
  const hosts = new Map<string, PolicyHost>()
  const asked: string[] = []
  const contexts = new Map<string, tls.SecureContext>()
  const server = https.createServer(
    {
      SNICallback(name, done) {
        const certificate = hosts.get(name.replace(/^mta-sts\./, ''))?.certificate ?? ca.issue([name])
        const context = contexts.get(name) ?? tls.createSecureContext({ cert: certificate.cert, key: certificate.key })
        contexts.set(name, context)
        done(null, context)
      },
    },
    (request, response) => {
      const domain = (request.headers.host ?? '').replace(/^mta-sts\./, '').replace(/:\d+$/, '')
      asked.push(domain)
      const host = hosts.get(domain)
      if (host === undefined || request.url !== '/.well-known/mta-sts.txt') {
        response.writeHead(404).end()
        return
      }
      const headers = {
        'content-type': host.type ?? 'text/plain',
        ...(host.location === undefined ? {} : { location: host.location }),
      }
      response.writeHead(host.status ?? 200, headers)
      if (host.slow === undefined) response.end(host.text)
      else {
        const timer = setInterval(() => response.write(' '), host.slow)
        response.on('close', () => clearInterval(timer))
      }
    },
  )
  await listen(server, 0, '127.0.1.99')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    hosts,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

// Fetches an MTA-STS policy: HTTPS to the policy host alone, its certificate checked, no redirect, no more than it may be. RFC 8461 §3.3
import https from 'node:https'
import { lookupToDial, type MayDial } from '../dns/dial.ts'
import { isPublicAddress } from '../dns/public-address.ts'
import { codeOf, type Lookup } from '../dns/resolver.ts'
import { messageOf } from '../terms/failure.ts'
import { MAX_POLICY, parsePolicy, type ParsedPolicy } from './mta-sts.ts'

export type FetchPolicy = (domain: string) => Promise<ParsedPolicy>

export interface FetchOptions {
  readonly lookup: Lookup
  /** 443; another one in tests. */
  readonly port?: number
  /** Whom to believe about certificates, where not whom everybody believes. */
  readonly ca?: string
  /** Public ones; others in tests. A policy host is whatever a stranger's DNS says. */
  readonly mayDial?: MayDial
  readonly timeout?: number
}

/** RFC 8461 §3.3 suggests a minute; a policy of a few hundred octets needs less. */
const TIMEOUT = 20_000

/** Node's codes for certificates that do not hold: of X.509, and of their names. */
export function isCertificateError(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : ''
  return /CERT|ISSUER|SIGNATURE|_CRL|INVALID_(CA|PURPOSE)|PATH_LENGTH/.test(code)
}

export function createFetch(options: FetchOptions): FetchPolicy {
  const { lookup, port = 443, ca, mayDial = isPublicAddress, timeout = TIMEOUT } = options
  return (domain) =>
    new Promise((resolve) => {
      const host = `mta-sts.${domain}`
      const problem = (text: string, code: string, trouble: 'fetch' | 'certificate' = 'fetch'): void => {
        clearTimeout(timer)
        request.destroy()
        resolve({ problem: text, code, trouble })
      }
      const request = https.get(
        {
          ...{ host, servername: host, port, path: '/.well-known/mta-sts.txt', agent: false },
          ...{ lookup: lookupToDial(lookup, mayDial), minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
          headers: { host, accept: 'text/plain' },
        },
        (response) => {
          const { statusCode = 0, headers } = response
          // RFC 8461 §3.3: redirects MUST NOT be followed, and nothing but 200 is a policy.
          if (statusCode !== 200) return problem(`${host} answers HTTP ${statusCode}`, `http-${statusCode}`)
          if (!/^text\/plain\s*(;|$)/i.test(headers['content-type'] ?? ''))
            return problem(`${host} gives something that is not text/plain`, 'not-text-plain')
          const pieces: Buffer[] = []
          let size = 0
          response.on('data', (chunk: Buffer) => {
            size += chunk.length
            if (size > MAX_POLICY) problem(`the policy is longer than ${MAX_POLICY} octets`, 'too-long')
            else pieces.push(chunk)
          })
          response.on('error', (error) => problem(messageOf(error), codeOf(error)))
          response.on('end', () => {
            clearTimeout(timer)
            resolve(parsePolicy(Buffer.concat(pieces).toString('utf8')))
          })
        },
      )
      // One bound on all of it: a host that sends an octet a second gains nothing.
      const timer = setTimeout(() => problem(`${host} takes too long`, 'timeout'), timeout)
      request.on('error', (error) =>
        problem(`${host}: ${messageOf(error)}`, codeOf(error), isCertificateError(error) ? 'certificate' : 'fetch'),
      )
    })
}

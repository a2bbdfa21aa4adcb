// Posts a report to where a domain wants it. The URL is a stranger's: HTTPS alone, its certificate checked, no redirect followed, no
// address but public ones, and bounds on time and on what is read of the answer. RFC 8460 §5.4
import https from 'node:https'
import { isIP } from 'node:net'
import { lookupToDial, type MayDial } from '../dns/dial.ts'
import { isPublicAddress } from '../dns/public-address.ts'
import type { Lookup } from '../dns/resolver.ts'
import { messageOf } from '../terms/failure.ts'
import { plainReason } from '../reports/tls-session.ts'

export interface Posted {
  readonly taken: boolean
  /** It makes no sense to try again. */
  readonly permanent: boolean
  readonly answer: string
}

export type PostReport = (url: string, type: string, content: Buffer) => Promise<Posted>

export interface PostOptions {
  readonly lookup: Lookup
  /** Whom to believe about certificates, where not whom everybody believes. */
  readonly ca?: string
  /** Public ones; others in tests. */
  readonly mayDial?: MayDial
  readonly timeout?: number
}

const TIMEOUT = 30_000

export function createPost(options: PostOptions): PostReport {
  const { lookup, ca, mayDial = isPublicAddress, timeout = TIMEOUT } = options
  return (url, type, content) =>
    new Promise((resolve) => {
      // Node dials an address without asking `lookup`.
      if (isIP(new URL(url).hostname.replaceAll(/[[\]]/g, '')) !== 0) {
        resolve({ taken: false, permanent: true, answer: 'This is no name.' })
        return
      }
      const end = (taken: boolean, permanent: boolean, answer: string): void => {
        clearTimeout(timer)
        request.destroy()
        resolve({ taken, permanent, answer: plainReason(answer) })
      }
      const request = https.request(
        url,
        {
          ...{ method: 'POST', agent: false, lookup: lookupToDial(lookup, mayDial), minVersion: 'TLSv1.2' },
          ...(ca === undefined ? {} : { ca }),
          headers: { 'content-type': type, 'content-length': content.length },
          maxHeaderSize: 16 * 1024,
        },
        ({ statusCode = 0 }) => {
          // RFC 9110 §15: what is neither taken nor the server's own trouble will be refused again; a redirect is not followed.
          const permanent = statusCode < 500 && statusCode !== 408 && statusCode !== 429
          end(statusCode >= 200 && statusCode < 300, permanent, `HTTP ${statusCode}`)
        },
      )
      const timer = setTimeout(() => {
        end(false, false, 'It takes too long.')
      }, timeout)
      request.on('error', (error) => {
        end(false, false, messageOf(error))
      })
      request.end(content)
    })
}

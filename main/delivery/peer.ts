// Whether the server at the other end of a TLS connection is the one that is wanted. Asked before the first word about a message.
import { createHash, X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import type { Requirement } from './decide-tls.ts'
import { daneProblem, publicKeyInfo } from './tlsa.ts'

/** What was reached: by TLSA, by a policy with a certificate that fits, by such a certificate alone, only encrypted, or in clear. */
export type Level = 'dane' | 'mta-sts' | 'verified' | 'encrypted' | 'clear'

const MAX_CHAIN = 10

/** The certificates that the server showed, its own first. */
export function chainOf(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = []
  // Empty where there is none, whatever the types say.
  let one: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true)
  while (one?.raw !== undefined && chain.length < MAX_CHAIN) {
    const { raw } = one
    if (chain.some((known) => known.raw.equals(raw))) break
    chain.push(new X509Certificate(raw))
    one = one.issuerCertificate
  }
  return chain
}

export type PeerVerdict = { readonly level: Level } | { readonly problem: string }

/** `now` in milliseconds; `pins`: base64 of SHA-256 over keys, one of which it has to be. */
export function verifyPeer(
  socket: TLSSocket | undefined,
  requirement: Requirement,
  now: number,
  pins: readonly string[] = [],
): PeerVerdict {
  if (socket === undefined) {
    const may = requirement.level === 'opportunistic' || requirement.level === 'none'
    return may && pins.length === 0 ? { level: 'clear' } : { problem: 'offers no TLS' }
  }
  const chain = chainOf(socket)
  if (pins.length > 0 && !isPinned(chain[0], pins)) return { problem: 'shows another key than the pinned one' }
  switch (requirement.level) {
    case 'dane': {
      const problem = daneProblem(requirement.records, chain, requirement.names, now)
      return problem === undefined ? { level: 'dane' } : { problem }
    }
    case 'mta-sts':
    case 'verified':
      return socket.authorized
        ? { level: requirement.level }
        : { problem: `shows a certificate that does not hold (${authorizationError(socket)})` }
    case 'refuse':
      return { problem: requirement.why }
    case 'encrypted':
    case 'opportunistic':
    case 'none':
      return { level: socket.authorized ? 'verified' : 'encrypted' }
  }
}

function isPinned(leaf: X509Certificate | undefined, pins: readonly string[]): boolean {
  const info = leaf === undefined ? undefined : publicKeyInfo(leaf.raw)
  return info !== undefined && pins.includes(createHash('sha256').update(info).digest('base64'))
}

/** Node says a code or an error, whatever its types say. */
export function authorizationError(socket: TLSSocket): string {
  const error: unknown = socket.authorizationError
  return error instanceof Error ? ('code' in error ? String(error.code) : error.message) : String(error)
}

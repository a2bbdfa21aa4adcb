// Which resolver, and whether its answers are validated: the flags of `serve` and of every command that looks something up by itself.
import { readFileSync } from 'node:fs'
import type { DnssecMode } from '../dns/resolver.ts'
import { parseServer } from '../dns/servers.ts'
import { Failure } from '../terms/failure.ts'
import { UsageError, type Flag, type Input } from './arguments.ts'

export const DNS_FLAGS: Readonly<Record<string, Flag>> = {
  resolver: {
    type: 'string',
    value: 'R',
    help: "the DNS resolver to ask: ADDRESS:PORT, tls://ADDRESS#NAME or https://NAME/dns-query (the system's)",
  },
  dnssec: {
    type: 'string',
    value: 'on|off|ad',
    help: 'validate DNS answers here (on); off: none, and no DANE; ad: believe a resolver on this machine',
  },
  'trust-anchor': { type: 'string', value: 'FILE', help: 'DS or DNSKEY records of zones to trust, beside the root' },
}

export interface DnsOptions {
  readonly resolver: string | undefined
  /** undefined: what the settings say. */
  readonly dnssec: DnssecMode | undefined
  readonly trustAnchors: string | undefined
}

function isMode(text: string): text is DnssecMode {
  return text === 'on' || text === 'off' || text === 'ad'
}

export function dnsOptionsOf(input: Input): DnsOptions {
  const dnssec = input.text('dnssec')
  if (dnssec !== undefined && !isMode(dnssec))
    throw new UsageError(`--dnssec takes on, off or ad, not "${dnssec.slice(0, 50)}".`)
  const resolver = input.text('resolver')
  for (const one of resolver?.split(',') ?? []) parseServer(one.trim())
  const file = input.text('trust-anchor')
  if (file === undefined) return { resolver, dnssec, trustAnchors: undefined }
  try {
    return { resolver, dnssec, trustAnchors: readFileSync(file, 'utf8') }
  } catch (cause) {
    throw new Failure('headless', 'anchor-file', 'The file of --trust-anchor cannot be read.', {
      remedy: 'Check its path and its mode.',
      cause,
    })
  }
}

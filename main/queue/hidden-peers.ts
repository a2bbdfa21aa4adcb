// Detects a relay that sees every sender as this machine. A proxy in front of it (the port forward of a container in user space, stunnel,
// `ssh -R`) takes the connections and passes them on from 127.0.0.1: SPF then checks this machine instead of the sender, and rate limits, from
// which programs on this machine are exempt, limit nobody.
//
// One session is enough: from a loopback address, on the inbound listener, without a login, for a domain of the user's, with an EHLO name or
// address literal that is public and not ours (RFC 5321 §4.1.1.1: the client names itself), and a sender at a public domain that is not ours.
// A program on this machine says `localhost`, an address literal of its own network, or the machine's own name.
//
// False positive: a program on this machine that uses another public name in EHLO. That is most likely a mail server in front of this relay, and
// SPF is as blind behind it. The cost is the notice, and that its mail is rate-limited. False negative: a sender that says EHLO localhost is not
// detected; the first other sender is, and after that no unauthenticated peer on loopback is exempt for a day, whatever name it uses.
import os from 'node:os'
import { parse } from 'tldts'
import { isPublicAddress } from '../dns/public-address.ts'
import type { Peer } from '../smtp/handler.ts'
import type { Store } from '../store/store.ts'
import { domainOf, parseDomain, type Address } from '../terms/address.ts'
import { TRY_OUT_DOMAIN } from '../terms/try-out.ts'
import { DAY } from './parts.ts'

export interface OwnNames {
  /** The EHLO name of the relay. */
  readonly hostname: string
  readonly domains: readonly string[]
  /** The host name of the machine, with or without its domain. */
  readonly machine: string
}

function isOwn(name: string, { hostname, domains, machine }: OwnNames): boolean {
  const within = (domain: string): boolean => name === domain || name.endsWith(`.${domain}`)
  const system = machine.toLowerCase()
  return name === hostname || domains.some(within) || name === system || name.startsWith(`${system}.`)
}

/** A name under a top-level domain of the DNS: nothing under `.local`, `.lan`, `.test` (RFC 6761, RFC 6762 §3) or without a dot. Groups only. */
function isPublicName(name: string): boolean {
  const { isIcann, domain } = parse(name, { allowPrivateDomains: false, validateHostname: false })
  return isIcann === true && domain !== null
}

/** Whether a client with this EHLO name and this sender is a stranger, not a program on this machine. */
export function looksOutside(helo: string, reversePath: Address | undefined, own: OwnNames): boolean {
  // Bounces have no sender; there is other mail soon.
  if (reversePath === undefined) return false
  const sender = domainOf(reversePath)
  if (!isPublicName(sender) || isOwn(sender, own)) return false
  // RFC 5321 §4.1.3
  const literal = helo.replace(/^\[(?:IPv6:)?(.*)\]$/i, '$1')
  if (isPublicAddress(literal)) return true
  const name = parseDomain(helo)
  return name !== undefined && isPublicName(name) && !isOwn(name, own)
}

export const PEERS_HIDDEN =
  'Every sender appears to come from this machine (127.0.0.1). Sender checks (SPF) and rate limits cannot work. Use host networking for the container, or forward port 25 without a proxy in between, so that senders keep their addresses.'

export class HiddenPeers {
  private readonly store: Pick<Store, 'directory'>
  private readonly machine: string
  private hidden = false
  private lastHidden = -Infinity
  private lastNotice = -Infinity

  constructor(store: Pick<Store, 'directory'>, machine = os.hostname()) {
    this.store = store
    this.machine = machine
  }

  /** The last sender from outside had the address of this machine. */
  get isTrouble(): boolean {
    return this.hidden
  }

  /** True while a peer on loopback may be anybody: it has no privileges then. */
  doubts(now: number): boolean {
    return now - this.lastHidden < DAY
  }

  /** Looks at a session that names a recipient of ours. True where the user has to be told, once a day at most. */
  look(peer: Peer, reversePath: Address | undefined, now: number): boolean {
    if (peer.listener !== 'inbound' || peer.account !== undefined) return false
    if (!peer.loopback && !this.hidden) return false
    const own = this.ownNames()
    // Nobody outside can send to a relay without a domain of its own.
    if (own.domains.every((name) => name === TRY_OUT_DOMAIN) || !looksOutside(peer.helo, reversePath, own)) return false
    this.hidden = peer.loopback
    if (!peer.loopback) return false
    this.lastHidden = now
    if (now - this.lastNotice < DAY) return false
    this.lastNotice = now
    return true
  }

  private ownNames(): OwnNames {
    const { directory } = this.store
    const domains = directory.domains().map(({ name }) => name)
    return { hostname: directory.setting('hostname') ?? '', domains, machine: this.machine }
  }
}

// Look-ups with a bound on their time, and with an opinion: each answer is secure, insecure, bogus or indeterminate, by checking the
// chain of trust here (chain.ts, validate.ts) and not by believing the resolver. One fixed shape, so that a test hands in a zone instead.
import { allAnchors, ROOT_ANCHORS, type Anchor } from './anchors.ts'
import { Chain, type Effort } from './chain.ts'
import { Memory } from './memory.ts'
import { nameText, parseName, type Name } from './name.ts'
import { parseIp, parseMx, parseTarget, parseTxt, rdataText } from './rdata.ts'
import { gatherSets, findSet } from './rrset.ts'
import { isLoopback, serversOf, type DnsServer } from './servers.ts'
import { newBudget } from './signature.ts'
import { exchange, type Exchange } from './transport.ts'
import { NOERROR, NXDOMAIN, parseType, rcodeName, typeName, TYPES } from './types.ts'
import { Validator, weaker, type Security, type Validated } from './validate.ts'
import type { Message } from './wire.ts'
import { Failure, messageOf } from '../terms/failure.ts'

export type { Security } from './validate.ts'

/** Answers as `node:dns` gives them; rejects with an error whose `code` is ENOTFOUND, ENODATA, ETIMEOUT, ESERVFAIL, … */
export type Resolve = (name: string, type: string) => Promise<unknown[]>

export interface Answer {
  readonly name: string
  readonly type: string
  /** `trouble`: nobody answered, or the answer is bogus. Never a reason to give up for good. */
  readonly status: 'found' | 'no-data' | 'no-name' | 'trouble'
  readonly security: Security
  /** Why it is not secure, or what the trouble is. */
  readonly reason: string
  /** The chain of trust, one sentence a link. */
  readonly steps: readonly string[]
  /** The name behind all aliases. */
  readonly owner: string
  readonly aliases: readonly string[]
  readonly data: readonly Buffer[]
  /** Seconds. */
  readonly ttl: number
}

/** Never rejects. */
export type Lookup = (name: string, type: string) => Promise<Answer>

/** `on`: validated here. `off`: every answer counts as insecure. `ad`: the word of a resolver on loopback is taken. */
export type DnssecMode = 'on' | 'off' | 'ad'

export interface ResolverOptions {
  /** `ADDRESS:PORT`, `tls://…`, `https://…`, several with commas; the system's resolvers where undefined. */
  readonly server: string | undefined
  /** How long one server may take to answer one query, in milliseconds. */
  readonly timeout: number
  readonly tries: number
  readonly dnssec: DnssecMode
  /** The user's trust anchors, beside the root's. */
  readonly anchors: readonly Anchor[]
  readonly exchange: Exchange
}

export interface Dns {
  readonly lookup: Lookup
  /** Asks again whatever is remembered here of the name: for somebody who has just changed it. What resolvers remember stays theirs. */
  readonly lookupAnew: Lookup
  readonly resolve: Resolve
}

const MAX_CACHED = 5000
const MAX_TTL = 86_400
/** One question with all that it takes, in milliseconds. */
const DEADLINE = 15_000
/** Seconds that trouble is remembered: a resolver that is down is not asked anew by each message. RFC 9520 §3.1 */
const TROUBLE_TTL = 2
const MAX_CHAIN = 4

/** What may be said twice, at the start and in the settings. */
export interface DnsWish {
  /** As `serversOf` reads it. */
  readonly resolver: string | undefined
  readonly dnssec: DnssecMode | undefined
}

/**
 * Which resolver, and what is believed of it: what was said at the start goes before the settings. A stored `ad` whose resolvers are no longer on
 * this machine (the system's change with the network) is taken as `on`: that asks for more, and a stored word must not keep the relay from
 * starting. RFC 4035 §4.9.3
 */
export function chooseDns(
  said: DnsWish,
  stored: DnsWish,
): { readonly server: string | undefined; readonly dnssec: DnssecMode } {
  const server = said.resolver ?? stored.resolver
  const dnssec = said.dnssec ?? stored.dnssec ?? 'on'
  const isFar = dnssec === 'ad' && said.dnssec === undefined && !serversOf(server).every(isLoopback)
  return { server, dnssec: isFar ? 'on' : dnssec }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** A resolver with defaults that keep one look-up short whatever the far side does. Throws where it makes no sense as set up. */
export function createDns(options: Partial<ResolverOptions>, now: () => number): Dns {
  const looking = new Resolving(options, now)
  const lookup: Lookup = (name, type) => looking.lookup(name, type)
  const lookupAnew: Lookup = (name, type) => looking.lookup(name, type, true)
  return { lookup, lookupAnew, resolve: resolveWith(lookup) }
}

class Resolving {
  private readonly mode: DnssecMode
  private readonly servers: readonly DnsServer[]
  private readonly timeout: number
  private readonly tries: number
  private readonly exchange: Exchange
  private readonly now: () => number
  private readonly validator: Validator
  private readonly answers: Memory<Answer>

  constructor(options: Partial<ResolverOptions>, now: () => number) {
    this.mode = options.dnssec ?? 'on'
    this.servers = serversOf(options.server)
    // RFC 4035 §4.9.3: the AD bit is as good as the way it came.
    if (this.mode === 'ad' && !this.servers.every(isLoopback))
      throw new Failure(
        'dns',
        'ad-not-local',
        'Only a resolver on this machine can be trusted to validate (--dnssec ad).',
        {
          remedy: 'Name one with --resolver 127.0.0.1:53, or leave --dnssec on.',
        },
      )
    this.timeout = options.timeout ?? 2000
    this.tries = options.tries ?? 2
    this.exchange = options.exchange ?? exchange
    this.now = now
    const anchors = options.anchors === undefined ? ROOT_ANCHORS : allAnchors(options.anchors)
    const chain = new Chain({ ask: (name, type, effort) => this.ask(name, type, effort), anchors, now })
    this.validator = new Validator(chain, now)
    this.answers = new Memory(MAX_CACHED, now)
  }

  lookup(name: string, type: string, anew = false): Promise<Answer> {
    const wire = parseName(name)
    const number = parseType(type)
    if (wire === undefined || number === undefined) {
      const reason = wire === undefined ? `"${name.slice(0, 100)}" is no name` : `"${type.slice(0, 20)}" is no type`
      return Promise.resolve({ ...nothing(name, type), status: 'no-name', security: 'indeterminate', reason })
    }
    const effort: Effort = { budget: newBudget(), deadline: this.now() + DEADLINE }
    if (anew) this.answers.forget(`${number} ${wire}`)
    return this.find(wire, number, effort, 0)
  }

  private find(name: Name, type: number, effort: Effort, depth: number): Promise<Answer> {
    return this.answers.get(
      `${type} ${name}`,
      () => this.look(name, type, effort, depth).catch((error: unknown) => trouble(name, type, messageOf(error))),
      ({ ttl }) => Math.min(Math.max(ttl, 1), MAX_TTL),
    )
  }

  private async look(name: Name, type: number, effort: Effort, depth: number): Promise<Answer> {
    const message = await this.ask(name, type, effort)
    const found =
      this.mode === 'on'
        ? await this.validator.validate(name, type, message, effort)
        : plain(name, type, message, this.mode)
    if (found.security === 'bogus') return { ...answerOf(name, type, found), status: 'trouble', data: [] }
    if (found.next === undefined) return answerOf(name, type, found)
    if (depth >= MAX_CHAIN || found.next === name) throw new Error(`the aliases of ${nameText(name)} never end`)
    // The resolver left the end of the chain to us.
    const end = await this.find(found.next, type, effort, depth + 1)
    const { status, data, owner } = end
    const aliases = [...found.aliases.map(nameText), ...end.aliases]
    const asked = { name: nameText(name), type: typeName(type) }
    return { ...weaker(found, end), ...asked, status, data, owner, aliases }
  }

  /** One question to the resolvers, in turn, until one answers. */
  private async ask(name: Name, type: number, { budget, deadline }: Effort): Promise<Message> {
    let last: Error = new Error('no resolver')
    for (let round = 0; round < this.tries; round++)
      for (const server of this.servers) {
        const left = Math.min(deadline - this.now(), this.timeout)
        if (left <= 0 || budget.questions-- <= 0)
          throw new Error(`${nameText(name)} took too long or too many questions`)
        try {
          const modes = { dnssec: this.mode === 'on', wantsAd: this.mode === 'ad' }
          const message = await this.exchange(server, { name, type, ...modes }, left)
          if (message.rcode === NOERROR || message.rcode === NXDOMAIN) return message
          const why = message.errors
            .map(({ code, text }) => ` (${text === '' ? `extended error ${code}` : text})`)
            .join('')
          last = Object.assign(
            new Error(
              `${server.text} answered ${rcodeName(message.rcode)} for ${typeName(type)} of ${nameText(name)}${why}`,
            ),
            {
              code: 'ESERVFAIL',
            },
          )
        } catch (error) {
          last = error instanceof Error ? error : new Error(messageOf(error))
        }
      }
    throw last
  }
}

function nothing(name: string, type: string): Omit<Answer, 'status' | 'security' | 'reason'> {
  return { name, type, steps: [], owner: name, aliases: [], data: [], ttl: TROUBLE_TTL }
}

function trouble(name: Name, type: number, reason: string): Answer {
  const about = nothing(nameText(name), typeName(type))
  return { ...about, status: 'trouble', security: 'indeterminate', reason }
}

function answerOf(name: Name, type: number, found: Validated): Answer {
  const { status, security, reason, steps, data, ttl } = found
  const names = { owner: nameText(found.owner), aliases: found.aliases.map(nameText) }
  return { name: nameText(name), type: typeName(type), status, security, reason, steps, data, ttl, ...names }
}

/** Without validation: the aliases followed, the resolver's word taken or not. */
function plain(name: Name, type: number, message: Message, mode: DnssecMode): Validated {
  const sets = gatherSets(message.answer)
  const aliases: Name[] = []
  let owner = name
  let set = findSet(sets, owner, type)
  let ttl = MAX_TTL
  while (set === undefined && type !== TYPES.CNAME && aliases.length < 12) {
    const [rdata] = findSet(sets, owner, TYPES.CNAME)?.data ?? []
    const target = rdata === undefined ? undefined : parseTarget(rdata)
    if (target === undefined || aliases.includes(target) || target === name) break
    ttl = Math.min(ttl, findSet(sets, owner, TYPES.CNAME)?.ttl ?? 0)
    aliases.push(target)
    owner = target
    set = findSet(sets, owner, type)
  }
  const trusted = mode === 'ad' && message.authenticated
  const reason = mode === 'ad' ? 'the resolver does not call it authentic' : 'DNSSEC is switched off'
  const steps = [trusted ? 'the resolver on this machine says that it is authentic (AD)' : reason]
  const status =
    set !== undefined ? ('found' as const) : message.rcode === NXDOMAIN ? ('no-name' as const) : ('no-data' as const)
  const tail = set === undefined && aliases.length > 0 && message.rcode !== NXDOMAIN ? owner : undefined
  return {
    ...{ status, security: trusted ? 'secure' : 'insecure', reason: trusted ? '' : reason, steps, owner, aliases },
    ...{ data: set?.data ?? [], ttl: Math.min(ttl, set?.ttl ?? 60), next: tail },
  }
}

const NAMES_OF_STATUS = { 'no-data': 'ENODATA', 'no-name': 'ENOTFOUND', trouble: 'ESERVFAIL' } as const

function shape(type: string, rdata: Buffer): unknown {
  switch (type) {
    case 'A':
    case 'AAAA':
      return parseIp(rdata)
    case 'MX': {
      const mx = parseMx(rdata)
      return mx === undefined ? undefined : { priority: mx.preference, exchange: nameText(mx.exchange) }
    }
    case 'TXT':
      return parseTxt(rdata)?.map((one) => one.toString('utf8'))
    case 'CNAME':
    case 'PTR':
    case 'NS': {
      const target = parseTarget(rdata)
      return target === undefined ? undefined : nameText(target)
    }
    default:
      return rdataText(parseType(type) ?? 0, rdata)
  }
}

/** The same look-ups in the shapes of `node:dns`. A bogus answer is a failure of the server's (RFC 4035 §5.5). */
export function resolveWith(lookup: Lookup): Resolve {
  return async (name, type) => {
    const answer = await lookup(name, type)
    if (answer.status !== 'found')
      throw Object.assign(new Error(answer.reason === '' ? `${answer.status}: ${type} of ${name}` : answer.reason), {
        code: NAMES_OF_STATUS[answer.status],
      })
    return answer.data.map((rdata) => shape(type, rdata)).filter((one) => one !== undefined)
  }
}

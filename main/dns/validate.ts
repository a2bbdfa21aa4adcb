// One answer: its aliases followed, each set of records and each denial checked against the chain of trust, and what comes of it
// in one of four states. No sockets, no clock of its own. RFC 4035 §4.3, §5.3, §5.4
import type { Chain, Effort, SecureZone, ZoneState } from './chain.ts'
import { isUnder, nameText, parentOf, substitute, type Name } from './name.ts'
import { denyCloserByNsec, type Denial, type Denied } from './nsec.ts'
import { denyCloserByNsec3 } from './nsec3.ts'
import { parseSoa, parseTarget } from './rdata.ts'
import { findSet, gatherSets, type RrSet } from './rrset.ts'
import { verifySet } from './signature.ts'
import { algorithmName, NXDOMAIN, typeName, TYPES } from './types.ts'
import type { Message } from './wire.ts'

/** RFC 4033 §5. Indeterminate: no trust anchor reaches it. */
export type Security = 'secure' | 'insecure' | 'bogus' | 'indeterminate'

export interface Finding {
  readonly security: Security
  /** Why it is not secure; empty where it is. */
  readonly reason: string
  readonly steps: readonly string[]
  /** Seconds. */
  readonly ttl: number
}

export interface Validated extends Finding {
  readonly status: 'found' | 'no-data' | 'no-name'
  /** The name that the records stand at, behind all aliases. */
  readonly owner: Name
  readonly aliases: readonly Name[]
  readonly data: readonly Buffer[]
  /** The chain of aliases leads out of this answer: go on here. */
  readonly next: Name | undefined
}

interface DenialFinding extends Finding {
  readonly proved?: 'no-data' | 'no-name'
}

const MAX_ALIASES = 12
const NEGATIVE_TTL = 900
const LONGEST = 86_400

/** Chain states and answer states are told apart by nobody: both are findings. */
function findingOf(state: Exclude<ZoneState, SecureZone>): Finding {
  return { security: state.kind, reason: state.reason, steps: state.steps, ttl: state.ttl }
}

function bogusFinding(reason: string, zone: SecureZone): Finding {
  return { security: 'bogus', reason, steps: [...zone.steps, reason], ttl: 5 }
}

const ORDER: readonly Security[] = ['secure', 'insecure', 'indeterminate', 'bogus']

/** Two parts of one answer: the weaker one counts. */
export function weaker(a: Finding, b: Finding): Finding {
  const worst = ORDER.indexOf(b.security) > ORDER.indexOf(a.security) ? b : a
  const steps = [...a.steps, ...b.steps.filter((step) => !a.steps.includes(step))]
  return { ...worst, steps, ttl: Math.min(a.ttl, b.ttl) }
}

const NOTHING_YET: Finding = { security: 'secure', reason: '', steps: [], ttl: LONGEST }

export class Validator {
  private readonly chain: Chain
  private readonly now: () => number

  constructor(chain: Chain, now: () => number) {
    this.chain = chain
    this.now = now
  }

  /** What `message` says about `name` and `type`, and whether to believe it. */
  async validate(name: Name, type: number, message: Message, effort: Effort): Promise<Validated> {
    const sets = gatherSets(message.answer)
    const aliases: Name[] = []
    let finding = NOTHING_YET
    let owner = name
    for (;;) {
      const set = findSet(sets, owner, type)
      if (set !== undefined) {
        finding = weaker(finding, await this.checkSet(set, message, effort))
        return { ...finding, status: 'found', owner, aliases, data: set.data, next: undefined }
      }
      const alias = findAlias(sets, owner, type)
      if (alias === undefined) break
      finding = weaker(finding, await this.checkSet(alias.set, message, effort))
      // RFC 1034 §3.6.2: chains are followed, loops are errors.
      if (aliases.length >= MAX_ALIASES || alias.target === name || aliases.includes(alias.target)) {
        const reason = `the aliases of ${nameText(name)} go round or never end`
        return { ...finding, security: 'bogus', reason, status: 'no-data', owner, aliases, data: [], next: undefined }
      }
      aliases.push(alias.target)
      owner = alias.target
    }
    if (aliases.length > 0) return { ...finding, status: 'no-data', owner, aliases, data: [], next: owner }
    const said = message.rcode === NXDOMAIN ? 'no-name' : 'no-data'
    // The proof counts, not the code, which nobody signs: to turn one into the other would bounce mail for good.
    const { proved, ...denial } = await this.checkDenial(name, type, message, effort)
    return { ...denial, status: proved ?? said, owner, aliases, data: [], next: undefined }
  }

  /** The zone whose signature is to be expected for this set: the signer, or the one that the name is in. */
  private async checkSet(set: RrSet, message: Message, effort: Effort): Promise<Finding> {
    const [type, owner] = [typeName(set.type), nameText(set.name)]
    const lowest = set.type === TYPES.DS ? parentOf(set.name) : set.name
    const signer = set.signatures.find((one) => isUnder(lowest, one.signer))?.signer
    const state = await this.chain.zoneOf(signer ?? lowest, effort)
    if (state.kind !== 'secure') return findingOf(state)
    const verdict = verifySet(set, { ...state, now: this.now() }, effort.budget)
    if (!verdict.valid) {
      // A signature by something that is no zone: perhaps the name is in an unsigned one all the same.
      const real = signer === undefined || signer === state.zone ? state : await this.chain.zoneOf(lowest, effort)
      return real.kind === 'secure' ? bogusFinding(`the ${type} of ${owner} ${verdict.reason}`, state) : findingOf(real)
    }
    const step = `${type} of ${owner} is signed by ${nameText(state.zone)}: key ${verdict.key.tag}, ${algorithmName(verdict.key.algorithm)}`
    const good: Finding = {
      security: 'secure',
      reason: '',
      steps: [...state.steps, step],
      ttl: Math.min(verdict.ttl, state.ttl),
    }
    if (verdict.wildcard === undefined) return good
    return this.checkWildcard(set, verdict.wildcard, message, state, good, effort)
  }

  /** RFC 4035 §5.3.4: an answer from a wildcard needs the proof that the name itself is not there. */
  private checkWildcard(
    set: RrSet,
    encloser: Name,
    message: Message,
    zone: SecureZone,
    good: Finding,
    effort: Effort,
  ): Finding {
    const denied: Denied = { name: set.name, type: set.type, zone: zone.zone }
    const { sets, ttl } = this.chain.proofs(message, zone, effort.budget)
    const denial: Denial = sets.some(({ type }) => type === TYPES.NSEC)
      ? denyCloserByNsec(denied, encloser, sets)
      : denyCloserByNsec3(denied, encloser, sets, effort.budget)
    const [type, owner] = [typeName(set.type), nameText(set.name)]
    if (denial.kind === 'insecure')
      return {
        ...good,
        security: 'insecure',
        reason: `the ${type} of ${owner} comes from a wildcard: ${denial.reason}`,
        ttl: Math.min(good.ttl, ttl),
      }
    if (denial.kind !== 'no-name')
      return bogusFinding(
        `the ${type} of ${owner} comes from a wildcard, and ${'reason' in denial ? denial.reason : 'the name is there'}`,
        zone,
      )
    return { ...good, ttl: Math.min(good.ttl, ttl) }
  }

  private async checkDenial(name: Name, type: number, message: Message, effort: Effort): Promise<DenialFinding> {
    const authority = gatherSets(message.authority)
    const lowest = type === TYPES.DS ? parentOf(name) : name
    const signer = authority
      .filter((set) => set.type === TYPES.NSEC || set.type === TYPES.NSEC3)
      .flatMap((set) => set.signatures)
      .find((one) => isUnder(lowest, one.signer))?.signer
    const soa = authority.find((set) => set.type === TYPES.SOA)
    const [soaData] = soa?.data ?? []
    // RFC 2308 §5
    const minimum =
      soa === undefined || soaData === undefined ? 60 : Math.min(soa.ttl, parseSoa(soaData)?.minimum ?? 60)
    const negative = Math.min(minimum, NEGATIVE_TTL)
    let state = await this.chain.zoneOf(signer ?? lowest, effort)
    if (state.kind === 'secure' && signer !== undefined && signer !== state.zone)
      state = await this.chain.zoneOf(lowest, effort)
    if (state.kind !== 'secure') return { ...findingOf(state), ttl: Math.min(state.ttl, negative) }
    const { denial, ttl } = this.chain.deny({ name, type, zone: state.zone }, message, state, effort)
    const lasting = Math.min(ttl, negative, state.ttl)
    switch (denial.kind) {
      case 'no-data':
      case 'unsigned-delegation':
      case 'no-name': {
        const step = `${nameText(state.zone)} proves that there is no ${typeName(type)} of ${nameText(name)}`
        const proved = denial.kind === 'no-name' ? 'no-name' : 'no-data'
        return { security: 'secure', reason: '', steps: [...state.steps, step], ttl: lasting, proved }
      }
      case 'insecure':
        return { security: 'insecure', reason: denial.reason, steps: [...state.steps, denial.reason], ttl: lasting }
      case 'unproven':
        return bogusFinding(
          `nothing proves that there is no ${typeName(type)} of ${nameText(name)}: ${denial.reason}`,
          state,
        )
    }
  }
}

interface Alias {
  readonly target: Name
  /** What proves it: the CNAME itself, or the DNAME that it was made from. */
  readonly set: RrSet
}

/** RFC 6672 §5.3.1: a CNAME that a DNAME implies is not signed; the DNAME is. */
function findAlias(sets: readonly RrSet[], owner: Name, type: number): Alias | undefined {
  const cname = type === TYPES.CNAME ? undefined : findSet(sets, owner, TYPES.CNAME)
  const [data] = cname?.data ?? []
  const target = data === undefined ? undefined : parseTarget(data)
  if (cname !== undefined && cname.signatures.length > 0)
    return target === undefined ? undefined : { target, set: cname }
  for (const set of sets) {
    const [rdata] = set.data
    const to = set.type === TYPES.DNAME && rdata !== undefined ? parseTarget(rdata) : undefined
    const made = to === undefined ? undefined : substitute(owner, set.name, to)
    if (made !== undefined) return { target: made, set }
  }
  return cname === undefined || target === undefined ? undefined : { target, set: cname }
}

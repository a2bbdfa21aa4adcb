// The chain of trust from an anchor down to a zone: at each label the DS is asked for, and its presence, absence or denial decides
// whether a zone begins there and whether it is signed. No sockets: `ask` brings messages, `now` the time. RFC 4035 §4.3, §5.2
//
// What an attacker may achieve by forging or dropping answers is `bogus`, never `insecure`: that needs a proof, signed by a zone
// that is itself trusted.
import { anchorFor, type Anchor } from './anchors.ts'
import { Memory } from './memory.ts'
import { isUnder, lastLabels, depthOf, nameText, type Name } from './name.ts'
import { denyByNsec, type Denial, type Denied } from './nsec.ts'
import { denyByNsec3 } from './nsec3.ts'
import { findSet, gatherSets, type RrSet } from './rrset.ts'
import {
  isSupportedDelegation,
  matchesDelegation,
  parseDelegation,
  parseKeys,
  verifySet,
  type Budget,
  type Delegation,
  type ZoneKey,
} from './signature.ts'
import { algorithmName, TYPES } from './types.ts'
import type { Message } from './wire.ts'

/** What one question may still do. */
export interface Effort {
  readonly budget: Budget
  /** Milliseconds since the epoch. */
  readonly deadline: number
}

export type Ask = (name: Name, type: number, effort: Effort) => Promise<Message>

export interface SecureZone {
  readonly kind: 'secure'
  readonly zone: Name
  readonly keys: readonly ZoneKey[]
  /** Seconds. */
  readonly ttl: number
  /** One sentence a zone, from the anchor down. */
  readonly steps: readonly string[]
}

export type ZoneState =
  | SecureZone
  | {
      readonly kind: 'insecure' | 'bogus' | 'indeterminate'
      readonly reason: string
      readonly ttl: number
      readonly steps: readonly string[]
    }

/** A label where no zone begins. `end`: nothing is there at all, so nothing is below it either. */
type Step = ZoneState | { readonly kind: 'no-cut'; readonly end: boolean; readonly ttl: number }

const MAX_STEPS = 3000
const BOGUS_TTL = 5
const LONGEST = 86_400

export interface ChainParts {
  readonly ask: Ask
  readonly anchors: readonly Anchor[]
  readonly now: () => number
}

export class Chain {
  private readonly parts: ChainParts
  private readonly steps: Memory<Step>

  constructor(parts: ChainParts) {
    this.parts = parts
    this.steps = new Memory(MAX_STEPS, parts.now)
  }

  /** The state of the zone that `name` is in. Rejects where an answer can't be had. */
  async zoneOf(name: Name, effort: Effort): Promise<ZoneState> {
    const anchor = anchorFor(this.parts.anchors, name)
    if (anchor === undefined)
      return { kind: 'indeterminate', reason: `no trust anchor is above ${nameText(name)}`, ttl: LONGEST, steps: [] }
    const top = await this.remember(`anchor ${anchor.zone}`, () =>
      this.open(anchor.zone, anchor.delegations, [], effort),
    )
    if (top.kind !== 'secure') return top.kind === 'no-cut' ? bogus('the anchor is no zone', []) : top
    let state: SecureZone = top
    for (let depth = depthOf(anchor.zone) + 1; depth <= depthOf(name); depth++) {
      const child = lastLabels(name, depth)
      const parent = state
      const step = await this.remember(`${parent.zone} ${child}`, () => this.descend(parent, child, effort))
      if (step.kind === 'no-cut') {
        if (step.end) break
      } else if (step.kind === 'secure') state = { ...step, ttl: Math.min(step.ttl, state.ttl) }
      else return { ...step, ttl: Math.min(step.ttl, state.ttl) }
    }
    return state
  }

  private remember(key: string, make: () => Promise<Step>): Promise<Step> {
    return this.steps.get(key, make, ({ ttl }) => ttl)
  }

  /** Fetches the keys of a zone and ties them to its DS. RFC 4035 §5.2 */
  private async open(
    zone: Name,
    delegations: readonly Delegation[],
    above: readonly string[],
    effort: Effort,
  ): Promise<ZoneState> {
    const usable = delegations.filter(isSupportedDelegation)
    // RFC 4509 §3: where there is a better digest, SHA-1 doesn't count.
    const better = usable.filter((one) => one.digestType !== 1)
    const trusted = better.length > 0 ? better : usable
    const text = nameText(zone)
    if (trusted.length === 0) {
      const names = [...new Set(delegations.map((one) => algorithmName(one.algorithm)))].join(', ')
      return insecure(`${text} is signed only in ways that are not checked here (${names})`, LONGEST, above)
    }
    const message = await this.parts.ask(zone, TYPES.DNSKEY, effort)
    const set = findSet(gatherSets(message.answer), zone, TYPES.DNSKEY)
    if (set === undefined) return bogus(`${text} gave no keys although it is signed`, above)
    const keys = parseKeys(set)
    const entry = keys.filter((key) => trusted.some((ds) => matchesDelegation(ds, zone, key)))
    if (entry.length === 0)
      return bogus(
        `no key of ${text} is the one that its ${above.length === 0 ? 'trust anchor' : 'parent'} names`,
        above,
      )
    const verdict = verifySet(set, { zone, keys: entry, now: this.parts.now() }, effort.budget)
    if (!verdict.valid) return bogus(`the key set of ${text} ${verdict.reason}`, above)
    const how = above.length === 0 ? 'trust anchor' : 'DS'
    const step = `${text} is signed: ${how} ${verdict.key.tag}, ${algorithmName(verdict.key.algorithm)}`
    return { kind: 'secure', zone, keys, ttl: verdict.ttl, steps: [...above, step] }
  }

  private async descend(parent: SecureZone, child: Name, effort: Effort): Promise<Step> {
    const { steps: above } = parent
    const message = await this.parts.ask(child, TYPES.DS, effort)
    const sets = gatherSets(message.answer)
    const set = findSet(sets, child, TYPES.DS)
    if (set === undefined) {
      // An alias is no zone cut. To believe that unproved is safe: it only keeps the parent's demand for signatures.
      if (sets.some(({ type }) => type === TYPES.CNAME || type === TYPES.DNAME))
        return { kind: 'no-cut', end: false, ttl: 60 }
      return this.denied(parent, child, message, effort)
    }
    const verdict = verifySet(set, { ...parent, now: this.parts.now() }, effort.budget)
    if (!verdict.valid) return bogus(`the DS of ${nameText(child)} ${verdict.reason}`, above)
    if (verdict.wildcard !== undefined) return bogus(`the DS of ${nameText(child)} comes from a wildcard`, above)
    const delegations = set.data.map(parseDelegation).filter((one) => one !== undefined)
    const opened = await this.open(child, delegations, above, effort)
    return { ...opened, ttl: Math.min(opened.ttl, verdict.ttl) }
  }

  private denied(parent: SecureZone, child: Name, message: Message, effort: Effort): Step {
    const { steps: above, zone } = parent
    const text = nameText(child)
    const { denial, ttl } = this.deny({ name: child, type: TYPES.DS, zone }, message, parent, effort)
    switch (denial.kind) {
      case 'no-data':
        return { kind: 'no-cut', end: false, ttl }
      case 'no-name':
        return { kind: 'no-cut', end: true, ttl }
      case 'unsigned-delegation':
        return insecure(`${text} is not signed: ${nameText(zone)} proves that it has no DS`, ttl, above)
      case 'insecure':
        return insecure(`${text} cannot be proved: ${denial.reason}`, ttl, above)
      case 'unproven':
        return bogus(`nothing proves that ${text} has no DS: ${denial.reason}`, above)
    }
  }

  /** The denial that a message carries, by the records of it that verify. */
  deny(
    denied: Denied,
    message: Message,
    zone: SecureZone,
    { budget }: Effort,
  ): { denial: Denial; ttl: number; failed: string } {
    const { sets, ttl, failed } = this.proofs(message, zone, budget)
    const exists = message.rcode !== 3
    const denial = sets.some(({ type }) => type === TYPES.NSEC)
      ? denyByNsec(denied, sets)
      : sets.length > 0
        ? denyByNsec3(denied, exists, sets, budget)
        : ({ kind: 'unproven', reason: failed === '' ? 'the answer has no proof' : `the proof ${failed}` } as const)
    return { denial, ttl, failed }
  }

  /** The NSEC and NSEC3 sets of the authority section that are signed by the zone. */
  proofs(message: Message, zone: SecureZone, budget: Budget): { sets: readonly RrSet[]; ttl: number; failed: string } {
    const sets: RrSet[] = []
    let ttl = 3600
    let failed = ''
    for (const set of gatherSets(message.authority).slice(0, 20)) {
      if (set.type !== TYPES.NSEC && set.type !== TYPES.NSEC3) continue
      if (!isUnder(set.name, zone.zone)) continue
      const verdict = verifySet(set, { ...zone, now: this.parts.now() }, budget)
      // One that was made from a wildcard proves nothing about names.
      if (!verdict.valid) failed = verdict.reason
      else if (verdict.wildcard === undefined) {
        sets.push(set)
        ttl = Math.min(ttl, verdict.ttl)
      }
    }
    return { sets, ttl, failed }
  }
}

function insecure(reason: string, ttl: number, above: readonly string[]): ZoneState {
  return { kind: 'insecure', reason, ttl, steps: [...above, reason] }
}

export function bogus(reason: string, above: readonly string[]): ZoneState {
  return { kind: 'bogus', reason, ttl: BOGUS_TTL, steps: [...above, reason] }
}

// Where trust begins: the keys of the root, and what the user adds for zones of their own.
//
// The root's keys come with a release (IANA, https://data.iana.org/root-anchors/root-anchors.xml): both the one of 2017 and the
// one of 2024, which is in use beside it from 2025 on and signs from October 2026. RFC 5011 is not followed: a roll is announced years
// ahead, and a relay that slept through one can't catch up by RFC 5011 either.
import { createHash } from 'node:crypto'
import { Failure } from '../terms/failure.ts'
import { isUnder, nameBytes, nameText, parseName, ROOT, type Name } from './name.ts'
import { keyTagOf, type Delegation } from './signature.ts'

export interface Anchor {
  readonly zone: Name
  readonly delegation: Delegation
}

function rootAnchor(keyTag: number, digest: string): Anchor {
  return { zone: ROOT, delegation: { keyTag, algorithm: 8, digestType: 2, digest: Buffer.from(digest, 'hex') } }
}

export const ROOT_ANCHORS: readonly Anchor[] = [
  rootAnchor(20326, 'E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D'),
  rootAnchor(38696, '683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16'),
]

const MAX_ANCHORS = 100

function bad(line: string): Failure {
  return new Failure('dns', 'bad-anchor', `"${line.slice(0, 80)}" is no trust anchor.`, {
    remedy: 'Write DS or DNSKEY records in the form of a zone file, one a line: example.org. IN DS 12345 13 2 0123…',
  })
}

/** A DNSKEY as its SHA-256 digest. RFC 4034 §5.1.4 */
function delegationOf(zone: Name, rdata: Buffer): Delegation {
  const digest = createHash('sha256').update(nameBytes(zone)).update(rdata).digest()
  return { keyTag: keyTagOf(rdata), algorithm: rdata.readUInt8(3), digestType: 2, digest }
}

const NUMBER = /^\d{1,5}$/

function parseLine(line: string): Anchor {
  const words = line.split(/\s+/).filter((word) => word !== '' && word !== '(' && word !== ')')
  const zone = parseName(words[0] ?? '')
  const at = words.findIndex((word) => /^(DS|DNSKEY)$/i.test(word))
  const [first = '', second = '', third = '', ...rest] = words.slice(at + 1)
  if (zone === undefined || at < 1 || ![first, second, third].every((one) => NUMBER.test(one))) throw bad(line)
  const data = rest.join('')
  if (words[at]?.toUpperCase() === 'DS') {
    if (!/^([0-9a-f]{2})+$/i.test(data)) throw bad(line)
    const numbers = { keyTag: Number(first), algorithm: Number(second), digestType: Number(third) }
    return { zone, delegation: { ...numbers, digest: Buffer.from(data, 'hex') } }
  }
  if (!/^[A-Za-z0-9+/]+=*$/.test(data)) throw bad(line)
  const numbers = Buffer.from([Number(first) >> 8, Number(first) & 0xff, Number(second), Number(third)])
  return { zone, delegation: delegationOf(zone, Buffer.concat([numbers, Buffer.from(data, 'base64')])) }
}

/** DS and DNSKEY records as a zone file has them, one a line; `;` begins a comment. Throws `bad-anchor`. */
export function parseAnchors(text: string): readonly Anchor[] {
  const lines = text
    .split('\n')
    .map((line) => line.split(';', 1)[0]?.trim() ?? '')
    .filter((line) => line !== '')
  if (lines.length === 0 || lines.length > MAX_ANCHORS) throw bad(lines[0] ?? 'an empty file')
  return lines.map(parseLine)
}

/** The user's anchors beside the root's; where they name the root, they take its place. */
export function allAnchors(own: readonly Anchor[]): readonly Anchor[] {
  return own.some(({ zone }) => zone === ROOT) ? own : [...ROOT_ANCHORS, ...own]
}

/** The lowest anchored zone that `name` stands under, with its keys; undefined where no trust reaches. */
export function anchorFor(
  anchors: readonly Anchor[],
  name: Name,
): { zone: Name; delegations: Delegation[] } | undefined {
  let zone: Name | undefined
  for (const one of anchors)
    if (isUnder(name, one.zone) && (zone === undefined || one.zone.length > zone.length)) ({ zone } = one)
  if (zone === undefined) return undefined
  const delegations = anchors.filter((one) => one.zone === zone).map((one) => one.delegation)
  return { zone, delegations }
}

export function anchorText(anchors: readonly Anchor[]): string {
  return [...new Set(anchors.map(({ zone, delegation }) => `${nameText(zone)} ${delegation.keyTag}`))].join(', ')
}

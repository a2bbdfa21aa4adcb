// The facts of a golden folder: facts.json names what matters for its case, everything else has the defaults below.
import { createHash } from 'node:crypto'
import type { ForwardFacts, ReplyFacts, ReplyTarget, TraceFacts } from '../../../main/mail/facts.ts'
import { correspondentsOf, parseHeaderBlock } from '../../../main/mail/index.ts'
import type { Address, AddressKey, Domain } from '../../../main/terms/address.ts'
import { addressKey, domainOf, parseAddress } from '../../../main/terms/address.ts'
import { instant } from '../../../main/terms/brand.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = Readonly<Record<string, Json>>

export function requiredAddress(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(`not an address: ${text}`)
  return parsed
}

function text(json: JsonObject, key: string, fallback: string): string {
  const value = json[key]
  return typeof value === 'string' ? value : fallback
}

function plain(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function object(json: JsonObject, key: string): JsonObject {
  const value = json[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}

function strings(json: JsonObject, key: string, fallback: readonly string[]): readonly string[] {
  const value = json[key]
  return Array.isArray(value) ? value.map(plain) : fallback
}

function stringMap(json: JsonObject, key: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(object(json, key)).map(([name, value]) => [name, plain(value)]))
}

export function keyOf(address: string): AddressKey {
  return addressKey(requiredAddress(address))
}

/** A reply address that is the same in every run: 16 letters of the address's hash. */
export function replyAddressOf(address: Address, domain: string): Address {
  const letters = [...createHash('sha256').update(addressKey(address)).digest()]
  const name = letters.slice(0, 16).map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31] ?? '')
  return requiredAddress(`${name.join('')}@${domain}`)
}

/** What the engine does before a forward: everybody whom the message names gets a reply address, our own excepted. */
export function replyAddressesOf(
  header: Buffer,
  alias: Address,
  reversePath: Address | undefined,
): Map<AddressKey, Address> {
  const people = correspondentsOf(parseHeaderBlock(header), reversePath)
  const foreign = people.filter(({ address }) => domainOf(address) !== domainOf(alias))
  return new Map(foreign.map(({ address }) => [addressKey(address), replyAddressOf(address, domainOf(alias))]))
}

function traceFacts(json: JsonObject): TraceFacts {
  return {
    helo: text(json, 'helo', 'mx.example.com'),
    peer: text(json, 'peer', '192.0.2.1'),
    hostname: text(json, 'hostname', 'mail.relay.example') as Domain,
    protocol: text(json, 'protocol', 'ESMTPS'),
    id: text(json, 'id', 'q7k2m4'),
    at: instant(Date.parse(text(json, 'at', '2026-01-14T12:00:00Z'))),
    tls: json['tls'] === null ? undefined : text(json, 'tls', 'TLSv1.3 TLS_AES_256_GCM_SHA384'),
  }
}

export function forwardFacts(json: JsonObject, header: Buffer): ForwardFacts {
  const alias = requiredAddress(text(json, 'alias', 'shop@relay.example'))
  const reversePath =
    json['reversePath'] === null ? undefined : requiredAddress(text(json, 'reversePath', 'bob@example.com'))
  const given = object(json, 'replyAddresses')
  const addresses = Object.entries(given).map(([from, to]) => [keyOf(from), requiredAddress(plain(to))] as const)
  return {
    alias,
    tag: text(json, 'tag', ''),
    reversePath,
    mode: text(json, 'mode', 'rewrite') as ForwardFacts['mode'],
    fromMode: text(json, 'fromMode', 'reply-address') as ForwardFacts['fromMode'],
    fromTemplate: text(json, 'fromTemplate', 'quoted') as ForwardFacts['fromTemplate'],
    replyAddresses: 'replyAddresses' in json ? new Map(addresses) : replyAddressesOf(header, alias, reversePath),
    messageIds: stringMap(json, 'messageIds'),
    trace: traceFacts(object(json, 'trace')),
    authenticationResults:
      json['authenticationResults'] === null
        ? undefined
        : text(
            json,
            'authenticationResults',
            'mail.relay.example; spf=pass smtp.mailfrom=example.com; dkim=none; dmarc=none',
          ),
    loopMark: typeof json['loopMark'] === 'string' ? json['loopMark'] : undefined,
  }
}

function target(value: Json): ReplyTarget {
  if (typeof value === 'string') return { kind: 'contact', address: requiredAddress(value), displayName: '' }
  const json = value as JsonObject
  const address = requiredAddress(text(json, 'address', ''))
  if (text(json, 'kind', 'contact') === 'alias') return { kind: 'alias', address }
  return { kind: 'contact', address, displayName: text(json, 'displayName', '') }
}

export function replyFacts(json: JsonObject): ReplyFacts {
  const targets =
    'targets' in json
      ? object(json, 'targets')
      : { 'zq4m7xk2w9@relay.example': { address: 'bob@example.com', displayName: 'Bob' } }
  return {
    alias: requiredAddress(text(json, 'alias', 'shop@relay.example')),
    fromName: text(json, 'fromName', ''),
    userAddresses: new Set(strings(json, 'userAddresses', ['alice@real.example']).map(keyOf)),
    targets: new Map(Object.entries(targets).map(([from, to]) => [keyOf(from), target(to)])),
    messageId: text(json, 'messageId', 'k3v9x2@relay.example'),
    messageIds: stringMap(json, 'messageIds'),
    at: instant(Date.parse(text(json, 'at', '2026-01-14T12:00:00Z'))),
    userHosts: new Set(strings(json, 'userHosts', [])),
    keepListFields: json['keepListFields'] === true,
  }
}

// Where bounces of our mail come back to: an address that says which delivery it was, until when it is good, and that we
// made it (VERP with an HMAC). It tells a reader nothing (what stands in it is masked, so that nobody counts our mail), names no
// product, and nobody can make one up. behaviour.md 3.1
import { createHmac, timingSafeEqual } from 'node:crypto'
import { domainOf, localPartOf, type Address, type Domain } from '../terms/address.ts'

const DAY = 86_400_000
/** Longer than any queue tries: RFC 5321 §4.5.4.1 gives 4-5 days, some give 10. */
const LIFETIME_DAYS = 14
/** An unsubscribe button is pressed when the user gets round to it. */
export const UNSUBSCRIBE_DAYS = 60
const MAC = 10
const LENGTH = 8 + MAC
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
/** 18 octets are 29 characters of base32. */
const LOCAL_LENGTH = Math.ceil((LENGTH * 8) / 5)

function encode(data: Buffer): string {
  let out = ''
  let bits = 0
  let value = 0
  for (const byte of data) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out += ALPHABET[(value >> bits) & 31] ?? ''
    }
  }
  return bits > 0 ? out + (ALPHABET[(value << (5 - bits)) & 31] ?? '') : out
}

function decode(text: string): Buffer | undefined {
  const out: number[] = []
  let bits = 0
  let value = 0
  for (const character of text) {
    const digit = ALPHABET.indexOf(character)
    if (digit < 0) return undefined
    value = ((value << 5) | digit) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      out.push((value >> bits) & 0xff)
    }
  }
  return Buffer.from(out)
}

function mac(key: Buffer, body: Buffer, domain: Domain): Buffer {
  return createHmac('sha256', key).update(body).update(domain).digest().subarray(0, MAC)
}

/** Masks and unmasks: a stream made from the MAC, as in SIV (RFC 5297), so that the same delivery has the same address. */
function masked(key: Buffer, tag: Buffer, body: Buffer): Buffer {
  const stream = createHmac('sha256', key).update('mask').update(tag).digest()
  return Buffer.from(body.map((byte, i) => byte ^ (stream[i] ?? 0)))
}

/** The return path of one delivery, on the alias's own domain. `key` is 32 bytes. */
export function makeReturnPath(
  deliveryId: number,
  domain: Domain,
  now: number,
  key: Buffer,
  days: number = LIFETIME_DAYS,
): Address {
  const body = Buffer.alloc(8)
  body.writeUIntBE(deliveryId, 0, 6)
  body.writeUInt16BE(Math.floor(now / DAY) + days, 6)
  const tag = mac(key, body, domain)
  return `${encode(Buffer.concat([masked(key, tag, body), tag]))}@${domain}` as Address
}

/** The delivery that an address of ours stands for; undefined where it is not one, is forged, or is too old. */
export function readReturnPath(address: Address, now: number, key: Buffer): number | undefined {
  const local = localPartOf(address).toLowerCase()
  if (local.length !== LOCAL_LENGTH) return undefined
  const data = decode(local)
  if (data?.length !== LENGTH) return undefined
  const tag = data.subarray(8)
  const body = masked(key, tag, data.subarray(0, 8))
  if (!timingSafeEqual(tag, mac(key, body, domainOf(address)))) return undefined
  if (body.readUInt16BE(6) < Math.floor(now / DAY)) return undefined
  return body.readUIntBE(0, 6)
}

// A certificate of our own making, so that TLS is there from the first minute. Mail servers encrypt to it (RFC 7435); a real
// one takes its place with `postern tls import`. The few DER shapes it needs are written here: RFC 5280 §4.1, X.690.
import { generateKeyPair, sign } from 'node:crypto'
import { promisify } from 'node:util'

export interface CertificatePair {
  /** PEM, the leaf first. */
  readonly certificate: string
  /** PKCS#8, PEM. */
  readonly privateKey: string
  readonly names: readonly string[]
  /** Milliseconds since the epoch. */
  readonly notAfter: number
}

const TEN_YEARS = 10 * 365 * 86_400_000
const DAY = 86_400_000

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const OID = 0x06
const UTF8_STRING = 0x0c
const GENERALIZED_TIME = 0x18
const BOOLEAN = 0x01

/** Tag, length, content. X.690 §8.1 */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const { length } = body
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), body])
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), body])
}

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex')
const ECDSA_SHA256 = der(SEQUENCE, der(OID, bytes('2a8648ce3d040302'))) // 1.2.840.10045.4.3.2, RFC 5758 §3.2
const COMMON_NAME = der(OID, bytes('550403'))
const TRUE = der(BOOLEAN, bytes('ff'))

function time(at: number): Buffer {
  const text = new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return der(GENERALIZED_TIME, Buffer.from(text))
}

function extension(oid: string, critical: boolean, value: Buffer): Buffer {
  return der(SEQUENCE, der(OID, bytes(oid)), ...(critical ? [TRUE] : []), der(OCTET_STRING, value))
}

function extensions(hostname: string): Buffer {
  const alternativeName = der(SEQUENCE, der(0x82, Buffer.from(hostname))) // dNSName [2]
  return der(
    0xa3,
    der(
      SEQUENCE,
      extension('551d13', true, der(SEQUENCE)), // basicConstraints: no CA
      extension('551d0f', true, der(BIT_STRING, bytes('0780'))), // keyUsage: digitalSignature
      extension('551d11', false, alternativeName),
    ),
  )
}

function pem(label: string, content: Buffer): string {
  return `-----BEGIN ${label}-----\n${content.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`
}

/** ECDSA P-256, for `hostname`, ten years from `now`. `serial` is 8 random octets. */
export async function makeSelfSigned(hostname: string, now: number, serial: Buffer): Promise<CertificatePair> {
  const keys = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  const notAfter = now + TEN_YEARS
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from(hostname.slice(0, 64))))))
  const toSign = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, bytes('02'))), // version 3
    der(INTEGER, bytes('01'), serial), // a leading 1: positive and never empty
    ECDSA_SHA256,
    name,
    der(SEQUENCE, time(now - DAY), time(notAfter)),
    name,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    extensions(hostname),
  )
  const signature = sign('sha256', toSign, keys.privateKey)
  const certificate = der(SEQUENCE, toSign, ECDSA_SHA256, der(BIT_STRING, bytes('00'), signature))
  const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { certificate: pem('CERTIFICATE', certificate), privateKey, names: [hostname], notAfter }
}

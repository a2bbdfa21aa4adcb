// A security key in software, whose answers are as genuine as any: an ES256 key, `none` attestation. W3C Web Authentication §6.1, §6.5
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'

const base64url = (bytes: Buffer): string => bytes.toString('base64url')
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** CBOR (RFC 8949 §3.1) of what we need: heads, byte strings, text. */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  return value < 256
    ? Buffer.from([(major << 5) | 24, value])
    : Buffer.from([(major << 5) | 25, value >> 8, value & 255])
}
const bytes = (content: Buffer): Buffer => Buffer.concat([head(2, content.length), content])
const text = (content: string): Buffer => Buffer.concat([head(3, content.length), Buffer.from(content)])

export class SoftKey {
  private readonly pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  private readonly id = randomBytes(32)
  private counter = 0

  private clientData(type: string, challenge: string, origin: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  }

  /** User present and verified. */
  private authenticatorData(site: string, attested: Buffer | undefined): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(++this.counter)
    const flags = Buffer.from([attested === undefined ? 0x05 : 0x45])
    return Buffer.concat([sha256(site), flags, counter, attested ?? Buffer.alloc(0)])
  }

  private coseKey(): Buffer {
    const { x = '', y = '' } = this.pair.publicKey.export({ format: 'jwk' })
    const [kty, alg, crv] = [Buffer.from([0x01, 0x02]), Buffer.from([0x03, 0x26]), Buffer.from([0x20, 0x01])]
    const at = (label: number, value: string): Buffer =>
      Buffer.concat([Buffer.from([label]), bytes(Buffer.from(value, 'base64url'))])
    return Buffer.concat([head(5, 5), kty, alg, crv, at(0x21, x), at(0x22, y)])
  }

  register(challenge: string, origin: string): unknown {
    const length = Buffer.from([0, this.id.length])
    const attested = Buffer.concat([Buffer.alloc(16), length, this.id, this.coseKey()])
    const data = this.authenticatorData(new URL(origin).hostname, attested)
    const attestation = Buffer.concat([
      head(5, 3),
      text('fmt'),
      text('none'),
      text('attStmt'),
      head(5, 0),
      text('authData'),
      bytes(data),
    ])
    return {
      ...{ id: base64url(this.id), rawId: base64url(this.id), type: 'public-key', clientExtensionResults: {} },
      response: {
        clientDataJSON: base64url(this.clientData('webauthn.create', challenge, origin)),
        attestationObject: base64url(attestation),
        transports: ['usb'],
      },
    }
  }

  prove(challenge: string, origin: string): unknown {
    const client = this.clientData('webauthn.get', challenge, origin)
    const data = this.authenticatorData(new URL(origin).hostname, undefined)
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
    const signature = createSign('sha256').update(signed).sign(this.pair.privateKey)
    return {
      ...{ id: base64url(this.id), rawId: base64url(this.id), type: 'public-key', clientExtensionResults: {} },
      response: {
        clientDataJSON: base64url(client),
        authenticatorData: base64url(data),
        signature: base64url(signature),
      },
    }
  }
}

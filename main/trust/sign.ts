// DKIM signatures of what we send (RFC 6376, RFC 8301, RFC 8463): one by each key of the domain, RSA-2048 and Ed25519, over
// the fields a reader sees, each listed once more than it stands, so that nobody can add a second one (RFC 6376 §8.15).
import { createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto'
import { parseHeaderBlock, type HeaderField } from '../mail/index.ts'
import { relaxedField } from './canonical.ts'

export interface SigningKey {
  readonly selector: string
  readonly algorithm: 'rsa' | 'ed25519'
  readonly privateKey: KeyObject
}

export interface SignInput {
  /** The header block as it will go out. */
  readonly header: Buffer
  /** SHA-256 of the relaxed body, base64. */
  readonly bodyHash: string
  /** d=: the alias's domain. */
  readonly domain: string
  readonly keys: readonly SigningKey[]
  /** t=, seconds since the epoch. */
  readonly at: number
}

/** behaviour.md 3.7. Oversigned whether they stand in the message or not. */
const OVERSIGNED = [
  'from',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'reply-to',
  'in-reply-to',
  'references',
  'sender',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
] as const
/** Signed, with the additional mention, only where they stand: list managers add them later in good faith. */
const WHEN_PRESENT = [
  'content-disposition',
  'content-id',
  'content-description',
  'list-id',
  'list-help',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'list-subscribe',
  'list-post',
  'list-owner',
  'list-archive',
] as const

export function loadSigningKey(selector: string, algorithm: 'rsa' | 'ed25519', pem: string): SigningKey {
  return { selector, algorithm, privateKey: createPrivateKey(pem) }
}

interface Selection {
  readonly names: readonly string[]
  readonly canonical: readonly Buffer[]
}

/** The instances a verifier will take for `names`: from the bottom up, RFC 6376 §5.4.2. */
export function selectFields(fields: readonly HeaderField[]): Selection {
  const names: string[] = []
  const canonical: Buffer[] = []
  const take = (name: string, always: boolean): void => {
    const instances = fields.filter((field) => field.key === name).reverse()
    if (instances.length === 0 && !always) return
    for (const field of instances) {
      names.push(name)
      canonical.push(relaxedField(field.raw), CRLF)
    }
    names.push(name)
  }
  for (const name of OVERSIGNED) take(name, true)
  for (const name of WHEN_PRESENT) take(name, false)
  return { names, canonical }
}

const CRLF = Buffer.from('\r\n')

export function foldList(names: readonly string[]): string {
  const lines: string[] = []
  let line = ''
  for (const name of names) {
    if (line.length + name.length > 66) {
      lines.push(line)
      line = ''
    }
    line += line === '' && lines.length === 0 ? name : `:${name}`
  }
  lines.push(line)
  return lines.join('\r\n\t')
}

export function foldBase64(text: string): string {
  return text.replaceAll(/.{72}(?=.)/g, '$&\r\n\t')
}

function unsignedField(input: SignInput, key: SigningKey, names: readonly string[]): string {
  const algorithm = key.algorithm === 'rsa' ? 'rsa-sha256' : 'ed25519-sha256'
  return (
    `DKIM-Signature: v=1; a=${algorithm}; c=relaxed/relaxed; d=${input.domain};\r\n` +
    `\ts=${key.selector}; t=${input.at}; bh=${input.bodyHash};\r\n` +
    `\th=${foldList(names)};\r\n\tb=`
  )
}

export function signData(key: SigningKey, data: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, signature: Buffer): void => {
      if (error === null) resolve(signature)
      else reject(error)
    }
    // The asynchronous form runs in the thread pool: 1.4 ms of RSA that the mail path does not wait for alone.
    // RFC 8463 §3: Ed25519 signs the SHA-256 of the data.
    if (key.algorithm === 'rsa') sign('sha256', data, key.privateKey, done)
    else sign(null, createHash('sha256').update(data).digest(), key.privateKey, done)
  })
}

/** The DKIM-Signature fields, with line ends, to stand above `header`. */
export async function signHeader(input: SignInput): Promise<Buffer> {
  const { names, canonical } = selectFields(parseHeaderBlock(input.header).fields)
  const fields = await Promise.all(
    input.keys.map(async (key) => {
      const unsigned = unsignedField(input, key, names)
      // RFC 6376 §3.7: the signature field itself comes last, with an empty b= and without a CRLF.
      const data = Buffer.concat([...canonical, relaxedField(Buffer.from(unsigned))])
      const signature = await signData(key, data)
      return `${unsigned}${foldBase64(signature.toString('base64'))}\r\n`
    }),
  )
  return Buffer.from(fields.join(''))
}

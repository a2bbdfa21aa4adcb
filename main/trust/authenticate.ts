// SPF, DKIM, ARC and DMARC of one message. The protocols are mailauth's, in its strict mode; what they are asked about is decided here:
// the author is the one that a forward shows (mail/author.ts), the signatures are a bounded choice (signatures.ts), and what can't be
// evaluated is `permerror`, never `none`.
import { Readable } from 'node:stream'
import {
  arc,
  dkimVerify,
  dmarc,
  spf,
  type ARCResult,
  type DKIMVerifyResult,
  type DMARCResult,
  type SPFResult,
} from 'mailauth'
import { isIP } from 'node:net'
import type { Resolve } from '../dns/resolver.ts'
import { agreedAuthor, parseHeaderBlock, readAuthor, type Author } from '../mail/index.ts'
import { domainOf, parseAddress, type Domain } from '../terms/address.ts'
import { chooseSignatures, hasTooManyLines, type Chosen } from './signatures.ts'

export interface Question {
  readonly ip: string
  readonly helo: string
  /** Our authserv-id. RFC 8601 §2.5 */
  readonly hostname: string
  /** The reverse-path; empty for the null sender. */
  readonly sender: string
  readonly header: Buffer
  /** The body, read only where a signature covers it; in one piece where it is small. */
  readonly body: () => AsyncIterable<Buffer> | Buffer
  /** Whether the time is up: from then on nothing is asked and nothing is read. */
  readonly isOver: () => boolean
}

export interface Outcome {
  readonly author: Author
  readonly spf: SPFResult
  readonly dkim: DKIMVerifyResult | undefined
  readonly arc: ARCResult | undefined
  /** undefined where there is no author domain to ask about. */
  readonly dmarc: DMARCResult | undefined
  /** The author's domain, or one above it, has a record that is no valid DMARC record. RFC 9989 §4.7 */
  readonly brokenRecord: boolean
  /** undefined where the header has more lines than are read: no signature was looked at. */
  readonly chosen: Chosen | undefined
}

type Ask = (domain: string, rrtype: string) => Promise<string[]>

/** More questions than any real message needs: ten look-ups of SPF with their addresses, eight for each tree walk, one for each key. */
const MAX_QUESTIONS = 200
/** Key records: those of the signatures and of the chain. */
const MAX_KEYS = 30

const coded = (code: string): Error => Object.assign(new Error(code), { code })

/** Asks within bounds, and remembers which names have something that means to be a DMARC record. */
class Asking {
  private questions = 0
  private keys = 0
  dmarcRecords = 0
  private readonly resolve: Resolve
  private readonly isOver: () => boolean

  constructor(resolve: Resolve, isOver: () => boolean) {
    this.resolve = resolve
    this.isOver = isOver
  }

  readonly ask: Ask = async (name, type) => {
    if (this.isOver() || ++this.questions > MAX_QUESTIONS) throw coded('ETIMEOUT')
    // No key proves nothing: a message gains nothing by naming more of them.
    if (name.includes('._domainkey.') && ++this.keys > MAX_KEYS) throw coded('ENODATA')
    const answer = await this.resolve(name, type)
    const found = type === 'TXT' && name.includes('._domainkey.') ? oneKey(answer) : answer
    if (type === 'TXT' && name.startsWith('_dmarc.') && found.some(meansDmarc)) this.dmarcRecords++
    return found as string[]
  }
}

/** RFC 9989 §4.7 asks for exactly `v=DMARC1`; what comes close was meant to protect the domain. */
function meansDmarc(row: unknown): boolean {
  const text = textOf(row).slice(0, 200)
  return /^\s{0,20}v\s{0,20}=\s{0,20}dmarc1\b/i.test(text)
}

/** The text of a TXT record, whose pieces have no meaning of their own. RFC 6376 §3.6.2.2 */
function textOf(row: unknown): string {
  return Array.isArray(row) ? row.map(String).join('') : String(row)
}

/** Longer than the record of a 16,384 bit key. */
const KEY_RECORD_MAX = 8192

/** Whether a text is a key record: `v=` first if at all, and a key or the word that there is none. RFC 6376 §3.6.1 */
function isKeyRecord(text: string): boolean {
  if (text.length > KEY_RECORD_MAX) return false
  const tags = text.split(';').map((tag) => {
    const equals = tag.indexOf('=')
    return equals < 0 ? ['', ''] : [tag.slice(0, equals).trim(), tag.slice(equals + 1).trim()]
  })
  const version = tags.findIndex(([name]) => name === 'v')
  if (version > 0 || (version === 0 && tags[0]?.[1] !== 'DKIM1')) return false
  const type = tags.find(([name]) => name === 'k')?.[1] ?? 'rsa'
  const key = tags.find(([name]) => name === 'p')?.[1]
  return ['rsa', 'ed25519'].includes(type.toLowerCase()) && key !== undefined && /^[A-Za-z0-9+/=\s]*$/.test(key)
}

/** RFC 6376 §3.6.2.2 leaves open what several records at a selector mean: the first that is a key counts, as for OpenDKIM. */
function oneKey(rows: readonly unknown[]): readonly unknown[] {
  const key = rows.length > 1 ? rows.find((row) => isKeyRecord(textOf(row))) : undefined
  return key === undefined ? rows : [key]
}

type Message = Pick<Question, 'body' | 'isOver'> & { readonly chosen: Chosen }

/** The bytes to verify by: the header alone where nothing signs the body. */
function bytesOf({ chosen, body, isOver }: Message): Readable | Buffer {
  if (!chosen.signed) return chosen.header
  const content = body()
  if (Buffer.isBuffer(content)) return Buffer.concat([chosen.header, content])
  return Readable.from(wholeMessage(chosen.header, content, isOver))
}

async function* wholeMessage(
  header: Buffer,
  body: AsyncIterable<Buffer>,
  isOver: () => boolean,
): AsyncGenerator<Buffer> {
  yield header
  for await (const chunk of body) {
    if (isOver()) throw coded('ETIMEOUT')
    yield chunk
  }
}

function domainOfSender(sender: string): Domain | undefined {
  const address = sender === '' ? undefined : parseAddress(sender)
  return address === undefined ? undefined : domainOf(address)
}

/** RFC 7208 §2.3: the name of the client; where it gave an address, or nothing, the address. */
function heloOf({ helo, ip }: Question): string {
  const name = helo === '' ? ip : helo
  return isIP(name) === 0 ? name : `[${name}]`
}

/**
 * A signature with a length (l=) below that of the body says nothing of what was added behind it: it is no proof of an author.
 * RFC 6376 §8.2
 */
function signersOf({ results }: DKIMVerifyResult) {
  return results.flatMap(({ signingDomain, status }) => {
    const isWhole = (status.underSized ?? 0) === 0
    return status.result === 'pass' && isWhole && signingDomain !== undefined ? [{ domain: signingDomain }] : []
  })
}

interface Signed {
  readonly dkim: DKIMVerifyResult
  readonly arc: ARCResult | undefined
}

async function verifySignatures(message: Message, ask: Ask, ip: string): Promise<Signed> {
  const dkim = await dkimVerify(bytesOf(message), { resolver: ask, strict: true })
  if (message.chosen.arcLeftOut) return { dkim, arc: undefined }
  const chain = dkim.arc as Parameters<typeof arc>[0]
  return { dkim, arc: await arc(chain, { resolver: ask, strict: true, ip }) }
}

/** DMARC as mailauth reads the author: what it evaluates is held against our reading afterwards. */
async function askDmarc({ dkim, arc: chain }: Signed, path: SPFResult, ask: Ask): Promise<DMARCResult | undefined> {
  const result = await dmarc({
    headerFrom: dkim.headerFrom,
    fromFields: dkim.fromFields,
    spfDomains: path.status.result === 'pass' ? [path.domain] : [],
    dkimDomains: signersOf(dkim),
    ...(chain === undefined ? {} : { arcResult: chain }),
    resolver: ask,
    strict: true,
  })
  return result === false ? undefined : result
}

function evaluatedBy(result: DMARCResult | undefined): string | undefined {
  const header: unknown = result?.status.header
  const from: unknown = typeof header === 'object' && header !== null ? Reflect.get(header, 'from') : undefined
  return typeof from === 'string' ? from : undefined
}

/**
 * Verifies one message. `resolve` answers as `node:dns` does; what goes wrong with it is a `temperror` of the method that asked.
 * Work is bounded by the header's size, ten signatures, three passes over the body and 200 questions.
 */
export async function authenticateMessage(question: Question, resolve: Resolve): Promise<Outcome> {
  const { header, ip, hostname, sender, body, isOver } = question
  const block = parseHeaderBlock(header)
  const asking = new Asking(resolve, isOver)
  const { ask } = asking
  const first = readAuthor(block)
  const about = { author: first.kind === 'known' ? first.domain : undefined, envelope: domainOfSender(sender) }
  const askSpf = (): Promise<SPFResult> =>
    spf({ sender, ip, helo: heloOf(question), mta: hostname, resolver: ask, strict: true })
  if (hasTooManyLines(header) || (first.kind === 'unknown' && first.fault === 'too-long')) {
    // Nothing of it is given to a parser that may take its time over it.
    const author: Author = {
      kind: 'unknown',
      fault: 'too-long',
      domains: first.kind === 'known' ? [first.domain] : first.domains,
    }
    return {
      author,
      spf: await askSpf(),
      dkim: undefined,
      arc: undefined,
      dmarc: undefined,
      brokenRecord: false,
      chosen: undefined,
    }
  }
  const chosen = chooseSignatures(block, about)
  const [found, path] = await Promise.all([verifySignatures({ chosen, body, isOver }, ask, ip), askSpf()])
  const before = asking.dmarcRecords
  const policy = await askDmarc(found, path, ask)
  const author = agreedAuthor(first, { evaluated: evaluatedBy(policy), addresses: found.dkim.headerFrom })
  const brokenRecord = policy?.status.result === 'none' && asking.dmarcRecords > before
  return { author, spf: path, ...found, dmarc: author.kind === 'known' ? policy : undefined, brokenRecord, chosen }
}

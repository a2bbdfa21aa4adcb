// A message for a server without 8BITMIME: its body written anew in seven bits, where nothing that is signed by somebody else stands in the way.
import { EightBitFinder, SevenBitBody } from '../mail/index.ts'
import { Failure } from '../terms/failure.ts'
import { RelaxedBodyHash } from '../trust/canonical.ts'
import type { Drafted } from './draft.ts'

/** RFC 3463 §3.7: 5.6.3, conversion required but not supported. */
function impossible(why: string): Failure {
  const message = `5.6.3 The server takes seven bits only (no 8BITMIME), and ${why}.`
  return new Failure('queue', 'seven-bit-only', message)
}

const UNWRITABLE = 'a part of the message cannot be written so'

async function* converted(drafted: Drafted, parts: ReadonlySet<string>): AsyncGenerator<Buffer> {
  const body = new SevenBitBody(drafted.header, parts)
  for await (const chunk of drafted.body()) yield* body.push(chunk)
  yield* body.end()
}

function hasHigh(bytes: Buffer): boolean {
  return bytes.some((byte) => byte >= 0x80)
}

/**
 * The draft in seven bits; the very same one where it has no other. Up to three passes over the body. Throws `seven-bit-only` (permanent) where a
 * signature covers what would have to change, the mailbox wants its mail as it came, or nobody can write it so.
 */
export async function inSevenBits(drafted: Drafted): Promise<Drafted> {
  const finder = new EightBitFinder(drafted.header)
  for await (const chunk of drafted.body()) finder.push(chunk)
  finder.end()
  if (!finder.found && !hasHigh(drafted.header)) return drafted
  if (drafted.fixed === true) throw impossible('this mailbox gets its mail byte for byte (preserve mode)')
  if (finder.signed) throw impossible('a signed part of the message would have to be changed')
  if (finder.tooMany) throw impossible(UNWRITABLE)
  const { header } = new SevenBitBody(drafted.header, finder.parts)
  // An attached message may name people by addresses beyond ASCII, and parts may be nested too deep.
  let isHigh = hasHigh(header)
  const hash = new RelaxedBodyHash()
  let bodySize = 0
  for await (const chunk of converted(drafted, finder.parts)) {
    hash.update(chunk)
    bodySize += chunk.length
    isHigh ||= hasHigh(chunk)
  }
  if (isHigh) throw impossible(UNWRITABLE)
  return { ...drafted, header, bodyHash: hash.digest(), bodySize, body: () => converted(drafted, finder.parts) }
}

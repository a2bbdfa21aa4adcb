// The body of a stored message, read as often as needed, and what an editor makes of it.
import type { ReplyFacts } from '../mail/facts.ts'
import { createBodyEditor, removable, type BodyEdits, type BodyReport } from '../mail/index.ts'
import { readSpool, type SpoolFile } from '../store/spool.ts'
import { RelaxedBodyHash } from '../trust/canonical.ts'

export interface BodySource {
  readonly body: Buffer | null
  readonly spool: SpoolFile | null
}

export function readBody(folder: string, source: BodySource): AsyncIterable<Buffer> | Iterable<Buffer> {
  if (source.body !== null) return [source.body]
  return source.spool === null ? [] : readSpool(folder, source.spool)
}

export interface EditedBody {
  /** SHA-256 of the relaxed edited body, base64. */
  readonly bodyHash: string
  readonly size: number
  readonly report: BodyReport
  /** The edited bytes, afresh at each call. */
  readonly read: () => AsyncIterable<Buffer> | Iterable<Buffer>
}

/** Edited bodies up to this are kept from the first pass; longer ones are edited again as they are sent. */
const KEEP = 512 * 1024

async function* edit(folder: string, source: BodySource, header: Buffer, edits: BodyEdits): AsyncGenerator<Buffer> {
  const editor = createBodyEditor(header, edits)
  for await (const chunk of readBody(folder, source)) yield* editor.push(chunk)
  yield* editor.end()
}

/** One pass over a body: its hash for the signature, its size, and what the editor has to say about it. */
export async function editBody(
  folder: string,
  source: BodySource,
  header: Buffer,
  edits: BodyEdits,
): Promise<EditedBody> {
  const editor = createBodyEditor(header, edits)
  const hash = new RelaxedBodyHash()
  const kept: Buffer[] = []
  let size = 0
  const take = (pieces: readonly Buffer[]): void => {
    for (const piece of pieces) {
      hash.update(piece)
      size += piece.length
      if (size <= KEEP) kept.push(Buffer.from(piece))
    }
  }
  for await (const chunk of readBody(folder, source)) take(editor.push(chunk))
  take(editor.end())
  const read = size <= KEEP ? () => kept : () => edit(folder, source, header, edits)
  return { bodyHash: hash.digest(), size, report: editor.report(), read }
}

/** The same for a forward. Which calendars cannot be read is known when all of the body was seen: with those as text it is edited once more. */
export async function editForward(
  folder: string,
  source: BodySource,
  header: Buffer,
  edits: Extract<BodyEdits, { kind: 'forward' }>,
): Promise<EditedBody> {
  const edited = await editBody(folder, source, header, edits)
  const { unreadCalendars: asText } = edited.report
  if (edits.calendars === undefined || asText.size === 0) return edited
  const again = await editBody(folder, source, header, { ...edits, calendars: { ...edits.calendars, asText } })
  return { ...again, report: { ...again.report, unreadCalendars: asText } }
}

export interface ReplyEdits {
  readonly facts: ReplyFacts
  readonly scrub: boolean
  /** The user's own addresses stay in it. */
  readonly realAddress: boolean
  /** What becomes of attachments that carry the user's address; `hold` and `keep` change nothing. */
  readonly attachments: 'hold' | 'remove' | 'scrub' | 'keep'
  /** With `remove`: attachments that cannot be searched go as well. */
  readonly unread: boolean
}

/**
 * The same for a reply. Which attachments have to go is known when all of the body was seen, and then it is edited once more:
 * so there is no attachment that would be too large to be taken out.
 */
export async function editReply(
  folder: string,
  source: BodySource,
  header: Buffer,
  { facts, scrub, realAddress, attachments, unread }: ReplyEdits,
): Promise<EditedBody> {
  const options = { scrub, keepOwn: realAddress, scrubAttachments: attachments === 'scrub' }
  const edited = await editBody(folder, source, header, { kind: 'reply', facts, options })
  const remove = attachments === 'remove' ? removable(edited.report, unread) : new Map()
  if (remove.size === 0) return edited
  return editBody(folder, source, header, { kind: 'reply', facts, options: { ...options, remove } })
}

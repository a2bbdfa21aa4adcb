// The body of a message edited as it streams by. Give it the message's original header, then the body in pieces of any size;
// what comes out follows the header that `rewriteForward` or `rewriteReply` made of the same facts.
//
// A new kind of edit (trackers, OpenPGP) is another Walker, or another transform in the chain of one.
import type { CalendarForward } from './calendar-forward.ts'
import type { Banner, Note, ReplyFacts } from './facts.ts'
import { ForwardBody } from './forward-body.ts'
import { parseHeaderBlock } from './header-block.ts'
import { MimeWalk } from './mime-walk.ts'
import { Notes } from './notes.ts'
import type { ReplyBodyOptions } from './reply-body.ts'
import { ReplyBody } from './reply-body.ts'
import type { FlaggedPart, UnscrubbablePart } from './reply-report.ts'

export type BodyEdits =
  | {
      readonly kind: 'forward'
      readonly banners: readonly Banner[]
      /** Undefined: calendars pass as they are. */
      readonly calendars?: CalendarForward | undefined
    }
  | { readonly kind: 'reply'; readonly facts: ReplyFacts; readonly options: ReplyBodyOptions }

export interface BodyReport {
  readonly notes: readonly Note[]
  /** Attachments that name the user. */
  readonly flagged: readonly FlaggedPart[]
  /** Parts that could not be scrubbed: behaviour.md 4.6 holds such a reply. */
  readonly unscrubbable: readonly UnscrubbablePart[]
  /** A forward: the paths of calendars that could not be read. */
  readonly unreadCalendars: ReadonlySet<string>
}

export interface BodyEditor {
  push(chunk: Buffer): Buffer[]
  end(): Buffer[]
  /** Complete after `end`. */
  report(): BodyReport
}

/**
 * An editor for one body. `header` is the message's own header block, before it was rewritten.
 *
 * The bytes that come out do not depend on how the body was cut into chunks. Memory: one text part or calendar (4 MiB at
 * most, larger ones pass and are reported), one part header, one line.
 */
export function createBodyEditor(header: Buffer, edits: BodyEdits): BodyEditor {
  const notes = new Notes()
  const reply = edits.kind === 'reply' ? new ReplyBody(edits.facts, edits.options) : undefined
  const forward = edits.kind === 'forward' ? new ForwardBody(edits.banners, edits.calendars, notes) : undefined
  const walker = forward ?? reply
  const walk = walker === undefined ? undefined : new MimeWalk(walker, parseHeaderBlock(header), header)
  return {
    push: (chunk) => walk?.push(chunk) ?? [chunk],
    end: () => walk?.end() ?? [],
    report: () => ({
      notes: (reply?.notes ?? notes).list(),
      flagged: reply?.report.flagged ?? [],
      unscrubbable: reply?.report.unscrubbable ?? [],
      unreadCalendars: forward?.unread ?? new Set(),
    }),
  }
}

// What the body editor found in a reply: attachments that carry the user's address, and parts that could not be scrubbed or not be
// searched. Whether the reply leaves all the same, its caller decides.
import type { Tell } from './attachment-watch.ts'
import type { CalendarHold } from './calendar-reply.ts'
import type { PartInfo } from './mime-part.ts'
import type { PartPlace } from './mime-walk.ts'
import type { UnreadReason } from './unread-part.ts'

export type UnscrubbableReason = UnreadReason | CalendarHold

interface ReportedPart {
  readonly path: string
  readonly type: string
  readonly name: string
  /** A file that could be left out, and not what the user wrote. */
  readonly attachment: boolean
}

/** A part that names the user. */
export interface FlaggedPart extends ReportedPart {
  /** The address that was found; empty where the part cannot be read and was taken out for that. */
  readonly trace: string
  readonly fate: 'stays' | 'removed' | 'scrubbed'
}

/** A part that could not be scrubbed, or not be searched. */
export interface UnscrubbablePart extends ReportedPart {
  readonly reason: UnscrubbableReason
}

/** A part as it is reported: its own header, and where it stands. */
export interface Reported {
  readonly info: PartInfo
  readonly place: PartPlace
  readonly attachment: boolean
}

/** The attachments that can be taken out of a message, by their paths: flagged ones, and `unread` ones where that is wanted. */
export function removable(
  {
    flagged,
    unscrubbable,
  }: { readonly flagged: readonly FlaggedPart[]; readonly unscrubbable: readonly UnscrubbablePart[] },
  unread: boolean,
): ReadonlyMap<string, FlaggedPart> {
  const unsearched = unread ? unscrubbable : []
  const all: FlaggedPart[] = [
    ...unsearched.map(({ path, type, name, attachment }): FlaggedPart => {
      return { path, type, name, attachment, trace: '', fate: 'stays' }
    }),
    ...flagged,
  ]
  // The message itself has no place to put anything else in.
  return new Map(all.filter(({ path, attachment }) => attachment && path !== '').map((part) => [part.path, part]))
}

/** Gathers the findings; each kind is told once for each part. */
export class ReplyReport {
  readonly flagged: FlaggedPart[] = []
  readonly unscrubbable: UnscrubbablePart[] = []
  private readonly told = new Set<string>()

  /** Takes what is found in a part that is not edited. */
  tell(part: Reported): Tell {
    return (finding) => {
      if (finding.kind === 'trace') this.flag(part, finding.address, 'stays')
      else this.hold(part, finding.reason)
    }
  }

  flag({ info, place, attachment }: Reported, trace: string, fate: FlaggedPart['fate']): void {
    const { path } = place
    if (!this.isNew(`flagged ${path}`)) return
    this.flagged.push({ path, type: info.type, name: info.name, attachment, trace, fate })
  }

  removed(part: FlaggedPart): void {
    this.flagged.push({ ...part, fate: 'removed' })
  }

  hold({ info, place, attachment }: Reported, reason: UnscrubbableReason): void {
    const { path } = place
    if (!this.isNew(`${reason} ${path}`)) return
    this.unscrubbable.push({ path, type: info.type, name: info.name, attachment, reason })
  }

  private isNew(finding: string): boolean {
    const before = this.told.size
    return this.told.add(finding).size > before
  }
}

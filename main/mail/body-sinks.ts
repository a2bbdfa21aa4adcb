// What the body editor does with the content of one part: edit its text, watch it go by, or hold it back until it is known
// to be harmless.
import type { Sink } from './mime-walk.ts'
import { TEXT_PART_MAX } from './part-text.ts'
import type { TraceScan } from './trace-scan.ts'

/** Holds a text until its end and hands it on changed. A text beyond the limit passes as it is, and `tooLarge` is told. */
export class TextSink implements Sink {
  private held: Buffer[] = []
  private size = 0
  private passing = false
  private readonly edit: (content: Buffer) => Buffer
  private readonly tooLarge: () => Sink | undefined
  private overflow: Sink | undefined
  constructor(edit: (content: Buffer) => Buffer, tooLarge: () => Sink | undefined) {
    this.edit = edit
    this.tooLarge = tooLarge
  }

  push(bytes: Buffer): readonly Buffer[] {
    if (this.passing) return this.overflow === undefined ? [bytes] : this.overflow.push(bytes)
    this.held.push(bytes)
    this.size += bytes.length
    if (this.size <= TEXT_PART_MAX) return []
    this.passing = true
    this.overflow = this.tooLarge()
    const all = Buffer.concat(this.held)
    this.held = []
    return this.overflow === undefined ? [all] : this.overflow.push(all)
  }

  end(): readonly Buffer[] {
    if (this.passing) return this.overflow?.end() ?? []
    return [this.edit(Buffer.concat(this.held))]
  }
}

/** Lets everything pass and looks at it. */
export class WatchSink implements Sink {
  private readonly scan: TraceScan
  private readonly done: () => void
  constructor(scan: TraceScan, done: () => void) {
    this.scan = scan
    this.done = done
  }

  push(bytes: Buffer): readonly Buffer[] {
    this.scan.push(bytes)
    return [bytes]
  }

  end(): readonly Buffer[] {
    this.scan.end()
    this.done()
    return []
  }
}

/** Holds an attachment, its header with it, until it is known whether it may go out; beyond the limit it goes. */
export class HoldSink implements Sink {
  private held: Buffer[]
  private size = 0
  private passing = false
  private readonly scan: TraceScan
  private readonly decide: (kept: boolean) => Buffer | undefined
  /** `decide` says what stands in the part's place, undefined to let it go; it is asked once, at the end. */
  constructor(header: Buffer, scan: TraceScan, decide: (kept: boolean) => Buffer | undefined) {
    this.held = [header]
    this.scan = scan
    this.decide = decide
  }

  push(bytes: Buffer): readonly Buffer[] {
    this.scan.push(bytes)
    if (this.passing) return [bytes]
    this.held.push(bytes)
    this.size += bytes.length
    if (this.size <= TEXT_PART_MAX) return []
    this.passing = true
    const all = this.held
    this.held = []
    return all
  }

  end(): readonly Buffer[] {
    this.scan.end()
    const instead = this.decide(!this.passing)
    return this.passing || instead === undefined ? this.held : [instead]
  }
}

// What the body editor does with the content of one part: edit its text, watch it go by, or put something else in its place.
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

/** Drops the content of a part; another one goes out in its place. */
export class ReplaceSink implements Sink {
  private readonly instead: Buffer
  constructor(instead: Buffer) {
    this.instead = instead
  }

  push(): readonly Buffer[] {
    return []
  }

  end(): readonly Buffer[] {
    return [this.instead]
  }
}

// `postern.mark`: how the database was left. SQLite itself cannot tell: it takes a log that is missing or damaged for one that was never
// written. The mark says `open` from before the first commit is answered until everything is in the main file, and while it does, how far the
// log had been committed. It is written after each commit without waiting for the disk: after the end of the process it is exact, after
// a power cut it may be behind the log, never ahead of it.
import { createHash } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, readSync, statSync, writeSync } from 'node:fs'
import path from 'node:path'
import { fsyncFolder, writeDurably } from '../vault/durable-file.ts'

export type Mark =
  | { readonly state: 'clean'; readonly size: number }
  | {
      readonly state: 'open'
      /** What the main file had when it was opened: it never becomes shorter. */
      readonly size: number
      /** Hex of the log's two salts, empty while nothing was committed. */
      readonly salts: string
      /** The last frame that holds an acknowledged commit. */
      readonly frames: number
    }
  /** No mark, or one that was damaged: then only the files themselves can tell. */
  | { readonly state: 'unknown' }

/** One record of one disk sector, always written in one piece. */
const SIZE = 128
const SUM = 16

export function markFile(database: string): string {
  return path.join(path.dirname(database), 'postern.mark')
}

function encode(mark: Mark): Buffer {
  const text = JSON.stringify(mark)
  const sum = createHash('sha256').update(text).digest('hex').slice(0, SUM)
  return Buffer.from(`${sum} ${text}`.padEnd(SIZE - 1) + '\n', 'latin1')
}

export function readMark(database: string): Mark {
  let text: string
  try {
    text = readFileSync(markFile(database), 'latin1').trimEnd()
  } catch {
    return { state: 'unknown' }
  }
  const [sum, json] = [text.slice(0, SUM), text.slice(SUM + 1)]
  if (createHash('sha256').update(json).digest('hex').slice(0, SUM) !== sum) return { state: 'unknown' }
  return JSON.parse(json) as Mark
}

/** Everything is in the main file, which has this size, durably; the log may go. */
export function writeCleanMark(database: string, size: number): void {
  writeDurably(markFile(database), encode({ state: 'clean', size }))
}

/** Where the shared index of the log keeps what is committed: mxFrame, and the salts of the log. (SQLite, walformat.html §4) */
const INDEX_HEADER = 48
const MX_FRAME = 16
const SALTS = 32

/** Keeps the mark while the database is open; one holder, the writer thread. */
export class MarkKeeper {
  private readonly database: string
  private readonly file: number
  private index: number | undefined
  private readonly header = Buffer.alloc(INDEX_HEADER)
  private last = ''
  private readonly size: number

  /** From here on a missing log is a lost log. Call it when the first commit has reached the log, before anybody is told of one. */
  constructor(database: string) {
    this.database = database
    this.size = statSync(database).size
    const file = markFile(database)
    const isNew = !existsSync(file)
    this.file = openSync(file, isNew ? 'wx+' : 'r+', 0o600)
    this.committed()
    fsyncSync(this.file)
    if (isNew) fsyncFolder(path.dirname(database))
  }

  private write(mark: Mark): void {
    writeSync(this.file, encode(mark), 0, SIZE, 0)
  }

  /** Notes how far the log is committed. Two small system calls; no wait for the disk. */
  committed(): void {
    this.index ??= existsSync(`${this.database}-shm`) ? openSync(`${this.database}-shm`, 'r') : undefined
    if (this.index === undefined) return
    if (readSync(this.index, this.header, 0, INDEX_HEADER, 0) !== INDEX_HEADER) return
    const salts = this.header.toString('hex', SALTS, SALTS + 8)
    const frames = this.header.readUInt32LE(MX_FRAME)
    const now = `${salts} ${frames}`
    if (now === this.last) return
    this.last = now
    this.write({ state: 'open', size: this.size, salts, frames })
  }

  close(): void {
    closeSync(this.file)
    if (this.index !== undefined) closeSync(this.index)
  }
}

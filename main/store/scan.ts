// The scan before a database is opened that was not closed. SQLite takes the first frame of its log that does not check for the torn end
// of the log and silently forgets what follows; here it is told apart. A torn end is normal: it was never acknowledged. Damage is what
// stands before an acknowledged commit, or before good frames of the same log.
// The checksums of the frames are over the encrypted pages, so no key is needed. (SQLite, fileformat2.html §4)
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../terms/failure.ts'
import { readMark, type Mark } from './shutdown-mark.ts'

const WAL_HEADER = 32
const FRAME_HEADER = 24
/** Frames are read so many at a time. */
const BLOCK_FRAMES = 256

export interface WalScan {
  /** Whole frames in the file that carry the log's salts. */
  readonly frames: number
  /** The last commit before the first frame that does not check; 0 where there is none. */
  readonly committed: number
  /** The first frame of this log that does not check, undefined where all do. */
  readonly bad: number | undefined
  /** Good commits of this log behind the bad frame that were begun after it was acknowledged. */
  readonly behind: number
  readonly salts: string
  readonly headerGood: boolean
  /** Octets of a frame. */
  readonly frameSize: number
}

/** The running checksum of SQLite's log over 32-bit words, in the byte order that the log's header names. */
class Checksum {
  first = 0
  second = 0
  private readonly bigEndian: boolean
  constructor(bigEndian: boolean) {
    this.bigEndian = bigEndian
  }
  add(bytes: Buffer, from: number, length: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset + from, length)
    const little = !this.bigEndian
    let { first, second } = this
    for (let at = 0; at < length; at += 8) {
      first = (first + view.getUint32(at, little) + second) >>> 0
      second = (second + view.getUint32(at + 4, little) + first) >>> 0
    }
    this.first = first
    this.second = second
  }
  matches(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.first && bytes.readUInt32BE(at + 4) === this.second
  }
  take(bytes: Buffer, at: number): void {
    this.first = bytes.readUInt32BE(at)
    this.second = bytes.readUInt32BE(at + 4)
  }
}

const EMPTY: WalScan = { frames: 0, committed: 0, bad: undefined, behind: 0, salts: '', headerGood: true, frameSize: 0 }

/** Looks through a log. */
export function scanWal(file: string): WalScan {
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    if (size === 0) return EMPTY
    const header = Buffer.alloc(WAL_HEADER)
    if (readSync(handle, header, 0, WAL_HEADER, 0) < WAL_HEADER) return { ...EMPTY, headerGood: false }
    const sum = new Checksum((header.readUInt32BE(0) & 1) === 1)
    sum.add(header, 0, 24)
    const pageSize = header.readUInt32BE(8)
    const sane = pageSize >= 512 && pageSize <= 65_536 && (pageSize & (pageSize - 1)) === 0
    if (!sane || header.readUInt32BE(0) >>> 1 !== 0x377f0682 >>> 1 || !sum.matches(header, 24))
      return { ...EMPTY, headerGood: false }
    return scanFrames(handle, { sum, salts: header.subarray(16, 24), frame: FRAME_HEADER + pageSize, size })
  } finally {
    closeSync(handle)
  }
}

function scanFrames(
  handle: number,
  log: { readonly sum: Checksum; readonly salts: Buffer; readonly frame: number; readonly size: number },
): WalScan {
  const { sum, salts, frame, size } = log
  const total = Math.floor((size - WAL_HEADER) / frame)
  const block = Buffer.alloc(frame * Math.min(BLOCK_FRAMES, Math.max(1, total)))
  let [frames, committed, commitsBehind] = [0, 0, 0]
  let bad: { readonly number: number; readonly saysCommit: boolean } | undefined
  for (let number = 1; number <= total; number++) {
    const at = ((number - 1) % BLOCK_FRAMES) * frame
    if (at === 0) readSync(handle, block, 0, block.length, WAL_HEADER + (number - 1) * frame)
    // One of an older round of the log stands beyond this one's end; a bad one may have lost its salts as well.
    const ours = block.compare(salts, 0, 8, at + 8, at + 16) === 0
    sum.add(block, at, 8)
    sum.add(block, at + FRAME_HEADER, frame - FRAME_HEADER)
    const good = ours && sum.matches(block, at + 16)
    const commit = block.readUInt32BE(at + 4) !== 0
    if (ours) frames = number
    if (!good) bad ??= { number, saysCommit: commit }
    else if (commit && bad === undefined) committed = number
    else if (commit) commitsBehind++
    // Each frame's checksum goes on from the one before it: one behind a bad frame checks by what that one says of itself.
    sum.take(block, at + 16)
  }
  // Nothing of this log behind the last good frame: what is there is left over from an older round, or there is nothing.
  if (bad !== undefined && bad.number > frames) bad = undefined
  // The commit that a bad frame itself belongs to may have been torn by a power cut before it was acknowledged. A later one was begun
  // only after that, so the bad frame had reached the disk. Frames without a commit are of a transaction that was rolled back.
  const own = bad?.saysCommit === true ? 0 : 1
  const behind = bad === undefined ? 0 : Math.max(0, commitsBehind - own)
  return {
    frames,
    committed,
    bad: bad?.number,
    behind,
    salts: salts.toString('hex'),
    headerGood: true,
    frameSize: frame,
  }
}

function damaged(message: string): Failure {
  return new Failure('store', 'log-damaged', message, {
    remedy:
      'Nothing was changed. Restore a backup (postern backup restore FILE), or go on with what is before the damage and keep the damaged files aside: postern backup salvage',
  })
}

/** Throws where acknowledged commits are in the log and cannot be read. Changes nothing. */
function checkWal(wal: string, mark: Mark): void {
  const acknowledged = mark.state === 'open' ? mark.frames : 0
  if (!existsSync(wal) || statSync(wal).size === 0) {
    if (acknowledged > 0)
      throw new Failure('store', 'log-missing', 'The write-ahead log of the database (postern.db-wal) is missing.', {
        remedy: 'Put it back beside postern.db, or restore a backup: postern backup restore FILE',
      })
    return
  }
  const scan = scanWal(wal)
  const name = path.basename(wal)
  if (!scan.headerGood) {
    // A power cut before the first fsync of a new log leaves such a header, and nothing was acknowledged by it.
    if (acknowledged > 0 || mark.state !== 'open')
      throw damaged(`The write-ahead log ${name} is damaged: its header does not check.`)
    return
  }
  const same = mark.state === 'open' && mark.salts === scan.salts
  if (scan.behind > 0)
    throw damaged(
      `The write-ahead log ${name} is damaged: frame ${scan.bad ?? 0} of ${scan.frames} does not check, and ${scan.behind} later commits stand behind it.`,
    )
  if (same && scan.committed < acknowledged)
    throw damaged(
      `The write-ahead log ${name} is damaged: it was committed up to frame ${acknowledged} and can be read up to frame ${scan.committed}.`,
    )
}

/** Looks at the files of a database before anything opens them. Throws what is wrong; changes nothing. */
export function scanDatabase(file: string): void {
  if (!existsSync(file)) return
  const mark = readMark(file)
  const { size } = statSync(file)
  if (mark.state !== 'unknown' && size < mark.size)
    throw new Failure(
      'store',
      'database-truncated',
      `The database ${path.basename(file)} is cut off: it had ${mark.size} octets and has ${size}.`,
      { remedy: 'Nothing was changed. Restore a backup: postern backup restore FILE' },
    )
  checkWal(`${file}-wal`, mark)
}

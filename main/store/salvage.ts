// Going on after damage in the log: the damaged files are kept aside, and the database goes on with what is before the damage.
import { constants, copyFileSync, existsSync, mkdirSync, rmSync, truncateSync } from 'node:fs'
import path from 'node:path'
import { fsyncFolder } from '../vault/durable-file.ts'
import { scanDatabase, scanWal } from './scan.ts'
import { markFile, readMark } from './shutdown-mark.ts'

const WAL_HEADER = 32

export interface Salvaged {
  /** What was wrong. */
  readonly problem: string
  readonly aside: string
  /** Frames of acknowledged commits that could not be read; undefined where nobody knows. */
  readonly lostFrames: number | undefined
}

function cut(wal: string): number {
  if (!existsSync(wal)) return 0
  const { headerGood, committed, frameSize } = scanWal(wal)
  truncateSync(wal, headerGood && committed > 0 ? WAL_HEADER + committed * frameSize : 0)
  return committed
}

/** Undefined where the scan finds nothing wrong. The folder's lock must be held and the database closed. */
export function salvage(folder: string, now: number): Salvaged | undefined {
  const file = path.join(folder, 'postern.db')
  let problem: string
  try {
    scanDatabase(file)
    return undefined
  } catch (error) {
    if (!(error instanceof Error) || !('id' in error) || (error.id !== 'log-damaged' && error.id !== 'log-missing'))
      throw error
    problem = error.message
  }
  const aside = path.join(folder, `damaged-${new Date(now).toISOString().slice(0, 19).replaceAll(/\D/g, '-')}`)
  mkdirSync(aside, { mode: 0o700 })
  for (const name of [file, `${file}-wal`, markFile(file)])
    if (existsSync(name)) copyFileSync(name, path.join(aside, path.basename(name)), constants.COPYFILE_FICLONE)
  fsyncFolder(aside)
  const mark = readMark(file)
  const committed = cut(`${file}-wal`)
  rmSync(markFile(file), { force: true })
  rmSync(`${file}-shm`, { force: true })
  fsyncFolder(folder)
  return { problem, aside, lostFrames: mark.state === 'open' ? Math.max(0, mark.frames - committed) : undefined }
}

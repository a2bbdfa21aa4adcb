// A clock that a test can move, for a relay that runs as a process of its own: Debian's libfaketime before the real one.
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const ROOT = '/usr/lib'

/** The library, wherever this machine's kind keeps it. */
export const fakeTime: string | undefined = readdirSync(ROOT)
  .map((folder) => path.join(ROOT, folder, 'faketime', 'libfaketimeMT.so.1'))
  .find((file) => existsSync(file))
export const NO_FAKETIME = 'faketime is not installed'

export interface MovedClock {
  /** For the process whose clock it is. */
  readonly env: Readonly<Record<string, string>>
  /** Moves it on; sums up. */
  move(seconds: number): void
  /** Seconds since the epoch, as that process sees them. */
  seconds(): number
}

/** Timers go on as they are: only what time it is changes. */
export function movedClock(file: string): MovedClock {
  let offset = 0
  const write = (): void => writeFileSync(file, `+${offset}s\n`)
  write()
  return {
    env: {
      LD_PRELOAD: fakeTime ?? '',
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      // The name of earlier versions.
      DONT_FAKE_MONOTONIC: '1',
    },
    move: (seconds) => {
      offset += seconds
      write()
    },
    seconds: () => Math.floor(Date.now() / 1000) + offset,
  }
}

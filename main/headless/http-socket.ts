// The pages on a Unix socket instead of a port: no other user of the machine and no page of another site can knock at it at all. It stands
// in a folder that only its owner may enter, and is itself 0600 from its first moment. hardening.md, loopback door 2
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Failure } from '../terms/failure.ts'

export const SOCKET_PREFIX = 'unix:'
/** sun_path of Linux and macOS, less the closing NUL; Linux has four more. */
const MAX_PATH = 103

function refuse(file: string, why: string, remedy: string): Failure {
  return new Failure('headless', 'socket-place', `The pages cannot be on the socket ${file}: ${why}.`, { remedy })
}

/** A folder of the owner's alone; one that is not there is made so. */
function requireOwnFolder(file: string): void {
  const folder = path.dirname(file)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { mode, uid } = lstatSync(folder)
  if ((mode & 0o077) !== 0 || uid !== process.getuid?.())
    throw refuse(file, 'other users may enter its folder', `Use a folder of its own, mode 0700: chmod 700 ${folder}`)
}

function removeStale(file: string): void {
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isSocket()) throw refuse(file, 'something else is there', 'Name another path with --http unix:PATH.')
  rmSync(file)
}

/** Has `listen` make the socket where nobody else may reach it. The result takes it away again. */
export async function openSocketPlace(file: string, listen: (file: string) => Promise<unknown>): Promise<() => void> {
  if (process.platform === 'win32') throw refuse(file, 'Windows has none', 'Use --http 127.0.0.1:PORT.')
  if (!path.isAbsolute(file))
    throw refuse(file, 'its path is not absolute', 'Write it like --http unix:/run/user/1000/postern/pages.sock.')
  if (Buffer.byteLength(file) > MAX_PATH) throw refuse(file, 'its path is too long', 'Use a shorter one.')
  requireOwnFolder(file)
  removeStale(file)
  const mask = process.umask(0o177)
  try {
    await listen(file)
  } finally {
    process.umask(mask)
  }
  chmodSync(file, 0o600)
  return () => {
    rmSync(file, { force: true })
  }
}

// Finds the Node that runs the relay: the one pinned by package-lock.json, else a system Node that is new enough.
// better-sqlite3 crashes an older Node outright, so this is asked before anything is loaded.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fail, modules } from './paths.mjs'

const OLDEST = [22, 12]

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}

/**
 * Every Node that can be used, best first. The pinned one may be present and still not start (another libc): the caller
 * then tries the next.
 * @returns {string[]}
 */
export function nodeCandidates() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  const pinned = path.join(modules, `node-${platform}-${process.arch}`, 'bin', file)
  const found = existsSync(pinned) ? [pinned] : []
  if (isNewEnough(process.versions.node) && process.versions.electron === undefined) found.push(process.execPath)
  return found
}

/** @returns {never} */
export function failWithoutNode() {
  return fail(
    `Postern needs Node ${OLDEST.join('.')} or newer, and this is ${process.versions.node}: install Node 24 from https://nodejs.org and try again.`,
  )
}

// A lock between processes that is a directory: mkdir either makes it or says that somebody else has.
//
// The holder touches it every few seconds. One that was not touched for a while, or whose process is gone from this machine,
// belongs to a run that was killed, and is taken over.
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const TOUCH_MS = 3_000
const STALE_MS = 30_000
const POLL_MS = 100

/** @param {string} lock */
async function ownerOf(lock) {
  try {
    const text = await readFile(path.join(lock, 'owner'), 'utf8')
    const { pid, host, token } = JSON.parse(text)
    return { pid, host, token }
  } catch {
    return undefined // being made at this moment, or torn: its age decides
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** @param {string} lock */
async function stealIfStale(lock) {
  const owner = await ownerOf(lock)
  const info = await stat(lock).catch(() => undefined)
  if (info === undefined) return
  const dead = owner !== undefined && owner.host === os.hostname() && !isAlive(owner.pid)
  if (!dead && Date.now() - info.mtimeMs < STALE_MS) return
  const aside = `${lock}.${randomBytes(6).toString('hex')}`
  try {
    await rename(lock, aside)
  } catch {
    return // somebody else was faster
  }
  // Between our look and our rename another process may have taken the lock over: then it gets it back.
  const moved = await ownerOf(aside)
  if (moved?.token !== owner?.token) await rename(aside, lock).catch(() => undefined)
  await rm(aside, { recursive: true, force: true })
}

/**
 * Runs `work` while no other process runs it under the same lock.
 * @template T
 * @param {string} lock path of the lock's directory
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(lock, work) {
  await mkdir(path.dirname(lock), { recursive: true })
  const token = randomBytes(8).toString('hex')
  for (;;) {
    try {
      await mkdir(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    await stealIfStale(lock)
    await sleep(POLL_MS)
  }
  await writeFile(path.join(lock, 'owner'), JSON.stringify({ pid: process.pid, host: os.hostname(), token }))
  const touch = setInterval(() => {
    const now = new Date()
    utimes(lock, now, now).catch(() => undefined)
  }, TOUCH_MS)
  try {
    return await work()
  } finally {
    clearInterval(touch)
    await rm(lock, { recursive: true, force: true })
  }
}

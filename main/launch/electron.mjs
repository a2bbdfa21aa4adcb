// Finds an Electron to open the window with: the one that POSTERN_ELECTRON names, the one that is installed, or, where the network
// lets us, the one that the npm package fetches. Answers with a path or with the reason why there is none.
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { nodeCandidates } from './node.mjs'
import { modules, say } from './paths.mjs'

const home = path.join(modules, 'electron')

/** A download that has not brought a byte by then is not going to. */
const FIRST_BYTE_MS = 5_000
/** One that had begun may pause this long. */
const STALL_MS = 30_000
const LOOK_MS = 250

/** @typedef {{ file: string } | { why: string }} Found */

/**
 * Is there a screen to open a window on?
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 */
export function hasDisplay(env = process.env, platform = process.platform) {
  if (platform === 'darwin' || platform === 'win32') return true
  return (env['DISPLAY'] ?? '') !== '' || (env['WAYLAND_DISPLAY'] ?? '') !== ''
}

async function installed() {
  const name = await readFile(path.join(home, 'path.txt'), 'utf8').catch(() => undefined)
  if (name === undefined) return undefined
  const file = path.join(home, 'dist', name.trim())
  return existsSync(file) ? file : undefined
}

/** @param {string} folder */
async function sizeOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  let sum = 0
  for (const entry of entries) {
    if (!entry.isFile()) continue
    sum += (await stat(path.join(entry.parentPath ?? entry.path, entry.name)).catch(() => ({ size: 0 }))).size
  }
  return sum
}

/**
 * @param {string} text what the failed installer printed; its first line tells the cause, the rest is a stack
 */
function causeIn(text) {
  const line = text.split('\n').find((candidate) => /error/i.test(candidate)) ?? ''
  const cause = line.replace(/^\s*\w*Error:\s*/, '').trim()
  return cause === '' || cause === 'fetch failed' ? 'the download server cannot be reached' : cause.slice(0, 160)
}

/**
 * Watches a download; resolves when it ended by itself, kills it when nothing moves.
 * @param {import('node:child_process').ChildProcess} child
 * @param {readonly string[]} folders where the bytes arrive
 */
function watch(child, folders) {
  return new Promise((resolve) => {
    let seen = 0
    let movedAt = Date.now()
    let told = false
    const look = setInterval(async () => {
      const size = (await Promise.all(folders.map(sizeOf))).reduce((sum, each) => sum + each, 0)
      if (size !== seen) {
        seen = size
        movedAt = Date.now()
        if (!told) say('Downloading Electron, about 120 MB, once …')
        told = true
      } else if (Date.now() - movedAt > (seen === 0 ? FIRST_BYTE_MS : STALL_MS)) child.kill('SIGKILL')
    }, LOOK_MS)
    child.on('error', () => undefined)
    child.on('close', () => {
      clearInterval(look)
      resolve(undefined)
    })
  })
}

/** @returns {Promise<Found>} */
async function download() {
  const installer = path.join(home, 'install.js')
  const node = nodeCandidates()[0]
  if (!existsSync(installer) || node === undefined) return { why: 'the electron package is not installed' }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'postern-electron-'))
  try {
    const child = spawn(node, [installer], {
      env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let printed = ''
    child.stderr.on('data', (chunk) => {
      if (printed.length < 10_000) printed += chunk
    })
    await watch(child, [folder])
    const file = await installed()
    if (file !== undefined) return { file }
    return { why: causeIn(printed) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Found>}
 */
export async function findElectron(env = process.env) {
  const named = env['POSTERN_ELECTRON']
  if (named !== undefined && named !== '') {
    return existsSync(named) ? { file: named } : { why: `POSTERN_ELECTRON names ${named}, which is not there` }
  }
  const file = await installed()
  if (file !== undefined) return { file }
  const fetched = await download()
  if ('file' in fetched) return fetched
  return { why: `Electron's binary is not here and cannot be downloaded: ${fetched.why}` }
}

// Is dist/ made from the sources as they are now? Compares a hash over names, sizes and times with the one that the last
// build left. Reading a few hundred directory entries takes milliseconds; reading the files would not tell more.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { dist, root } from './paths.mjs'

const SOURCES = ['main', 'preload', 'renderer', 'resources', 'package.json', 'package-lock.json', 'tsconfig.json']

export const stampFile = path.join(dist, '.sources')

/** False in an installed package, which has dist/ and nothing to make it from. */
export const hasSources = () =>
  existsSync(path.join(root, 'main', 'headless', 'cli.ts')) || existsSync(path.join(root, 'tsconfig.json'))

/**
 * @param {string} place
 * @param {string[]} out
 */
async function list(place, out) {
  const info = await stat(place).catch(() => undefined)
  if (info === undefined) return
  if (!info.isDirectory()) {
    out.push(`${path.relative(root, place)} ${info.size} ${info.mtimeMs}`)
    return
  }
  const names = await readdir(place)
  await Promise.all(names.map((name) => list(path.join(place, name), out)))
}

export async function hashSources() {
  /** @type {string[]} */
  const lines = []
  await Promise.all(SOURCES.map((name) => list(path.join(root, name), lines)))
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex')
}

/** @param {string} hash */
export async function isFresh(hash) {
  return (await readFile(stampFile, 'utf8').catch(() => '')) === hash
}

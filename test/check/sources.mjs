// The text files of the project that are ours, for checks which read them as text.
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { root } from '../../main/launch/paths.mjs'

const ROOMS = ['main', 'preload', 'renderer', 'resources', 'test']

/**
 * @param {RegExp} pattern which names
 * @returns {Promise<string[]>} paths from the project's root, with slashes
 */
export async function sources(pattern) {
  const found = await Promise.all(
    ROOMS.map(async (room) => {
      const entries = await readdir(path.join(root, room), { recursive: true, withFileTypes: true }).catch(() => [])
      return entries
        .filter((entry) => entry.isFile() && pattern.test(entry.name))
        .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    }),
  )
  return found
    .flat()
    .filter((file) => !file.startsWith('test/.out/'))
    .sort()
}

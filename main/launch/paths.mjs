// Where things lie in a checkout or an installed package. Plain JavaScript on purpose: everything in main/launch runs before
// anything is installed, on any Node from 20 on, so it uses node's own modules and nothing else.
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..')
export const dist = path.join(root, 'dist')
export const modules = path.join(root, 'node_modules')

/** @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`)
}

/**
 * Ends the process with one plain sentence.
 * @param {string} text
 * @param {number} [code]
 * @returns {never}
 */
export function fail(text, code = 1) {
  say(text)
  process.exit(code)
}

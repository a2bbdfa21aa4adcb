// Runs a program in our place: same terminal, same signals, same way to end.
import { spawn } from 'node:child_process'
import os from 'node:os'
import { failWithoutNode, nodeCandidates } from './node.mjs'

/**
 * For the relay: V8 lets the young generation of each thread grow to 64 MB before it looks, which mail that passes through never needs.
 * Measured over 1,500 messages: 221 MB resident instead of 313, in the same time.
 */
export const RELAY_FLAGS = ['--max-semi-space-size=2']

/** These mean that the file is there but this machine cannot start it. */
const CANNOT_START = new Set(['ENOENT', 'EACCES', 'ENOEXEC'])

/**
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, signal: NodeJS.Signals | null }>}
 */
export function runChild(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit', ...options })
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      // A Ctrl+C at the terminal has reached the child already: once more would ask it to hurry.
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      child.kill(signal)
    }
    const signals = /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP'])
    for (const signal of signals) process.on(signal, forward)
    const done = () => {
      for (const signal of signals) process.off(signal, forward)
    }
    child.on('error', (error) => {
      done()
      reject(error)
    })
    child.on('exit', (code, signal) => {
      done()
      resolve({ code: code ?? 128 + (os.constants.signals[signal ?? 'SIGTERM'] ?? 0), signal })
    })
  })
}

/**
 * Runs a script with the right Node.
 * @param {readonly string[]} args the script and its arguments
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export async function runNode(args, options = {}) {
  for (const node of nodeCandidates()) {
    try {
      return await runChild(node, args, options)
    } catch (error) {
      if (!CANNOT_START.has(error.code)) throw error
    }
  }
  return failWithoutNode()
}

/**
 * Ends this process the way the child ended.
 * @param {{ code: number, signal: NodeJS.Signals | null }} end
 */
export function endLike({ code, signal }) {
  if (signal === null || process.platform === 'win32') process.exit(code)
  process.kill(process.pid, signal)
  // A signal that does not end us (we are process 1 of a container, say) still has to end us.
  setTimeout(() => process.exit(code), 1_000)
}

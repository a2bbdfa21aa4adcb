// The owner socket: the API for whoever may open a file in the data folder. contract.md
import { getRequestListener } from '@hono/node-server'
import { chmodSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { Relay } from '../relay.ts'
import { Failure } from '../terms/failure.ts'
import { ownerSocketPath } from './folders.ts'
import { boundServer, LOCAL_LIMITS } from './http-bounds.ts'

/** sun_path of Linux and macOS, less the closing NUL; Linux has four more. */
const MAX_PATH = 103

/** Opens it, mode 0600 from its first moment. The folder's lock is held, so what stands there is left over from a crash. */
export async function openOwnerSocket(
  relay: Pick<Relay, 'fetch'>,
  folder: string,
): Promise<{ close(): Promise<void> }> {
  const file = ownerSocketPath(folder)
  const windows = process.platform === 'win32'
  if (!windows && Buffer.byteLength(file) > MAX_PATH)
    throw new Failure('headless', 'path-too-long', `The path of the data folder is too long for a socket (${file}).`, {
      remedy: 'Use a folder with a shorter path.',
    })
  if (!windows) rmSync(file, { force: true })
  const listener = getRequestListener((request) => relay.fetch(request, { kind: 'owner' }), {
    overrideGlobalObjects: false,
  })
  const server = http.createServer()
  const bound = boundServer(server, listener, LOCAL_LIMITS)
  const mask = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(file, resolve)
    })
  } finally {
    process.umask(mask)
  }
  if (!windows) chmodSync(file, 0o600)
  return bound
}

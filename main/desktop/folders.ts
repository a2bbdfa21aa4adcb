// Where the data is, and the socket of the relay that owns it: the same places as for the command line (contract.md).
import { createHash } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'

export function defaultDataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home = os.homedir()): string {
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Postern')
  if (platform === 'win32') return path.join(env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), 'Postern')
  return path.join(env['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share'), 'postern')
}

export function ownerSocket(folder: string, platform: NodeJS.Platform): string {
  const full = path.resolve(folder)
  if (platform === 'win32') return `\\\\.\\pipe\\postern-${Buffer.from(full).toString('hex').slice(-80)}`
  return path.join(full, 'owner.sock')
}

/** Chromium's own folder: one for each data folder, so that the single-instance lock is one for each relay. */
export function profileFolder(appData: string, dataFolder: string): string {
  const id = createHash('sha256').update(path.resolve(dataFolder)).digest('hex').slice(0, 12)
  return path.join(appData, 'Postern', `window-${id}`)
}

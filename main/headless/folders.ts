// Where things are kept when nobody says otherwise. contract.md "Folders and keys"
import os from 'node:os'
import path from 'node:path'

export function defaultDataFolder(): string {
  const home = os.homedir()
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Postern')
  if (process.platform === 'win32')
    return path.join(process.env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), 'Postern')
  return path.join(process.env['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share'), 'postern')
}

/** `DIR/owner.sock`, a named pipe on Windows: who may open it is the owner. */
export function ownerSocketPath(folder: string): string {
  if (process.platform === 'win32')
    return `\\\\.\\pipe\\postern-${Buffer.from(path.resolve(folder)).toString('hex').slice(-80)}`
  return path.join(path.resolve(folder), 'owner.sock')
}

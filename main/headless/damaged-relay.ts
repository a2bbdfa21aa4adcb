// A relay whose data was found damaged, at its start or while it ran. Nothing listens for mail, so senders keep what they have and come
// again; the pages and the owner socket answer what is wrong and what helps. The folder stays unlocked: whoever mends it does so by a
// command beside this one, and when the files have changed the relay is started anew.
import { statSync } from 'node:fs'
import path from 'node:path'
import type { Caller } from '../api/parts.ts'
import type { Damage } from '../api/shapes.ts'
import { distFolder } from '../dist-folder.ts'
import { parseEndpoint } from '../smtp/listeners.ts'
import { defaultBackupFolder, listBackups } from '../store/backup-jobs.ts'
import { nameStoreError } from '../store/failures.ts'
import { lockFolder } from '../store/folder-lock.ts'
import { Failure } from '../terms/failure.ts'
import { isLoopbackAddress, loopbackAddresses } from '../terms/peer-address.ts'
import { instanceOf, openHttpDoor, type HttpDoor } from './http-door.ts'
import { SOCKET_PREFIX } from './http-socket.ts'
import { openOwnerSocket } from './owner-socket.ts'

const DAMAGE: ReadonlySet<string> = new Set([
  ...['database-damaged', 'database-truncated', 'database-missing', 'log-damaged', 'log-missing', 'keyring-damaged'],
])
const FILES = ['postern.db', 'postern.db-wal', 'postern.mark', 'keys.json', 'restore.json'] as const
const LOOK_EVERY = 1000

/** What is wrong where it is the data that is damaged; undefined for every other reason not to start. */
export function damageOf(error: unknown): Failure | undefined {
  const named = nameStoreError(error)
  return named instanceof Failure && DAMAGE.has(named.id) ? named : undefined
}

export interface DamagedRelay {
  readonly failure: Failure
  readonly http: Pick<HttpDoor, 'host' | 'port'>
  readonly fetch: (request: Request, caller: Caller) => Promise<Response>
  /** Resolves when the files were changed by somebody who is done with them: a start may work now. */
  readonly changed: Promise<void>
  close(): Promise<void>
}

/** Tells any change of the files, by whatever command. */
function fingerprint(folder: string): string {
  return FILES.map((name) => {
    const stat = statSync(path.join(folder, name), { throwIfNoEntry: false })
    return stat === undefined ? '-' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`
  }).join(', ')
}

function isFree(folder: string): boolean {
  try {
    lockFolder(folder).release()
    return true
  } catch {
    return false
  }
}

function watch(folder: string): { changed: Promise<void>; stop: () => void } {
  const before = fingerprint(folder)
  let timer: NodeJS.Timeout | undefined
  const changed = new Promise<void>((resolve) => {
    timer = setInterval(() => {
      if (fingerprint(folder) === before || !isFree(folder)) return
      clearInterval(timer)
      resolve()
    }, LOOK_EVERY)
  })
  return { changed, stop: () => clearInterval(timer) }
}

/** Nobody can sign in while the data is closed: paths are told to whoever is at this machine, not through a proxy in front of it. */
function isHere(request: Request, caller: Caller): boolean {
  if (caller.kind !== 'http') return true
  const isPassedOn = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'].some((name) => request.headers.has(name))
  return isLoopbackAddress(caller.from) && !isPassedOn
}

/** Where the newest backup is, as far as that is known without the settings. */
function newestIn(folder: string): { readonly file: string; readonly createdAt: number } | null {
  try {
    const [newest] = listBackups(defaultBackupFolder(folder))
    return newest === undefined ? null : { file: newest.file, createdAt: newest.createdAt }
  } catch {
    return null
  }
}

/** Answers everything with 503 and what is damaged. */
function damagedApi(folder: string, { id, message }: Failure): DamagedRelay['fetch'] {
  return (request, caller) => {
    const here = isHere(request, caller) ? { folder: path.resolve(folder), backup: newestIn(folder) } : undefined
    const damage: Damage = { id, ...(here === undefined ? {} : { here }) }
    const headers = { 'Cache-Control': 'no-store' }
    return Promise.resolve(Response.json({ message, damaged: damage }, { status: 503, headers }))
  }
}

/** A door beyond this machine needs a certificate out of the data that cannot be read: then it is the one on this machine. */
function doorAsked(http: string | undefined): string | undefined {
  if (http === undefined || http.startsWith(SOCKET_PREFIX)) return http
  return loopbackAddresses(parseEndpoint(http).host) === undefined ? undefined : http
}

export async function openDamagedRelay(
  { folder, http }: { readonly folder: string; readonly http: string | undefined },
  failure: Failure,
): Promise<DamagedRelay> {
  const fetch = damagedApi(folder, failure)
  const doors: { close(): Promise<void> }[] = []
  const { changed, stop } = watch(folder)
  const close = async (): Promise<void> => {
    stop()
    await Promise.all(doors.map((door) => door.close()))
  }
  try {
    const pagesFolder = path.join(distFolder(), 'renderer')
    const door = await openHttpDoor({
      ...{ relay: { fetch }, pagesFolder, asked: doorAsked(http), instance: instanceOf(folder) },
    })
    doors.push(door, await openOwnerSocket({ fetch }, folder))
    return { failure, http: door, fetch, changed, close }
  } catch (error) {
    await close()
    throw error
  }
}

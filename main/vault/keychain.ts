// The keychain of the desktop through keytar: Keychain, Credential Manager, Secret Service. Everything that can be wrong with it is told
// as what it is, and nothing weaker is ever used in its place.
//
// In plain Node each call runs in a child process of a moment: a Secret Service that waits for somebody to answer a prompt blocks the
// thread that asked, and Node cannot end while one does. A child can be ended. Electron's own binary is no Node (its fuse is off), so
// there the call runs inside, with the same limit on the waiting.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { Failure, messageOf } from '../terms/failure.ts'

export interface KeychainItem {
  readonly service: string
  readonly account: string
}

export const SERVICE = 'Postern'
/** Long enough for a person to see the prompt of a locked keychain and to type a password. */
const PATIENCE = 60_000
/** For a look at whether there is a keychain at all. */
const PROBE_PATIENCE = 5000

type Call = 'getPassword' | 'setPassword' | 'deletePassword'
type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string }

/** What the child runs: one call, its arguments from stdin and its answer on stdout, so that no secret is in an argument. */
const CHILD = `
const answer = (value) => process.stdout.write(JSON.stringify(value), () => process.exit(0))
let text = ''
process.stdin.setEncoding('utf8').on('data', (piece) => (text += piece)).on('end', () => {
  const { module, addon, call, args } = JSON.parse(text)
  let keytar
  try { keytar = require(module) } catch (error) {
    let why = String(error.message)
    for (const one of addon) try { require(one) } catch (cause) { if (cause.code !== 'MODULE_NOT_FOUND') why = String(cause.message) }
    return answer({ ok: false, error: why })
  }
  keytar[call](...args).then((value) => answer({ ok: true, value }), (error) => answer({ ok: false, error: String(error.message) }))
})`

function askChild(call: Call, args: readonly string[], patience: number): Promise<Answer> {
  const find = createRequire(import.meta.url)
  const module = find.resolve('keytar')
  const home = path.resolve(path.dirname(module), '..')
  const addon = ['build/Release', `prebuilds/${process.platform}-${process.arch}`].map((one) =>
    path.join(home, one, 'keytar.node'),
  )
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', CHILD], { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(timeout())
    }, patience)
    let out = ''
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString('utf8')))
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(timer)
      try {
        resolve(JSON.parse(out) as Answer)
      } catch {
        resolve({ ok: false, error: 'the keychain library ended without an answer' })
      }
    })
    child.stdin.on('error', () => undefined) // it ended first; `close` tells
    child.stdin.end(JSON.stringify({ module, addon, call, args }))
  })
}

async function askInside(call: Call, args: readonly string[], patience: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(timeout())
    }, patience)
  })
  const ask = async (): Promise<Answer> => {
    try {
      const { default: keytar } = (await import('keytar')) as unknown as {
        default: Record<Call, (...args: readonly string[]) => Promise<unknown>>
      }
      return { ok: true, value: await keytar[call](...args) }
    } catch (error) {
      return { ok: false, error: messageOf(error) }
    }
  }
  try {
    return await Promise.race([ask(), late])
  } finally {
    clearTimeout(timer)
  }
}

function timeout(): Failure {
  return new Failure('vault', 'keychain-silent', 'The keychain did not answer in time.', {
    permanent: false,
    remedy: 'Look for its prompt on the screen and unlock it, or restart it.',
  })
}

interface Known {
  readonly pattern: RegExp
  readonly id: string
  readonly message: string
  readonly remedy: string
}

/** What libsecret, the Keychain and the Credential Manager say, and what it means. The first that fits counts. */
const KNOWN: readonly Known[] = [
  {
    pattern: /libsecret|cannot open shared object|file too short/i,
    id: 'keychain-no-libsecret',
    message: 'The keychain cannot be reached: the library libsecret is not installed.',
    remedy: 'Install it (Debian: apt install libsecret-1-0; Fedora: dnf install libsecret).',
  },
  {
    pattern: /failed to load keytar|ended without an answer|invalid elf/i,
    id: 'keychain-no-library',
    message: 'The keychain library does not run on this machine.',
    remedy: 'Run npm install again.',
  },
  {
    pattern:
      /autolaunch|DBUS_SESSION_BUS_ADDRESS|could not connect|connection refused|unable to autolaunch|address.*(empty|malformed)/i,
    id: 'keychain-no-dbus',
    message: 'The keychain cannot be reached: this session has no D-Bus.',
    remedy: 'Start Postern from your desktop session.',
  },
  {
    pattern:
      /ServiceUnknown|not provided by any|NameHasNoOwner|not activatable|Spawn\.|exited with status|StartServiceByName/i,
    id: 'keychain-no-service',
    message: 'No keychain runs in this session.',
    remedy: 'Start one (GNOME Keyring, KWallet or KeePassXC).',
  },
  {
    pattern: /locked|Object does not exist at path|no such (secret )?collection|-25308|interaction is not allowed/i,
    id: 'keychain-locked',
    message: 'The keychain is locked, or has no collection to keep keys in.',
    remedy: 'Unlock it, or log in to the desktop once so that it makes one.',
  },
  {
    pattern: /denied|dismissed|cancel|-128\b|-25293|not authori[sz]ed|permission/i,
    id: 'keychain-denied',
    message: 'The keychain refused: access was denied.',
    remedy: 'Try again and allow it.',
  },
  {
    pattern: /disconnected|closed|NoReply|did not receive a reply|peer|timed? ?out/i,
    id: 'keychain-gone',
    message: 'The keychain stopped answering.',
    remedy: 'Restart it, or log in to the desktop again.',
  },
]

/** What an error of the keychain means, in a sentence. */
export function explainKeychain(error: string): Failure {
  const known = KNOWN.find(({ pattern }) => pattern.test(error))
  const options = { permanent: false, cause: new Error(error) }
  if (known !== undefined) return new Failure('vault', known.id, known.message, { remedy: known.remedy, ...options })
  return new Failure('vault', 'keychain-error', `The keychain failed: ${messageOf(error)}.`, {
    remedy: 'Check that it is unlocked.',
    ...options,
  })
}

async function ask(call: Call, args: readonly string[], patience = PATIENCE): Promise<unknown> {
  const answer = await ('electron' in process.versions ? askInside : askChild)(call, args, patience)
  if (!answer.ok) throw explainKeychain(answer.error)
  return answer.value
}

function parseKeys(text: string): readonly Buffer[] {
  return text
    .split(' ')
    .map((one) => Buffer.from(one, 'base64'))
    .filter((one) => one.length === 32)
}

/** The keys of an item: two of them while it is being rotated. */
export async function readKeychain(
  { service, account }: KeychainItem,
  patience = PATIENCE,
): Promise<readonly Buffer[]> {
  const value = await ask('getPassword', [service, account], patience)
  const keys = typeof value === 'string' ? parseKeys(value) : []
  if (keys.length > 0) return keys
  // A locked collection answers like an empty one to whoever may not prompt.
  throw new Failure(
    'vault',
    'keychain-no-item',
    `The keychain is locked, or has no key for this folder (${service}, ${account}).`,
    {
      remedy: 'Unlock the keychain of the user who made the folder; log in to the desktop once if it was just started.',
    },
  )
}

export async function writeKeychain({ service, account }: KeychainItem, keys: readonly Buffer[]): Promise<void> {
  await ask('setPassword', [service, account, keys.map((one) => one.toString('base64')).join(' ')])
}

export async function removeFromKeychain({ service, account }: KeychainItem): Promise<void> {
  await ask('deletePassword', [service, account])
}

function mayHaveOne(): boolean {
  if (process.platform !== 'linux') return process.platform === 'darwin' || process.platform === 'win32'
  const runtime = process.env['XDG_RUNTIME_DIR']
  return (
    (process.env['DBUS_SESSION_BUS_ADDRESS'] ?? '') !== '' ||
    (runtime !== undefined && existsSync(path.join(runtime, 'bus')))
  )
}

/** Whether a keychain answers, quickly, and takes, gives back and forgets an item. */
export async function keychainAnswers(): Promise<boolean> {
  if (!mayHaveOne()) return false
  const account = `probe-${randomBytes(4).toString('hex')}`
  try {
    await ask('setPassword', [SERVICE, account, 'probe'], PROBE_PATIENCE)
    const value = await ask('getPassword', [SERVICE, account], PROBE_PATIENCE)
    await ask('deletePassword', [SERVICE, account], PROBE_PATIENCE)
    return value === 'probe'
  } catch {
    return false
  }
}

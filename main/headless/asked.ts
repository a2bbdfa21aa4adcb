// Where a passphrase or recovery key comes from: a file, a systemd credential, or a prompt on the terminal that does not echo. Never from
// an argument or the environment.
import { readFileSync } from 'node:fs'
import { Failure } from '../terms/failure.ts'
import { readCredential } from '../vault/credential.ts'
import type { Asked } from '../vault/vault.ts'
import { UsageError, type Flag, type Input } from './arguments.ts'

export const ASKED_FLAGS: Readonly<Record<string, Flag>> = {
  'passphrase-file': { type: 'string', value: 'FILE', help: 'the passphrase, where one opens the folder' },
  'recovery-file': { type: 'string', value: 'FILE', help: 'the recovery key, where that is to open it' },
}

/** The first line of a file: how every secret comes in, since arguments show in every process list. */
export function readSecretFile(flag: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)[0] ?? ''
  } catch (cause) {
    throw new Failure('headless', 'secret-file', `The file of --${flag} cannot be read.`, {
      remedy: 'Check its path and its mode.',
      cause,
    })
  }
}

export function hasTerminal(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY
}

/** Asks on the terminal without showing what is typed; undefined where nobody is there. */
export function prompt(question: string): Promise<string | undefined> {
  if (!hasTerminal()) return Promise.resolve(undefined)
  const { stdin, stderr } = process
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  stdin.resume()
  return new Promise((resolve, reject) => {
    let typed = ''
    const end = (finish: () => void): void => {
      stdin.off('data', read)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      finish()
    }
    const read = (text: string): void => {
      for (const character of text) {
        if (character === '\r' || character === '\n') return end(() => resolve(typed))
        if (character === '\u0003') return end(() => reject(new UsageError('Given up.')))
        if (character === '\u007f' || character === '\b') typed = Array.from(typed).slice(0, -1).join('')
        else if (character >= ' ') typed += character
      }
    }
    stdin.on('data', read)
  })
}

/** A new passphrase is typed twice. */
export async function promptNew(question: string): Promise<string | undefined> {
  const first = await prompt(`${question}: `)
  if (first === undefined) return undefined
  if ((await prompt('Once more: ')) !== first) throw new UsageError('The two are not the same. Nothing was changed.')
  return first
}

/** What opens the folder for this call. Asked at most once each. */
export function askedOf(input: Input, fresh = false): Asked {
  const fromFile = (flag: string, credential: string): string | undefined =>
    readSecretFile(flag, input.text(flag)) ?? readCredential(credential)?.toString('utf8').split(/\r?\n/)[0]
  let passphrase: Promise<string | undefined> | undefined
  let recovery: Promise<string | undefined> | undefined
  const askPassphrase = async (): Promise<string | undefined> =>
    fromFile('passphrase-file', 'postern-passphrase') ?? (fresh ? promptNew('New passphrase') : prompt('Passphrase: '))
  const askRecovery = async (): Promise<string | undefined> =>
    fromFile('recovery-file', 'postern-recovery') ?? prompt('Recovery key: ')
  const byHand = input.text('key') === 'recovery' || input.text('recovery-file') !== undefined
  return {
    passphrase: () => (passphrase ??= askPassphrase()),
    ...(byHand ? { recovery: () => (recovery ??= askRecovery()) } : {}),
  }
}

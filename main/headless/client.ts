// How a command reaches the relay: by its owner socket while it runs, on the folder itself while it does not, or over HTTP with
// a token for somebody who is not its owner. The same requests on all three ways.
import { existsSync, readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { errorShape } from '../api/shapes.ts'
import { openRelay, type Relay } from '../relay.ts'
import { Failure } from '../terms/failure.ts'
import type { Asked, KeySource } from '../vault/vault.ts'
import { UsageError, type Flag, type Input } from './arguments.ts'
import { askedOf, ASKED_FLAGS, prompt, readSecretFile } from './asked.ts'
import { dnsOptionsOf } from './dns-options.ts'
import { defaultDataFolder, ownerSocketPath } from './folders.ts'

export const CLIENT_FLAGS: Readonly<Record<string, Flag>> = {
  code: { type: 'string', value: 'CODE', help: 'the second factor, where one is set and asked for' },
  'code-file': { type: 'string', value: 'FILE', help: 'the same from a file: a recovery code, or the recovery key' },
  key: { type: 'string', value: 'SOURCE', help: 'keychain, file:PATH, credential:NAME, passphrase or recovery' },
  ...ASKED_FLAGS,
  url: { type: 'string', value: 'URL', help: 'the HTTP address of a relay that is not yours' },
  'token-file': { type: 'string', value: 'FILE', help: 'the API token for --url' },
}

/** As the API knows it. */
const GRANT = 'x-postern-grant'

export interface Client {
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>
  /** The body of an answer as it comes: a stored message may be large. */
  bytes(path: string): AsyncIterable<Buffer>
  /** The lines of a stream of server-sent events, until the relay ends it. */
  stream(path: string): AsyncIterable<string>
  close(): Promise<void>
}

export function dataFolderOf(input: Input): string {
  return input.text('data') ?? defaultDataFolder()
}

export function parseKeySource(text: string): KeySource {
  if (text === 'file' || text === 'keychain' || text === 'passphrase' || text === 'recovery') return text
  if (/^(file|credential):./.test(text)) return text as KeySource
  throw new UsageError(
    `--key takes keychain, file:PATH, credential:NAME, passphrase or recovery, not "${text.slice(0, 50)}".`,
  )
}

export function keyOf(input: Input): KeySource {
  const text = input.text('key')
  return text === undefined ? undefined : parseKeySource(text)
}

/** A large database is looked through after a crash before it is opened. */
const UNLOCK_PATIENCE = 60_000

function errorOf(status: number, text: string): Error {
  let message = text.slice(0, 300)
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed && typeof parsed.message === 'string') {
      ;({ message } = parsed)
      const errors = 'errors' in parsed ? parsed.errors : undefined
      if (typeof errors === 'object' && errors !== null) message = Object.values(errors).flat().map(String).join(' ')
      if ('stepUp' in parsed && parsed.stepUp === true)
        return new Failure('api', 'step-up', 'This wants the second factor.', {
          remedy: 'Give it with --code CODE, or --code-file FILE.',
        })
    }
  } catch {
    // Not JSON: the text itself is all there is.
  }
  return new Failure('api', `http-${status}`, message === '' ? `The relay answered ${status}` : message)
}

function parseAnswer(status: number, text: string): unknown {
  if (status >= 400) throw errorOf(status, text)
  return text === '' ? undefined : JSON.parse(text)
}

interface Target {
  readonly options: http.RequestOptions
  readonly headers: Readonly<Record<string, string>>
  readonly secure: boolean
}

function open(target: Target, method: string, path: string, body: unknown): Promise<http.IncomingMessage> {
  const payload = body === undefined ? undefined : JSON.stringify(body)
  const type = payload === undefined ? {} : { 'content-type': 'application/json' }
  const headers = { ...target.headers, accept: 'application/json', ...type }
  return new Promise((resolve, reject) => {
    const request = (target.secure ? https : http).request({ ...target.options, method, path, headers }, resolve)
    request.once('error', reject)
    request.end(payload)
  })
}

function overHttp(target: Target): Client & { grant: string } {
  return {
    grant: '',
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const granted = this.grant === '' ? target : { ...target, headers: { ...target.headers, [GRANT]: this.grant } }
      const response = await open(granted, method, path, body)
      const pieces: Buffer[] = []
      for await (const chunk of response) pieces.push(chunk as Buffer)
      return parseAnswer(response.statusCode ?? 0, Buffer.concat(pieces).toString('utf8')) as T
    },
    async *stream(path) {
      const response = await open(target, 'GET', path, undefined)
      let rest = ''
      for await (const chunk of response) {
        const lines = `${rest}${(chunk as Buffer).toString('utf8')}`.split('\n')
        rest = lines.pop() ?? ''
        yield* lines
      }
    },
    async *bytes(path) {
      const response = await open(target, 'GET', path, undefined)
      if ((response.statusCode ?? 0) >= 400) {
        const pieces: Buffer[] = []
        for await (const chunk of response) pieces.push(chunk as Buffer)
        throw errorOf(response.statusCode ?? 0, Buffer.concat(pieces).toString('utf8'))
      }
      for await (const chunk of response) yield chunk as Buffer
    },
    close: () => Promise.resolve(),
  }
}

function onFolder(relay: Relay): Client & { grant: string } {
  return {
    grant: '',
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const init = {
        method,
        headers: { 'content-type': 'application/json', ...(this.grant === '' ? {} : { [GRANT]: this.grant }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }
      const response = await relay.fetch(new Request(`http://owner${path}`, init), { kind: 'owner' })
      return parseAnswer(response.status, await response.text()) as T
    },
    stream() {
      throw new Failure('headless', 'not-running', 'The relay does not run: there is nothing to follow.', {
        remedy: 'Start it with: postern serve',
      })
    },
    async *bytes(path) {
      const response = await relay.fetch(new Request(`http://owner${path}`), { kind: 'owner' })
      if (response.status >= 400) throw errorOf(response.status, await response.text())
      for await (const chunk of response.body ?? []) yield Buffer.from(chunk)
    },
    close: () => relay.stop(0),
  }
}

/** One that only says that the data is damaged has no folder open: commands go there themselves, and mend it. */
function isDamaged(answer: string): boolean {
  try {
    return errorShape.safeParse(JSON.parse(answer)).data?.damaged !== undefined
  } catch {
    return false
  }
}

/** Whether a relay answers on the owner socket. */
export function relayRuns(folder: string): Promise<boolean> {
  const socketPath = ownerSocketPath(folder)
  if (process.platform !== 'win32' && !existsSync(socketPath)) return Promise.resolve(false)
  return new Promise((resolve) => {
    const request = http.request({ socketPath, path: '/app/session', timeout: 3000 }, (response) => {
      text(response).then(
        (answer) => resolve(!isDamaged(answer)),
        () => resolve(false),
      )
    })
    request.once('error', () => {
      resolve(false)
    })
    request.once('timeout', () => {
      request.destroy()
    })
    request.end()
  })
}

/** Unlocks a relay that waits for its passphrase, and waits until it is there. */
export async function unlockRelay(folder: string, body: unknown): Promise<void> {
  const client = overHttp({ options: { socketPath: ownerSocketPath(folder) }, headers: {}, secure: false })
  if (!(await relayRuns(folder)))
    throw new Failure('headless', 'not-running', 'No relay runs on this folder: there is nothing to unlock.', {
      remedy: 'Start it with: postern serve',
    })
  try {
    await client.call('POST', '/app/unlock', body)
  } catch (error) {
    if (error instanceof Failure && error.id === 'http-404')
      throw new Failure('headless', 'not-locked', 'The relay is not locked.', { cause: error })
    throw error
  }
  for (const deadline = Date.now() + UNLOCK_PATIENCE; Date.now() < deadline;) {
    const open = await client.call('GET', '/app/session').then(
      () => true,
      () => false,
    )
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Failure('headless', 'not-up', 'It was unlocked, and the relay did not come up.', {
    remedy: 'Look at what `postern serve` says.',
  })
}

/** What kind of proof it is shows in its form: six digits, sixteen characters, or the forty of the recovery key of the vault. */
export function proofOf(given: string): Readonly<Record<string, string>> {
  const plain = given.replaceAll(/[\s-]/g, '')
  if (/^[0-9]{6}$/.test(plain)) return { totp: plain }
  return plain.length <= 16 ? { recoveryCode: given } : { recoveryKey: given }
}

/** Where the relay asks who it is, asks the person and does the call again; they are asked once in a run. */
function steppingUp(client: Client & { grant: string }, input: Input): Client {
  const prove = async (failure: Failure): Promise<void> => {
    const given =
      input.text('code') ??
      readSecretFile('code-file', input.text('code-file')) ??
      (await prompt('Second factor (code of the app, recovery code, or recovery key): '))
    if (given === undefined) throw failure
    const { grant } = await client.call<{ grant: string }>('POST', '/app/security/step-up', proofOf(given.trim()))
    client.grant = grant
  }
  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      try {
        return await client.call<T>(method, path, body)
      } catch (error) {
        if (!(error instanceof Failure) || error.id !== 'step-up' || client.grant !== '') throw error
        await prove(error)
        return client.call<T>(method, path, body)
      }
    },
    bytes: (path) => client.bytes(path),
    stream: (path) => client.stream(path),
    close: () => client.close(),
  }
}

/** The way to the relay that this call may go. */
export async function connect(input: Input, asked: Asked = askedOf(input)): Promise<Client> {
  return steppingUp(await reach(input, asked), input)
}

async function reach(input: Input, asked: Asked): Promise<Client & { grant: string }> {
  const url = input.text('url')
  if (url !== undefined) return remote(input, url)
  const folder = dataFolderOf(input)
  if (await relayRuns(folder))
    return overHttp({ options: { socketPath: ownerSocketPath(folder) }, headers: {}, secure: false })
  const { resolver, dnssec, trustAnchors } = dnsOptionsOf(input)
  const dns = {
    ...(dnssec === undefined ? {} : { dnssec }),
    ...(resolver === undefined ? {} : { resolver }),
    ...(trustAnchors === undefined ? {} : { trustAnchors }),
  }
  return onFolder(await openRelay({ dataFolder: folder, key: keyOf(input), asked, ...dns }))
}

function remote(input: Input, url: string): Client & { grant: string } {
  if (!URL.canParse(url))
    throw new UsageError(`--url takes an address like http://localhost:7788, not "${url.slice(0, 80)}".`)
  const file = input.text('token-file')
  if (file === undefined) throw new UsageError('--url needs --token-file FILE.')
  const { hostname, port, protocol } = new URL(url)
  const token = readFileSync(file, 'utf8').trim()
  const headers = { authorization: `Bearer ${token}` }
  return overHttp({ options: { hostname, port }, headers, secure: protocol === 'https:' })
}

/** Runs `work` with a connection and closes it behind it. */
export async function withClient<T>(input: Input, work: (client: Client) => Promise<T>, asked?: Asked): Promise<T> {
  const client = await connect(input, asked)
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

// The near end of the display thread: bounds on time, on memory and on how many messages are read at once.
import { Worker } from 'node:worker_threads'
import type { Attachment, DocumentLanguage, SafeHtml } from '../mail/index.ts'
import type { SpoolFile } from '../store/spool.ts'
import type { Store } from '../store/store.ts'
import { ApiError } from './parts.ts'

/** What the thread is asked for. */
export type DisplayTask =
  | { readonly kind: 'view' }
  | { readonly kind: 'document'; readonly language: DocumentLanguage }
  | { readonly kind: 'attachment'; readonly index: number }

export interface DisplayInput {
  readonly task: DisplayTask
  readonly header: Uint8Array
  readonly body: Uint8Array | null
  readonly spoolFolder: string
  readonly spool: SpoolFile | null
}

export interface Viewed {
  readonly text: string
  readonly textFrom: 'text' | 'html' | 'none'
  readonly html: Omit<SafeHtml, 'body' | 'text'> | null
  readonly attachments: readonly Attachment[]
  readonly truncated: boolean
  readonly readable: boolean
}

export interface File {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface DisplayOutput {
  readonly viewed?: Viewed
  readonly document?: string
  readonly file?: File
}

export interface StoredMessage {
  readonly header: Buffer
  readonly messageId: number
}

/** Reads stored messages for the eye, in a thread of its own each, because a hostile one can keep a parser busy. */
export interface Display {
  view(message: StoredMessage): Promise<Viewed>
  /** The sanitised document; undefined where the mail has no HTML, or none that can be shown in time. */
  document(message: StoredMessage, language: DocumentLanguage): Promise<string | undefined>
  attachment(message: StoredMessage, index: number): Promise<File | undefined>
}

const DEADLINE = 5000
/** A large attachment has to be read to its end. */
const FILE_DEADLINE = 30_000
/** Each thread may hold a message of the largest size; two at a time keep the relay where it is. */
const AT_ONCE = 2
const WAITING_MAX = 20

const UNREADABLE: Viewed = {
  text: 'This message is too complicated to be shown here; download it to read it.',
  textFrom: 'none',
  html: null,
  attachments: [],
  truncated: true,
  readable: false,
}

/** Lets a few through at a time; the others wait, and those for whom even the line is too long are told so. */
function gate(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING_MAX)
        throw new ApiError(503, 'Too many messages are being opened; try again in a moment.', undefined, {
          retryAfter: 2,
        })
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
      })
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}

/** What the thread says; nothing where it said nothing in time. */
async function ask(script: URL, workerData: DisplayInput, deadline: number): Promise<DisplayOutput> {
  const worker = new Worker(script, { workerData, resourceLimits: { maxOldGenerationSizeMb: 256 } })
  try {
    return await new Promise<DisplayOutput>((resolve) => {
      const timer = setTimeout(() => {
        resolve({})
      }, deadline)
      const finish = (output: DisplayOutput): void => {
        clearTimeout(timer)
        resolve(output)
      }
      worker.once('message', finish)
      worker.once('error', () => {
        finish({})
      })
      worker.once('exit', () => {
        finish({})
      })
    })
  } finally {
    await worker.terminate()
  }
}

export function createDisplay(store: Store, script: URL): Display {
  const pass = gate()
  const run = ({ header, messageId }: StoredMessage, task: DisplayTask): Promise<DisplayOutput> =>
    pass(() => {
      const message = store.mail.message(messageId)
      const { spoolId = null, spoolKey = null, spoolSize = null } = message ?? {}
      const spool =
        spoolId === null || spoolKey === null || spoolSize === null
          ? null
          : { id: spoolId, key: spoolKey, size: spoolSize }
      const input = { task, header, body: message?.body ?? null, spoolFolder: store.spoolFolder, spool }
      return ask(script, input, task.kind === 'attachment' ? FILE_DEADLINE : DEADLINE)
    })
  return {
    view: async (message) => (await run(message, { kind: 'view' })).viewed ?? UNREADABLE,
    document: async (message, language) => (await run(message, { kind: 'document', language })).document,
    attachment: async (message, index) => (await run(message, { kind: 'attachment', index })).file,
  }
}

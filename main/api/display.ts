// The near end of the display thread: bounds on size, on time and on memory.
import { Worker } from 'node:worker_threads'
import { readSpool } from '../store/spool.ts'
import type { Store } from '../store/store.ts'
import type { Displayed } from './parts.ts'

export interface DisplayInput {
  readonly bytes: Uint8Array
  readonly truncated: boolean
}

/** What is shown of a message at most: attachments behind it are in the downloaded file. */
const MAX_BYTES = 4 * 1024 * 1024
const DEADLINE = 5000

async function bytesOf(store: Store, header: Buffer, messageId: number): Promise<DisplayInput> {
  const message = store.mail.message(messageId)
  const pieces = [header]
  let size = header.length
  if (message === undefined) return { bytes: header, truncated: false }
  if (message.body !== null) pieces.push(message.body)
  else if (message.spoolId !== null && message.spoolKey !== null && message.spoolSize !== null)
    for await (const chunk of readSpool(store.spoolFolder, {
      id: message.spoolId,
      key: message.spoolKey,
      size: message.spoolSize,
    })) {
      pieces.push(chunk)
      size += chunk.length
      if (size > MAX_BYTES) return { bytes: Buffer.concat(pieces), truncated: true }
    }
  return { bytes: Buffer.concat(pieces), truncated: false }
}

/** Text and attachments of a stored message, for the eye. What can't be shown in time says so. */
export async function displayMessage(
  store: Store,
  script: URL,
  message: { readonly header: Buffer; readonly messageId: number },
): Promise<Displayed> {
  const workerData = await bytesOf(store, message.header, message.messageId)
  const worker = new Worker(script, { workerData, resourceLimits: { maxOldGenerationSizeMb: 256 } })
  const tooMuch: Displayed = {
    text: 'This message is too complicated to be shown here; download it to read it.',
    attachments: [],
    truncated: true,
  }
  try {
    return await new Promise<Displayed>((resolve) => {
      const timer = setTimeout(() => {
        resolve(tooMuch)
      }, DEADLINE)
      const finish = (shown: Displayed): void => {
        clearTimeout(timer)
        resolve(shown)
      }
      worker.once('message', finish)
      worker.once('error', () => {
        finish(tooMuch)
      })
      worker.once('exit', () => {
        finish(tooMuch)
      })
    })
  } finally {
    await worker.terminate()
  }
}

// Makes a stored message readable: one message a thread, in a thread of its own, because a hostile one can keep a parser busy
// for longer than anybody wants to wait. The caller ends the thread when its time is up.
import { parentPort, workerData } from 'node:worker_threads'
import { documentOf, MessageReader, sanitiseHtml, type ReadMessage, type SafeHtml } from '../mail/index.ts'
import { readSpool } from '../store/spool.ts'
import type { DisplayInput, DisplayOutput, DisplayTask, Viewed } from './display.ts'

const MAX_TEXT = 256 * 1024
/** The largest message there can be, decoded. */
const MAX_FILE = 80 * 1024 * 1024
const input = workerData as DisplayInput

/** Buffers come over as plain arrays of bytes. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

async function read({ task, header, body, spoolFolder, spool }: DisplayInput): Promise<ReadMessage> {
  const wanted = task.kind === 'attachment' ? { index: task.index, room: MAX_FILE } : undefined
  const reader = new MessageReader(bufferOf(header), wanted)
  if (body !== null) reader.push(bufferOf(body))
  else if (spool !== null)
    for await (const chunk of readSpool(spoolFolder, { ...spool, key: bufferOf(spool.key) })) reader.push(chunk)
  return reader.end()
}

function viewOf(message: ReadMessage, safe: SafeHtml | undefined): Viewed {
  const text = message.text !== '' ? message.text : (safe?.text ?? '')
  const { links = [], linkCount = 0, droppedLinks = 0, inlineImages = 0, truncated = false } = safe ?? {}
  const withheld = safe?.withheld ?? { images: 0, trackers: 0, other: 0 }
  return {
    text: text.slice(0, MAX_TEXT),
    textFrom: message.text !== '' ? 'text' : safe === undefined || text === '' ? 'none' : 'html',
    html: safe === undefined ? null : { links, linkCount, droppedLinks, withheld, inlineImages, truncated },
    attachments: message.attachments,
    truncated: message.truncated || text.length > MAX_TEXT,
    readable: true,
  }
}

function answer(task: DisplayTask, message: ReadMessage): DisplayOutput {
  if (task.kind === 'attachment') {
    const name = message.attachments.find((one) => one.index === task.index)?.name
    if (name === undefined || message.wanted === undefined) return {}
    return { file: { name, bytes: new Uint8Array(message.wanted) } }
  }
  const language = task.kind === 'document' ? task.language : undefined
  const safe = message.html === '' ? undefined : sanitiseHtml(message.html, message.images, language)
  if (task.kind === 'view') return { viewed: viewOf(message, safe) }
  return safe === undefined ? {} : { document: documentOf(safe) }
}

parentPort?.postMessage(answer(input.task, await read(input)))

// Makes a stored message readable: one message a thread, in a thread of its own, because a hostile one can keep a parser busy
// for longer than anybody wants to wait. The caller ends the thread when its time is up.
import { simpleParser } from 'mailparser'
import { parentPort, workerData } from 'node:worker_threads'
import type { DisplayInput } from './display.ts'

const MAX_TEXT = 256 * 1024
const input = workerData as DisplayInput

const mail = await simpleParser(Buffer.from(input.bytes), {
  skipImageLinks: true,
  skipTextToHtml: true,
  maxHtmlLengthToParse: 512 * 1024,
})
const text = mail.text ?? ''
parentPort?.postMessage({
  text: text.slice(0, MAX_TEXT),
  attachments: mail.attachments.slice(0, 100).map((one) => ({
    name: (one.filename ?? '').slice(0, 200),
    type: one.contentType.slice(0, 100),
    size: one.size,
  })),
  truncated: input.truncated || text.length > MAX_TEXT,
})

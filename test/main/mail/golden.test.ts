// The golden folders: NN-name/{message.eml, facts.json, expected.eml}, byte for byte. `GOLDEN=write` writes what comes out;
// read the difference before committing it. expected.json, where there is one, holds the notes and the strangers.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { headerLength, rewriteForward, rewriteReply } from '../../../main/mail/index.ts'
import type { JsonObject } from './golden-facts.ts'
import { forwardFacts, replyFacts } from './golden-facts.ts'

const FOLDER = join(import.meta.dirname, 'golden')
const writing = process.env['GOLDEN'] === 'write'

interface Outcome {
  readonly message: Buffer
  readonly told: { readonly notes: readonly string[]; readonly strangers: readonly string[] }
}

function rewrite(message: Buffer, facts: JsonObject): Outcome {
  const length = headerLength(message)
  const header = message.subarray(0, length)
  const body = message.subarray(length)
  if (facts['direction'] === 'reply') {
    const reply = rewriteReply(header, replyFacts(facts))
    const notes = reply.notes.map((note) => note.id)
    return { message: Buffer.concat([reply.header, body]), told: { notes, strangers: reply.strangers } }
  }
  const forward = rewriteForward(header, forwardFacts(facts, header))
  const notes = forward.notes.map((note) => note.id)
  return { message: Buffer.concat([forward.header, body]), told: { notes, strangers: [] } }
}

function write(path: string, content: Buffer | string | undefined): void {
  if (content === undefined) rmSync(path, { force: true })
  else writeFileSync(path, content)
}

const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory())

describe('golden messages', () => {
  it.each(folders.map((entry) => entry.name))('%s', (name) => {
    const folder = join(FOLDER, name)
    const facts = JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')) as JsonObject
    const outcome = rewrite(readFileSync(join(folder, 'message.eml')), facts)
    const quiet = outcome.told.notes.length === 0 && outcome.told.strangers.length === 0
    const told = join(folder, 'expected.json')
    if (writing) {
      write(join(folder, 'expected.eml'), outcome.message)
      write(told, quiet ? undefined : `${JSON.stringify(outcome.told, null, 2)}\n`)
    }
    const expected = readFileSync(join(folder, 'expected.eml'))
    expect(outcome.message.toString('latin1')).toBe(expected.toString('latin1'))
    expect(outcome.told).toEqual(
      existsSync(told) ? JSON.parse(readFileSync(told, 'utf8')) : { notes: [], strangers: [] },
    )
  })
})

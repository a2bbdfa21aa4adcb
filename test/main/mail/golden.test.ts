// The golden folders: NN-name/{message.eml, facts.json, expected.eml}, byte for byte. `GOLDEN=write` writes what comes out;
// read the difference before committing it. expected.json, where there is one, holds what was told: notes, strangers, flags.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from './golden-facts.ts'
import { rewriteMessage } from './golden-facts.ts'

const FOLDER = join(import.meta.dirname, 'golden')
const writing = process.env['GOLDEN'] === 'write'

const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory())

describe('golden messages', () => {
  it.each(folders.map((entry) => entry.name))('%s', (name) => {
    const folder = join(FOLDER, name)
    const facts = JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')) as JsonObject
    const message = readFileSync(join(folder, 'message.eml'))
    const outcome = rewriteMessage(message, facts)
    const quiet = Object.values(outcome.told).every((list) => list.length === 0)
    const told = join(folder, 'expected.json')
    if (writing) {
      writeFileSync(join(folder, 'expected.eml'), outcome.message)
      if (quiet) rmSync(told, { force: true })
      else writeFileSync(told, `${JSON.stringify(outcome.told, null, 2)}\n`)
    }
    const expected = readFileSync(join(folder, 'expected.eml'))
    expect(outcome.message.toString('latin1')).toBe(expected.toString('latin1'))
    expect(outcome.told).toEqual(existsSync(told) ? JSON.parse(readFileSync(told, 'utf8')) : { notes: [] })
    // No result may depend on how the bytes were chunked.
    for (const chunk of [1, 2, 3, 7, 61, 77]) {
      const again = rewriteMessage(message, facts, chunk)
      expect(again.message.equals(outcome.message), `in chunks of ${String(chunk)}`).toBe(true)
      expect(again.told).toEqual(outcome.told)
    }
  })
})

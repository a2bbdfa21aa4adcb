// Every message of the malformed corpus passes through every mode: none crashes, none hangs, and in preserve mode none loses a
// byte. POSTERN_CORPORA names the folder that has `malformed/`.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { correspondentsOf, findTraces, headerLength, parseHeaderBlock, readSummary } from '../../../main/mail/index.ts'
import type { JsonObject } from './golden-facts.ts'
import { keyOf, rewriteMessage } from './golden-facts.ts'

const FOLDER = join(process.env['POSTERN_CORPORA'] ?? '', 'malformed')
const there = process.env['POSTERN_CORPORA'] !== undefined && existsSync(FOLDER)

function messages(): readonly string[] {
  if (!there) return ['POSTERN_CORPORA names no folder with malformed/']
  return readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.eml'))
    .map((entry) => join(entry.parentPath, entry.name))
}

const BANNER = { position: 'top', style: 'warning', text: 'banner' }
const MODES: readonly (readonly [string, JsonObject])[] = [
  [
    'forward',
    {
      fromTemplate: 'dash',
      banners: [BANNER],
      subjectTemplate: '[x]',
      unsubscribe: { mode: 'both', ours: 'u@relay.example' },
    },
  ],
  ['forward as alias', { fromMode: 'alias' }],
  ['reply', { direction: 'reply' }],
  ['reply without flagged parts', { direction: 'reply', removeFlagged: true, scrub: false }],
]

describe.skipIf(!there)('malformed corpus (POSTERN_CORPORA)', () => {
  it.each(messages())('%s', (path) => {
    const message = readFileSync(path)
    const length = headerLength(message)
    const header = parseHeaderBlock(message.subarray(0, length))
    readSummary(header)
    correspondentsOf(header, undefined)
    findTraces(message, { addresses: new Set([keyOf('alice@real.example')]), names: ['Alice'], hosts: [] })
    for (const [name, facts] of MODES) {
      const before = performance.now()
      const whole = rewriteMessage(message, facts)
      expect(performance.now() - before, name).toBeLessThan(1000)
      expect(rewriteMessage(message, facts, 1013).message.equals(whole.message), name).toBe(true)
    }
    const preserved = rewriteMessage(message, { mode: 'preserve' }).message
    expect(preserved.subarray(preserved.length - message.length).equals(message)).toBe(true)
    const forwarded = rewriteMessage(message, {}).message
    const body = message.subarray(length)
    expect(forwarded.subarray(forwarded.length - body.length).equals(body)).toBe(true)
  })
})

// A thousand messages of every shape, signed by us, verified by two programs that share no line with us: opendkim and python3-dkim.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headerLength } from '../../main/mail/index.ts'
import { RelaxedBodyHash } from '../../main/trust/canonical.ts'
import { makeDkimKeys } from '../../main/trust/keys.ts'
import { loadSigningKey, signHeader } from '../../main/trust/sign.ts'
import { findProgram, runProgram } from '../world/programs.ts'

const COUNT = 1000
const opendkim = findProgram('opendkim')
/** Debian's own: its packages are for no other. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : findProgram('python3')

const word = fc.string({
  unit: fc.constantFrom(...Array.from('abcXYZ0189.,;:=-_!?äß@<>"()')),
  minLength: 1,
  maxLength: 12,
})
const space = fc.constantFrom(' ', '  ', '\t', ' \t ', '\r\n ', '\r\n\t  ')
const text = fc
  .array(fc.tuple(word, space), { minLength: 1, maxLength: 8 })
  .map((all) => all.map(([one, gap], i) => (i === all.length - 1 ? one : one + gap)).join(''))
const field = fc
  .tuple(
    fc.constantFrom('Subject', 'X-Odd', 'Comments', 'List-Id', 'MIME-Version', 'SUBJECT', 'Reply-To', 'In-Reply-To'),
    text,
  )
  .map(([name, value]) => `${name}: ${value}\r\n`)
const line = fc.oneof(
  text.map((one) => one.replaceAll('\r\n', '')),
  fc.constantFrom('', ' ', '\t', 'word ', ' lead', '.', '..', 'a  b\t c'),
)
const body = fc.array(line, { maxLength: 12 }).map((lines) => lines.map((one) => `${one}\r\n`).join(''))
const message = fc.tuple(fc.array(field, { maxLength: 8 }), body)

const VERIFY = `
import dkim, sys, os
folder, keys = sys.argv[1], {}
for row in open(os.path.join(folder, 'keys')):
    name, value = row.rstrip('\\n').split(' ', 1)
    keys[name.encode() + b'.'] = value.encode()
bad = 0
for name in sorted(os.listdir(folder)):
    if not name.endswith('.eml'):
        continue
    raw = open(os.path.join(folder, name), 'rb').read()
    for i in range(2):
        try:
            good = dkim.DKIM(raw).verify(idx=i, dnsfunc=lambda n, timeout=5: keys.get(n if isinstance(n, bytes) else n.encode()))
        except Exception as error:
            good = False
            print(name, i, repr(error))
        if not good:
            bad += 1
            print(name, i, 'failed')
print('bad', bad)
`

interface Whole {
  readonly header: Buffer
  readonly body: Buffer
}

/** Forwards and replies as they leave, every kind of them. */
const GOLDEN = path.join(import.meta.dirname, '..', 'main', 'mail', 'golden')
/** A header with LF alone, which the door refuses, stays one; and a NUL is where opendkim stops reading a file. */
const UNREADABLE: ReadonlySet<string> = new Set(['129-text-bare-lf', '255-bare-lf', '257-nul-and-controls'])

function goldenMessages(): readonly Whole[] {
  const folders = readdirSync(GOLDEN, { withFileTypes: true }).filter((one) => one.isDirectory())
  return folders.flatMap(({ name }) => {
    const facts = JSON.parse(readFileSync(path.join(GOLDEN, name, 'facts.json'), 'utf8')) as { readonly mode?: string }
    // What is to stay byte for byte may be what nobody can read.
    if (facts.mode === 'preserve' || UNREADABLE.has(name)) return []
    const all = readFileSync(path.join(GOLDEN, name, 'expected.eml'))
    const length = headerLength(all)
    return [{ header: all.subarray(0, length), body: all.subarray(length) }]
  })
}

function randomMessages(): readonly Whole[] {
  return fc.sample(message, { numRuns: COUNT, seed: 8463 }).map(([fields, content]) => ({
    header: Buffer.from(
      `From: a@ours.test\r\nTo: b@far.test\r\nDate: Sun, 22 Nov 2026 00:00:00 +0000\r\n${fields.join('')}\r\n`,
    ),
    body: Buffer.from(content),
  }))
}

/** Signs each message and has it verified: what python3-dkim says at the end, and how many opendkim holds to be good. */
async function verified(messages: readonly Whole[], program: { readonly python: string; readonly opendkim: string }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-cross-'))
  try {
    const pairs = await makeDkimKeys()
    const keys = pairs.map((one) => loadSigningKey(one.selector, one.algorithm, one.privateKey))
    const records = pairs.map(
      (one) => `${one.selector}._domainkey.ours.test v=DKIM1; k=${one.algorithm}; p=${one.publicKey}`,
    )
    writeFileSync(path.join(folder, 'keys'), `${records.join('\n')}\n`)
    const files: string[] = []
    for (const [i, { header, body: content }] of messages.entries()) {
      const hash = new RelaxedBodyHash()
      hash.update(content)
      const about = { header, bodyHash: hash.digest(), domain: 'ours.test', at: 1_790_000_000 }
      // Each by itself as well: opendkim says one word a message, and Debian's knows RSA only.
      const both = await signHeader({ ...about, keys })
      const rsa = await signHeader({ ...about, keys: keys.filter((one) => one.algorithm === 'rsa') })
      writeFileSync(path.join(folder, `${i}.eml`), Buffer.concat([both, header, content]))
      const alone = path.join(folder, `${i}.rsa`)
      // No message comes without a last line end: SMTP adds it (RFC 5321 §4.1.1.4), and opendkim cannot read a file that lacks it.
      const end = content.length === 0 || content.at(-1) === 0x0a ? '' : '\r\n'
      writeFileSync(alone, Buffer.concat([rsa, header, content, Buffer.from(end)]))
      files.push(alone)
    }
    writeFileSync(path.join(folder, 'verify.py'), VERIFY)
    const { out } = await runProgram(program.python, [path.join(folder, 'verify.py'), folder])
    const config = path.join(folder, 'conf')
    writeFileSync(config, `Mode v\nTestPublicKeys ${path.join(folder, 'keys')}\n`)
    let good = 0
    for (let at = 0; at < files.length; at += 100) {
      const said = await runProgram(program.opendkim, ['-x', config, '-t', files.slice(at, at + 100).join(',')])
      good += said.out.split('\n').filter((one) => one.includes('verification (s=') && one.includes('succeeded')).length
    }
    return { python: out.trim().split('\n'), opendkim: good }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const hasModules = python !== undefined && spawnSync(python, ['-c', 'import dkim, nacl']).status === 0
const missing = opendkim === undefined ? 'no opendkim' : hasModules ? undefined : 'no python3-dkim and python3-nacl'
const title = 'signatures of ours hold for opendkim and python3-dkim'

describe.skipIf(missing !== undefined)(missing === undefined ? title : `${title}: skipped, ${missing}`, () => {
  it.each([
    ['a thousand random messages', randomMessages],
    ['every golden message', goldenMessages],
  ])(
    '%s',
    async (what, messagesOf) => {
      const messages = messagesOf()
      const said = await verified(messages, { python: python ?? '', opendkim: opendkim ?? '' })
      console.log(
        `${what}: ${said.python.at(-1) ?? ''} of ${2 * messages.length} in python3-dkim, opendkim ${said.opendkim} of ${messages.length}`,
      )
      expect(said.python).toEqual(['bad 0'])
      expect(said.opendkim).toBe(messages.length)
    },
    180_000,
  )
})

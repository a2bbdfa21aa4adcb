// A thousand messages of every shape, signed by us, verified by two programs that share no line with us: opendkim and python3-dkim.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
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

describe('signatures of ours', () => {
  it('a thousand random messages hold for opendkim and python3-dkim', async (context) => {
    if (opendkim === undefined) return context.skip('opendkim is not installed')
    const { code } = python === undefined ? { code: 1 } : await runProgram(python, ['-c', 'import dkim, nacl'])
    if (python === undefined || code !== 0) return context.skip('python3-dkim or python3-nacl is not installed')
    const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-cross-'))
    try {
      const pairs = await makeDkimKeys()
      const keys = pairs.map((one) => loadSigningKey(one.selector, one.algorithm, one.privateKey))
      const records = pairs.map(
        (one) => `${one.selector}._domainkey.ours.test v=DKIM1; k=${one.algorithm}; p=${one.publicKey}`,
      )
      writeFileSync(path.join(folder, 'keys'), `${records.join('\n')}\n`)
      const files: string[] = []
      for (const [i, [fields, content]] of fc.sample(message, { numRuns: COUNT, seed: 8463 }).entries()) {
        const head = Buffer.from(
          `From: a@ours.test\r\nTo: b@far.test\r\nDate: Sun, 22 Nov 2026 00:00:00 +0000\r\n${fields.join('')}\r\n`,
        )
        const hash = new RelaxedBodyHash()
        hash.update(Buffer.from(content))
        const about = { header: head, bodyHash: hash.digest(), domain: 'ours.test', at: 1_790_000_000 }
        // Each by itself as well: opendkim says one word a message, and Debian's knows RSA only.
        const both = await signHeader({ ...about, keys })
        const rsa = await signHeader({ ...about, keys: keys.filter((one) => one.algorithm === 'rsa') })
        writeFileSync(path.join(folder, `${i}.eml`), Buffer.concat([both, head, Buffer.from(content)]))
        const alone = path.join(folder, `${i}.rsa`)
        writeFileSync(alone, Buffer.concat([rsa, head, Buffer.from(content)]))
        files.push(alone)
      }
      writeFileSync(path.join(folder, 'verify.py'), VERIFY)
      const { out } = await runProgram(python, [path.join(folder, 'verify.py'), folder])
      expect(out.trim().split('\n').at(-1)).toBe('bad 0')
      const config = path.join(folder, 'conf')
      writeFileSync(config, `Mode v\nTestPublicKeys ${path.join(folder, 'keys')}\n`)
      let verified = 0
      for (let at = 0; at < files.length; at += 100) {
        const said = await runProgram(opendkim, ['-x', config, '-t', files.slice(at, at + 100).join(',')])
        verified += said.out
          .split('\n')
          .filter((one) => one.includes('verification (s=') && one.includes('succeeded')).length
      }
      console.log(`cross-verified: python3-dkim ${2 * COUNT} of ${2 * COUNT}, opendkim ${verified} of ${COUNT}`)
      expect(verified).toBe(COUNT)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }, 180_000)
})

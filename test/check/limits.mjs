// Limits that no linter of ours knows: the length of style sheets, and what must never be in a source file.
// (Length of files and functions in TypeScript and JavaScript: eslint.config.mjs.)
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { root } from '../../main/launch/paths.mjs'
import { sources } from './sources.mjs'

const MAX_LINES = 400

/** Written in pieces, so that this file does not find itself. */
const FORBIDDEN = [
  { pattern: new RegExp('@ts-' + '(ignore|nocheck)'), why: 'a type error is mended or explained, not hushed' },
  {
    pattern: new RegExp('eslint-' + 'disable(?!-next-line [^\\n]* -- )'),
    why: 'a rule is broken for one line, with its reason after `--`',
  },
]

const problems = []
for (const file of await sources(/\.(ts|tsx|css|mjs)$/)) {
  const text = await readFile(path.join(root, file), 'utf8')
  const lines = text.split('\n').length - 1
  if (file.endsWith('.css') && lines > MAX_LINES) problems.push(`${file}: ${lines} lines, at most ${MAX_LINES}`)
  for (const { pattern, why } of FORBIDDEN) {
    const found = pattern.exec(text)
    if (found !== null && !file.startsWith('test/check/')) problems.push(`${file}: ${found[0]}: ${why}`)
  }
}
for (const problem of problems) console.log(problem)
process.exitCode = problems.length === 0 ? 0 : 1

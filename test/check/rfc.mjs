// rfc.mjs [--write]: gathers every `RFC NNNN §S` of the sources and tests into test/rfc.md, so that one can ask "where do we do
// what this section says, and where is it tried?". Fails on a reference that leads nowhere: an RFC that is not in the table,
// one that was replaced, a section that is no section number. Without --write it also fails when test/rfc.md is out of date.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { root } from '../../main/launch/paths.mjs'
import { REPLACED, RFCS } from './rfc-table.mjs'
import { sources } from './sources.mjs'

const REFERENCE = /\bRFC[ -]?(\d{3,5})(?:,? ?(?:§|section |appendix )([\w.]*\w))?/g
const SECTION = /^(?:[A-Z]|\d{1,2})(?:\.\d{1,3}){0,5}$/

/** @type {Map<string, { rfc: number, section: string, code: Set<string>, tests: Set<string> }>} */
const entries = new Map()
/** @type {string[]} */
const dead = []

/**
 * @param {string} file
 * @param {number} rfc
 * @param {string} section
 */
function note(file, rfc, section) {
  const replacement = REPLACED[rfc]
  if (replacement !== undefined) dead.push(`${file}: RFC ${rfc} was replaced by RFC ${replacement}`)
  else if (RFCS[rfc] === undefined) dead.push(`${file}: RFC ${rfc} is not in test/check/rfc-table.mjs`)
  else if (section !== '' && !SECTION.test(section)) dead.push(`${file}: RFC ${rfc} has no section ${section}`)
  const key = `${rfc} ${section}`
  const entry = entries.get(key) ?? { rfc, section, code: new Set(), tests: new Set() }
  entries.set(key, entry)
  const side = file.startsWith('test/') ? entry.tests : entry.code
  side.add(file)
}

for (const file of await sources(/\.(ts|tsx|mjs|smtp)$/)) {
  if (file.startsWith('test/check/')) continue
  const text = await readFile(path.join(root, file), 'utf8')
  for (const [, number, section = ''] of text.matchAll(REFERENCE)) note(file, Number(number), section.toUpperCase())
}

const inOrder = [...entries.values()].sort(
  (a, b) => a.rfc - b.rfc || a.section.localeCompare(b.section, 'en', { numeric: true }),
)
/** @param {Set<string>} files */
const cell = (files) =>
  [...files]
    .sort()
    .map((file) => `\`${file}\``)
    .join('<br>')
const rows = inOrder.map(
  ({ rfc, section, code, tests }) => `| ${rfc} | ${section} | ${RFCS[rfc] ?? ''} | ${cell(code)} | ${cell(tests)} |`,
)
const page = `# What we took from which RFC

Made by \`npm run check\` from the comments; do not edit.

| RFC | § | about | code | tests |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`
const target = path.join(root, 'test', 'rfc.md')
const wanted = await format(page, { ...(await resolveConfig(target)), parser: 'markdown' })
const present = await readFile(target, 'utf8').catch(() => '')

for (const line of dead) console.log(line)
if (wanted !== present) {
  if (process.argv.includes('--write')) {
    await writeFile(target, wanted)
    console.log('test/rfc.md has changed: commit it')
  } else console.log('test/rfc.md is out of date: run `npm run check` and commit it')
}
process.exitCode = dead.length > 0 || (wanted !== present && !process.argv.includes('--write')) ? 1 : 0

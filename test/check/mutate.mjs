// mutate.mjs: takes one protection of the hardening checklist away at a time, in a copy of the project, and shows that a test notices.
// Writes test/check/mutations.md. A mutation that no test notices is a failure of the tests.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { root } from '../../main/launch/paths.mjs'

/** @typedef {{ row: string, what: string, file: string, from: string, to: string, test: string }} Mutation */

const walls = 'test/desktop/walls.test.ts'
/** @type {readonly Mutation[]} */
const MUTATIONS = [
  {
    row: 'E1',
    what: 'context isolation off',
    file: 'main/desktop/web-preferences.ts',
    from: 'contextIsolation: true,',
    to: 'contextIsolation: false as never,',
    test: walls,
  },
  {
    row: 'E3',
    what: 'a file that changed is served',
    file: 'main/desktop/pages.ts',
    from: '!== entry.sha384) return notFound()',
    to: "=== 'never') return notFound()",
    test: 'test/desktop/door.test.ts',
  },
  {
    row: 'E5',
    what: 'no Trusted Types',
    file: 'main/api/security-headers.ts',
    from: `  "require-trusted-types-for 'script'",\n`,
    to: '',
    test: 'test/system/checklist.test.ts',
  },
  {
    row: 'E6',
    what: 'the window may load from anywhere',
    file: 'main/desktop/egress.ts',
    from: 'if (ownUrl(url) !== undefined) return true\n',
    to: "if (url !== '') return true\n",
    test: walls,
  },
  {
    row: 'E7',
    what: 'windows may be opened',
    file: 'main/desktop/guard.ts',
    from: "action: 'deny'",
    to: "action: 'allow'",
    test: walls,
  },
  {
    row: 'E8',
    what: 'every permission is given',
    file: 'main/desktop/guard.ts',
    from: 'callback(ALLOWED.has(permission) && ',
    to: 'callback(',
    test: walls,
  },
  {
    row: 'E9',
    what: 'opened without a yes',
    file: 'main/desktop/external.ts',
    from: 'if (response !== 1) return false',
    to: 'if (response === 99) return false',
    test: 'test/desktop/external.test.ts',
  },
  {
    row: 'E10',
    what: 'frames may use the IPC',
    file: 'main/desktop/ipc.ts',
    from: 'frame.parent === null && ',
    to: '',
    test: 'test/desktop/ipc.test.ts',
  },
  {
    row: 'E12',
    what: 'run as Node',
    file: 'electron-builder.yml',
    from: 'runAsNode: false',
    to: 'runAsNode: true',
    test: 'test/resources/packaging.test.ts',
  },
  {
    row: 'E16',
    what: 'any address may stand in a frame',
    file: 'main/desktop/guard.ts',
    from: '!isFrameOfOurs || !mayFrame(event.url)',
    to: '!isFrameOfOurs',
    test: walls,
  },
  {
    row: 'E16',
    what: 'text of a mail is not escaped',
    file: 'main/mail/safe-html.ts',
    from: "else if (character === '<') out += '&lt;'",
    to: "else if (character === '<') out += '<'",
    test: 'test/main/mail/view.test.ts',
  },
  {
    row: 'E18',
    what: 'a deep link is read loosely',
    file: 'main/desktop/deep-link.ts',
    from: "text.replace(/\\/$/, '')",
    to: "text.replace(/[?/].*log.*$/, '//open/log')",
    test: walls,
  },
  {
    row: 'E19',
    what: 'a locked window gets what it asks for',
    file: 'main/desktop/lock.ts',
    from: "return json(401, { message: 'Postern is locked.' })",
    to: 'return relay(request)',
    test: 'test/desktop/lock.test.ts',
  },
  {
    row: 'W3',
    what: 'the door serves what was changed',
    file: 'main/headless/page-server.ts',
    from: 'if (hash !== entry.sha384 &&',
    to: 'if (hash === entry.sha384 &&',
    test: 'test/system/checklist.test.ts',
  },
  {
    row: 'L5',
    what: 'sessions never idle out',
    file: 'main/access/sessions.ts',
    from: 'now - session.lastSeen > idle || ',
    to: '',
    test: 'test/main/access/parts.test.ts',
  },
  {
    row: 'L12',
    what: 'nobody is slowed',
    file: 'main/access/slowing.ts',
    from: 'return Math.max(0, this.waitOf(address, 0), this.waitOf(EVERYBODY, SHARED))',
    to: 'return 0',
    test: 'test/main/access/parts.test.ts',
  },
  // Holes that an attack found: docs/security.md
  {
    row: 'F1',
    what: 'whoever is shown need not be who was judged',
    file: 'main/mail/author.ts',
    from: 'parseDomain(evaluated) === author.domain) return author',
    to: "evaluated !== '') return author",
    test: 'test/fuzz/authors.test.ts',
  },
  {
    row: 'F2',
    what: 'a DMARC record that cannot be read counts as a pass',
    file: 'main/aliases/decide-trust-table.ts',
    from: "temperror: 'defer',\n  permerror: 'fail',",
    to: "temperror: 'defer',\n  permerror: 'pass',",
    test: 'test/main/aliases/decide-trust.test.ts',
  },
  {
    row: 'F3',
    what: 'commands are read although nobody reads the answers',
    file: 'main/smtp/session.ts',
    from: 'if (isFresh || this.answers.isFull) await this.flush()',
    to: 'if (isFresh) this.answers.send()',
    test: 'test/main/smtp/back-pressure.test.ts',
  },
  {
    row: 'F4',
    what: 'any number of signatures is looked at',
    file: 'main/trust/signatures.ts',
    from: 'export const MAX_SIGNATURES = 10',
    to: 'export const MAX_SIGNATURES = 10_000',
    test: 'test/main/trust/authenticate.test.ts',
  },
  {
    row: 'F4',
    what: 'a thread that a message keeps busy is waited for',
    file: 'main/trust/verify-thread.ts',
    from: 'if (now - this.heardAt > patience) this.lose()',
    to: 'if (now - this.heardAt > patience * 1000) this.lose()',
    test: 'test/main/trust/verify.test.ts',
  },
  {
    row: 'F5',
    what: 'a neighbour signs for the user',
    file: 'main/trust/proof.ts',
    from: 'if (signature.domain === domainOf(author)) return true',
    to: 'if (getPublicSuffix(signature.domain) === getPublicSuffix(domainOf(author))) return true',
    test: 'test/main/trust/proof.test.ts',
  },
  {
    row: 'F6',
    what: 'calendars in replies pass unread and unchanged',
    file: 'main/mail/calendar-reply.ts',
    from: "if (typeof open === 'string') return { content, held: open }",
    to: 'return { content, held: undefined }',
    test: 'test/main/mail/calendar.test.ts',
  },
  {
    row: 'F11',
    what: 'another program at [::1] does not matter',
    file: 'main/headless/listen.ts',
    from: 'if (i === 0 || !isNowhere(error)) throw error',
    to: 'if (i === 0) throw error',
    test: 'test/main/headless/listen.test.ts',
  },
  {
    row: 'F12',
    what: 'mail servers of strangers may be inside the own network',
    file: 'main/delivery/private-hosts.ts',
    from: 'isPublicAddress(address) || ',
    to: "address !== '' || ",
    test: 'test/main/delivery/private-hosts.test.ts',
  },
  {
    row: 'F14',
    what: 'a resolver that strips DNSSEC is taken for a good one',
    file: 'main/dns/check-resolver.ts',
    from: "if (answer.security === 'secure') return GOOD",
    to: "if (answer.security !== 'indeterminate') return GOOD",
    test: 'test/system/resolver-check.test.ts',
  },
]

const LEFT_OUT = /(^|\/)(node_modules|\.git|corpora|\.out)(\/|$)/
const copy = mkdtempSync(path.join(os.tmpdir(), 'postern-mutations-'))
cpSync(root, copy, { recursive: true, filter: (file) => !LEFT_OUT.test(path.relative(root, file)) })
symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'))

/** @param {string} test */
function passes(test) {
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const env = { ...process.env, POSTERN_TEST_BUILT: '1' }
  const { status, stdout } = spawnSync(process.execPath, [vitest, 'run', '--root', copy, test], {
    cwd: copy,
    encoding: 'utf8',
    env,
  })
  const failed = /Tests\D*?(\d+) failed/.exec(stdout.replace(/\x1b\[[0-9;]*m/g, ''))?.[1] ?? '0'
  return { ok: status === 0, failed: Number(failed) }
}

/** @param {Mutation} mutation */
function tryOut({ row, what, file, from, to, test }) {
  const place = path.join(copy, file)
  const before = readFileSync(place, 'utf8')
  if (before.split(from).length !== 2) throw new Error(`${row}, ${what}: ${file} does not have its text once: ${from}`)
  writeFileSync(
    place,
    before.replace(from, () => to),
  )
  const { failed } = passes(test)
  writeFileSync(place, before)
  console.log(`${failed > 0 ? 'noticed' : 'MISSED '} ${row.padEnd(4)} ${what} (${failed} tests failed)`)
  return { row, what, file, test, failed }
}

try {
  for (const test of new Set(MUTATIONS.map((one) => one.test)))
    if (!passes(test).ok) throw new Error(`${test} fails as it is: nothing can be shown by it.`)
  const done = MUTATIONS.map(tryOut)
  const lines = done.map(
    ({ row, what, file, test, failed }) => `| ${row} | ${what} | \`${file}\` | \`${test}\` | ${failed} |`,
  )
  const head = [
    '# Protections taken away',
    '',
    'By `npm run mutate`: each of these was taken away in a copy of the project, one at a time, and at least one test failed.',
    '',
    '| row | taken away | in | noticed by | tests that failed |',
    '| --- | --- | --- | --- | --- |',
  ]
  writeFileSync(path.join(root, 'test', 'check', 'mutations.md'), `${[...head, ...lines].join('\n')}\n`)
  spawnSync(process.execPath, [
    path.join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs'),
    '--write',
    path.join(root, 'test', 'check', 'mutations.md'),
  ])
  const missed = done.filter((one) => one.failed === 0)
  console.log(`${done.length - missed.length} noticed, ${missed.length} missed`)
  process.exitCode = missed.length === 0 ? 0 : 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}

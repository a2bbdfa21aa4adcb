// The hardening checklist: each row, and the test that proves it, by its file and the beginning of its name (suites and test, with spaces
// between). `npm test` prints it with what came of each; test/check/checklist.test.ts holds it to the files.

export interface Row {
  readonly row: string
  readonly what: string
  readonly proofs: readonly (readonly [file: string, name: string])[]
}

export interface Result {
  readonly file: string
  readonly name: string
  readonly state: string
}

const walls = 'test/desktop/walls.test.ts'
const door = 'test/desktop/door.test.ts'
const attack = 'test/system/attack.test.ts'
const doors = 'test/system/http-doors.test.ts'
const hostile = 'test/hostile-mail/hostile-mail.test.ts'
const electron = 'test/desktop/electron.system.test.ts'
const packaging = 'test/resources/packaging.test.ts'
const checklist = 'test/system/checklist.test.ts'

export const CHECKLIST: readonly Row[] = [
  { row: 'E1', what: 'web preferences, made in one place', proofs: [[walls, 'E1: ']] },
  {
    row: 'E2',
    what: 'sandbox before ready; refused without',
    proofs: [
      ['test/desktop/host.test.ts', 'the desktop host E2, E3: '],
      [walls, 'E15: no way in for a debugger a packaged app refuses --no-sandbox'],
    ],
  },
  {
    row: 'E3',
    what: 'only app://postern/, only files of the build',
    proofs: [
      [walls, 'E3: '],
      [door, 'E3: '],
    ],
  },
  { row: 'E4', what: 'no privileges for file://', proofs: [[packaging, 'electron-builder.yml E4: ']] },
  {
    row: 'E5',
    what: 'the policy on every answer, no violation',
    proofs: [
      [door, 'E5: '],
      [checklist, 'E5: '],
    ],
  },
  {
    row: 'E6',
    what: 'nothing leaves the window',
    proofs: [
      [walls, 'E6: '],
      [electron, 'a real Electron its walls hold'],
    ],
  },
  {
    row: 'E7',
    what: 'nothing navigates, nothing opens',
    proofs: [
      [walls, 'E7: '],
      [electron, 'a real Electron its walls hold'],
    ],
  },
  { row: 'E8', what: 'no permission but to copy', proofs: [[walls, 'E8: ']] },
  {
    row: 'E9',
    what: 'https alone, and after a question, to the browser',
    proofs: [['test/desktop/external.test.ts', 'E9: ']],
  },
  {
    row: 'E10',
    what: 'the API for our page alone; IPC checked',
    proofs: [
      ['test/desktop/ipc.test.ts', 'E10: '],
      [door, 'E10: '],
    ],
  },
  {
    row: 'E11',
    what: 'one frozen object, no Electron in it',
    proofs: [
      ['test/preload/preload.test.ts', 'E11: '],
      [electron, 'a real Electron its walls hold'],
    ],
  },
  { row: 'E12', what: 'fuses', proofs: [[packaging, 'electron-builder.yml E12: ']] },
  { row: 'E13', what: 'what is in the archive', proofs: [[packaging, 'electron-builder.yml E13: ']] },
  { row: 'E14', what: 'a release with a current Electron', proofs: [['test/check/electron-age.test.ts', 'E14: ']] },
  { row: 'E15', what: 'no developer tools, no debugger', proofs: [[walls, 'E15: ']] },
  {
    row: 'E16',
    what: 'mail is shown where it can do nothing',
    proofs: [
      [hostile, 'in Chromium in the viewer no request leaves'],
      [hostile, 'in Chromium the sanitiser alone'],
      [hostile, 'in Chromium policy and sandbox alone'],
      [electron, 'a real Electron shows the HTML of a mail'],
    ],
  },
  {
    row: 'E17',
    what: 'keys: no plain text, no secret told',
    proofs: [
      ['test/system/canary.test.ts', 'canaries '],
      ['test/system/keys.test.ts', 'the keychain'],
    ],
  },
  { row: 'E18', what: 'a deep link only opens a part of the page', proofs: [[walls, 'E18: ']] },
  {
    row: 'E19',
    what: 'locks by itself; left out of screenshots',
    proofs: [
      ['test/desktop/lock.test.ts', 'E19: '],
      [electron, 'a real Electron E19: '],
    ],
  },
  { row: 'E20', what: 'what npm installs', proofs: [['test/check/rules.test.ts', 'E20: ']] },
  {
    row: 'W1',
    what: 'HSTS where we end TLS, and nowhere else',
    proofs: [
      [doors, 'the pages beyond this machine come with TLS only'],
      [doors, 'on loopback what is no request'],
    ],
  },
  {
    row: 'W2',
    what: 'CSP on every answer, errors too',
    proofs: [
      [doors, 'on loopback what is no request'],
      [checklist, 'W2: '],
    ],
  },
  { row: 'W3', what: 'integrity written by the build, kept by the server', proofs: [[checklist, 'W3: ']] },
  { row: 'W4', what: 'framed by nobody; a mail by our page alone', proofs: [[checklist, 'W4: ']] },
  { row: 'W5', what: 'no other host in the build', proofs: [[checklist, 'W5: ']] },
  { row: 'W6', what: 'the other headers; no-store; no Server', proofs: [[checklist, 'W6: ']] },
  {
    row: 'L1',
    what: 'beyond loopback only with TLS and a passphrase',
    proofs: [[doors, 'the pages beyond this machine are refused']],
  },
  { row: 'L2', what: 'a Unix socket, 0600', proofs: [[doors, 'the pages on a Unix socket ']] },
  { row: 'L3', what: 'Host allow-list', proofs: [[attack, 'from a page of somebody else DNS rebinding']] },
  {
    row: 'L4',
    what: 'Sec-Fetch-Site, Origin, JSON, CSRF header',
    proofs: [
      [attack, 'from a page of somebody else CSRF'],
      [attack, 'from a page of somebody else login CSRF'],
    ],
  },
  {
    row: 'L5',
    what: 'sessions: cookie, ten at most, idle, in memory',
    proofs: [
      ['test/main/access/parts.test.ts', 'sessions '],
      [attack, 'with a cookie '],
    ],
  },
  {
    row: 'L6',
    what: 'one relay, one cookie',
    proofs: [
      [attack, 'with a cookie of another relay'],
      [doors, 'the pages beyond this machine come with TLS only'],
    ],
  },
  {
    row: 'L7',
    what: 'a single-use code, never an open door',
    proofs: [
      ['test/main/api/api.test.ts', 'who may ask a login link works once'],
      [checklist, 'L7: '],
    ],
  },
  {
    row: 'L8',
    what: 'argon2id; locked without its passphrase',
    proofs: [
      ['test/system/keys.test.ts', 'a passphrase locks the relay'],
      ['test/main/access/parts.test.ts', 'the strength of a passphrase '],
    ],
  },
  {
    row: 'L9',
    what: 'TOTP once, ten recovery codes',
    proofs: [
      [attack, 'by repeating a code of the app'],
      ['test/system/access.test.ts', 'an authenticator app '],
    ],
  },
  {
    row: 'L10',
    what: 'security keys on localhost and https names',
    proofs: [
      ['test/main/api/api.test.ts', 'who may ask pages live on localhost'],
      [attack, 'by repeating the genuine answer of a security key'],
      ['test/renderer/login.e2e.test.ts', 'signing in a security key'],
      ['test/renderer/webauthn.e2e.test.ts', 'recorded answers of a security key '],
      ['test/renderer/webauthn.e2e.test.ts', 'a security key at an https name '],
    ],
  },
  {
    row: 'L11',
    what: 'step-up',
    proofs: [['test/system/access.test.ts', 'an authenticator app an export and whatever changes']],
  },
  {
    row: 'L12',
    what: 'slowed, never kept out',
    proofs: [
      ['test/main/access/parts.test.ts', 'slowing '],
      [attack, 'by guessing a passphrase'],
    ],
  },
]

/** What came of each row, in lines. A row that has no test in this run says so; that is what a run of some files looks like. */
export function checklistLines(results: readonly Result[]): readonly string[] {
  return CHECKLIST.map(({ row, what, proofs }) => {
    const found = proofs.map(([file, name]) => results.filter((one) => one.file === file && one.name.startsWith(name)))
    const all = found.flat()
    const states = new Set(all.map((one) => one.state))
    const state = states.has('failed')
      ? 'FAILED'
      : all.length === 0
        ? 'not in this run'
        : states.has('passed')
          ? 'ok'
          : 'skipped'
    const missing =
      state === 'ok' && found.some((one) => !one.some(({ state: each }) => each === 'passed')) ? ' (in part)' : ''
    return `  ${row.padEnd(4)} ${`${state}${missing}`.padEnd(16)} ${what}: ${proofs.map(([file, name]) => `${file} > ${name.trim()}`).join('; ')}`
  })
}

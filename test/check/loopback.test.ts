// Whether something is this machine is asked of one function (terms/peer-address.ts), which knows addresses alone. Everywhere else in the relay
// no text is compared with a loopback address or with `localhost`: a name that begins like an address passes such a test. Read from the syntax
// trees; what stands on the list has its reason.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..', '..')
const HOME = 'main/terms/peer-address.ts'

/** Comparisons that are no judgement of trust by a beginning, by file and text. */
const ALLOWED: Readonly<Record<string, string>> = {
  "main/headless/http-door.ts url.hostname !== 'localhost'": 'where the page is sent: passkeys work at this name alone',
  'main/headless/http-door.ts /^(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d{1,5})?$/':
    'whole Host fields behind a Unix socket, which only its owner can open',
  "main/access/security-keys.ts hostname === 'localhost'": 'the rule of WebAuthn for the names of pages',
  "main/access/security-keys.ts hostname.endsWith('.localhost')": 'the rule of WebAuthn for the names of pages',
  "main/dns/servers.ts found.host !== 'localhost'": 'a resolver that is written so is asked at 127.0.0.1',
  "main/dns/servers.ts found.host === 'localhost'": 'a resolver that is written so is asked at 127.0.0.1',
}

const SEARCHES = new Set(['startsWith', 'endsWith', 'includes', 'indexOf', 'match', 'test', 'search', 'has'])
const isLocal = (text: string): boolean => /^\W*(127|localhost|::1\b|::ffff)|localhost\W*$/i.test(text)
const isLocalPattern = (text: string): boolean => /127|localhost|::1|::ffff/i.test(text)

const literal = (node: ts.Node): string | undefined => (ts.isStringLiteralLike(node) ? node.text : undefined)

/** Whether a text is judged here by what it is or begins with. */
function judges(node: ts.Node): boolean {
  if (ts.isRegularExpressionLiteral(node)) return isLocalPattern(node.text)
  if (ts.isCaseClause(node)) return isLocal(literal(node.expression) ?? '')
  if (ts.isBinaryExpression(node)) {
    const { kind } = node.operatorToken
    const compares =
      kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken
    return compares && [node.left, node.right].some((side) => isLocal(literal(side) ?? ''))
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false
  return SEARCHES.has(node.expression.name.text) && node.arguments.some((one) => isLocal(literal(one) ?? ''))
}

function judgementsIn(file: string, source: string): string[] {
  const found: string[] = []
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)
  const visit = (node: ts.Node): void => {
    if (judges(node)) found.push(`${file} ${node.getText(tree)}`)
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

const files = readdirSync(path.join(root, 'main'), { recursive: true, encoding: 'utf8' })
  .map((name) => `main/${name.split(path.sep).join('/')}`)
  .filter((name) => /\.(ts|mjs)$/.test(name))
  .sort()
const found = files.flatMap((file) => judgementsIn(file, readFileSync(path.join(root, file), 'utf8')))

describe('what is this machine', () => {
  test('is asked in one place', () => {
    expect(found.filter((one) => !one.startsWith(`${HOME} `) && !(one in ALLOWED))).toEqual([])
  })

  test('has no exception that is not used any more', () => {
    expect(Object.keys(ALLOWED).filter((one) => !found.includes(one))).toEqual([])
  })

  test.each([
    "ip.startsWith('127.')",
    "ip === '::1' || false",
    "ip !== '127.0.0.1'",
    "host === 'localhost'",
    "'localhost' === host",
    '/^127(\\.\\d{1,3}){3}$/.test(host)',
    '/^::ffff:/.test(ip)',
    "raw.startsWith('::ffff:')",
    "host.startsWith('localhost')",
    "host.endsWith('.localhost')",
    "['a', 'b'].includes('127.0.0.1')",
    "switch (host) { case '127.0.0.1': break }",
  ])('is found where it is judged by hand: %s', (code) => {
    expect(judgementsIn('x.ts', code).length).toBeGreaterThan(0)
  })

  test.each(["listen('127.0.0.1', 0)", "const host = '127.0.0.1'", "new URL('http://localhost/app')", 'port === 127'])(
    'is not judged by %s',
    (code) => {
      expect(judgementsIn('x.ts', code)).toEqual([])
    },
  )
})

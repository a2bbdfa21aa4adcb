// The rules that `npm run check` holds, tried on code that breaks them: a rule that never bites holds nothing.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { ESLint } from 'eslint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..', '..')

describe('arrows', () => {
  let folder: string
  const imports: readonly (readonly [string, string, string])[] = [
    ['main/store/a.ts', '../api/x.ts', 'arrow-up-from-store'],
    ['main/vault/a.ts', '../store/x.ts', 'arrow-up-from-vault'],
    ['main/terms/a.ts', '../vault/x.ts', 'arrow-up-from-terms'],
    ['main/smtp/a.ts', '../api/x.ts', 'arrow-up-from-smtp'],
    ['main/dns/a.ts', '../smtp/x.ts', 'arrow-up-from-dns'],
    ['main/api/a.ts', '../headless/x.ts', 'arrow-up-from-api'],
    ['main/headless/a.ts', '../desktop/x.ts', 'hosts-are-strangers'],
    ['main/mail/a.ts', 'node:fs', 'pure-rooms-do-no-io'],
    ['main/mail/b.ts', '../store/x.ts', 'pure-rooms-know-no-others'],
    ['main/aliases/decide-a.ts', 'node:net', 'pure-rooms-do-no-io'],
    ['main/queue/a.ts', 'electron', 'electron-in-its-place'],
    ['renderer/a.ts', '../main/store/x.ts', 'pages-know-the-shapes-only'],
    ['renderer/b.ts', 'node:path', 'pages-are-browser-code'],
    ['preload/a.ts', '../main/store/x.ts', 'preload-is-tiny'],
    ['main/relay.ts', './headless/x.ts', 'relay-knows-no-host'],
    ['main/desktop/a.ts', '../store/x.ts', 'relay-host-is-lazy'],
    ['main/queue/b.ts', '../../test/x.ts', 'product-knows-no-tests'],
    ['main/queue/c.ts', 'vitest', 'run-time-parts-are-dependencies'],
    ['main/queue/d.ts', './nowhere.ts', 'resolves'],
  ]
  const allowed: readonly (readonly [string, string])[] = [
    ['main/api/ok.ts', '../smtp/x.ts'],
    ['main/smtp/ok.ts', '../store/x.ts'],
    ['main/store/ok.ts', '../terms/x.ts'],
    ['main/desktop/ok.ts', 'electron'],
    ['main/desktop/ok2.ts', '../api/shapes.ts'],
    ['renderer/ok.ts', '../main/api/shapes.ts'],
  ]
  let broken: Set<string>

  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-arrows-'))
    for (const name of ['.dependency-cruiser.mjs', 'tsconfig.json', 'package.json'])
      cpSync(path.join(root, name), path.join(folder, name))
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
    const write = (file: string, text: string): void => {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
      writeFileSync(path.join(folder, file), text)
    }
    for (const room of ['api', 'store', 'vault', 'smtp', 'headless', 'desktop', 'terms'])
      write(`main/${room}/x.ts`, 'export const x = 1\n')
    write('main/api/shapes.ts', 'export const x = 1\n')
    write('test/x.ts', 'export const x = 1\n')
    for (const [file, target] of [...imports, ...allowed])
      write(file, `import * as x from '${target}'\nconsole.log(x)\n`)
    write('main/queue/circle-a.ts', `import { b } from './circle-b.ts'\nexport const a = b\n`)
    write('main/queue/circle-b.ts', `import { a } from './circle-a.ts'\nexport const b = a\n`)
    const bin = path.join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')
    const args = [
      bin,
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type=json',
      'main',
      'preload',
      'renderer',
      'test',
    ]
    const json = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e8 })
    const { summary } = JSON.parse(json) as { summary: { violations: { from: string; rule: { name: string } }[] } }
    broken = new Set(summary.violations.map(({ from, rule }) => `${from} ${rule.name}`))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(imports)('%s must not import %s (%s)', (file, _target, rule) => expect(broken).toContain(`${file} ${rule}`))

  test.each(allowed)('%s may import %s', (file) => {
    expect([...broken].filter((entry) => entry.startsWith(`${file} `))).toEqual([])
  })

  test('circles are found', () => expect([...broken].some((entry) => entry.endsWith('no-circles'))).toBe(true))
})

describe('lint', () => {
  const eslint = new ESLint({ cwd: root })
  const rulesFor = async (file: string): Promise<Record<string, readonly unknown[]>> => {
    const config = (await eslint.calculateConfigForFile(file)) as { rules: Record<string, readonly unknown[]> }
    return config.rules
  }

  test.each(['main/mail/x.ts', 'main/aliases/decide-x.ts', 'main/terms/x.ts'])(
    '%s has no clock, no chance, no I/O',
    async (file) => {
      const rules = await rulesFor(file)
      const text = JSON.stringify([
        rules['no-restricted-properties'],
        rules['no-restricted-syntax'],
        rules['no-restricted-imports'],
        rules['no-restricted-globals'],
      ])
      for (const word of [
        'now',
        'random',
        "callee.name='Date'",
        'node:fs',
        'node:net',
        'node:timers',
        'setTimeout',
        'randomBytes',
      ]) {
        expect(text, word).toContain(word)
      }
    },
  )

  test('lengths are bounded everywhere, in tests a little later', async () => {
    expect((await rulesFor('main/queue/x.ts'))['max-lines']).toEqual([2, { max: 400 }])
    expect((await rulesFor('main/queue/x.ts'))['max-lines-per-function']).toEqual([
      2,
      { max: 60, skipBlankLines: true, skipComments: true },
    ])
    expect((await rulesFor('test/queue/x.test.ts'))['max-lines']).toEqual([2, { max: 600 }])
  })

  test.each([
    '@typescript-eslint/no-floating-promises',
    '@typescript-eslint/no-explicit-any',
    '@typescript-eslint/no-non-null-assertion',
  ])('%s is an error', async (rule) => expect((await rulesFor('main/queue/x.ts'))[rule]?.[0]).toBe(2))
})

describe('E20: what npm installs', () => {
  interface Entry {
    readonly resolved?: string
    /** Where it is not the name of its place: an alias. */
    readonly name?: string
    readonly integrity?: string
    readonly hasInstallScript?: boolean
    readonly license?: string
    readonly dev?: boolean
    readonly link?: boolean
  }
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Entry>
  }
  const entries = Object.entries(lock.packages).filter(([name]) => name !== '')
  const project = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string | boolean>
  >

  test('comes from the registry, with a hash, and nowhere else', () => {
    // An entry that names no place is one of the registry that npm is set to.
    const foreign = entries.filter(
      ([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'),
    )
    const unsealed = entries.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)
    expect([...foreign, ...unsealed].map(([name]) => name)).toEqual([])
  })

  test('is pinned exactly', () => {
    const versions = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.entries(project[kind] ?? {}),
    )
    expect(versions.filter(([, version]) => !/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+$/.test(String(version)))).toEqual([])
  })

  test('runs an install script only where package.json says so', () => {
    const decided = new Set(Object.keys(project['allowScripts'] ?? {}))
    const scripts = entries.filter(([, { hasInstallScript }]) => hasInstallScript === true)
    const names = scripts.map(
      ([place, { name }]) => name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
    )
    // Its script only says that macOS may watch files in a better way; npm leaves it out everywhere else.
    expect(names.filter((name) => !decided.has(name) && name !== 'fsevents')).toEqual([])
  })

  test('is licensed so that we may pass it on', () => {
    const good = new Set([
      'MIT',
      'MIT-0',
      'ISC',
      'BSD-2-Clause',
      'BSD-3-Clause',
      '0BSD',
      'Apache-2.0',
      'MPL-2.0',
      'BlueOak-1.0.0',
      'Unlicense',
    ])
    // Of several to choose from, one that suits is enough; of several that all hold, each must.
    const suits = (license: string): boolean =>
      license
        .replace(/^\(|\)$/g, '')
        .split(' OR ')
        .some((choice) => choice.split(' AND ').every((each) => good.has(each)))
    const shipped = entries.filter(([, { dev }]) => dev !== true)
    const odd = shipped.filter(([, { license }]) => !suits(license ?? ''))
    expect(odd.map(([name, { license }]) => `${name}: ${license ?? 'none'}`)).toEqual([])
  })
})

// What a release is packed by and from. electron-builder itself needs downloads, so here its configuration is held against its own
// schema, and what it names against what is there.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..', '..')
const require = createRequire(path.join(root, 'package.json'))
const builder = createRequire(require.resolve('app-builder-lib/package.json'))
const { load } = builder('js-yaml') as { load: (text: string) => unknown }

interface Config {
  readonly files: readonly string[]
  readonly asarUnpack: readonly string[]
  readonly npmRebuild: boolean
  readonly electronFuses: Readonly<Record<string, boolean>>
  readonly linux: { readonly target: readonly string[]; readonly icon: string }
  readonly mac: { readonly target: readonly string[]; readonly icon: string; readonly entitlements: string }
  readonly win: { readonly target: readonly string[]; readonly icon: string }
  readonly deb: { readonly appArmorProfile: string }
}
interface Schema {
  readonly properties: Readonly<Record<string, unknown>>
  readonly definitions: Readonly<Record<string, { readonly properties?: Readonly<Record<string, unknown>> }>>
}

const config = load(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8')) as Config & Record<string, unknown>
const scheme = JSON.parse(readFileSync(builder.resolve('./scheme.json'), 'utf8')) as Schema

describe('electron-builder.yml', () => {
  test('is what the schema of electron-builder allows', () => {
    const { default: Ajv } = builder('ajv') as {
      default: new (options: object) => { compile: (schema: object) => Check }
    }
    interface Check {
      (value: unknown): boolean
      readonly errors?: unknown
    }
    const check = new Ajv({ allErrors: true, strict: false, validateFormats: false, logger: false }).compile(scheme)
    expect(check(config), JSON.stringify(check.errors)).toBe(true)
  })

  test('E4: file:// has no privileges that others have not', () => {
    expect(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8')).toMatch(
      /^ {2}grantFileProtocolExtraPrivileges: false$/m,
    )
  })

  test('E12: decides every fuse there is, each to the safe side', () => {
    const known = Object.keys(scheme.definitions['FuseOptionsV1']?.properties ?? {})
    expect(Object.keys(config.electronFuses).sort()).toEqual(known.sort())
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
      resetAdHocDarwinSignature: false,
    })
  })

  test('E13: nothing but native modules leaves the archive; no maps, tests or environment files are in it', () => {
    expect(config.asarUnpack).toEqual(['**/*.node'])
    expect(config.npmRebuild).toBe(false)
    for (const pattern of ['!**/*.map', '!**/.env*']) expect(config.files).toContain(pattern)
    expect(config.files.filter((pattern) => !pattern.startsWith('!'))).toEqual([
      'dist/**',
      'package.json',
      'resources/icons/**',
      'resources/tray/**',
    ])
  })

  test('has every target, and every file that it names is there', () => {
    expect([config.linux.target, config.mac.target, config.win.target]).toEqual([
      ['deb', 'rpm', 'AppImage'],
      ['dmg', 'zip'],
      ['nsis'],
    ])
    const files = [
      config.linux.icon,
      config.mac.icon,
      config.mac.entitlements,
      config.win.icon,
      config.deb.appArmorProfile,
    ]
    for (const file of files) expect(existsSync(path.join(root, file)), file).toBe(true)
  })
})

describe('icons', () => {
  /** Width and height out of a PNG's first chunk. */
  const sizeOf = (file: string): readonly [number, number] => {
    const bytes = readFileSync(path.join(root, 'resources', file))
    expect(bytes.toString('latin1', 1, 4)).toBe('PNG')
    return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  }
  test.each([16, 32, 48, 64, 128, 256, 512, 1024])('there is one of %i pixels', (size) => {
    expect(sizeOf(`icons/${size}x${size}.png`)).toEqual([size, size])
  })
  test('the tray has one for Linux, one that macOS colours, and one for Windows', () => {
    expect(sizeOf('tray/postern.png')).toEqual([32, 32])
    expect(sizeOf('tray/posternTemplate.png')).toEqual([16, 16])
    expect(sizeOf('tray/posternTemplate@2x.png')).toEqual([32, 32])
    const ico = readFileSync(path.join(root, 'resources', 'tray', 'postern.ico'))
    expect([ico.readUInt16LE(0), ico.readUInt16LE(2), ico.readUInt16LE(4)]).toEqual([0, 1, 3])
  })
})

describe('postern.service', () => {
  const unit = readFileSync(path.join(root, 'resources', 'postern.service'), 'utf8')
  test.each([
    'DynamicUser=yes',
    'StateDirectory=postern',
    'LoadCredentialEncrypted=vault-key:/etc/credstore.encrypted/postern.vault-key',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'ProtectHome=yes',
    'AmbientCapabilities=CAP_NET_BIND_SERVICE',
    'CapabilityBoundingSet=CAP_NET_BIND_SERVICE',
    'RestrictNamespaces=yes',
    'UMask=0077',
  ])('says %s', (line) => expect(unit.split('\n')).toContain(line))

  test('has no secret in its command line: the key is a file in the credentials folder', () => {
    expect(/^ExecStart=(.*)$/m.exec(unit)?.[1]).toBe(
      '/usr/bin/postern serve --data /var/lib/postern --key file:%d/vault-key',
    )
  })
})

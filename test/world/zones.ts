// A DNS of the test's own, from its root down: zones signed for real by BIND's tools, served by BIND, and Unbound before it as the
// resolver that a user has, and as a second opinion on what is secure.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { findProgram } from './programs.ts'
import { freePort, untilListening } from './postfix.ts'

export interface ZoneSpec {
  /** `.` for the root, else without its last dot. */
  readonly name: string
  /** As `dnssec-keygen -a` takes it; unsigned where undefined. */
  readonly algorithm?: string
  /** The lines of the zone file, without SOA and NS of the top; names relative to the zone. */
  readonly records: string
  /** Options of `dnssec-signzone`: `-3 - -H 5`, `-A`, `-e 20200101000000`. */
  readonly sign?: readonly string[]
  /** One key for everything, or a pair; `both`: a second algorithm beside the first. */
  readonly keys?: 'one' | 'pair' | { readonly both: string }
  /** What its parent says of it; `right` where it is signed. */
  readonly ds?: (lines: readonly string[]) => readonly string[]
  /** What is done to the signed zone before it is served. */
  readonly spoil?: (zone: string) => string
}

export interface World {
  /** Authoritative, for all zones. */
  readonly authority: string
  /** Unbound, validating. */
  readonly resolver: string
  readonly anchorFile: string
  readonly anchors: string
  close(): Promise<void>
}

export function worldMissing(): string | undefined {
  for (const name of ['named', 'dnssec-signzone', 'dnssec-keygen', 'unbound'])
    if (findProgram(name) === undefined) return `${name} (Debian: bind9, bind9-utils, unbound) is not installed`
  return undefined
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(findProgram(program) ?? program, [...args], { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
  return stdout
}

const dotted = (name: string): string => (name === '.' ? '.' : `${name}.`)

function parentOf(spec: ZoneSpec, all: readonly ZoneSpec[]): ZoneSpec | undefined {
  if (spec.name === '.') return undefined
  const above = all.filter((one) => one !== spec && (one.name === '.' || spec.name.endsWith(`.${one.name}`)))
  return above.sort((a, b) => b.name.length - a.name.length)[0]
}

function makeKeys(spec: ZoneSpec, folder: string): readonly string[] {
  const { algorithm } = spec
  if (algorithm === undefined) return []
  const make = (name: string, ...more: string[]): string => {
    const bits = name.startsWith('RSA') ? ['-b', '2048'] : []
    return run('dnssec-keygen', ['-q', '-a', name, ...bits, ...more, dotted(spec.name)], folder).trim()
  }
  if (spec.keys === 'pair') return [make(algorithm, '-f', 'KSK'), make(algorithm)]
  const both = typeof spec.keys === 'object' ? [make(spec.keys.both, '-f', 'KSK')] : []
  return [make(algorithm, '-f', 'KSK'), ...both]
}

/** Signs one zone; the DS lines for its parent. Children come before their parents. */
function makeZone(spec: ZoneSpec, children: ReadonlyMap<string, readonly string[]>, folder: string): readonly string[] {
  const file = path.join(folder, `zone.${spec.name === '.' ? 'root' : spec.name}`)
  const top = dotted(spec.name)
  const server = spec.name === '.' ? 'ns.' : `ns.${top}`
  const cuts = [...children].flatMap(([child, ds]) => [
    `${child}. 300 IN NS ns.${child}.`,
    `ns.${child}. 300 IN A 127.0.0.1`,
    ...ds,
  ])
  const lines = [
    `$ORIGIN ${top}`,
    '$TTL 300',
    `@ IN SOA ${server} hostmaster.invalid. 1 3600 900 604800 60`,
    `@ IN NS ${server}`,
    'ns IN A 127.0.0.1',
    ...cuts,
    spec.records,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const keys = makeKeys(spec, folder)
  if (keys.length === 0) return []
  const one = spec.keys === 'pair' ? [] : ['-z']
  const ksk = spec.keys === 'pair' ? keys.slice(0, 1) : keys
  run(
    'dnssec-signzone',
    [
      '-q',
      '-P',
      '-S',
      '-K',
      folder,
      '-d',
      folder,
      ...one,
      ...(spec.sign ?? []),
      '-o',
      top,
      '-f',
      `${file}.signed`,
      file,
    ],
    folder,
  )
  const signed = readFileSync(`${file}.signed`, 'utf8')
  writeFileSync(file, spec.spoil === undefined ? signed : spec.spoil(signed))
  const ds = ksk.flatMap((key) =>
    run('dnssec-dsfromkey', ['-2', path.join(folder, key)], folder)
      .trim()
      .split('\n'),
  )
  return spec.ds === undefined ? ds : spec.ds(ds)
}

function launch(program: string, args: readonly string[]): { child: ChildProcess; output: () => string } {
  const child = spawn(findProgram(program) ?? program, [...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const read = (chunk: Buffer): void => void (output += chunk.toString())
  child.stdout.on('data', read)
  child.stderr.on('data', read)
  return { child, output: () => output }
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}

function namedConfig(folder: string, port: number, specs: readonly ZoneSpec[]): string {
  const zones = specs.map(({ name }) => {
    const file = path.join(folder, `zone.${name === '.' ? 'root' : name}`)
    return `zone "${name}" { type primary; file "${file}"; check-names ignore; check-integrity no; };`
  })
  return `options { directory "${folder}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no;
  allow-query { any; }; dnssec-validation no; pid-file none; session-keyfile none; minimal-responses no;
  max-records-per-type 0; check-names primary ignore; };
controls { };
${zones.join('\n')}
`
}

function unboundConfig(folder: string, port: number, authority: number, more: readonly string[]): string {
  return `server:
  interface: 127.0.0.1
  port: ${port}
  chroot: ""
  username: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-not-query-localhost: no
  trust-anchor-file: "${path.join(folder, 'anchor')}"
  module-config: "validator iterator"
  val-nsec3-keysize-iterations: "1024 100 2048 100 4096 100"
  aggressive-nsec: no
  qname-minimisation: no
  disable-dnssec-lame-check: yes
  local-zone: "test." nodefault
  local-zone: "invalid." nodefault
  num-threads: 1
  ${more.join('\n  ')}
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@${authority}
remote-control:
  control-enable: no
`
}

/** Makes, signs and serves the zones. One of them has to be the root. `unbound`: more lines of its `server:` section. */
export async function startWorld(specs: readonly ZoneSpec[], unbound: readonly string[] = []): Promise<World> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-zones-'))
  mkdirSync(folder, { recursive: true })
  const depth = ({ name }: ZoneSpec): number => (name === '.' ? 0 : name.split('.').length)
  const deepFirst = [...specs].sort((a, b) => depth(b) - depth(a))
  const cuts = new Map<string, Map<string, readonly string[]>>()
  for (const spec of deepFirst) {
    const ds = makeZone(spec, cuts.get(spec.name) ?? new Map(), folder)
    const parent = parentOf(spec, specs)
    if (parent === undefined) {
      writeFileSync(path.join(folder, 'anchor'), `${ds.join('\n')}\n`)
      continue
    }
    const siblings = cuts.get(parent.name) ?? new Map<string, readonly string[]>()
    siblings.set(spec.name, ds)
    cuts.set(parent.name, siblings)
  }
  const [authority, resolver] = [await freePort(), await freePort()]
  writeFileSync(path.join(folder, 'named.conf'), namedConfig(folder, authority, specs))
  writeFileSync(path.join(folder, 'unbound.conf'), unboundConfig(folder, resolver, authority, unbound))
  const named = launch('named', ['-g', '-c', path.join(folder, 'named.conf')])
  const second = launch('unbound', ['-d', '-c', path.join(folder, 'unbound.conf')])
  try {
    await untilListening(authority)
    await untilListening(resolver)
  } catch (error) {
    throw new Error(`${String(error)}\n${named.output()}\n${second.output()}`, { cause: error })
  }
  return {
    authority: `127.0.0.1:${authority}`,
    resolver: `127.0.0.1:${resolver}`,
    anchorFile: path.join(folder, 'anchor'),
    anchors: readFileSync(path.join(folder, 'anchor'), 'utf8'),
    async close() {
      await end(named.child)
      await end(second.child)
      for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true, force: true })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

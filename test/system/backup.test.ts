// A backup that was never restored is none: each of these is, on another machine, with the recovery key alone.
import { spawn, type ChildProcess } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Wire } from '../world/dialogue.ts'
import { findProgram, runProgram } from '../world/programs.ts'
import { startRelay, TestRelay } from '../world/relay.ts'

const script = path.resolve(import.meta.dirname, '../../dist/postern.js')
const made: TestRelay[] = []
afterEach(async () => {
  for (const one of made.splice(0)) await one.destroy()
})

/** Mail stays in the queue: what is in it can be counted. */
async function relayWith(count: number): Promise<TestRelay> {
  const relay = await startRelay({
    init: [
      '--domain',
      'back.test',
      '--catch-all',
      '--recipient',
      'me@far.test',
      '--route',
      'smtp://127.0.0.1:9?tls=none',
    ],
  })
  made.push(relay)
  await send(relay.port('smtp'), 'before', count)
  return relay
}

async function send(port: number, name: string, count: number): Promise<number> {
  let accepted = 0
  const wire = await Wire.open(port)
  await wire.reply()
  await wire.say('EHLO c.test')
  for (let i = 0; i < count; i++) {
    await wire.say('MAIL FROM:<a@sender.test>')
    await wire.say(`RCPT TO:<${name}-${i}@back.test>`)
    await wire.say('DATA')
    const body = `${name} ${i} `.repeat(i % 8 === 0 ? 20_000 : 10).replaceAll(/(.{70})/g, '$1\r\n')
    if ((await wire.say(`From: a@sender.test\r\nSubject: ${name} ${i}\r\n\r\n${body}\r\n.`)).startsWith('250'))
      accepted++
  }
  wire.close()
  return accepted
}

interface Result {
  readonly file: string
  readonly counts: Readonly<Record<string, number>>
  readonly spoolFiles: number
}

function elsewhere(): TestRelay {
  const other = new TestRelay()
  made.push(other)
  return other
}

async function waiting(relay: TestRelay): Promise<number> {
  return (await relay.json<{ queue: { queued: number; inFlight: number } }>('status')).queue.queued
}

describe('a backup', () => {
  it(
    'made under load holds every message that was acknowledged before it began, and restores with the recovery key alone',
    { timeout: 120_000 },
    async () => {
      const relay = await relayWith(40)
      const paper = path.join(relay.folder, 'paper')
      await relay.run('key', 'recovery', '--to', paper)
      const source = findProgram('smtp-source')
      const load =
        source === undefined
          ? send(relay.port('smtp'), 'load', 300)
          : runProgram(source, [
              '-m',
              '800',
              '-s',
              '5',
              '-l',
              '5000',
              '-t',
              'load@back.test',
              '-f',
              'a@sender.test',
              `127.0.0.1:${relay.port('smtp')}`,
            ])
      const acknowledged = 40
      const { file, counts, spoolFiles } = await relay.json<Result>(
        'backup',
        'create',
        '--to',
        path.join(relay.folder, 'elsewhere'),
      )
      await load
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(counts['message']).toBeGreaterThanOrEqual(acknowledged)
      const other = elsewhere()
      const verified = await other.json<Result>('backup', 'verify', file, '--recovery-file', paper)
      expect(verified.counts).toEqual(counts)
      const restored = await other.json<Result>('backup', 'restore', file, '--recovery-file', paper)
      expect([restored.counts, restored.spoolFiles]).toEqual([counts, spoolFiles])
      console.log(
        `backup under load: ${JSON.stringify({ messages: counts['message'], spoolFiles, octets: statSync(file).size })}`,
      )
      await other.serve()
      const aliases = await other.json<{ email: string }[]>('alias', 'list', '--search', 'before-')
      expect(aliases).toHaveLength(acknowledged)
      await other.stop()
      const list = await relay.json<{ data: { file: string }[] }>(
        'backup',
        'list',
        '--from',
        path.join(relay.folder, 'elsewhere'),
      )
      expect(list.data.map((one) => one.file)).toEqual([file])
    },
  )

  it(
    'says no to a changed byte anywhere, to a cut, to another recovery key; and keeps the old files when it is put in their place',
    { timeout: 120_000 },
    async () => {
      const relay = await relayWith(10)
      const paper = path.join(relay.folder, 'paper')
      await relay.run('key', 'recovery', '--to', paper)
      const { file } = await relay.json<Result>('backup', 'create')
      const good = readFileSync(file)
      const bad = path.join(relay.folder, 'bad.backup')
      for (const at of [3, 25, 300, 5000, Math.floor(good.length / 2), good.length - 1]) {
        const bytes = Buffer.from(good)
        bytes[at] = (bytes[at] ?? 0) ^ 4
        writeFileSync(bad, bytes)
        expect((await relay.run('backup', 'verify', bad)).err, `byte ${at}`).toMatch(
          /damaged|does not open|cannot be read/,
        )
      }
      writeFileSync(bad, good.subarray(0, good.length - 70_000))
      expect((await relay.run('backup', 'verify', bad)).err).toContain('damaged')
      await send(relay.port('smtp'), 'after', 5)
      await relay.stop()
      expect((await relay.run('backup', 'restore', file)).err).toContain('Say --yes')
      expect(await relay.run('backup', 'restore', file, '--yes')).toMatchObject({ code: 0 })
      expect(await relay.json<unknown[]>('alias', 'list', '--search', 'after-')).toHaveLength(0)
      expect(await relay.json<unknown[]>('alias', 'list', '--search', 'before-')).toHaveLength(10)
      const aside = readdirSync(relay.data).find((name) => name.startsWith('before-restore-'))
      expect(existsSync(path.join(relay.data, aside ?? '-', 'postern.db'))).toBe(true)
      expect(existsSync(file)).toBe(true)
    },
  )

  it('is made daily, the last ones kept; export writes JSON and CSV without a secret', async () => {
    const relay = await relayWith(3)
    const folder = path.join(relay.folder, 'daily')
    expect((await relay.run('backup', 'schedule', '--to', folder, '--keep', '3')).out).toBe(
      `Daily into ${folder}, the last 3 are kept.\n`,
    )
    const out = path.join(relay.folder, 'export')
    expect(await relay.run('export', '--to', out)).toMatchObject({ code: 0 })
    const aliases = JSON.parse(readFileSync(path.join(out, 'alias.json'), 'utf8')) as { address: string }[]
    expect(aliases.map((one) => one.address)).toContain('before-0@back.test')
    expect(readFileSync(path.join(out, 'alias.csv'), 'utf8').split('\r\n')).toHaveLength(aliases.length + 2)
    for (const name of readdirSync(out)) expect(readFileSync(path.join(out, name), 'utf8')).not.toMatch(/PRIVATE KEY/)
  })
})

describe('kill -9 in the middle', () => {
  /** Starts the command, kills it after so many milliseconds; true where it was still running. */
  function killed(relay: TestRelay, after: number, ...args: string[]): Promise<boolean> {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: relay.folder,
      XDG_CONFIG_HOME: path.join(relay.folder, 'config'),
      POSTERN_DATA: relay.data,
    }
    const child: ChildProcess = spawn(process.execPath, [script, ...args], { env, stdio: 'ignore' })
    return new Promise((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), after)
      child.once('exit', (_code, signal) => {
        clearTimeout(timer)
        resolve(signal === 'SIGKILL')
      })
    })
  }

  it(
    'of re-key, re-wrap, backup and restore: nothing is lost and the command can be repeated',
    { timeout: 200_000 },
    async () => {
      const relay = await relayWith(30)
      const paper = path.join(relay.folder, 'paper')
      await relay.run('key', 'recovery', '--to', paper)
      await relay.stop()
      const want = await waiting(relay)
      expect(want).toBe(30)
      const { file } = await relay.json<Result>('backup', 'create', '--to', path.join(relay.folder, 'kept'))
      let hits = 0
      const commands: (readonly string[])[] = [
        ['key', 'rekey'],
        ['key', 'rotate', 'file-1'],
        ['backup', 'create'],
        ['backup', 'restore', file, '--yes'],
      ]
      for (const command of commands) {
        const started = performance.now()
        expect(await relay.run(...command), command.join(' ')).toMatchObject({ code: 0 })
        const whole = performance.now() - started
        for (let i = 1; i <= 8; i++) {
          if (await killed(relay, 60 + ((whole - 60) * i) / 9, ...command)) hits++
          expect(await waiting(relay), `${command.join(' ')}, kill ${i}`).toBe(want)
        }
        expect(await relay.run(...command), command.join(' ')).toMatchObject({ code: 0 })
        expect(await waiting(relay)).toBe(want)
      }
      expect(await relay.run('key', 'test', 'file-1')).toMatchObject({ code: 0 })
      for (const one of (await relay.json<{ data: { file: string }[] }>('backup', 'list')).data)
        expect(await relay.run('backup', 'verify', one.file)).toMatchObject({ code: 0 })
      expect(
        readdirSync(relay.data).filter((name) => /work|restore-new|rekey|\.part$|restore\.json/.test(name)),
      ).toEqual([])
      console.log(`killed in the middle: ${hits} of 32`)
      expect(hits).toBeGreaterThan(12)
    },
  )

  it('at every step of the exchange of a restore: the next start finishes it', async () => {
    const relay = await relayWith(2)
    await relay.stop()
    const names = ['postern.db', 'spool', 'keys.json'] as const
    for (let moved = 0; moved <= names.length; moved++) {
      for (const phase of ['aside', 'in'] as const) {
        const fresh = path.join(relay.data, 'restore-new')
        const aside = path.join(relay.data, 'before-restore-1')
        rmSync(aside, { recursive: true, force: true })
        mkdirSync(fresh)
        mkdirSync(aside)
        // The new files are copies of the old ones: whatever was exchanged, the folder must open and hold both messages.
        await runProgram('cp', ['-a', ...names.map((one) => path.join(relay.data, one)), fresh])
        copyFileSync(path.join(relay.data, 'postern.mark'), path.join(aside, 'x'))
        const from = phase === 'aside' ? relay.data : fresh
        const to = phase === 'aside' ? aside : relay.data
        if (phase === 'in')
          await runProgram('sh', [
            '-c',
            `cd "$1" && mv postern.db postern.mark spool keys.json "$2"`,
            'sh',
            relay.data,
            aside,
          ])
        for (const name of names.slice(0, moved)) await runProgram('mv', [path.join(from, name), path.join(to, name)])
        writeFileSync(path.join(relay.data, 'restore.json'), JSON.stringify({ phase, aside: 'before-restore-1' }))
        expect(await waiting(relay), `${phase}, ${moved} moved`).toBe(2)
        expect(existsSync(path.join(relay.data, 'restore.json'))).toBe(false)
      }
    }
  })
})

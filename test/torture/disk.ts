// A disk that is full, read-only, or does not keep what it is given, and a clock that jumps: refusals instead of losses, and recovery without help.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Wire } from '../world/dialogue.ts'
import { findProgram, isRoot } from '../world/programs.ts'
import { TestRelay } from '../world/relay.ts'
import { startSink, type Sink } from '../world/sink.ts'
import { skipped, sleep, type Context, type Figure, type Scenario } from './figures.ts'
import { emptyLedger, idOf, sendNumbered, type Ledger, initTo } from './ledger.ts'

const RECIPIENT = 'shop@load.test'

/** Fails fsync and fdatasync while a file is there, and moves the clock by as many seconds as another one says. */
const SHIM = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <sys/time.h>
#include <unistd.h>
static int broken(void) { const char *f = getenv("SHIM_FSYNC"); return f && access(f, F_OK) == 0; }
static long jump(void) {
  const char *f = getenv("SHIM_CLOCK"); if (!f) return 0;
  FILE *h = fopen(f, "r"); if (!h) return 0;
  long s = 0; if (fscanf(h, "%ld", &s) != 1) s = 0; fclose(h); return s;
}
int fsync(int fd) { if (broken()) { errno = EIO; return -1; } return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd); }
int fdatasync(int fd) { if (broken()) { errno = EIO; return -1; } return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd); }
int clock_gettime(clockid_t c, struct timespec *t) {
  int r = ((int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime"))(c, t);
  if (r == 0 && c == CLOCK_REALTIME) t->tv_sec += jump();
  return r;
}
int gettimeofday(struct timeval *t, void *z) {
  int r = ((int (*)(struct timeval *, void *))dlsym(RTLD_NEXT, "gettimeofday"))(t, z);
  if (r == 0) t->tv_sec += jump();
  return r;
}
`

const mount = (...args: string[]): boolean => spawnSync('mount', args, { stdio: 'ignore' }).status === 0
const umount = (place: string): void => void spawnSync('umount', ['-l', place], { stdio: 'ignore' })

async function answerOf(relay: TestRelay, size: number): Promise<string> {
  const wire = await Wire.open(relay.port('smtp'))
  try {
    await wire.reply()
    await wire.say('EHLO x.test')
    const mail = await wire.say(`MAIL FROM:<a@sender.test> SIZE=${size}`)
    if (!mail.startsWith('250')) return mail
    const rcpt = await wire.say(`RCPT TO:<${RECIPIENT}>`)
    if (!rcpt.startsWith('250')) return rcpt
    await wire.say('DATA')
    return await wire.say(
      `From: a@sender.test\r\nX-Id: probe\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(Math.ceil(size / 78))}.`,
    )
  } finally {
    wire.close()
  }
}

async function startOn(data: string, sink: Sink, env: Readonly<Record<string, string>> = {}): Promise<TestRelay> {
  const relay = new TestRelay({ env, data })
  const route = `smtp://127.0.0.1:${sink.port}`
  const made = await relay.run('init', ...initTo(route))
  if (made.code !== 0) throw new Error(made.err)
  await relay.serve()
  return relay
}

async function allArrive(relay: TestRelay, sink: Sink, ledger: Ledger): Promise<number> {
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(200)) {
    await relay.run('queue', 'retry')
    const here = new Set(sink.mails.map(idOf))
    if ([...ledger.accepted].every((id) => here.has(id))) return 0
  }
  const here = new Set(sink.mails.map(idOf))
  return [...ledger.accepted].filter((id) => !here.has(id)).length
}

/** A file system of 48 MB that fills up with mail nobody takes yet. */
async function fullDisk(): Promise<readonly Figure[]> {
  const place = mkdtempSync(path.join(os.tmpdir(), 'postern-disk-'))
  if (!mount('-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', place)) return skipped('a tmpfs cannot be mounted here')
  const sink = await startSink()
  sink.refuse({ code: 451, message: 'later' })
  const ledger = emptyLedger()
  const relay = await startOn(path.join(place, 'data'), sink)
  try {
    let refusal = ''
    for (let i = 0; i < 400 && !/^4/.test(refusal); i++) {
      await sendNumbered(
        { port: relay.port('smtp'), name: `d${i}`, count: 1, recipient: RECIPIENT, size: () => 500_000 },
        ledger,
      )
      if (!ledger.accepted.has(`d${i}-0`)) refusal = await answerOf(relay, 500_000)
    }
    mount('-o', 'remount,size=400m', place)
    await sleep(3000)
    const again = await answerOf(relay, 500_000)
    const alive = relay.process?.exitCode === null
    sink.refuse(undefined)
    const lost = await allArrive(relay, sink, ledger)
    return [
      {
        what: 'full disk: refused as',
        found: `"${refusal}" after ${ledger.accepted.size} messages`,
        held: /^45[12] 4\.3\.[01]/.test(refusal),
      },
      {
        what: 'full disk: with room again, without a restart',
        found: again.slice(0, 40),
        held: alive && again.startsWith('250'),
      },
      { what: 'full disk: lost of what was promised', found: String(lost), held: lost === 0 },
    ]
  } finally {
    await relay.destroy()
    await sink.close()
    umount(place)
  }
}

async function readOnly(): Promise<readonly Figure[]> {
  const place = mkdtempSync(path.join(os.tmpdir(), 'postern-disk-'))
  if (!mount('-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', place)) return skipped('a tmpfs cannot be mounted here')
  const sink = await startSink()
  const ledger = emptyLedger()
  const relay = await startOn(path.join(place, 'data'), sink)
  try {
    await sendNumbered(
      { port: relay.port('smtp'), name: 'r', count: 20, recipient: RECIPIENT, size: () => 2000 },
      ledger,
    )
    // A file system in use for writing is not turned: the limits of the process on file sizes do the same to it.
    const turned =
      spawnSync('prlimit', ['--pid', String(relay.process?.pid ?? 0), '--fsize=0:unlimited'], { stdio: 'ignore' })
        .status === 0
    if (!turned) return skipped('prlimit (Debian: util-linux) is not there')
    const refused = await answerOf(relay, 2000).catch(() => 'the connection ended')
    spawnSync('prlimit', ['--pid', String(relay.process?.pid ?? 0), '--fsize=unlimited:unlimited'])
    await sleep(2000)
    const alive = relay.process?.exitCode === null && relay.process.signalCode === null
    if (!alive) await relay.serve()
    const again = await answerOf(relay, 2000)
    const lost = await allArrive(relay, sink, ledger)
    return [
      { what: 'no write is taken: refused as', found: `"${refused}"`, held: !refused.startsWith('250') },
      {
        what: 'no write is taken: afterwards',
        found: `${alive ? 'without a restart' : 'after a restart'}: ${again.slice(0, 30)}`,
        held: again.startsWith('250'),
      },
      {
        what: 'no write is taken: lost of what was promised',
        found: `${lost} of ${ledger.accepted.size}`,
        held: lost === 0,
      },
    ]
  } finally {
    await relay.destroy()
    await sink.close()
    umount(place)
  }
}

function buildShim(folder: string): string | undefined {
  const gcc = findProgram('gcc')
  if (gcc === undefined) return undefined
  writeFileSync(path.join(folder, 'shim.c'), SHIM)
  const file = path.join(folder, 'shim.so')
  return spawnSync(gcc, ['-shared', '-fPIC', '-O1', '-o', file, path.join(folder, 'shim.c'), '-ldl'], {
    stdio: 'ignore',
  }).status === 0
    ? file
    : undefined
}

async function fsyncErrors(folder: string, shim: string): Promise<readonly Figure[]> {
  const flag = path.join(folder, 'broken')
  const sink = await startSink()
  const ledger = emptyLedger()
  const relay = await startOn(path.join(folder, 'fsync'), sink, { LD_PRELOAD: shim, SHIM_FSYNC: flag })
  try {
    await sendNumbered(
      { port: relay.port('smtp'), name: 's', count: 20, recipient: RECIPIENT, size: () => 2000 },
      ledger,
    )
    writeFileSync(flag, '')
    const answers: string[] = []
    for (let i = 0; i < 10; i++) answers.push(await answerOf(relay, 2000).catch(() => 'the connection ended'))
    rmSync(flag)
    await sleep(1500)
    const alive = relay.process?.exitCode === null && relay.process.signalCode === null
    if (!alive) await relay.serve()
    const again = await answerOf(relay, 2000)
    await relay.stop('SIGKILL')
    await relay.serve()
    const lost = await allArrive(relay, sink, ledger)
    const promised = answers.filter((one) => one.startsWith('250')).length
    return [
      {
        what: 'fsync fails: 250 said in 10 tries',
        found: `${promised}, first "${answers[0] ?? ''}"`,
        held: promised === 0,
      },
      {
        what: 'fsync works again',
        found: `${alive ? 'without a restart' : 'after a restart'}: ${again.slice(0, 30)}`,
        held: again.startsWith('250'),
      },
      {
        what: 'fsync: lost of what was promised, after a kill',
        found: `${lost} of ${ledger.accepted.size}`,
        held: lost === 0,
      },
    ]
  } finally {
    await relay.destroy()
    await sink.close()
  }
}

async function clockJumps(folder: string, shim: string): Promise<readonly Figure[]> {
  const clock = path.join(folder, 'clock')
  writeFileSync(clock, '0')
  const sink = await startSink()
  const ledger = emptyLedger()
  const relay = await startOn(path.join(folder, 'clocked'), sink, { LD_PRELOAD: shim, SHIM_CLOCK: clock })
  const DAY = 86_400
  try {
    sink.refuse({ code: 451, message: 'later' })
    const port = relay.port('smtp')
    for (const [i, jump] of [0, 2 * DAY, -2 * DAY, 30 * DAY, 0, -400 * DAY].entries()) {
      writeFileSync(clock, String(jump))
      await sleep(300)
      await sendNumbered({ port, name: `t${i}`, count: 5, recipient: RECIPIENT, size: () => 1000 }, ledger)
    }
    sink.refuse(undefined)
    // The clock is right again, and what waits is due by a clock that was a month ahead: nothing may wait for that.
    writeFileSync(clock, '0')
    const before = Date.now()
    const here = (): number => sink.mails.filter((one) => ledger.accepted.has(idOf(one))).length
    const failed = async (): Promise<number> => (await relay.json<{ kind: string }[]>('held', 'list')).length
    while (here() + (await failed()) < ledger.accepted.size && Date.now() < before + 200_000) await sleep(500)
    const kept = await failed()
    return [
      {
        what: 'the clock jumps by days, six times',
        found: `${ledger.accepted.size} promised, ${here()} delivered by themselves within ${Math.round((Date.now() - before) / 1000)} s, ${kept} given up on and kept`,
        held: here() === ledger.accepted.size,
      },
    ]
  } finally {
    await relay.destroy()
    await sink.close()
  }
}

async function run(_: Context): Promise<readonly Figure[]> {
  if (!isRoot()) return skipped('file systems are mounted by root only')
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-shim-'))
  mkdirSync(folder, { recursive: true })
  try {
    const figures = [...(await fullDisk()), ...(await readOnly())]
    const shim = buildShim(folder)
    if (shim === undefined || !existsSync(shim))
      return [...figures, ...skipped('fsync errors and the clock: gcc is not installed')]
    return [...figures, ...(await fsyncErrors(folder, shim)), ...(await clockJumps(folder, shim))]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const disk: Scenario = {
  name: 'disk',
  promise: 'a disk that fails refuses mail and loses none; a clock that jumps stops nothing',
  run,
}

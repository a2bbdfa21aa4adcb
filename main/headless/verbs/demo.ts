// `postern demo`: the whole way of a message and of its answer, for real, on loopback, in words. Leaves nothing behind.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { dkimVerify } from 'mailauth'
import type { LogEntry } from '../../api/shapes.ts'
import { distFolder } from '../../dist-folder.ts'
import { fieldsNamed, parseHeaderBlock, readSummary, readableBody, type HeaderBlock } from '../../mail/index.ts'
import { setUp } from '../../setup.ts'
import type { AliasRow } from '../../store/rows.ts'
import { send, startWorld, type ReceivedMail, type World } from '../demo/world.ts'
import { printLine } from '../print.ts'
import { runRelay, type RunningRelay } from '../run-relay.ts'

const USER = 'you@mailbox.example'
const SHOP = 'orders@shop.example'
const ALIAS = 'shop@postern.test'
const WAIT = 15_000

const ORDER = [
  `From: "The Shop" <${SHOP}>`,
  `To: ${ALIAS}`,
  'Subject: Your order 1042',
  'Date: Sat, 21 Nov 2026 12:00:00 +0100',
  'Message-ID: <order-1042@shop.example>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Thank you for your order. Any questions? Just answer this mail.',
  '',
].join('\r\n')

/** A step of the demo: said in words when it held, thrown when it did not. */
function step(holds: boolean, said: string, otherwise: string): void {
  if (!holds) throw new Error(`this step did not hold: ${otherwise}`)
  printLine(`  ok  ${said}`)
}

/** The keys as they would stand in DNS: the demo's verifier asks here and not the world. */
function keyZone(running: RunningRelay) {
  const { directory } = running.relay.store
  const records = new Map<string, string>()
  for (const domain of directory.domains())
    for (const { selector, algorithm, publicKey } of directory.dkimKeys(domain.id))
      records.set(`${selector}._domainkey.${domain.name}`, `v=DKIM1; k=${algorithm}; p=${publicKey}`)
  return (name: string): Promise<string[][]> => {
    const record = records.get(name)
    return record === undefined
      ? Promise.reject(Object.assign(new Error('no such record'), { code: 'ENOTFOUND' }))
      : Promise.resolve([[record]])
  }
}

async function signaturesOf(running: RunningRelay, mail: ReceivedMail): Promise<readonly string[]> {
  const result = await dkimVerify(mail.raw, { resolver: keyZone(running) })
  return result.results.map((one) => `${one.algo} ${one.status.result}`)
}

function headerOf(mail: ReceivedMail): HeaderBlock {
  return parseHeaderBlock(mail.raw)
}

function field(header: HeaderBlock, name: string): string {
  const [first] = fieldsNamed(header, name)
  return first === undefined ? '' : readableBody(first).trim()
}

async function logged(running: RunningRelay, outcome: string): Promise<LogEntry | undefined> {
  for (let i = 0; i < 100; i++) {
    const found = running.relay.store.log.page(20, undefined, undefined).find((one) => one.outcome === outcome)
    if (found !== undefined) return { ...found, attempts: [...found.attempts], to: [...found.to] }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return undefined
}

function newestAlias({ relay: { store } }: RunningRelay): AliasRow | undefined {
  return store.search.byNumber(store.search.lastNumber())
}

async function forwardStep(running: RunningRelay, world: World): Promise<string> {
  const port = running.relay.state().listeners.find((one) => one.kind === 'smtp')?.port ?? 0
  printLine(`\nThe shop writes to ${ALIAS}, an address that nobody has made yet.`)
  const answer = await send({ port, envelope: { from: SHOP, to: [ALIAS] }, message: ORDER })
  step(answer.startsWith('250'), `accepted: the relay answered "${answer}", after the message was on the disk`, answer)
  const mail = await world.next(USER, WAIT)
  const alias = newestAlias(running)
  step(alias?.address === ALIAS, `alias found: the catch-all of postern.test made ${ALIAS}`, 'the alias was not made')
  const entry = await logged(running, 'delivered')
  step(entry !== undefined, `queued and delivered: ${entry?.attempts.at(-1)?.answer ?? ''}`, 'the log has no delivery')
  const header = headerOf(mail)
  const replyAddress = readSummary(header).fromAddress ?? ''
  step(
    replyAddress.endsWith('@postern.test') && replyAddress !== ALIAS,
    `rewritten: From is now ${field(header, 'from')}`,
    `From is ${field(header, 'from')}`,
  )
  step(
    mail.from.endsWith('@postern.test') && !mail.from.includes('shop.example'),
    `bounces would come back to ${mail.from}`,
    mail.from,
  )
  const signatures = await signaturesOf(running, mail)
  step(
    signatures.length === 2 && signatures.every((one) => one.endsWith('pass')),
    `signed: ${signatures.join(', ')}`,
    signatures.join(', ') || 'no signature',
  )
  step(
    mail.raw.includes('Just answer this mail.') && field(header, 'message-id') === '<order-1042@shop.example>',
    'the content and its Message-ID are as the shop wrote them',
    'the content was changed',
  )
  return replyAddress
}

async function replyStep(running: RunningRelay, world: World, replyAddress: string): Promise<void> {
  printLine('\nYou press reply in your own mail program; it logs in at the submission listener over TLS.')
  const made = await running.relay.fetch(
    new Request('http://owner/app/app-passwords', { method: 'POST', body: JSON.stringify({ name: 'demo' }) }),
    { kind: 'owner' },
  )
  const { username, password } = (await made.json()) as { username: string; password: string }
  const port = running.relay.state().listeners.find((one) => one.kind === 'submission')?.port ?? 0
  const message = [
    `From: You Yourself <${USER}>`,
    `To: ${replyAddress}`,
    'Subject: Re: Your order 1042',
    'Date: Sat, 21 Nov 2026 13:30:00 +0100',
    'Message-ID: <secret-laptop@mailbox.example>',
    'In-Reply-To: <order-1042@shop.example>',
    'User-Agent: Mail on your-laptop',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'When will it arrive?',
    '',
  ].join('\r\n')
  const answer = await send({
    port,
    envelope: { from: USER, to: [replyAddress] },
    message,
    login: { user: username, pass: password },
  })
  step(answer.startsWith('250'), `accepted: "${answer}"`, answer)
  const mail = await world.next(SHOP, WAIT)
  const header = headerOf(mail)
  step(
    readSummary(header).fromAddress === ALIAS,
    `reply sent back out: the shop sees From: ${field(header, 'from')}`,
    field(header, 'from'),
  )
  step(
    field(header, 'in-reply-to') === '<order-1042@shop.example>',
    "the thread holds: In-Reply-To is the shop's own Message-ID",
    field(header, 'in-reply-to'),
  )
  const text = `${mail.from}\n${mail.raw.toString('latin1')}`.toLowerCase()
  const leaks = [USER, 'mailbox.example', 'laptop', 'you yourself', 'postern/', 'x-postern'].filter((one) =>
    text.includes(one),
  )
  step(
    leaks.length === 0,
    'nothing of it names you, your mailbox, your machine or this program',
    `it names ${leaks.join(', ')}`,
  )
  const signatures = await signaturesOf(running, mail)
  step(
    signatures.length === 2 && signatures.every((one) => one.endsWith('pass')),
    `signed: ${signatures.join(', ')}`,
    signatures.join(', '),
  )
}

async function disableStep(running: RunningRelay): Promise<void> {
  printLine('\nThe shop sold your address. You switch the alias off.')
  const id = newestAlias(running)?.id ?? ''
  await running.relay.fetch(new Request(`http://owner/api/v1/active-aliases/${id}`, { method: 'DELETE' }), {
    kind: 'owner',
  })
  const port = running.relay.state().listeners.find((one) => one.kind === 'smtp')?.port ?? 0
  const refusal = await send({ port, envelope: { from: 'spam@stranger.example', to: [ALIAS] }, message: ORDER }).then(
    (answer) => answer,
    (error: unknown) => String((error as { response?: string }).response),
  )
  step(refusal.startsWith('550'), `refused at the door: "${refusal}"`, refusal)
}

export async function demo(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-demo-'))
  const data = path.join(folder, 'data')
  const world = await startWorld()
  let running: RunningRelay | undefined
  try {
    printLine('A relay on free loopback ports, in a folder that will be gone in a moment.')
    const key = `file:${path.join(folder, 'demo.key')}` as const
    await setUp({
      folder: data,
      writerScript: pathToFileURL(path.join(distFolder(), 'writer.worker.js')),
      key,
      domains: ['postern.test'],
      recipients: [USER],
      route: `smtp://127.0.0.1:${world.port}`,
      routeUser: undefined,
      routePassword: undefined,
      catchAll: true,
      hostname: undefined,
    })
    // No question of the demo leaves the machine: nobody answers DNS on this port, and mail still passes.
    const ports = { smtp: ['127.0.0.1:0'], submission: ['127.0.0.1:0'], http: '127.0.0.1:0' }
    running = await runRelay({ folder: data, key, ...ports, resolver: '127.0.0.1:9', setUpIfNew: false })
    const replyAddress = await forwardStep(running, world)
    await replyStep(running, world, replyAddress)
    await disableStep(running)
    printLine('\nEvery step held. Start your own with: npm start')
  } finally {
    await running?.stop()
    await world.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

// Makes a data folder: keys, database, the first domain, recipient and certificate. What `postern init` does, and what a
// first start does by itself with nothing configured.
import { mkdirSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { addDomain } from './api/actions/domains.ts'
import { addRecipient, BUILT_IN_MAILBOX } from './api/actions/recipients.ts'
import { parseRoute } from './delivery/route.ts'
import { lockFolder } from './store/folder-lock.ts'
import { openStore } from './store/store.ts'
import type { Store } from './store/store.ts'
import { parseDomain } from './terms/address.ts'
import { TRY_OUT_DOMAIN } from './terms/try-out.ts'
import { instant } from './terms/brand.ts'
import type { Clock } from './terms/clock.ts'
import { Failure } from './terms/failure.ts'
import { makeSelfSigned } from './tls/self-signed.ts'
import { createVault, hasVault, type Asked, type KeySource } from './vault/vault.ts'

export interface SetupInput {
  readonly folder: string
  readonly writerScript: URL
  readonly key: KeySource
  /** How to ask for a passphrase, where the key is one. */
  readonly asked?: Asked | undefined
  readonly domains: readonly string[]
  readonly recipients: readonly string[]
  readonly route: string
  readonly routeUser: string | undefined
  readonly routePassword: string | undefined
  readonly catchAll: boolean
  readonly hostname: string | undefined
}

export const FIRST_START: Omit<SetupInput, 'folder' | 'writerScript' | 'key'> = {
  domains: [],
  recipients: [],
  route: 'mailbox',
  routeUser: undefined,
  routePassword: undefined,
  catchAll: false,
  hostname: undefined,
}

export const systemClock: Clock = { now: () => instant(Date.now()) }

function refuse(id: string, message: string, remedy: string): Failure {
  return new Failure('headless', id, message, { remedy })
}

function checkInput(input: SetupInput): {
  readonly hostname: string
  readonly domains: readonly string[]
  readonly catchAll: boolean
} {
  parseRoute(input.route)
  for (const one of input.domains)
    if (parseDomain(one)?.includes('.') !== true)
      throw refuse('bad-domain', `"${one}" is no domain name.`, 'Write it like example.org.')
  const first = parseDomain(input.domains[0] ?? TRY_OUT_DOMAIN)
  const hostname = parseDomain(input.hostname ?? `mail.${first ?? TRY_OUT_DOMAIN}`)
  if (hostname === undefined)
    throw refuse('bad-hostname', `"${input.hostname ?? ''}" is no host name.`, 'Write it like mail.example.org.')
  const domains = input.domains.length > 0 ? input.domains : [TRY_OUT_DOMAIN]
  return { hostname, domains, catchAll: input.catchAll || input.domains.length === 0 }
}

async function fill(store: Store, input: SetupInput, checked: ReturnType<typeof checkInput>): Promise<void> {
  const parts = { store, clock: systemClock }
  const { writer } = store
  for (const name of checked.domains)
    await addDomain(parts, { domain: name, catchAll: checked.catchAll, description: null, defaultRecipientId: null })
  const recipients = input.recipients.length > 0 ? input.recipients : [BUILT_IN_MAILBOX]
  for (const email of recipients) await addRecipient(parts, email)
  await writer.run('setting', 'hostname', checked.hostname)
  await writer.run('setting', 'route', input.route)
  if (input.routeUser !== undefined) await writer.run('setting', 'route-user', input.routeUser)
  if (input.routePassword !== undefined) await writer.run('setting', 'route-password', input.routePassword)
  const now = systemClock.now()
  const pair = await makeSelfSigned(checked.hostname, now, randomBytes(8))
  const { certificate, privateKey, names, notAfter } = pair
  await writer.run('addCertificate', {
    certificate,
    privateKey,
    names: names.join(' '),
    notAfter,
    selfSigned: true,
    at: now,
  })
  // The last step: a folder without this mark was never finished and is told so.
  await writer.run('setting', 'ready', '1')
}

/** Makes the folder. Throws where it is a relay's already, or where something given makes no sense; then nothing is left. */
export async function setUp(input: SetupInput): Promise<void> {
  const checked = checkInput(input)
  if (hasVault(input.folder))
    throw refuse(
      'folder-taken',
      `${input.folder} is a relay's folder already.`,
      'Name another one with --data, or use this one with: postern serve',
    )
  mkdirSync(input.folder, { recursive: true, mode: 0o700 })
  const lock = lockFolder(input.folder)
  try {
    const vault = await createVault(input.folder, input.key, input.asked)
    const store = await openStore({ folder: input.folder, key: vault.databaseKey, writerScript: input.writerScript })
    try {
      await fill(store, input, checked)
    } finally {
      await store.close()
    }
  } finally {
    lock.release()
  }
}

// What the command line does beyond aliases: queue, held mail, contacts, settings of rows, tokens, app passwords, certificates.
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { createAppPassword } from '../../access/app-password.ts'
import { createToken, DEFAULT_SCOPES, SCOPES } from '../../access/secrets.ts'
import { parseDomain } from '../../terms/address.ts'
import type { DomainRow, RecipientRow } from '../../store/rows.ts'
import { addressKey, parseAddress } from '../../terms/address.ts'
import { Failure } from '../../terms/failure.ts'
import { readCertificate } from '../../tls/certificate.ts'
import { addContact, changeAlias, findAlias } from '../actions/aliases.ts'
import {
  addDomain,
  changeDomain,
  findDomain,
  keysOf,
  recordsOf,
  removeDomain,
  rotateDomainKeys,
} from '../actions/domains.ts'
import { policyOut } from '../actions/policy.ts'
import { changeRecipient, findRecipient } from '../actions/recipients.ts'
import { readBody } from '../body.ts'
import { wantProof, type Env } from '../caller.ts'
import { ApiError, notFound, type ApiParts } from '../parts.ts'
import type { RecipientShown } from '../shapes-owner.ts'
import { aliasOut, domainOut, recipientOut } from './addy-shape.ts'
import { heldRoutes, queueRoutes } from './queue.ts'

const text = z.string().max(200).nullable().optional()
const domainChange = z.strictObject({
  description: text,
  fromName: text,
  active: z.boolean().optional(),
  catchAll: z.boolean().optional(),
  refuseForged: z.boolean().optional(),
  defaultRecipient: z.string().nullable().optional(),
  fallbackRecipient: z.string().nullable().optional(),
})
const newDomain = z.strictObject({ domain: z.string(), catchAll: z.boolean().default(false), description: text })
const recipientChange = z.strictObject({
  canReplySend: z.boolean().optional(),
  mode: z.enum(['rewrite', 'preserve']).optional(),
  fromMode: z.enum(['reply-address', 'alias']).optional(),
  fromTemplate: z.enum(['quoted', 'dash', 'name', 'address', 'none']).optional(),
  subjectTemplate: text,
  banner: z.enum(['off', 'top', 'bottom']).optional(),
  warn: z.boolean().optional(),
  allowSealed: z.boolean().optional(),
  allowSpf: z.boolean().optional(),
  signingDomain: text,
  autoReplies: z.boolean().optional(),
  /** Of replies: what becomes of attachments that carry the address. */
  flaggedAttachments: z.enum(['hold', 'remove', 'scrub']).optional(),
  /** The same as `remove` and `hold`; from before there was a third way. */
  removeFlagged: z.boolean().optional(),
  paused: z.boolean().optional(),
})
const count = z.number().int().min(1).max(1_000_000_000).nullable().optional()
const policyChange = {
  policy: z.enum(['all', 'known', 'ask']).optional(),
  labels: z.array(z.string()).max(20).optional(),
  /** Epoch milliseconds. */
  expiresAt: z.number().int().min(0).max(8_640_000_000_000_000).nullable().optional(),
  expiresAfter: count,
  expiresIdle: count,
  fallbackRecipient: z.string().nullable().optional(),
  hourlyLimit: count,
  /** false: the notice was seen; the organisations count as known from now on. */
  leak: z.literal(false).optional(),
}
const aliasChange = z.strictObject({
  description: text,
  fromName: text,
  active: z.boolean().optional(),
  pinned: z.boolean().optional(),
  whenDisabled: z.enum(['reject', 'discard', 'defer']).optional(),
  rejectText: text,
  unsubscribe: z.enum(['keep', 'disable', 'block', 'both']).optional(),
  allowSealed: z.boolean().optional(),
  recipients: z.array(z.string()).max(10).optional(),
  ...policyChange,
})
const newToken = z.strictObject({
  name: z.string().min(1).max(100),
  scopes: z
    .array(z.enum(SCOPES))
    .min(1)
    .default([...DEFAULT_SCOPES]),
  /** Milliseconds from now. */
  expiresIn: z.number().int().positive().nullable().default(null),
})

/** The row as programs know it, and whether it takes mail. */
function shownRecipient(parts: ApiParts, row: RecipientRow) {
  const { pausedAt, pausedReason, probeAt, bounces } = row
  const waiting = pausedAt === null ? 0 : parts.store.mail.waitingFor(row.id)
  const { mode, fromMode, fromTemplate, subjectTemplate, banner, warn } = row
  const { allowSealed, allowSpf, signingDomain, autoReplies, flagged, isMailbox } = row
  return {
    ...recipientOut(parts, row),
    ...{ paused: pausedAt !== null, pausedAt, pausedReason, probeAt, bounces, waiting, isMailbox },
    isDefault: parts.store.directory.recipientsFor('')[0]?.id === row.id,
    ...{ mode, fromMode, fromTemplate, subjectTemplate, banner, warn },
    ...{ allowSealed, allowSpf, signingDomain, autoReplies },
    ...{ flaggedAttachments: flagged, removeFlagged: flagged === 'remove' },
  } satisfies RecipientShown
}

/** What a change says of attachments that carry the address. */
function flaggedIn({
  flaggedAttachments,
  removeFlagged,
}: z.infer<typeof recipientChange>): RecipientRow['flagged'] | undefined {
  if (flaggedAttachments !== undefined || removeFlagged === undefined) return flaggedAttachments
  return removeFlagged ? 'remove' : 'hold'
}

/** Whether a change says anew from where, or by what, mail is believed to be the user's own. */
const mayDoMore = (row: RecipientRow, change: z.infer<typeof recipientChange>): boolean =>
  (['canReplySend', 'allowSpf', 'signingDomain'] as const).some(
    (field) => change[field] !== undefined && change[field] !== row[field],
  )

function shownDomain(parts: ApiParts, row: DomainRow) {
  const fallback =
    row.fallbackRecipientId === null ? undefined : parts.store.directory.recipient(row.fallbackRecipientId)
  return { ...domainOut(parts, row), fallback_recipient: fallback?.email ?? null, refuseForged: row.refuseForged }
}

function directoryRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const name = (c: Context): string => c.req.param('name') ?? ''
  routes.post('/domains', async (c) => {
    const { domain, catchAll, description } = await readBody(c.req.raw, newDomain)
    const row = await addDomain(parts, { domain, catchAll, description: description ?? null, defaultRecipientId: null })
    return c.json({ data: domainOut(parts, row) }, 201)
  })
  routes.get('/domains/:name', (c) => {
    const row = findDomain(parts, name(c))
    const hostname = parseDomain(parts.state().hostname) ?? row.name
    return c.json({
      data: {
        ...shownDomain(parts, row),
        hostname,
        records: recordsOf(parts, row, hostname),
        keys: keysOf(parts, row),
      },
    })
  })
  routes.post('/domains/:name/rotate-keys', async (c) => {
    const row = findDomain(parts, name(c))
    const done = await rotateDomainKeys(parts, row)
    const hostname = parseDomain(parts.state().hostname) ?? row.name
    const records = recordsOf(parts, row, hostname).filter((one) => one.name.includes('._domainkey.'))
    return c.json({ data: { domain: row.name, ...done, keys: keysOf(parts, row), records } })
  })
  routes.patch('/domains/:name', async (c) => {
    const change = await readBody(c.req.raw, domainChange)
    return c.json({ data: shownDomain(parts, await changeDomain(parts, findDomain(parts, name(c)), change)) })
  })
  routes.delete('/domains/:name', async (c) => {
    await removeDomain(parts, findDomain(parts, name(c)), c.req.query('force') === 'true')
    return c.body(null, 204)
  })
  routes.patch('/recipients/:name', async (c) => {
    const change = await readBody(c.req.raw, recipientChange)
    const row = findRecipient(parts, name(c))
    if (mayDoMore(row, change)) wantProof(parts, c as unknown as Context<Env>)
    const changed = await changeRecipient(parts, row, { ...change, flagged: flaggedIn(change) })
    return c.json({ data: shownRecipient(parts, changed) })
  })
  routes.get('/recipients', (c) =>
    c.json({ data: parts.store.directory.recipients().map((row) => shownRecipient(parts, row)) }),
  )
  routes.get('/recipients/:name', (c) => c.json({ data: shownRecipient(parts, findRecipient(parts, name(c))) }))
  routes.patch('/aliases/:name', async (c) => {
    const change = await readBody(c.req.raw, aliasChange)
    const changed = await changeAlias(parts, findAlias(parts, name(c)), change)
    return c.json({ data: { ...aliasOut(parts, changed), ...policyOut(parts, changed) } })
  })
  return routes
}

function contactRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const { directory } = parts.store
  const find = (c: Context) => {
    const given = c.req.param('name') ?? ''
    const address = parseAddress(given)
    const alias = c.req.query('alias')
    const row =
      directory.contact(given) ??
      (address === undefined ? undefined : directory.contactByReplyAddress(addressKey(address))) ??
      (address === undefined || alias === undefined
        ? undefined
        : directory.contactByAddress(findAlias(parts, alias).id, addressKey(address)))
    if (row === undefined) throw notFound('The contact (name it with --alias)')
    return row
  }
  routes.get('/contacts', (c) => {
    const alias = c.req.query('alias')
    if (alias === undefined) throw new ApiError(400, 'Say whose contacts: --alias ADDRESS.')
    return c.json({ data: directory.contactsOf(findAlias(parts, alias).id) })
  })
  routes.post('/contacts', async (c) => {
    const body = await readBody(
      c.req.raw,
      z.strictObject({ alias: z.string(), address: z.string(), displayName: z.string().max(200).default('') }),
    )
    return c.json({ data: await addContact(parts, findAlias(parts, body.alias), body.address, body.displayName) }, 201)
  })
  routes.get('/contacts/:name', (c) => c.json({ data: find(c) }))
  routes.patch('/contacts/:name', async (c) => {
    const row = find(c)
    const change = await readBody(
      c.req.raw,
      z.strictObject({
        blocked: z.boolean().optional(),
        muted: z.boolean().optional(),
        allowUnproven: z.boolean().optional(),
        allowFlagged: z.boolean().optional(),
        displayName: z.string().max(200).optional(),
      }),
    )
    const values: Record<string, string | number> = {}
    if (change.blocked !== undefined) values['blocked'] = change.blocked ? 1 : 0
    if (change.muted !== undefined) values['muted'] = change.muted ? 1 : 0
    if (change.allowUnproven !== undefined) values['allow_unproven'] = change.allowUnproven ? 1 : 0
    if (change.allowFlagged !== undefined) values['allow_flagged'] = change.allowFlagged ? 1 : 0
    if (change.displayName !== undefined) values['display_name'] = change.displayName
    await parts.store.writer.run('set', { table: 'contact', id: row.id, values, at: parts.clock.now() })
    return c.json({ data: directory.contact(row.id) })
  })
  routes.delete('/contacts/:name', async (c) => {
    await parts.store.writer.run('remove', 'contact', find(c).id)
    return c.body(null, 204)
  })
  return routes
}

function secretRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const { store, clock } = parts
  routes.get('/tokens', (c) => c.json({ data: store.access.tokens() }))
  routes.post('/tokens', async (c) => {
    const { name, scopes, expiresIn } = await readBody(c.req.raw, newToken)
    const expiresAt = expiresIn === null ? null : clock.now() + expiresIn
    return c.json({ token: await createToken(parts, { name, scopes, expiresAt }) }, 201)
  })
  routes.delete('/tokens/:id', async (c) => {
    if ((await store.writer.run('revoke', 'token', c.req.param('id'))) === 0) throw notFound('The token')
    return c.body(null, 204)
  })
  routes.get('/app-passwords', (c) => {
    const rows = store.access.appPasswords()
    return c.json({
      data: rows.map(({ id, name, username, createdAt, lastUsed }) => ({ id, name, username, createdAt, lastUsed })),
    })
  })
  routes.post('/app-passwords', async (c) => {
    const { name } = await readBody(c.req.raw, z.strictObject({ name: z.string().min(1).max(100) }))
    const made = await createAppPassword(parts, name)
    await parts.accountsChanged()
    return c.json(made, 201)
  })
  routes.delete('/app-passwords/:id', async (c) => {
    if ((await store.writer.run('revoke', 'app_password', c.req.param('id'))) === 0) throw notFound('The app password')
    return c.body(null, 204)
  })
  routes.post('/certificates', async (c) => {
    const body = await readBody(c.req.raw, z.strictObject({ certificate: z.string(), privateKey: z.string() }))
    const now = clock.now()
    let pair
    try {
      pair = readCertificate(body.certificate, body.privateKey, now)
    } catch (error) {
      if (error instanceof Failure) throw new ApiError(422, `${error.message} ${error.remedy}`)
      throw error
    }
    const { certificate, privateKey, names, notAfter } = pair
    await store.writer.run('addCertificate', {
      names: names.join(' '),
      certificate,
      privateKey,
      selfSigned: false,
      notAfter,
      at: now,
    })
    return c.json({ data: { names, notAfter } }, 201)
  })
  routes.post('/login-codes', (c) => {
    // A session that could make one would prove with it who it is, for ever.
    if ((c as unknown as Context<Env>).get('via') === 'cookie')
      throw new ApiError(403, 'A login link is made on the machine itself: postern status --login')
    return c.json({ code: parts.access.sessions.makeCode() }, 201)
  })
  return routes
}

export function ownerRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.route('/', directoryRoutes(parts))
  routes.route('/', contactRoutes(parts))
  routes.route('/', queueRoutes(parts))
  routes.route('/', heldRoutes(parts))
  routes.route('/', secretRoutes(parts))
  return routes
}

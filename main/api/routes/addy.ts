// The part of addy.io's API that its clients need first: aliases, their switch, recipients, domains. api-compat.md
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { ALIAS_FORMATS, MAX_WORDS, MIN_WORDS } from '../../aliases/generate.ts'
import { EVERYTHING } from '../../aliases/search-grammar.ts'
import { SORTS, type AliasQuery } from '../../store/queries/search.ts'
import { addAlias, changeAlias, findAlias, forgetAlias, setRecipients } from '../actions/aliases.ts'
import { addDomain, changeDomain, findDomain, removeDomain } from '../actions/domains.ts'
import { addRecipient, findRecipient, removeRecipient } from '../actions/recipients.ts'
import { MAX_ADDRESS } from '../../terms/address.ts'
import { check, readBody } from '../body.ts'
import { invalid, type ApiParts } from '../parts.ts'
import { aliasOut, domainOut, recipientOut } from './addy-shape.ts'

const newAlias = z.object({
  domain: z.string().min(1).max(255),
  description: z.string().max(200).nullish(),
  format: z.enum(ALIAS_FORMATS).default('random_characters'),
  /** Ours: how many, for random_words. */
  words: z.number().int().min(MIN_WORDS).max(MAX_WORDS).optional(),
  /** Ours: a page's address, a host or a name, for the format site; the description where it is not said. */
  site: z.string().max(300).optional(),
  local_part: z.string().max(MAX_ADDRESS).optional(),
  recipient_ids: z.array(z.string()).max(10).default([]),
})
const aliasPatch = z.object({ description: z.string().max(200).nullish(), from_name: z.string().max(50).nullish() })
const byId = z.object({ id: z.string() })
const flag = z.enum(['true', 'false', '1', '0'])

const page = z.object({
  search: z.string().min(3).max(50).optional(),
  active: flag.optional(),
  pinned: flag.optional(),
  deleted: z.enum(['with', 'only', 'without']).optional(),
  sort: z
    .string()
    .refine((value) => Object.hasOwn(SORTS, value.replace(/^-/, '')), 'The sort is not one of the known ones.')
    .optional(),
  number: z.coerce.number().int().min(1).max(1_000_000).default(1),
  size: z.coerce.number().int().min(1).max(100).default(100),
  recipient: z.string().optional(),
  domain: z.string().optional(),
})

function pageQuery(c: Context): z.infer<typeof page> {
  const q = (name: string) => c.req.query(name)
  const raw = {
    search: q('filter[search]'),
    active: q('filter[active]'),
    pinned: q('filter[pinned]'),
    deleted: q('filter[deleted]') ?? q('deleted'),
    sort: q('sort'),
    number: q('page[number]'),
    size: q('page[size]'),
    recipient: q('recipient'),
    domain: q('domain'),
  }
  return check(page, Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined)))
}

const isTrue = (value: string): boolean => value === 'true' || value === '1'

function queryOf(asked: z.infer<typeof page>): AliasQuery {
  const { search, active, pinned, deleted, recipient, domain } = asked
  return {
    ...EVERYTHING,
    // One text, blanks and all: this API knows no grammar.
    words: search === undefined ? [] : [search.toLowerCase().normalize('NFC')],
    active: active === undefined ? undefined : isTrue(active),
    pinned: pinned === undefined ? undefined : isTrue(pinned),
    deleted: deleted ?? 'without',
    recipientId: recipient,
    domainId: domain,
  }
}

/** Beyond it the total of a search is no longer counted: nobody pages so far. */
const COUNTED = 100_000
const COUNT_MILLIS = 100

async function listAliases(parts: ApiParts, c: Context): Promise<Response> {
  const query = pageQuery(c)
  const { search } = parts.store
  const wanted = queryOf(query)
  const now = parts.clock.now()
  const offset = (query.number - 1) * query.size
  const rows = await search.list({ query: wanted, sort: query.sort ?? '-created_at', limit: query.size, offset, now })
  const total = search.count(wanted, now, COUNTED, COUNT_MILLIS).count
  const last = Math.max(1, Math.ceil(total / query.size))
  const link = (number: number): string => `/api/v1/aliases?page[number]=${number}&page[size]=${query.size}`
  return c.json({
    data: rows.map((row) => aliasOut(parts, row)),
    links: {
      first: link(1),
      last: link(last),
      prev: query.number > 1 ? link(query.number - 1) : null,
      next: query.number < last ? link(query.number + 1) : null,
    },
    meta: {
      current_page: query.number,
      from: rows.length === 0 ? null : offset + 1,
      last_page: last,
      path: '/api/v1/aliases',
      per_page: query.size,
      to: rows.length === 0 ? null : offset + rows.length,
      total,
    },
  })
}

async function createAlias(parts: ApiParts, c: Context): Promise<Response> {
  const input = await readBody(c.req.raw, newAlias)
  const domain = parts.store.directory.domains().find((one) => one.name === input.domain.toLowerCase())
  if (domain === undefined) throw invalid('domain', 'The domain is not one of yours.')
  for (const id of input.recipient_ids)
    if (parts.store.directory.recipient(id) === undefined)
      throw invalid('recipient_ids', 'One of the recipients was not found.')
  const row = await addAlias(parts, {
    domain,
    format: input.format,
    localPart: input.local_part,
    words: input.words,
    site: input.site ?? input.description ?? undefined,
    description: input.description ?? null,
    recipientIds: input.recipient_ids,
  })
  return c.json({ data: aliasOut(parts, row) }, 201)
}

function aliasRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const id = (c: Context): string => c.req.param('id') ?? ''
  routes.get('/aliases', (c) => listAliases(parts, c))
  routes.post('/aliases', (c) => createAlias(parts, c))
  routes.get('/aliases/:id', (c) => c.json({ data: aliasOut(parts, findAlias(parts, id(c))) }))
  routes.patch('/aliases/:id', async (c) => {
    const { description, from_name: fromName } = await readBody(c.req.raw, aliasPatch)
    return c.json({
      data: aliasOut(parts, await changeAlias(parts, findAlias(parts, id(c)), { description, fromName })),
    })
  })
  routes.delete('/aliases/:id', async (c) => {
    await changeAlias(parts, findAlias(parts, id(c)), { deleted: true, active: false })
    return c.body(null, 204)
  })
  routes.patch('/aliases/:id/restore', async (c) => {
    const row = await changeAlias(parts, findAlias(parts, id(c)), { deleted: false, active: true })
    return c.json({ data: aliasOut(parts, row) })
  })
  routes.delete('/aliases/:id/forget', async (c) => {
    await forgetAlias(parts, findAlias(parts, id(c)))
    return c.body(null, 204)
  })
  routes.post('/alias-recipients', async (c) => {
    const body = await readBody(
      c.req.raw,
      z.object({ alias_id: z.string(), recipient_ids: z.array(z.string()).max(10) }),
    )
    await setRecipients(parts, findAlias(parts, body.alias_id), body.recipient_ids)
    return c.json({ data: aliasOut(parts, findAlias(parts, body.alias_id)) })
  })
  for (const [path, field] of [
    ['active-aliases', 'active'],
    ['pinned-aliases', 'pinned'],
  ] as const) {
    routes.post(`/${path}`, async (c) => {
      const body = await readBody(c.req.raw, byId)
      return c.json({ data: aliasOut(parts, await changeAlias(parts, findAlias(parts, body.id), { [field]: true })) })
    })
    routes.delete(`/${path}/:id`, async (c) => {
      await changeAlias(parts, findAlias(parts, id(c)), { [field]: false })
      return c.body(null, 204)
    })
  }
  return routes
}

function domainRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const id = (c: Context): string => c.req.param('id') ?? ''
  routes.get('/domains', (c) => c.json({ data: parts.store.directory.domains().map((row) => domainOut(parts, row)) }))
  routes.post('/domains', async (c) => {
    const body = await readBody(c.req.raw, z.object({ domain: z.string(), description: z.string().max(200).nullish() }))
    const input = {
      domain: body.domain,
      catchAll: false,
      description: body.description ?? null,
      defaultRecipientId: null,
    }
    return c.json({ data: domainOut(parts, await addDomain(parts, input)) }, 201)
  })
  routes.get('/domains/:id', (c) => c.json({ data: domainOut(parts, findDomain(parts, id(c))) }))
  routes.patch('/domains/:id', async (c) => {
    const { description, from_name: fromName } = await readBody(c.req.raw, aliasPatch)
    return c.json({
      data: domainOut(parts, await changeDomain(parts, findDomain(parts, id(c)), { description, fromName })),
    })
  })
  routes.patch('/domains/:id/default-recipient', async (c) => {
    const body = await readBody(c.req.raw, z.object({ default_recipient: z.string().nullable() }))
    const change = { defaultRecipient: body.default_recipient === '' ? null : body.default_recipient }
    return c.json({ data: domainOut(parts, await changeDomain(parts, findDomain(parts, id(c)), change)) })
  })
  routes.delete('/domains/:id', async (c) => {
    await removeDomain(parts, findDomain(parts, id(c)), false)
    return c.body(null, 204)
  })
  for (const [path, field] of [
    ['active-domains', 'active'],
    ['catch-all-domains', 'catchAll'],
  ] as const) {
    routes.post(`/${path}`, async (c) => {
      const body = await readBody(c.req.raw, byId)
      return c.json({
        data: domainOut(parts, await changeDomain(parts, findDomain(parts, body.id), { [field]: true })),
      })
    })
    routes.delete(`/${path}/:id`, async (c) => {
      await changeDomain(parts, findDomain(parts, id(c)), { [field]: false })
      return c.body(null, 204)
    })
  }
  return routes
}

function recipientRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const id = (c: Context): string => c.req.param('id') ?? ''
  routes.get('/recipients', (c) =>
    c.json({ data: parts.store.directory.recipients().map((row) => recipientOut(parts, row)) }),
  )
  routes.post('/recipients', async (c) => {
    const body = await readBody(c.req.raw, z.object({ email: z.string().max(320) }))
    return c.json({ data: recipientOut(parts, await addRecipient(parts, body.email)) }, 201)
  })
  routes.get('/recipients/:id', (c) => c.json({ data: recipientOut(parts, findRecipient(parts, id(c))) }))
  routes.delete('/recipients/:id', async (c) => {
    await removeRecipient(parts, findRecipient(parts, id(c)))
    return c.body(null, 204)
  })
  return routes
}

export function addyRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.route('/', aliasRoutes(parts))
  routes.route('/', domainRoutes(parts))
  routes.route('/', recipientRoutes(parts))
  routes.get('/domain-options', (c) => {
    const names = parts.store.directory
      .domains()
      .filter((one) => one.active)
      .map((one) => one.name)
    const [first] = names
    return c.json({
      data: names,
      sharedDomains: [],
      defaultAliasDomain: first ?? null,
      defaultAliasFormat: 'random_characters',
    })
  })
  routes.get('/app-version', (c) => {
    const [major = 0, minor = 0, patch = 0] = parts.version.split('.').map(Number)
    return c.json({ version: parts.version, major, minor, patch })
  })
  return routes
}

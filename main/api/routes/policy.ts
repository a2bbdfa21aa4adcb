// Who may write, for the pages and the command line: patterns, blocks, questions about new senders, and why.
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { findAlias } from '../actions/aliases.ts'
import { findDomain } from '../actions/domains.ts'
import { addBlock, addPattern, answerQuestion, findBlockRow, policyOut } from '../actions/policy.ts'
import { why } from '../actions/why.ts'
import { readBody } from '../body.ts'
import { ApiError, notFound, type ApiParts } from '../parts.ts'
import { aliasOut } from './addy-shape.ts'
import { heldOut } from './queue.ts'

const answer = z.enum(['reject', 'discard'])
const sentence = z.string().max(200).nullable()
const newBlock = z.strictObject({
  value: z.string().min(1).max(400),
  kind: z.enum(['address', 'domain', 'wildcard', 'pattern']).optional(),
  alias: z.string().optional(),
  answer: answer.optional(),
  text: sentence.optional(),
})
const blockChange = z.strictObject({ answer: answer.optional(), text: sentence.optional() })
const newPattern = z.strictObject({
  pattern: z.string().min(1).max(200),
  recipients: z.array(z.string()).max(10).default([]),
  labels: z.array(z.string()).max(20).default([]),
})

const name = (c: Context): string => c.req.param('name') ?? ''

function blockRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const { policy, writer } = parts.store
  routes.get('/blocks', (c) => {
    const alias = c.req.query('alias')
    if (alias !== undefined) return c.json({ data: policy.blocksOf(findAlias(parts, alias).id, 500), next: null })
    const data = policy.blocks(500, c.req.query('after'))
    return c.json({ data, next: data.length < 500 ? null : (data.at(-1)?.id ?? null) })
  })
  routes.post('/blocks', async (c) => c.json({ data: await addBlock(parts, await readBody(c.req.raw, newBlock)) }, 201))
  routes.get('/blocks/:name', (c) => c.json({ data: findBlockRow(parts, name(c), c.req.query('alias')) }))
  routes.patch('/blocks/:name', async (c) => {
    const row = findBlockRow(parts, name(c), c.req.query('alias'))
    const change = await readBody(c.req.raw, blockChange)
    await writer.run(
      'setBlock',
      row.id,
      change.answer ?? row.answer,
      change.text === undefined ? row.text : change.text,
    )
    return c.json({ data: policy.block(row.id) })
  })
  routes.delete('/blocks/:name', async (c) => {
    await writer.run('removeBlock', findBlockRow(parts, name(c), c.req.query('alias')).id)
    return c.body(null, 204)
  })
  return routes
}

function patternRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const { policy, writer } = parts.store
  routes.get('/domains/:name/patterns', (c) => c.json({ data: policy.patterns(findDomain(parts, name(c)).id) }))
  routes.post('/domains/:name/patterns', async (c) => {
    const body = await readBody(c.req.raw, newPattern)
    return c.json({ data: await addPattern(parts, findDomain(parts, name(c)), body) }, 201)
  })
  // The whole order at once: what is left out is removed, so that two windows cannot mix two orders.
  routes.put('/domains/:name/patterns', async (c) => {
    const { ids } = await readBody(c.req.raw, z.strictObject({ ids: z.array(z.string()).max(50) }))
    const domain = findDomain(parts, name(c))
    for (const id of ids) if (policy.pattern(id)?.domainId !== domain.id) throw notFound('One of the patterns')
    await writer.run('orderPatterns', domain.id, [...new Set(ids)])
    return c.json({ data: policy.patterns(domain.id) })
  })
  return routes
}

function questionRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  const { mail } = parts.store
  routes.get('/questions', (c) => c.json({ data: mail.questions(1000).map((row) => heldOut(parts, row)) }))
  routes.post('/questions/:id', async (c) => {
    const body = await readBody(c.req.raw, z.strictObject({ answer: z.enum(['allow', 'block']) }))
    const id = Number(c.req.param('id'))
    const row = Number.isSafeInteger(id) ? mail.held(id) : undefined
    if (row === undefined) throw notFound('The held message')
    return c.json({ data: await answerQuestion(parts, row, body.answer) })
  })
  return routes
}

export function policyRoutes(parts: ApiParts): Hono {
  const routes = new Hono()
  routes.route('/', blockRoutes(parts))
  routes.route('/', patternRoutes(parts))
  routes.route('/', questionRoutes(parts))
  routes.get('/why', (c) => {
    const address = c.req.query('address')
    if (address === undefined) throw new ApiError(400, 'Say which address: ?address=…')
    return c.json({ data: why(parts, address, c.req.query('sender')) })
  })
  routes.get('/aliases/:name', (c) => {
    const row = findAlias(parts, name(c))
    return c.json({ data: { ...aliasOut(parts, row), ...policyOut(parts, row) } })
  })
  return routes
}

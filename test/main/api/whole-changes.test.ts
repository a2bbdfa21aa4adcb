// A change is made whole or not at all, and what goes wrong in the background is told with its cause.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addAlias, changeAlias } from '../../../main/api/actions/aliases.ts'
import { resumeBulk } from '../../../main/api/actions/bulk.ts'
import { addDomain, changeDomain, findDomain } from '../../../main/api/actions/domains.ts'
import { addRecipient, changeRecipient, findRecipient } from '../../../main/api/actions/recipients.ts'
import type { ApiParts } from '../../../main/api/parts.ts'
import type { AliasRow } from '../../../main/store/rows.ts'
import { startReporting, type Reporting } from '../../world/reporting.ts'

let world: Reporting
let parts: ApiParts
let alias: AliasRow
beforeEach(async () => {
  world = await startReporting(Date.UTC(2026, 10, 22))
  parts = world.parts as unknown as ApiParts
  Object.assign(parts, { hurryQueue: () => undefined })
  await addDomain(parts, { domain: 'whole.test', catchAll: false, description: 'before', defaultRecipientId: null })
  await addRecipient(parts, 'me@far.test')
  await addRecipient(parts, 'second@far.test')
  const about = { format: 'custom' as const, localPart: 'shop', description: null, recipientIds: [] }
  alias = await addAlias(parts, { ...about, domain: findDomain(parts, 'whole.test') })
})
afterEach(() => world.close())

const nobody = 'nobody@nowhere.test'

describe('a change of which one part is wrong changes nothing', () => {
  it.each([
    ['a default recipient who is not there', { description: 'after', active: false, defaultRecipient: nobody }],
    ['a fallback recipient who is not there', { catchAll: true, fallbackRecipient: nobody }],
  ])('of a domain: %s', async (_, change) => {
    const before = findDomain(parts, 'whole.test')
    await expect(changeDomain(parts, before, change)).rejects.toThrow()
    expect(findDomain(parts, 'whole.test')).toEqual(before)
  })

  it.each([
    ['a signing domain that may not sign', { banner: 'top' as const, signingDomain: 'evil.test' }],
    ['the same while it is paused', { paused: true, signingDomain: 'test' }],
  ])('of a recipient: %s', async (_, change) => {
    const before = findRecipient(parts, 'me@far.test')
    await expect(changeRecipient(parts, before, change)).rejects.toThrow()
    expect(findRecipient(parts, 'me@far.test')).toEqual(before)
  })

  it.each([
    ['a recipient who is not there', { description: 'after', recipients: ['me@far.test', nobody] }],
    ['a fallback recipient who is not there', { recipients: ['me@far.test'], fallbackRecipient: nobody }],
    ['a label that is none', { recipients: ['second@far.test'], labels: ['a|b'] }],
  ])('of an alias: %s', async (_, change) => {
    const { directory } = parts.store
    await changeAlias(parts, alias, { recipients: ['second@far.test'] })
    const before = [directory.aliasById(alias.id), directory.aliasRecipients(alias.id)]
    const failed = await changeAlias(parts, alias, change).then(
      () => false,
      () => true,
    )
    expect(failed).toBe(true)
    expect([directory.aliasById(alias.id), directory.aliasRecipients(alias.id)]).toEqual(before)
  })
})

it('a bulk operation that fails says why, where it is looked for and in the log of the process', async () => {
  const { writer, search } = parts.store
  const id = randomUUID()
  // Recipients that are no list: a job of another version, or a row that was damaged.
  const job = {
    id,
    action: 'recipients' as const,
    query: '',
    argument: 'no list',
    total: 1,
    until: alias.number,
    at: 1,
  }
  await writer.run('startBulk', job)
  await resumeBulk(parts)
  expect(search.job(id)).toMatchObject({ state: 'failed' })
  expect(search.job(id)?.failure).toMatch(/JSON/)
  expect(world.errors.join()).toMatch(/bulk operation: .*JSON/)
})

// Who may write: blocks, patterns, the answers to questions about new senders, and an alias's policy as the API shows it.
import { randomUUID } from 'node:crypto'
import type { LeakEvidence } from '../../aliases/decide-leak.ts'
import { matchesWhole, patternProblem, readBlock, type BlockKind } from '../../aliases/match.ts'
import { authorsOf, parseHeaderBlock } from '../../mail/index.ts'
import { MAX_TRIED_BLOCKS, type BlockRow, type PatternRow } from '../../store/queries/policy.ts'
import type { AliasRow, DomainRow, HeldRow } from '../../store/rows.ts'
import { removeSpool } from '../../store/spool.ts'
import { addressKey, domainOf, parseAddress } from '../../terms/address.ts'
import { randomName } from '../../terms/clock.ts'
import { ApiError, invalid, notFound, type ApiParts } from '../parts.ts'
import { findAlias } from './aliases.ts'
import { packLabels, unpackLabels } from './labels.ts'
import { findRecipient } from './recipients.ts'

export function policyOut(parts: Pick<ApiParts, 'store'>, row: AliasRow) {
  const fallback =
    row.fallbackRecipientId === null ? undefined : parts.store.directory.recipient(row.fallbackRecipientId)
  return {
    policy: row.policy,
    labels: unpackLabels(row.labels),
    expires_at: row.expiresAt === null ? null : new Date(row.expiresAt).toISOString(),
    expires_after: row.expiresAfter,
    expires_idle: row.expiresIdle,
    fallback_recipient: fallback?.email ?? null,
    hourly_limit: row.hourlyLimit,
    when_disabled: row.whenDisabled,
    reject_text: row.rejectText,
    unsubscribe: row.unsubscribe,
    allow_sealed: row.allowSealed,
    origin: row.madeByPattern === null ? row.origin : 'pattern',
    first_sender: row.firstSender,
    leak: row.leakEvidence === null ? null : (JSON.parse(row.leakEvidence) as LeakEvidence),
    organisations: parts.store.policy.organisations(row.id),
  }
}

export interface BlockInput {
  readonly value: string
  readonly kind?: BlockKind | undefined
  readonly alias?: string | undefined
  readonly answer?: 'reject' | 'discard' | undefined
  readonly text?: string | null | undefined
}

export async function addBlock(parts: ApiParts, input: BlockInput): Promise<BlockRow> {
  const { store, clock } = parts
  const read = readBlock(input.value, input.kind)
  if (read === undefined)
    throw invalid('value', 'That is no address, domain, wildcard (*@shop.example, *.example) or /expression/.')
  const aliasId = input.alias === undefined ? null : findAlias(parts, input.alias).id
  const tried = read.kind === 'wildcard' || read.kind === 'pattern'
  if (tried && store.policy.triedBlockCount() >= MAX_TRIED_BLOCKS)
    throw new ApiError(409, `There are ${MAX_TRIED_BLOCKS} wildcards and patterns already; block domains instead.`)
  const id = randomUUID()
  const { answer = 'reject', text = null } = input
  await store.writer.run('addBlock', { id, ...read, aliasId, answer, text, source: 'you', at: clock.now() })
  const row = store.policy.blockByValue(read.kind, read.value, aliasId)
  if (row === undefined) throw notFound('The block')
  return row
}

/** By id, or by what it blocks. */
export function findBlockRow(parts: Pick<ApiParts, 'store'>, name: string, alias: string | undefined): BlockRow {
  const byId = parts.store.policy.block(name)
  if (byId !== undefined) return byId
  const aliasId = alias === undefined ? null : findAlias(parts, alias).id
  const read = readBlock(name, undefined)
  const row = read === undefined ? undefined : parts.store.policy.blockByValue(read.kind, read.value, aliasId)
  if (row === undefined) throw notFound('The block (name it with --alias where it is of one alias)')
  return row
}

export async function addPattern(
  parts: ApiParts,
  domain: DomainRow,
  input: { readonly pattern: string; readonly recipients: readonly string[]; readonly labels: readonly string[] },
): Promise<readonly PatternRow[]> {
  const problem = patternProblem(input.pattern)
  if (problem !== undefined) throw invalid('pattern', problem)
  // A pattern that takes the empty text takes everything that nobody thought of.
  if (matchesWhole(input.pattern, '')) throw invalid('pattern', 'The pattern takes the empty local part too.')
  const { policy, writer } = parts.store
  if (policy.patterns(domain.id).length >= MAX_PATTERNS)
    throw new ApiError(409, `A domain has at most ${MAX_PATTERNS} patterns.`)
  await writer.run('addPattern', {
    id: randomUUID(),
    domainId: domain.id,
    pattern: input.pattern,
    recipientIds: input.recipients.map((one) => findRecipient(parts, one).id),
    labels: packLabels(input.labels),
    at: parts.clock.now(),
  })
  return policy.patterns(domain.id)
}

const MAX_PATTERNS = 50

export function isQuestion(row: HeldRow): boolean {
  return row.reason === 'ask-sender'
}

/** Held because it does not prove where it comes from. */
export function isForged(row: HeldRow): boolean {
  return row.reason === 'dmarc-failed' || row.reason === 'spf-failed'
}

/** The answer sticks: it is kept with the contact, and every mail of this sender that waits for it follows. */
export async function answerQuestion(parts: ApiParts, row: HeldRow, answer: 'allow' | 'block' | 'once') {
  const { store, clock, random } = parts
  const alias = row.aliasId === null ? undefined : store.directory.aliasById(row.aliasId)
  const address = parseAddress(row.sender)
  if (!(isQuestion(row) || isForged(row)) || alias === undefined)
    throw new ApiError(409, 'This message asks no question.')
  if (address === undefined) throw new ApiError(409, 'The message names no sender; release or drop it by itself.')
  const key = addressKey(address)
  const waiting = store.mail
    .questions(MAX_WAITING, alias.id)
    .filter((one) => one.sender.toLowerCase() === row.sender.toLowerCase())
  const header = store.mail.message(row.messageId)?.header
  const author = header === undefined ? undefined : authorsOf(parseHeaderBlock(header))[0]
  const result = await store.writer.run('answerSender', {
    aliasId: alias.id,
    answer,
    // Allowing a new sender says nothing about mail that fails the checks; allowing one that failed them does.
    unproven: isForged(row),
    heldIds: answer === 'once' ? [row.id] : [...new Set([row.id, ...waiting.map((one) => one.id)])],
    sender: {
      address,
      addressKey: key,
      displayName: author?.displayName ?? '',
      proposedReplyAddress: `${randomName(random, 22)}@${domainOf(alias.address)}`,
    },
    route: parts.route(),
    at: clock.now(),
  })
  for (const id of result.freedSpools) removeSpool(store.spoolFolder, id)
  for (const id of result.logIds) parts.announcer.tell({ kind: 'log', id })
  parts.announcer.tell({ kind: 'alias', id: alias.id })
  if (result.released > 0) parts.wakeQueue()
  return { answer, sender: address, alias: alias.address, released: result.released, dropped: result.dropped }
}

const MAX_WAITING = 10_000

// What the pages ask of the relay, call by call.
import { z } from 'zod'
import { appState, logPage, mailboxMessage, mailboxPage, sessionInfo, unlockAnswer } from '../../main/api/shapes.ts'
import { loginAnswer, loginState } from '../../main/api/shapes-access.ts'
import type { LoginAnswer, LoginState } from '../../main/api/shapes-access.ts'
import type { AppState, LogEntry, MailboxItem, MailboxMessage, SessionInfo } from '../../main/api/shapes.ts'
import { aliasShape, pageMeta } from '../../main/api/shapes-addy.ts'
import type { AliasShape } from '../../main/api/shapes-addy.ts'
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import type { Client } from './client.ts'
import { ApiFailure } from './failure.ts'

const PAGE = 100

const aliasList = z.object({ data: z.array(aliasShape), meta: pageMeta })
const oneAlias = z.object({ data: aliasShape })
const domainOptions = z.object({
  data: z.array(z.string()),
  defaultAliasDomain: z.string().nullable(),
  defaultAliasFormat: z.string().nullable(),
})
export type DomainOptions = z.infer<typeof domainOptions>

/** One proof of who one is. */
export type Proof = Readonly<Record<string, unknown>>

const keyQuestion = z.object({ options: z.looseObject({ challenge: z.string() }) })

export interface NewAlias {
  readonly domain: string
  readonly description: string
  readonly format: string
  /** With format `custom` only. */
  readonly localPart: string
}

/** A part of a long list; `next` asks for the part behind it. */
export interface Part<T> {
  readonly data: readonly T[]
  readonly next: number | null
}

export interface Calls {
  session(): Promise<SessionInfo>
  /** What may be asked for. */
  loginState(): Promise<LoginState>
  login(proof: Proof): Promise<LoginAnswer>
  second(proof: Proof): Promise<LoginAnswer>
  /** What a security key is asked. */
  keyOptions(path: string): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** Opens the data; answers with a code that logs in once at the relay that comes up. */
  unlock(by: 'passphrase' | 'recovery', secret: string): Promise<string>
  state(): Promise<AppState>
  log(before?: number): Promise<Part<LogEntry>>
  mailbox(before?: number): Promise<Part<MailboxItem>>
  message(id: number): Promise<MailboxMessage>
  aliases(): Promise<{ readonly data: readonly AliasShape[]; readonly total: number }>
  /** Undefined where it is gone. */
  alias(id: string): Promise<AliasShape | undefined>
  domainOptions(): Promise<DomainOptions>
  createAlias(alias: NewAlias): Promise<AliasShape>
  setActive(id: string, active: boolean): Promise<void>
}

const listPath = (path: string, before: number | undefined): string =>
  `${path}?limit=${PAGE}${before === undefined ? '' : `&before=${before}`}`

function bodyOfAlias(alias: NewAlias): Record<string, string> {
  const { domain, description, format, localPart } = alias
  return { domain, description, format, ...(format === 'custom' ? { local_part: localPart } : {}) }
}

async function findAlias(client: Client, id: string): Promise<AliasShape | undefined> {
  try {
    const { data } = await client.read(`/api/v1/aliases/${encodeURIComponent(id)}`, oneAlias)
    return data.deleted_at === null ? data : undefined
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return undefined
    throw error
  }
}

export function makeCalls(client: Client): Calls {
  return {
    session: async () => {
      const session = await client.read('/app/session', sessionInfo)
      client.setCsrf(session.csrf)
      return session
    },
    loginState: () => client.read('/app/login', loginState),
    login: (proof) => client.send('POST', '/app/login', proof, loginAnswer),
    second: (proof) => client.send('POST', '/app/login/second', proof, loginAnswer),
    keyOptions: async (path) => (await client.send('POST', path, {}, keyQuestion)).options,
    unlock: async (by, secret) => (await client.send('POST', '/app/unlock', { [by]: secret }, unlockAnswer)).code,
    state: () => client.read('/app/state', appState),
    log: (before) => client.read(listPath('/app/log', before), logPage),
    mailbox: (before) => client.read(listPath('/app/mailbox', before), mailboxPage),
    message: (id) => client.read(`/app/mailbox/${id}`, mailboxMessage),
    aliases: async () => {
      const { data, meta } = await client.read(`/api/v1/aliases?page%5Bsize%5D=${PAGE}&sort=-created_at`, aliasList)
      return { data, total: meta.total }
    },
    alias: (id) => findAlias(client, id),
    domainOptions: () => client.read('/api/v1/domain-options', domainOptions),
    createAlias: async (alias) => (await client.send('POST', '/api/v1/aliases', bodyOfAlias(alias), oneAlias)).data,
    setActive: (id, active) =>
      active
        ? client.tell('POST', '/api/v1/active-aliases', { id })
        : client.tell('DELETE', `/api/v1/active-aliases/${encodeURIComponent(id)}`),
  }
}

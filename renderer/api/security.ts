// What one signs in with, the secrets of programs, the keys of the data, and the log of it all.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/browser'
import { z } from 'zod'
import {
  appPasswordList,
  auditPage,
  codesAnswer,
  madeAppPassword,
  madeToken,
  strength,
  tokenList,
  totpSetup,
} from '../../main/api/shapes-access.ts'
import type { CodesAnswer, Strength, TokenScope, TotpSetup } from '../../main/api/shapes-access.ts'
import { keySourceMade, type KeySourceMade } from '../../main/api/shapes-owner.ts'
import type { Client } from './client.ts'

const AUDIT_PAGE = 50
const named = (name: string): string => encodeURIComponent(name)

export const tokensQuery = (client: Client) =>
  queryOptions({
    queryKey: ['tokens'],
    queryFn: async ({ signal }) => (await client.read('/app/tokens', tokenList, signal)).data,
  })

export const appPasswordsQuery = (client: Client) =>
  queryOptions({
    queryKey: ['app-passwords'],
    queryFn: async ({ signal }) => (await client.read('/app/app-passwords', appPasswordList, signal)).data,
  })

export const auditQuery = (client: Client) =>
  infiniteQueryOptions({
    queryKey: ['audit'],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) =>
      client.read(`/app/audit?limit=${AUDIT_PAGE}${pageParam === 0 ? '' : `&before=${pageParam}`}`, auditPage, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  })

const generated = z.object({ passphrase: z.string() })
const creation = z.object({ options: z.looseObject({ challenge: z.string() }) })
const madeSource = z.object({ data: keySourceMade })

/** Each change of what one signs in with; a dialog proves first who asks, where that is due. */
export function securityCalls(client: Client) {
  return {
    strength: (passphrase: string): Promise<Strength> =>
      client.send('POST', '/app/security/strength', { passphrase }, strength),
    generate: async (): Promise<string> =>
      (await client.send('POST', '/app/security/generate', {}, generated)).passphrase,
    setPassphrase: (passphrase: string) => client.tell('PUT', '/app/security/passphrase', { passphrase }),
    removePassphrase: () => client.tell('DELETE', '/app/security/passphrase'),
    beginTotp: (): Promise<TotpSetup> => client.send('POST', '/app/security/totp', {}, totpSetup),
    confirmTotp: (code: string): Promise<CodesAnswer> =>
      client.send('POST', '/app/security/totp/confirm', { code }, codesAnswer),
    removeTotp: () => client.tell('DELETE', '/app/security/totp'),
    newCodes: (): Promise<CodesAnswer> => client.send('POST', '/app/security/recovery-codes', {}, codesAnswer),
    keyOptions: async (): Promise<PublicKeyCredentialCreationOptionsJSON> =>
      (await client.send('POST', '/app/security/keys/options', {}, creation))
        .options as unknown as PublicKeyCredentialCreationOptionsJSON,
    addKey: (name: string, response: RegistrationResponseJSON): Promise<CodesAnswer> =>
      client.send('POST', '/app/security/keys', { name, response }, codesAnswer),
    renameKey: (id: string, name: string) => client.tell('PATCH', `/app/security/keys/${named(id)}`, { name }),
    removeKey: (id: string) => client.tell('DELETE', `/app/security/keys/${named(id)}`),
    endSession: (id: string) => client.tell('DELETE', `/app/security/sessions/${named(id)}`),
    endOthers: () => client.tell('DELETE', '/app/security/sessions'),
    lock: () => client.tell('POST', '/app/security/lock'),
    addToken: async (name: string, scopes: readonly TokenScope[], expiresIn: number | null): Promise<string> =>
      (await client.send('POST', '/app/tokens', { name, scopes, expiresIn }, madeToken)).token,
    revokeToken: (id: string) => client.tell('DELETE', `/app/tokens/${named(id)}`),
    addAppPassword: (name: string) => client.send('POST', '/app/app-passwords', { name }, madeAppPassword),
    revokeAppPassword: (id: string) => client.tell('DELETE', `/app/app-passwords/${named(id)}`),
  }
}
export type SecurityCalls = ReturnType<typeof securityCalls>

/** What a source is opened or made with, where a person holds it. */
export type SourceSecret = { readonly passphrase?: string; readonly recovery?: string }

/** The sources of the key that opens the data. */
export function keyCalls(client: Client) {
  const path = (id: string): string => `/app/keys/${named(id)}`
  return {
    add: async (source: string, secret: SourceSecret = {}): Promise<KeySourceMade> =>
      (await client.send('POST', '/app/keys', { source, ...secret }, madeSource)).data,
    test: (id: string, secret: SourceSecret = {}) => client.tell('POST', `${path(id)}/test`, secret),
    rotate: async (id: string, secret: SourceSecret = {}): Promise<KeySourceMade> =>
      (await client.send('POST', `${path(id)}/rotate`, secret, madeSource)).data,
    remove: (id: string) => client.tell('DELETE', path(id)),
    rekey: () => client.tell('POST', '/app/keys/rekey'),
    keepKey: () => client.tell('DELETE', '/app/keys/rekey'),
  }
}

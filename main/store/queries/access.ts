// Reads of tokens, app passwords and certificates.
import type { Db } from '../database.ts'
import { fromRaw, optionalFromRaw, type Raw } from '../rows.ts'

export interface TokenRow {
  readonly id: string
  readonly name: string
  readonly scopes: string
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly lastUsed: number | null
}

export interface AppPasswordRow {
  readonly id: string
  readonly name: string
  readonly username: string
  readonly hash: Buffer
  readonly createdAt: number
  readonly lastUsed: number | null
}

export interface CertificateRow {
  readonly id: number
  readonly names: string
  readonly certificate: string
  readonly privateKey: string
  readonly selfSigned: boolean
  readonly notAfter: number
}

export type CertificateName = Pick<CertificateRow, 'id' | 'names' | 'selfSigned' | 'notAfter'>

export interface AccessQueries {
  tokenByHash(hash: Buffer): TokenRow | undefined
  tokens(): readonly TokenRow[]
  appPassword(username: string): AppPasswordRow | undefined
  appPasswords(): readonly AppPasswordRow[]
  /** The newest certificate; one that was imported before one of our own making. */
  certificate(): CertificateRow | undefined
  certificateById(id: number): CertificateRow | undefined
  /** All certificates without their keys, in the same order. */
  certificateNames(): readonly CertificateName[]
}

export function accessQueries(db: Db): AccessQueries {
  const byHash = db.prepare('SELECT id,name,scopes,created_at,expires_at,last_used FROM token WHERE hash=?')
  const tokens = db.prepare('SELECT id,name,scopes,created_at,expires_at,last_used FROM token ORDER BY created_at')
  const password = db.prepare('SELECT * FROM app_password WHERE username=?')
  const passwords = db.prepare('SELECT * FROM app_password ORDER BY created_at')
  const byId = db.prepare('SELECT * FROM certificate WHERE id=?')
  const names = db.prepare(
    'SELECT id,names,self_signed,not_after FROM certificate ORDER BY self_signed, id DESC LIMIT 100',
  )
  const certificate = db.prepare('SELECT * FROM certificate ORDER BY self_signed, id DESC LIMIT 1')
  return {
    tokenByHash: (hash) => optionalFromRaw(byHash.get(hash)),
    tokens: () => (tokens.all() as Raw[]).map((raw) => fromRaw<TokenRow>(raw)),
    appPassword: (username) => optionalFromRaw(password.get(username)),
    appPasswords: () => (passwords.all() as Raw[]).map((raw) => fromRaw<AppPasswordRow>(raw)),
    certificateById: (id) => optionalFromRaw(byId.get(id), ['selfSigned']),
    certificateNames: () => (names.all() as Raw[]).map((raw) => fromRaw<CertificateName>(raw, ['selfSigned'])),
    certificate: () => optionalFromRaw(certificate.get(), ['selfSigned']),
  }
}

// Reads of what the user logs in with, and of the audit log.
import type { Db } from '../database.ts'
import { fromRaw, type Raw } from '../rows.ts'

export interface LoginRow {
  readonly passphraseHash: string | null
  readonly passphraseAt: number | null
  readonly totpSecret: string | null
  readonly totpAt: number | null
  readonly totpStep: number
}

export interface SecurityKeyRow {
  readonly id: string
  readonly name: string
  readonly publicKey: Buffer
  readonly counter: number
  /** With spaces between. */
  readonly transports: string
  readonly createdAt: number
  readonly lastUsed: number | null
}

export interface FactorQueries {
  login(): LoginRow
  securityKeys(): readonly SecurityKeyRow[]
  /** Those that were not used yet. */
  recoveryCodesLeft(): number
}

export interface AuditRow {
  readonly id: number
  readonly at: number
  readonly who: string
  readonly what: string
  readonly outcome: string
  readonly place: string
  /** What it was and what it is, where that may be told; empty otherwise. */
  readonly detail: string
  /** How often, within an hour, where it was refused; 1 otherwise. */
  readonly count: number
  /** The last of them, epoch milliseconds; null where there was one. */
  readonly lastAt: number | null
}

export interface AuditQueries {
  /** The newest first. */
  page(limit: number, before: number | undefined): readonly AuditRow[]
}

export function factorQueries(db: Db): FactorQueries {
  const login = db.prepare('SELECT * FROM login WHERE id=1')
  const keys = db.prepare('SELECT * FROM security_key ORDER BY created_at, id')
  const codes = db.prepare('SELECT count(*) FROM recovery_code WHERE used_at IS NULL').pluck()
  return {
    login: () => fromRaw<LoginRow>(login.get() as Raw),
    securityKeys: () => (keys.all() as Raw[]).map((raw) => fromRaw<SecurityKeyRow>(raw)),
    recoveryCodesLeft: () => codes.get() as number,
  }
}

export function auditQueries(db: Db): AuditQueries {
  const page = db.prepare('SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?')
  return {
    page: (limit, before) =>
      (page.all(before ?? Number.MAX_SAFE_INTEGER, limit) as Raw[]).map((raw) => fromRaw<AuditRow>(raw)),
  }
}

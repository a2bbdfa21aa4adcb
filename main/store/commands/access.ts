// Tokens, app passwords and certificates. Secrets that people type are stored as hashes; keys that we use, as they are,
// inside the encrypted file.
import type { Db } from '../database.ts'

export interface AccessCommands {
  addToken(input: {
    readonly id: string
    readonly name: string
    readonly hash: Uint8Array
    readonly scopes: string
    readonly at: number
    readonly expiresAt: number | null
  }): void
  addAppPassword(input: {
    readonly id: string
    readonly name: string
    readonly username: string
    readonly hash: Uint8Array
    readonly at: number
  }): void
  used(table: 'token' | 'app_password', id: string, at: number): void
  revoke(table: 'token' | 'app_password', id: string): number
  addCertificate(input: {
    readonly names: string
    readonly certificate: string
    readonly privateKey: string
    readonly selfSigned: boolean
    readonly notAfter: number
    readonly at: number
  }): void
  markRead(mailboxId: number): void
}

export function accessCommands(db: Db): AccessCommands {
  const token = db.prepare(
    'INSERT INTO token(id,name,hash,scopes,created_at,expires_at) VALUES(:id,:name,:hash,:scopes,:at,:expiresAt)',
  )
  const password = db.prepare(
    'INSERT INTO app_password(id,name,username,hash,created_at) VALUES(:id,:name,:username,:hash,:at)',
  )
  const certificate = db.prepare(
    `INSERT INTO certificate(names,certificate,private_key,self_signed,not_after,created_at)
     VALUES(:names,:certificate,:privateKey,:selfSigned,:notAfter,:at)`,
  )
  const read = db.prepare('UPDATE mailbox SET read=1 WHERE id=?')
  return {
    addToken: (input) => void token.run(input),
    addAppPassword: (input) => void password.run(input),
    used: (table, id, at) => void db.prepare(`UPDATE ${table} SET last_used=? WHERE id=?`).run(at, id),
    revoke: (table, id) => db.prepare(`DELETE FROM ${table} WHERE id=?`).run(id).changes,
    addCertificate: (input) => void certificate.run({ ...input, selfSigned: input.selfSigned ? 1 : 0 }),
    markRead: (id) => void read.run(id),
  }
}

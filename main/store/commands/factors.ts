// What the user logs in with. A factor that is good once is used up by the same statement that looks at it: of two
// that bring it at the same moment, one finds it gone.
import type { Db } from '../database.ts'
import { auditCommands, type AuditCommands } from './audit.ts'

export interface FactorCommands extends AuditCommands {
  setPassphrase(hash: string | null, at: number): void
  setTotp(secret: string | null, at: number, step: number): void
  /** True for whoever comes first with this step or a later one. */
  useTotpStep(step: number): boolean
  /** In place of those there were. */
  setRecoveryCodes(hashes: readonly Uint8Array[], at: number): void
  useRecoveryCode(hash: Uint8Array, at: number): boolean
  addSecurityKey(key: {
    readonly id: string
    readonly name: string
    readonly publicKey: Uint8Array
    readonly counter: number
    readonly transports: string
    readonly at: number
  }): void
  /** False where the counter went back: the key was copied, or its answer is an old one. */
  useSecurityKey(id: string, counter: number, at: number): boolean
  nameSecurityKey(id: string, name: string): number
  removeSecurityKey(id: string): number
}

export function factorCommands(db: Db): FactorCommands {
  const passphrase = db.prepare('UPDATE login SET passphrase_hash=?, passphrase_at=? WHERE id=1')
  const totp = db.prepare('UPDATE login SET totp_secret=?, totp_at=?, totp_step=? WHERE id=1')
  const step = db.prepare('UPDATE login SET totp_step=@step WHERE id=1 AND totp_secret IS NOT NULL AND totp_step<@step')
  const forget = db.prepare('DELETE FROM recovery_code')
  const addCode = db.prepare('INSERT INTO recovery_code(hash,created_at) VALUES(?,?)')
  const useCode = db.prepare('UPDATE recovery_code SET used_at=? WHERE hash=? AND used_at IS NULL')
  const addKey = db.prepare(
    `INSERT INTO security_key(id,name,public_key,counter,transports,created_at)
     VALUES(:id,:name,:publicKey,:counter,:transports,:at)`,
  )
  // WebAuthn §7.2 step 22: a counter that is not zero grows with every use.
  const useKey = db.prepare(
    `UPDATE security_key SET counter=@counter, last_used=@at
     WHERE id=@id AND (@counter>counter OR (@counter=0 AND counter=0))`,
  )
  const nameKey = db.prepare('UPDATE security_key SET name=? WHERE id=?')
  const removeKey = db.prepare('DELETE FROM security_key WHERE id=?')
  return {
    setPassphrase: (hash, at) => void passphrase.run(hash, hash === null ? null : at),
    setTotp: (secret, at, first) => void totp.run(secret, secret === null ? null : at, first),
    useTotpStep: (given) => step.run({ step: given }).changes === 1,
    setRecoveryCodes(hashes, at) {
      forget.run()
      for (const hash of hashes) addCode.run(hash, at)
    },
    useRecoveryCode: (hash, at) => useCode.run(at, hash).changes === 1,
    addSecurityKey: (key) => void addKey.run(key),
    useSecurityKey: (id, counter, at) => useKey.run({ id, counter, at }).changes === 1,
    nameSecurityKey: (id, name) => nameKey.run(name, id).changes,
    removeSecurityKey: (id) => removeKey.run(id).changes,
    ...auditCommands(db),
  }
}

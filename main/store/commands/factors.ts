// What the user logs in with, and the audit log. A factor that is good once is used up by the same statement that looks at it: of two
// that bring it at the same moment, one finds it gone.
import type { Db } from '../database.ts'

export interface NewAudit {
  readonly at: number
  readonly who: string
  readonly what: string
  readonly outcome: string
  readonly place: string
  /** Before and after; never a secret. */
  readonly detail: string
}

/** So many entries of what was done at most, whatever the days: a flood must not fill the disk. */
const MAX_DONE = 90_000
/** And so many of what was refused, counted apart: whoever is not let in cannot push out what was done. */
const MAX_REFUSED = 10_000
/** The same refusal within so many milliseconds is one entry with a count. */
const SAME_REFUSAL = 60 * 60_000

export interface FactorCommands {
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
  /** What was refused in the same words within the hour is counted on its entry, not written once more. */
  audit(entry: NewAudit): void
  pruneAudit(before: number): number
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
  const audit = db.prepare(
    'INSERT INTO audit(at,who,what,outcome,place,detail) VALUES(:at,:who,:what,:outcome,:place,:detail)',
  )
  const again = db.prepare(
    `UPDATE audit SET count = count + 1, last_at = :at WHERE id = (
       SELECT id FROM audit
       WHERE what = :what AND who = :who AND place = :place AND outcome <> 'done' AND outcome = :outcome AND at > :at - ${SAME_REFUSAL}
       ORDER BY id DESC LIMIT 1)`,
  )
  // A rank without so many entries finds no id, and a comparison with NULL takes nothing away.
  const prune = db.prepare(
    `DELETE FROM audit WHERE ifnull(last_at, at) < @before
       OR (outcome = 'done' AND id <= (SELECT id FROM audit WHERE outcome = 'done' ORDER BY id DESC LIMIT 1 OFFSET ${MAX_DONE}))
       OR (outcome <> 'done' AND id <= (SELECT id FROM audit WHERE outcome <> 'done' ORDER BY id DESC LIMIT 1 OFFSET ${MAX_REFUSED}))`,
  )
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
    audit(entry) {
      const { detail, ...same } = entry
      if (entry.outcome !== 'done' && again.run(same).changes === 1) return
      audit.run({ ...same, detail })
    },
    pruneAudit: (before) => prune.run({ before }).changes,
  }
}

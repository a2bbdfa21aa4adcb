// The policy's part of accepting or refusing a message: hits, organisations heard from, signs of a leak.
import type { Db } from '../database.ts'

export interface HeardFrom {
  readonly organisation: string
  readonly sender: string
}

export interface PolicySteps {
  countBlock(blockId: string, at: number): void
  countPattern(patternId: string, at: number): void
  heard(aliasId: string, from: HeardFrom, at: number): void
  /** The first sign is kept; later ones add nothing. */
  suspectLeak(aliasId: string, evidence: string, at: number): void
}

export function policySteps(db: Db): PolicySteps {
  const block = db.prepare('UPDATE block SET hits=hits+1, last_hit=? WHERE id=?')
  const pattern = db.prepare('UPDATE domain_pattern SET hits=hits+1, last_hit=? WHERE id=?')
  const heard = db.prepare(
    `INSERT INTO alias_organisation(alias_id,organisation,messages,first_seen,last_seen,sender)
     VALUES(:aliasId,:organisation,1,:at,:at,:sender)
     ON CONFLICT DO UPDATE SET messages=messages+1, last_seen=:at`,
  )
  const leak = db.prepare('UPDATE alias SET leak_at=?, leak_evidence=? WHERE id=? AND leak_at IS NULL')
  return {
    countBlock: (id, at) => void block.run(at, id),
    countPattern: (id, at) => void pattern.run(at, id),
    heard: (aliasId, from, at) => void heard.run({ aliasId, ...from, at }),
    suspectLeak: (aliasId, evidence, at) => void leak.run(at, evidence, aliasId),
  }
}

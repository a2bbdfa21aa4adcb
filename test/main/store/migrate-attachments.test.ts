// Who had attachments removed goes on having them removed; everybody else's replies with such attachments are held from now on.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { migrate, openDatabase } from '../../../main/store/database.ts'
import { MIGRATIONS } from '../../../main/store/migrations/index.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-migrate-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

it('the switch for attachments becomes a setting with three ways', () => {
  const db = openDatabase({ file: path.join(folder, 'old.db'), key: Buffer.alloc(32) })
  for (const { sql } of MIGRATIONS.slice(0, 18)) db.exec(sql)
  db.pragma('user_version=18')
  const add = db.prepare(
    `INSERT INTO recipient(id,email,email_key,is_mailbox,remove_flagged,created_at,updated_at) VALUES(?,?,?,0,?,0,0)`,
  )
  add.run('1', 'on@mine.test', 'on@mine.test', 1)
  add.run('2', 'off@mine.test', 'off@mine.test', 0)
  migrate(db)
  const flagged = db.prepare('SELECT flagged FROM recipient ORDER BY id').pluck().all()
  expect(flagged).toEqual(['remove', 'hold'])
  expect(db.pragma('foreign_key_check')).toEqual([])
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  db.close()
})

// 90,500 changes of an alias by a token that may do nothing else pushed every entry about tokens, settings and factors out of the audit
// log. Each lot of entries has a number of its own now, and so has each session and token in it.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { auditCommands, type AuditCommands } from '../../../main/store/commands/audit.ts'
import { migrate, openDatabase, type Db } from '../../../main/store/database.ts'
import { securityCalls } from '../../../renderer/texts/security-calls.ts'

const folders: string[] = []
const databases: Db[] = []
afterEach(() => {
  for (const db of databases.splice(0)) db.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

interface Log extends AuditCommands {
  done(who: string, what: string, times?: number): void
  /** What is left, the oldest first. */
  left(who: string): readonly string[]
}

function openLog(): Log {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-audit-'))
  folders.push(folder)
  const db = openDatabase({ file: path.join(folder, 'x.db'), key: Buffer.alloc(32) })
  databases.push(db)
  migrate(db)
  const commands = auditCommands(db)
  const left = db.prepare('SELECT what FROM audit WHERE who=? ORDER BY id').pluck()
  const add = db.transaction((who: string, what: string, times: number) => {
    for (let i = 0; i < times; i++) commands.audit({ at: i, who, what, outcome: 'done', place: '', detail: '' })
  })
  return {
    ...commands,
    done: (who, what, times = 1) => {
      add(who, what, times)
    },
    left: (who) => left.all(who) as string[],
  }
}

const ALIAS = 'PATCH /api/v1/aliases/1b2c'

/** Daily work on aliases, contacts, blocks and single messages. Everything else concerns security. */
const ORDINARY =
  /^\w+ (\/api\/v1\/(aliases|alias-recipients|blocklist)|\/app\/(aliases|alias-import|alias-table|bulk|blocks|contacts|held|questions|queue|receiving|memory|try-mail))(\/|$)/

describe('the audit log', () => {
  it('a token that changes aliases pushes out no entry about security, and none of others', () => {
    const log = openLog()
    log.done('owner socket', 'POST /app/tokens')
    log.done('owner socket', ALIAS)
    log.done('token ext', ALIAS, 90_500)
    log.pruneAudit(0)
    expect(log.left('owner socket')).toEqual(['POST /app/tokens', ALIAS])
    expect(log.left('token ext')).toHaveLength(12_500)
  })

  it('many tokens push out no entry about security: every call is in one of the lots', () => {
    const log = openLog()
    const calls = Object.keys(securityCalls.en)
    for (const call of calls) log.done('owner socket', call.replaceAll('*', 'x'))
    const others = [
      'login by passphrase',
      'second factor by app',
      'step up by recovery key',
      'unlock the window by link',
    ]
    for (const what of others) log.done('session 1', what)
    for (let i = 0; i < 5; i++) log.done(`token ${String(i)}`, ALIAS, 12_500)
    log.pruneAudit(0)
    const security = calls.filter((call) => !ORDINARY.test(call) || call.endsWith('reroute'))
    expect(log.left('owner socket')).toEqual(security.map((call) => call.replaceAll('*', 'x')))
    expect(log.left('session 1')).toEqual(others)
  })

  it('entries about security push out none of others either, and are bounded', () => {
    const log = openLog()
    log.done('owner socket', 'POST /app/tokens')
    log.done('owner socket', ALIAS)
    log.done('token admin', 'PUT /app/settings/log-days', 50_000)
    log.pruneAudit(0)
    expect(log.left('owner socket')).toEqual(['POST /app/tokens', ALIAS])
    expect(log.left('token admin')).toHaveLength(10_000)
  })

  it('what is older than its days goes, whatever lot it is in', () => {
    const log = openLog()
    log.done('owner socket', 'POST /app/tokens')
    log.done('owner socket', ALIAS, 2)
    expect(log.pruneAudit(1)).toBe(2)
    expect(log.left('owner socket')).toEqual([ALIAS])
  })
})

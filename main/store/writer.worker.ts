// The writer thread: the one connection that changes the database. What has gathered while the last commit was on its way to
// the disk goes into the next one together (group commit); an answer is sent only after the commit that holds it is durable.
import { parentPort, workerData } from 'node:worker_threads'
import { faultPoint } from './fault.ts'
import { emptyLog } from './checkpoint.ts'
import { prepareCommands } from './commands/index.ts'
import { migrate, openDatabase } from './database.ts'
import { scanDatabase } from './scan.ts'
import { MarkKeeper } from './shutdown-mark.ts'
import type { WriterData, WriterReply, WriterRequest } from './writer.ts'

/** So many commands share one commit at most: a bound on how long the first of them waits. */
const MAX_BATCH = 500

const port = parentPort
if (port === null) throw new Error('the writer runs in a worker thread only')
const data = workerData as WriterData
scanDatabase(data.file)
const db = openDatabase({ file: data.file, key: Buffer.from(data.key), unencrypted: data.unencrypted })
emptyLog(db, data.file)
migrate(db)
// A log that does not exist cannot be missed: one commit of ours stands in it before the first that anybody is told of.
db.pragma(`user_version=${String(db.pragma('user_version', { simple: true }))}`)
const keeper = new MarkKeeper(data.file)
const commands = prepareCommands(db)
const table = new Map(Object.entries(commands) as [string, (...args: unknown[]) => unknown][])
const begin = db.prepare('BEGIN IMMEDIATE')
const commit = db.prepare('COMMIT')
const rollback = db.prepare('ROLLBACK')
const mark = db.prepare('SAVEPOINT one')
const keep = db.prepare('RELEASE one')
const undo = db.prepare('ROLLBACK TO one')

let waiting: WriterRequest[] = []
let scheduled = false

function runOne(request: WriterRequest): WriterReply {
  mark.run()
  try {
    const command = table.get(request.name)
    if (command === undefined) throw new Error(`no command ${request.name}`)
    const result = command(...request.args)
    keep.run()
    return { id: request.id, ok: true, result }
  } catch (error) {
    undo.run()
    keep.run()
    return { id: request.id, ok: false, error: describe(error) }
  }
}

function describe(error: unknown): { message: string; code: string } {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return { message: error instanceof Error ? error.message : String(error), code }
}

/** It is committed, whatever becomes of the note: a mark that stays behind claims less, never something wrong. */
function noteCommit(): void {
  try {
    keeper.committed()
  } catch {
    // The disk takes no writes; the next commit will say so.
  }
}

function flush(): void {
  scheduled = false
  const batch = waiting.slice(0, MAX_BATCH)
  waiting = waiting.slice(MAX_BATCH)
  if (batch.length === 0) return
  let replies: WriterReply[]
  try {
    begin.run()
    replies = batch.map(runOne)
    // Dies here: nothing of the batch is on the disk, nobody was answered. Dies after: everything is, senders repeat.
    const takes = batch.some(({ name }) => name === 'accept')
    if (takes) faultPoint('before-commit')
    commit.run()
    if (takes) faultPoint('after-commit')
    noteCommit()
  } catch (error) {
    if (db.inTransaction) rollback.run()
    replies = batch.map((request) => ({ id: request.id, ok: false as const, error: describe(error) }))
  }
  port?.postMessage(replies)
  if (waiting.length > 0) schedule()
}

function schedule(): void {
  if (scheduled) return
  scheduled = true
  setImmediate(flush)
}

port.on('message', (request: WriterRequest | 'close') => {
  if (request === 'close') {
    while (waiting.length > 0) flush()
    keeper.close()
    emptyLog(db, data.file)
    db.close()
    port.postMessage('closed')
    port.close()
    return
  }
  waiting.push(request)
  schedule()
})
port.postMessage('ready')

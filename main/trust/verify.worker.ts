// The verifying thread: SPF, DKIM, DMARC and ARC of what comes in, so that hashing and parsing hostile bytes never stops the
// door. It reads spooled bodies by itself: nothing big crosses between the threads.
import { authenticate, type AuthenticateResult } from 'mailauth'
import { Readable } from 'node:stream'
import { parentPort, workerData } from 'node:worker_threads'
import { parseAnchors } from '../dns/anchors.ts'
import { createDns } from '../dns/resolver.ts'
import { parseHeaderBlock } from '../mail/index.ts'
import { readSpool } from '../store/spool.ts'
import { messageOf } from '../terms/failure.ts'
import { authenticationResultsOf, signaturesOf, verdictsOf } from './results.ts'
import type { VerifierData, VerifyAnswer, VerifyQuestion } from './verify.ts'

const port = parentPort
if (port === null) throw new Error('the verifier runs in a worker thread only')
const data = workerData as VerifierData
const anchors = data.trustAnchors === undefined ? [] : parseAnchors(data.trustAnchors)
const about = { server: data.resolver, dnssec: data.dnssec, anchors, timeout: data.queryTimeout, tries: 2 }
const { resolve } = createDns(about, Date.now)

async function* messageBytes(question: VerifyQuestion): AsyncGenerator<Buffer> {
  yield Buffer.from(question.header)
  if (question.body !== null) yield Buffer.from(question.body)
  if (question.spool !== null)
    yield* readSpool(data.spoolFolder, { ...question.spool, key: Buffer.from(question.spool.key) })
}

/** A body without a signature over it proves nothing: it is not read at all. */
function isSigned(header: Uint8Array): boolean {
  return parseHeaderBlock(Buffer.from(header)).fields.some(
    ({ key }) => key === 'dkim-signature' || key === 'arc-message-signature',
  )
}

function input(question: VerifyQuestion): Readable | Buffer {
  if (!isSigned(question.header)) return Buffer.from(question.header)
  if (question.spool !== null) return Readable.from(messageBytes(question))
  return Buffer.concat([question.header, question.body ?? Buffer.alloc(0)])
}

async function verify(question: VerifyQuestion): Promise<VerifyAnswer> {
  const result: AuthenticateResult = await authenticate(input(question), {
    ip: question.ip,
    helo: question.helo,
    mta: question.hostname,
    sender: question.sender,
    disableBimi: true,
    resolver: resolve as (domain: string, rrtype: string) => Promise<string[]>,
  })
  return {
    id: question.id,
    verdicts: verdictsOf(result),
    authenticationResults: authenticationResultsOf(result),
    signatures: signaturesOf(result),
  }
}

port.on('message', (question: VerifyQuestion) => {
  verify(question).then(
    (answer) => {
      port.postMessage(answer)
    },
    (error: unknown) => {
      port.postMessage({ id: question.id, error: messageOf(error) })
    },
  )
})

// The verifying thread: SPF, DKIM, DMARC and ARC of what comes in, so that hashing and parsing hostile bytes never stops the
// door. It reads spooled bodies by itself: nothing big crosses between the threads.
import { authenticate, type AuthenticateResult } from 'mailauth'
import { Readable } from 'node:stream'
import { parentPort, workerData } from 'node:worker_threads'
import { parseAnchors } from '../dns/anchors.ts'
import { codeOf, createDns, type Resolve } from '../dns/resolver.ts'
import { parseHeaderBlock } from '../mail/index.ts'
import { readSpool } from '../store/spool.ts'
import { messageOf } from '../terms/failure.ts'
import { dmarcFactsOf } from './dmarc-facts.ts'
import { authenticationResultsOf, evidenceOf, signaturesOf, verdictsOf } from './results.ts'
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

/** What the operating system says where no packet can reach the resolver: our trouble, not the sender's. */
const UNREACHABLE = /ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL/

async function verify(question: VerifyQuestion): Promise<VerifyAnswer> {
  const failures = { unreachable: 0, other: 0 }
  const ask: Resolve = (name, type) =>
    resolve(name, type).catch((error: unknown) => {
      if (codeOf(error) === 'ESERVFAIL') failures[UNREACHABLE.test(messageOf(error)) ? 'unreachable' : 'other']++
      throw error
    })
  const result: AuthenticateResult = await authenticate(input(question), {
    ip: question.ip,
    helo: question.helo,
    mta: question.hostname,
    sender: question.sender,
    disableBimi: true,
    // Each RFC as it stands: mailauth's other mode forgives what a verifier must not.
    strict: true,
    resolver: ask as (domain: string, rrtype: string) => Promise<string[]>,
  })
  return {
    id: question.id,
    verdicts: verdictsOf(result),
    authenticationResults: authenticationResultsOf(result),
    signatures: signaturesOf(result),
    evidence: evidenceOf(result, question.header, failures.unreachable > 0 && failures.other === 0),
    dmarc: dmarcFactsOf(result),
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

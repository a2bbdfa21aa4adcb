// The verifying thread: SPF, DKIM, DMARC and ARC of what comes in, so that hashing and parsing hostile bytes never stops the
// door. It reads spooled bodies by itself: nothing big crosses between the threads. A job ends when its time is up, by the clock here or
// by the order to stop: whatever it was doing asks nothing and reads nothing more.
import { parentPort, workerData } from 'node:worker_threads'
import { parseAnchors } from '../dns/anchors.ts'
import { codeOf, createDns, type Resolve } from '../dns/resolver.ts'
import { readSpool } from '../store/spool.ts'
import { messageOf } from '../terms/failure.ts'
import { authenticateMessage, type Question } from './authenticate.ts'
import { dmarcFactsOf } from './dmarc-facts.ts'
import { authenticationResultsOf, evidenceOf, signaturesOf, verdictsOf } from './results.ts'
import type { VerifierData, VerifyAnswer, VerifyOrder, VerifyQuestion, VerifyReport } from './verify.ts'

const port = parentPort
if (port === null) throw new Error('the verifier runs in a worker thread only')
const data = workerData as VerifierData
const anchors = data.trustAnchors === undefined ? [] : parseAnchors(data.trustAnchors)
const about = { server: data.resolver, dnssec: data.dnssec, anchors, timeout: data.queryTimeout, tries: 2 }
const { resolve } = createDns(about, Date.now)

/** Jobs under way, each with what ends it. */
const jobs = new Map<number, () => void>()

function bodyOf({ body, spool }: VerifyQuestion): ReturnType<Question['body']> {
  if (spool !== null) return readSpool(data.spoolFolder, { ...spool, key: Buffer.from(spool.key) })
  return Buffer.from(body ?? [])
}

/** What the operating system says where no packet can reach the resolver: our trouble, not the sender's. */
const UNREACHABLE = /ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL/

async function verify(question: VerifyQuestion, isOver: () => boolean): Promise<VerifyAnswer> {
  const failures = { unreachable: 0, other: 0 }
  const ask: Resolve = (name, type) =>
    resolve(name, type).catch((error: unknown) => {
      if (codeOf(error) === 'ESERVFAIL') failures[UNREACHABLE.test(messageOf(error)) ? 'unreachable' : 'other']++
      throw error
    })
  const { ip, helo, hostname, sender } = question
  const header = Buffer.from(question.header)
  const body = (): ReturnType<Question['body']> => bodyOf(question)
  const outcome = await authenticateMessage({ ip, helo, hostname, sender, header, body, isOver }, ask)
  return {
    id: question.id,
    verdicts: verdictsOf(outcome),
    authenticationResults: authenticationResultsOf(outcome, hostname),
    signatures: signaturesOf(outcome),
    evidence: evidenceOf(outcome, header, failures.unreachable > 0 && failures.other === 0),
    dmarc: dmarcFactsOf(outcome),
  }
}

/** A job that is to stop is over at once: what it still waits for (an answer of the DNS, with a bound of its own) comes to nothing. */
async function run(question: VerifyQuestion): Promise<VerifyReport> {
  const { id, within } = question
  const end = performance.now() + within
  let stopped = false
  const leave = new Promise<VerifyReport>((resolve) => {
    jobs.set(id, () => {
      stopped = true
      resolve({ id, error: 'stopped' })
    })
  })
  const isOver = (): boolean => stopped || performance.now() > end
  try {
    return await Promise.race([verify(question, isOver), leave])
  } catch (error) {
    return { id, error: messageOf(error) }
  } finally {
    jobs.delete(id)
  }
}

const say = (report: VerifyReport): void => {
  port.postMessage(report)
}

port.on('message', (order: VerifyOrder) => {
  if ('ping' in order) say({ there: true })
  else if ('stop' in order) jobs.get(order.id)?.()
  else {
    say({ id: order.id, begun: true })
    void run(order).then(say)
  }
})
say({ there: true })

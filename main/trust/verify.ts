// The near end of the verifying thread. Each question has a deadline: a resolver that answers nothing delays a message by a
// few seconds and is told as `temperror`; it never loses one.
import { Worker } from 'node:worker_threads'
import type { DnssecMode } from '../dns/resolver.ts'
import type { DmarcFacts } from '../reports/dmarc-seen.ts'
import type { Verdicts } from '../store/rows.ts'

export interface VerifierData {
  readonly spoolFolder: string
  /** As `parseServer` reads it, undefined for the system's. */
  readonly resolver: string | undefined
  readonly dnssec: DnssecMode
  /** DS or DNSKEY records, beside the root's. */
  readonly trustAnchors: string | undefined
  /** Milliseconds one DNS server may take. */
  readonly queryTimeout: number
}

export interface VerifyQuestion {
  readonly id: number
  readonly ip: string
  readonly helo: string
  readonly hostname: string
  readonly sender: string
  readonly header: Uint8Array
  readonly body: Uint8Array | null
  readonly spool: { readonly id: string; readonly key: Uint8Array; readonly size: number } | null
}

export interface VerifyAnswer {
  readonly id: number
  readonly verdicts: Verdicts
  readonly authenticationResults: string | undefined
  readonly signatures: readonly Signature[]
  readonly evidence: Evidence
  /** Set where the author's domain wants reports. */
  readonly dmarc?: DmarcFacts | undefined
}

/** What a decision needs beside the verdicts. */
export interface Evidence {
  /** A valid signature of the author's own organisation. */
  readonly aligned: boolean
  readonly authorDomain: string | undefined
  /** d= of the newest seal of an ARC chain; believe it only where the chain passed. */
  readonly sealer: string | undefined
  /** What that sealer wrote down says that DMARC passed when it saw the message. */
  readonly sealedAuthentic: boolean
  /** No resolver could be reached. */
  readonly offline: boolean
}

export const NO_EVIDENCE: Evidence = {
  ...{ aligned: false, authorDomain: undefined, sealer: undefined, sealedAuthentic: false, offline: false },
}

/** A DKIM signature that verified. */
export interface Signature {
  /** d= */
  readonly domain: string
  /** The names of the fields that it covers, lower case, once for each instance. */
  readonly fields: readonly string[]
  /** l= was used: the body may have been added to. */
  readonly partial: boolean
}

export interface Verifier {
  verify(question: Omit<VerifyQuestion, 'id'>): Promise<Omit<VerifyAnswer, 'id'>>
  close(): Promise<void>
}

/** How long a message may wait for its verdicts, in milliseconds. */
const DEADLINE = 6000

function unknown(hostname: string): Omit<VerifyAnswer, 'id'> {
  return {
    verdicts: { spf: 'temperror', dkim: 'temperror', dmarc: 'temperror', arc: 'temperror' },
    authenticationResults: `${hostname}; dkim=temperror; spf=temperror; dmarc=temperror`,
    signatures: [],
    evidence: NO_EVIDENCE,
  }
}

interface Waiting {
  readonly finish: (answer: Omit<VerifyAnswer, 'id'>) => void
  readonly hostname: string
  readonly timer: NodeJS.Timeout
}

/** Starts the thread; where it dies of something, it is started again and what it was asked is answered `temperror`. */
export function startVerifier(script: URL, data: VerifierData): Verifier {
  const waiting = new Map<number, Waiting>()
  let nextId = 1
  let closing = false
  let worker = start()

  function start(): Worker {
    const thread = new Worker(script, {
      workerData: data,
      name: 'verifier',
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    })
    thread.on('message', (answer: VerifyAnswer | { readonly id: number; readonly error: string }) => {
      const one = waiting.get(answer.id)
      if (one !== undefined) one.finish('error' in answer ? unknown(one.hostname) : answer)
    })
    const failed = (): void => {
      for (const one of waiting.values()) one.finish(unknown(one.hostname))
      if (!closing && worker === thread) worker = start()
    }
    thread.on('error', failed)
    thread.on('exit', failed)
    return thread
  }

  return {
    verify(question) {
      const id = nextId++
      return new Promise((resolve) => {
        const finish = (answer: Omit<VerifyAnswer, 'id'>): void => {
          clearTimeout(timer)
          waiting.delete(id)
          resolve(answer)
        }
        const timer = setTimeout(() => {
          finish(unknown(question.hostname))
        }, DEADLINE)
        waiting.set(id, { finish, hostname: question.hostname, timer })
        worker.postMessage({ ...question, id } satisfies VerifyQuestion)
      })
    },
    async close() {
      closing = true
      await worker.terminate()
    },
  }
}

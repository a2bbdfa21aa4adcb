// The near end of the verifying thread: who is looked at when, and what is said where a look takes too long. A resolver that answers
// nothing delays a message by a few seconds and is told as `temperror`; it never loses one. Where a message keeps the thread so busy that
// it hears nothing, the thread is replaced; the messages that it was at are looked at again one by one, in a thread apart, so that the
// one among them delays nobody else's.
import type { DnssecMode } from '../dns/resolver.ts'
import { parseHeaderBlock, readAuthor, type Author } from '../mail/index.ts'
import type { DmarcFacts } from '../reports/dmarc-seen.ts'
import type { Verdicts } from '../store/rows.ts'
import { FairQueue } from './fair-queue.ts'
import { VerifyThread, type Job, type Lost, type ThreadOwner, type VerifierTimes } from './verify-thread.ts'

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
  /** Milliseconds that it may take. */
  readonly within: number
}

/** What the thread is told: a message to look at, one to leave, or to say that it is there. */
export type VerifyOrder = VerifyQuestion | { readonly id: number; readonly stop: true } | { readonly ping: true }

export interface VerifyAnswer {
  readonly id: number
  readonly verdicts: Verdicts
  readonly authenticationResults: string | undefined
  readonly signatures: readonly Signature[]
  readonly evidence: Evidence
  /** Set where the author's domain wants reports. */
  readonly dmarc?: DmarcFacts | undefined
}

/** What the thread says: that it is there, that it is at a job, an answer, or that a job ended without one. */
export type VerifyReport =
  | { readonly there: true }
  | { readonly id: number; readonly begun: true }
  | VerifyAnswer
  | { readonly id: number; readonly error: string }

/** What a decision needs beside the verdicts. */
export interface Evidence {
  readonly author: Author
  /** A valid signature of exactly the author's domain, over the whole body. */
  readonly aligned: boolean
  /** Something that might have proved the author could not be looked up. */
  readonly unresolved: boolean
  /** d= of the newest seal of an ARC chain; believe it only where the chain passed. */
  readonly sealer: string | undefined
  /** The domain for which DMARC passed when that sealer saw the message, by what the sealer wrote down. */
  readonly sealedFor: string | undefined
  /** No resolver could be reached. */
  readonly offline: boolean
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

export type VerifyInput = Omit<VerifyQuestion, 'id' | 'within'> & {
  /** Who is to have its share and no more. */
  readonly peer: string
}
export type Found = Omit<VerifyAnswer, 'id'>

export interface Verifier {
  verify(input: VerifyInput): Promise<Found>
  /** Asks another resolver from now on; what is being looked at is looked at again with it. */
  use(dns: Pick<VerifierData, 'resolver' | 'dnssec'>): Promise<void>
  close(): Promise<void>
}

const TIMES: VerifierTimes = {
  ...{ deadline: 6000, forMegabyte: 100, wait: 20_000 },
  ...{ stall: 1000, beat: 250, start: 10_000 },
}
/** Memory and sockets of the thread. A peer alone has three quarters of them, so that the next one starts at once. */
const BOUNDS = { slots: 16, perPeer: 12, waiting: 1000 }
/** The pauses before a thread that ends as soon as it starts is started again. */
const FIRST_PAUSE = 100
const MAX_PAUSE = 30_000

function unknown({ hostname, header }: VerifyInput): Found {
  return {
    verdicts: { spf: 'temperror', dkim: 'temperror', dmarc: 'temperror', arc: 'temperror' },
    authenticationResults: `${hostname}; dkim=temperror; spf=temperror; dmarc=temperror`,
    signatures: [],
    evidence: {
      author: readAuthor(parseHeaderBlock(Buffer.from(header))),
      ...{ aligned: false, unresolved: true, sealer: undefined, sealedFor: undefined, offline: false },
    },
  }
}

/** Starts the thread. */
export function startVerifier(script: URL, data: VerifierData, times: VerifierTimes = TIMES): Verifier {
  return new Verifying(times, data, (now, owner) => new VerifyThread(script, now, times, owner))
}

type StartThread = (data: VerifierData, owner: ThreadOwner) => VerifyThread

class Verifying implements Verifier {
  private readonly times: VerifierTimes
  private readonly startThread: StartThread
  private data: VerifierData
  private readonly queue = new FairQueue<Job>(BOUNDS)
  private nextId = 1
  private closing = false
  /** undefined between two threads. */
  private thread: VerifyThread | undefined
  private failedStarts = 0
  /** One of these kept a thread busy. */
  private readonly suspects: Job[] = []
  private apart: VerifyThread | undefined

  constructor(times: VerifierTimes, data: VerifierData, startThread: StartThread) {
    this.times = times
    this.data = data
    this.startThread = startThread
    this.start([])
  }

  private start(jobs: readonly Job[]): void {
    this.thread = this.startThread(this.data, {
      ended: (job, found) => {
        this.ended(job, found)
        this.pump()
      },
      lost: (lost) => {
        this.replace(lost)
      },
    })
    for (const job of jobs) this.thread.begin(job)
  }

  verify(input: VerifyInput): Promise<Found> {
    return new Promise((resolve) => {
      const job: Job = { input, id: this.nextId++, finish: resolve }
      if (this.closing || !this.queue.add(input.peer, job)) {
        resolve(unknown(input))
        return
      }
      job.timer = setTimeout(() => {
        if (this.queue.remove(input.peer, job)) job.finish(unknown(input))
      }, this.times.wait).unref()
      this.pump()
    })
  }

  private pump(): void {
    const { thread } = this
    if (thread === undefined || this.closing) return
    for (let job = this.queue.next(); job !== undefined; job = this.queue.next()) {
      clearTimeout(job.timer)
      thread.begin(job)
    }
  }

  /** A job is over; without an answer it is one that could not be looked at. */
  private ended(job: Job, found: Found | undefined): void {
    this.queue.done(job.input.peer)
    job.finish(found ?? unknown(job.input))
  }

  /** Another thread for the jobs that the lost one had not begun, and for whoever comes. */
  private replace({ begun, fresh, atStart }: Lost): void {
    this.thread = undefined
    if (this.closing) return
    // Whoever sent what kept it busy may have sent more of it.
    const peers = new Set(begun.map(({ input }) => input.peer))
    const others = fresh.filter(({ input }) => !peers.has(input.peer))
    this.suspects.push(...begun, ...fresh.filter(({ input }) => peers.has(input.peer)))
    this.lookApart()
    this.failedStarts = atStart ? this.failedStarts + 1 : 0
    const pause = atStart ? Math.min(MAX_PAUSE, FIRST_PAUSE * 2 ** this.failedStarts) : 0
    // A thread that cannot start looks at nothing: its jobs are not kept for the next one.
    if (atStart) for (const job of others) this.ended(job, undefined)
    const again = (): void => {
      if (this.closing) return
      this.start(atStart ? [] : others)
      this.pump()
    }
    if (pause === 0) again()
    else setTimeout(again, pause).unref()
  }

  /** The next suspect, alone in its thread. */
  private lookApart(): void {
    if (this.apart !== undefined && this.apart.size > 0) return
    const next = this.suspects.shift()
    if (next === undefined) {
      void this.apart?.close()
      this.apart = undefined
      return
    }
    this.apart ??= this.startThread(this.data, {
      ended: (job, found) => {
        this.ended(job, found)
        this.lookApart()
      },
      lost: ({ begun, fresh }) => {
        this.apart = undefined
        for (const job of [...begun, ...fresh]) this.ended(job, undefined)
        this.lookApart()
      },
    })
    this.apart.begin(next)
  }

  async use(dns: Pick<VerifierData, 'resolver' | 'dnssec'>): Promise<void> {
    this.data = { ...this.data, ...dns }
    const { thread } = this
    // Between two threads the next one starts with it.
    if (thread === undefined || this.closing) return
    this.thread = undefined
    const left = await thread.close()
    if (this.isClosing()) {
      for (const job of left) job.finish(unknown(job.input))
      return
    }
    this.start(left)
    this.pump()
  }

  private isClosing(): boolean {
    return this.closing
  }

  async close(): Promise<void> {
    this.closing = true
    const left = await Promise.all([this.thread?.close(), this.apart?.close()])
    for (const job of [...left.flatMap((jobs) => jobs ?? []), ...this.suspects]) job.finish(unknown(job.input))
    this.suspects.length = 0
  }
}

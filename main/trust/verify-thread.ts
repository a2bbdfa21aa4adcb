// One verifying thread with the jobs that it has: who is told to stop, and how it is noticed that the thread hears nothing any more. A
// thread that some message keeps busy is lost as a whole; which jobs it had begun is known, and one of them is the one.
import { Worker } from 'node:worker_threads'
import type { Found, VerifierData, VerifyInput, VerifyOrder, VerifyReport } from './verify.ts'

export interface VerifierTimes {
  /** How long a message may be looked at, in milliseconds, and what a megabyte of it adds. */
  readonly deadline: number
  readonly forMegabyte: number
  /** How long it may wait for its turn. */
  readonly wait: number
  /** A thread that has said nothing for so long, asked every `beat`, is lost. Its own start may take longer. */
  readonly stall: number
  readonly beat: number
  readonly start: number
}

export interface Job {
  readonly id: number
  readonly input: VerifyInput
  /** Answers who asked; once. */
  readonly finish: (found: Found) => void
  /** Ends its wait for a turn. */
  timer?: NodeJS.Timeout
}

export interface Lost {
  /** Jobs that the thread was at. */
  readonly begun: readonly Job[]
  /** Jobs that it had not come to. */
  readonly fresh: readonly Job[]
  /** It ended as soon as it had started: something is wrong with it, not with a message. */
  readonly atStart: boolean
}

export interface ThreadOwner {
  /** The thread has left a job; undefined where it has no answer. */
  ended(job: Job, found: Found | undefined): void
  /** Called once: it is gone, and these jobs with it. */
  lost(lost: Lost): void
}

interface Given {
  readonly job: Job
  begun: boolean
  timer: NodeJS.Timeout | undefined
}

export class VerifyThread {
  private readonly worker: Worker
  private readonly times: VerifierTimes
  private readonly owner: ThreadOwner
  private readonly given = new Map<number, Given>()
  private readonly watch: NodeJS.Timeout
  private heardAt = performance.now()
  private beatAt = performance.now()
  private ready = false
  private over = false

  constructor(script: URL, data: VerifierData, times: VerifierTimes, owner: ThreadOwner) {
    this.times = times
    this.owner = owner
    this.worker = new Worker(script, {
      workerData: data,
      name: 'verifier',
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    })
    this.worker.on('message', (report: VerifyReport) => {
      this.hear(report)
    })
    const gone = (): void => {
      this.lose()
    }
    this.worker.on('error', gone)
    this.worker.on('exit', gone)
    this.watch = setInterval(() => {
      this.beat()
    }, times.beat).unref()
  }

  get size(): number {
    return this.given.size
  }

  begin(job: Job): void {
    if (this.given.size === 0) this.heardAt = performance.now()
    this.given.set(job.id, { job, begun: false, timer: undefined })
    const { peer: _, ...question } = job.input
    this.post({ ...question, id: job.id, within: this.timeFor(job.input) })
  }

  private post(order: VerifyOrder): void {
    this.worker.postMessage(order)
  }

  private timeFor({ spool, body }: VerifyInput): number {
    const megabytes = (spool?.size ?? body?.length ?? 0) / 1048576
    return this.times.deadline + Math.ceil(megabytes * this.times.forMegabyte)
  }

  private hear(report: VerifyReport): void {
    if (this.over) return
    this.ready = true
    this.heardAt = performance.now()
    if (!('id' in report)) return
    const given = this.given.get(report.id)
    if (given === undefined) return
    if ('begun' in report) {
      given.begun = true
      // From here on it is being looked at.
      given.timer = setTimeout(() => {
        this.post({ id: report.id, stop: true })
        this.leave(given, undefined)
      }, this.timeFor(given.job.input)).unref()
      return
    }
    this.leave(given, 'error' in report ? undefined : report)
  }

  private leave({ job, timer }: Given, found: Found | undefined): void {
    clearTimeout(timer)
    this.given.delete(job.id)
    this.owner.ended(job, found)
  }

  private beat(): void {
    const now = performance.now()
    // Where this thread itself was held up, what the other one said waits to be heard.
    const late = now - this.beatAt > this.times.beat * 3
    this.beatAt = now
    if (this.given.size === 0 || late) {
      this.heardAt = now
      return
    }
    const patience = this.ready ? this.times.stall : this.times.start
    if (now - this.heardAt > patience) this.lose()
    else this.post({ ping: true })
  }

  private lose(): void {
    if (this.over) return
    const given = this.end()
    const jobs = (begun: boolean): readonly Job[] => given.filter((one) => one.begun === begun).map(({ job }) => job)
    this.owner.lost({ begun: jobs(true), fresh: jobs(false), atStart: !this.ready })
  }

  private end(): readonly Given[] {
    this.over = true
    clearInterval(this.watch)
    void this.worker.terminate()
    const given = [...this.given.values()]
    for (const { timer } of given) clearTimeout(timer)
    this.given.clear()
    return given
  }

  /** Ends the thread and hands back the jobs that it had. */
  async close(): Promise<readonly Job[]> {
    const jobs = this.end().map(({ job }) => job)
    await this.worker.terminate()
    return jobs
  }
}

// The login passphrase: argon2id, its parameters stored with the hash (the PHC string), one computation at a time. Whoever asks where no
// passphrase is set waits as long for the same no.
import { commonWords, generatePassphrase } from '../aliases/generate.ts'
import type { Store } from '../store/store.ts'
import type { Clock, Random } from '../terms/clock.ts'
import { Failure } from '../terms/failure.ts'
import { estimateStrength, MAX_LENGTH, type Strength } from './strength.ts'

/** KiB. hardening.md, loopback door 8: 64 MiB at least. */
const MEMORY = 65_536
/** RFC 9106 §4: three passes where memory is less than 2 GiB. */
const PASSES = 3
/** So many may wait for their turn; each takes a fraction of a second. */
const MAX_WAITING = 4
/** 64.6 bits. */
const WORDS = 5
const MAX_DRAWS = 20

interface Parts {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
}

export class Passphrase {
  private readonly parts: Parts
  private last: Promise<unknown> = Promise.resolve()
  private waiting = 0
  private nobody: Promise<string> | undefined
  private words: ReadonlySet<string> | undefined

  constructor(parts: Parts) {
    this.parts = parts
  }

  get isSet(): boolean {
    return this.parts.store.factors.login().passphraseHash !== null
  }

  /** Whether one more may wait for its turn. */
  get hasRoom(): boolean {
    return this.waiting < MAX_WAITING
  }

  /** What the user's own names are: no secret at all. */
  private own(): string[] {
    const { directory } = this.parts.store
    const domains = directory.domains().map(({ name }): string => name)
    const mailboxes = directory.recipients().map(({ email }) => email.toLowerCase())
    const names = [...domains, ...mailboxes, ...mailboxes.flatMap((one) => one.split('@'))]
    const labels = names.flatMap((one) => one.split(/[@.+_-]/)).filter((one) => one.length >= 4)
    return [...new Set([...names, ...labels])]
  }

  strength(given: string): Strength {
    this.words ??= new Set(commonWords())
    return estimateStrength(given, { words: this.words, own: this.own() })
  }

  /** One in tens of thousands is made of words that everybody tries first, or of one word twice: what would be refused is drawn again. */
  generate(): string {
    for (let i = 0; i < MAX_DRAWS; i++) {
      const made = generatePassphrase(this.parts.random, WORDS)
      if (this.strength(made).verdict !== 'refused') return made
    }
    throw new Error('The random source repeats itself.')
  }

  private async hash(given: string): Promise<string> {
    // Loaded when it is needed: a relay without a login passphrase needs no native module more.
    const { hash } = await import('@node-rs/argon2')
    return hash(Buffer.from(given.normalize('NFKC'), 'utf8'), {
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- argon2id; the package's enum does not exist at run time
      algorithm: 2,
      memoryCost: MEMORY,
      timeCost: PASSES,
      parallelism: 1,
      salt: this.parts.random.bytes(16),
    })
  }

  /** Throws a Failure that says why where it is too easy to guess. */
  async set(given: string): Promise<Strength> {
    const strength = this.strength(given)
    if (strength.verdict === 'refused')
      throw new Failure('access', 'passphrase-weak', strength.reasons.join(' '), {
        remedy: 'Five random words make a good one: postern login generate',
      })
    await this.parts.store.writer.run('setPassphrase', await this.hash(given), this.parts.clock.now())
    return strength
  }

  async remove(): Promise<void> {
    await this.parts.store.writer.run('setPassphrase', null, this.parts.clock.now())
  }

  /** Takes its turn, and as long whether there is a passphrase or none. */
  async verify(given: string): Promise<boolean> {
    this.waiting++
    const mine = this.last.then(() => this.verifyOne(given))
    this.last = mine.catch(() => undefined)
    try {
      return await mine
    } finally {
      this.waiting--
    }
  }

  private async verifyOne(given: string): Promise<boolean> {
    const { verify } = await import('@node-rs/argon2')
    const stored = this.parts.store.factors.login().passphraseHash
    this.nobody ??= this.hash('nobody has this passphrase')
    const against = stored ?? (await this.nobody)
    const good = await verify(against, Buffer.from(given.slice(0, MAX_LENGTH).normalize('NFKC'), 'utf8'))
    return good && stored !== null
  }
}

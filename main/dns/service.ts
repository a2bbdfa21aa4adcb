// The resolver that a relay works with: chosen by what was said at its start and by the settings, exchanged while it runs where these
// change, and watched, so that one which cannot be worked with is known at once.
import { parseAnchors, type Anchor } from './anchors.ts'
import { checkResolver, type ResolverCheck } from './check-resolver.ts'
import { chooseDns, createDns, type Dns, type DnssecMode, type DnsWish, type Lookup, type Resolve } from './resolver.ts'
import { serversOf } from './servers.ts'
import { ResolverWatch, type ResolverHealth, type ResolverTrouble } from './resolver-watch.ts'

export interface DnsChoice {
  /** As `serversOf` reads it; undefined for the system's. */
  readonly server: string | undefined
  readonly dnssec: DnssecMode
}

export interface DnsServiceParts {
  /** What was said at the start: it goes before the settings. */
  readonly said: DnsWish
  /** What the settings say now. */
  readonly stored: () => DnsWish
  /** DS or DNSKEY records, beside the root's. */
  readonly trustAnchors: string | undefined
  readonly now: () => number
  /** Called after another resolver was chosen. */
  readonly switched: (choice: DnsChoice) => void
  /** Called when what is known of the resolver changed. */
  readonly changed: () => void
  readonly onError: (error: unknown, what: string) => void
}

export interface ResolverShown extends ResolverHealth {
  /** As they are asked, in their order. */
  readonly servers: string[]
  readonly isSystem: boolean
  /** What the settings cannot change, because it was said at the start. */
  readonly fixed: { readonly resolver: boolean; readonly dnssec: boolean }
}

const askedOf = ({ server }: DnsChoice): string =>
  serversOf(server)
    .map(({ text }) => text)
    .join(',')

export class DnsService implements Dns {
  private readonly parts: DnsServiceParts
  private readonly anchors: readonly Anchor[]
  private readonly watch: ResolverWatch
  private chosen: DnsChoice
  private current: Dns
  /** The servers that are asked, as they are: the system's change with the network. */
  private asked: string

  /** These stay the same while the resolver behind them is exchanged. */
  readonly lookup: Lookup = (name, type) => this.current.lookup(name, type)
  readonly lookupAnew: Lookup = (name, type) => this.current.lookupAnew(name, type)
  readonly resolve: Resolve = (name, type) => this.current.resolve(name, type)

  /** Throws `bad-resolver`, `bad-anchor` or `ad-not-local`. */
  constructor(parts: DnsServiceParts) {
    this.parts = parts
    this.anchors = parts.trustAnchors === undefined ? [] : parseAnchors(parts.trustAnchors)
    this.chosen = chooseDns(parts.said, parts.stored())
    this.current = this.create(this.chosen)
    this.asked = askedOf(this.chosen)
    this.watch = new ResolverWatch({
      check: () => this.check(this.chosen),
      now: parts.now,
      changed: parts.changed,
      onError: parts.onError,
    })
  }

  private create({ server, dnssec }: DnsChoice): Dns {
    return createDns({ server, dnssec, anchors: this.anchors }, this.parts.now)
  }

  private check({ server, dnssec }: DnsChoice): Promise<ResolverCheck> {
    return checkResolver({ server, dnssec, anchors: this.anchors }, this.parts.now)
  }

  get choice(): DnsChoice {
    return this.chosen
  }

  /** For the state that the pages and the command line show. */
  shown(): ResolverShown {
    const { resolver, dnssec } = this.parts.said
    const fixed = { resolver: resolver !== undefined, dnssec: dnssec !== undefined }
    return { servers: this.asked.split(','), isSystem: this.chosen.server === undefined, fixed, ...this.watch.health }
  }

  get trouble(): ResolverTrouble | undefined {
    return this.watch.trouble
  }

  /** Whether a resolver could be worked with, by what it answers now. Throws where it makes no sense as set up. */
  try(server: string | undefined): Promise<ResolverCheck> {
    return this.check({ server, dnssec: this.chosen.dnssec })
  }

  start(): void {
    this.watch.start()
  }

  stop(): void {
    this.watch.stop()
  }

  /**
   * The settings or the network may be others: reads both again, works with the resolver that they name from now on, and looks whether it
   * can be worked with.
   */
  async refresh(): Promise<void> {
    const next = chooseDns(this.parts.said, this.parts.stored())
    const asked = askedOf(next)
    if (asked !== this.asked || next.dnssec !== this.chosen.dnssec) {
      this.current = this.create(next)
      this.asked = asked
      this.chosen = next
      this.parts.switched(next)
      this.watch.forget()
    }
    await this.watch.lookIfStarted()
  }

  /** Looks at the resolver once more. */
  look(): Promise<void> {
    return this.watch.look()
  }
}

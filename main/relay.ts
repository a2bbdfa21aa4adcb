// The composition root: opens the folder, builds the parts, wires them, starts and stops them.
import { REAL_ADDRESS_KEY, realAddressTag } from './aliases/real-address.ts'
import { createHmac, randomBytes, randomInt } from 'node:crypto'
import { Access } from './access/access.ts'
import { Sessions } from './access/sessions.ts'
import { TokenRate } from './access/token-rate.ts'
import { verifyAppPassword } from './access/app-password.ts'
import { resumeBulk } from './api/actions/bulk.ts'
import { createApi, type Api } from './api/app.ts'
import { createDisplay } from './api/display.ts'
import type { Caller } from './api/parts.ts'
import type { AppState } from './api/shapes.ts'
import { distFolder, scriptsIn, type Scripts } from './dist-folder.ts'
import type { DeliveryParts } from './delivery/deliver.ts'
import { createPost } from './delivery/post-report.ts'
import { stsPoliciesIn } from './delivery/sts-store.ts'
import type { StsPolicies } from './delivery/sts-policies.ts'
import { testTls } from './delivery/test-tls.ts'
import { SmtpClients } from './delivery/smtp-client.ts'
import type { DnssecMode } from './dns/resolver.ts'
import { DnsService } from './dns/service.ts'
import { Duplicates } from './queue/duplicates.ts'
import { HiddenPeers } from './queue/hidden-peers.ts'
import { Housekeeping } from './queue/housekeeping.ts'
import { tendKeys } from './queue/key-rotation.ts'
import { NetworkWatch } from './queue/network-watch.ts'
import { Announcer } from './queue/announce.ts'
import { MailPath } from './queue/mail-path.ts'
import { MESSAGE_ID_KEY } from './queue/out-message-id.ts'
import type { MailParts } from './queue/parts.ts'
import { takeReports } from './queue/posted-reports.ts'
import { createPreviewer } from './queue/preview.ts'
import { ReportSender } from './queue/report-sender.ts'
import { Room } from './queue/room.ts'
import { troublesOf } from './queue/troubles.ts'
import { QueueRunner } from './queue/runner.ts'
import { relayState, type Phase } from './relay-state.ts'
import { FIRST_START, setUp, systemClock } from './setup.ts'
import { limitsOf } from './smtp/limits.ts'
import { readChoice, readCount } from './store/settings.ts'
import { Listeners, type ListenerOptions } from './smtp/listeners.ts'
import { Backups, type BackupPlace } from './store/backup-jobs.ts'
import { DiskRoom } from './store/disk-room.ts'
import { lockFolder, type FolderLock } from './store/folder-lock.ts'
import { DamageWatch } from './store/damage-watch.ts'
import { finishInterrupted, prepareStore } from './store/prepare.ts'
import { openStore, type Store } from './store/store.ts'
import { domainOf, type Domain } from './terms/address.ts'
import type { Random } from './terms/clock.ts'
import { Failure } from './terms/failure.ts'
import { certificateSource, type CertificateSource } from './tls/certificate.ts'
import { startVerifier, type Verifier } from './trust/verify.ts'
import { hasVault, openVault, type Asked, type KeySource, type Vault } from './vault/vault.ts'
import { VERSION } from './version.ts'

export interface RelayOptions {
  readonly dataFolder: string
  /** Where the built scripts of the worker threads are. */
  readonly distFolder?: string
  /** The scripts themselves, where they are not in `distFolder`. */
  readonly scripts?: Scripts
  readonly key?: KeySource
  /** How to ask for a passphrase, where somebody is there to be asked. */
  readonly asked?: Asked
  /** `ADDRESS:PORT`, `tls://…` or `https://…`; the system's where there is none. */
  readonly resolver?: string
  readonly dnssec?: DnssecMode
  /** DS or DNSKEY records, beside the root's. */
  readonly trustAnchors?: string
  readonly listeners?: ListenerOptions
  /** Makes the folder where there is none. */
  readonly setUpIfNew?: boolean
  readonly onError?: (error: unknown, what: string) => void
}

export interface Relay {
  readonly api: Api
  readonly store: Store
  readonly sessions: Sessions
  fetch(request: Request, caller: Caller): Promise<Response>
  /** A TLS report that somebody posts. */
  takeReport(request: Request, from: string): Promise<Response>
  state(): AppState
  /** Opens the listeners and starts the queue. */
  start(): Promise<void>
  /** The HTTP door is opened by the host; it tells here where. */
  /** What there is to protect a door beyond this machine. */
  readonly certificates: CertificateSource
  addListener(listener: AppState['listeners'][number]): void
  /** No new sessions; what runs may finish within `grace` milliseconds; everything accepted is safe. */
  stop(grace?: number): Promise<void>
  /** Tells where the database is found damaged while the relay runs. */
  readonly damage: Pick<DamageWatch, 'found'>
}

export const systemRandom: Random = { bytes: (size) => randomBytes(size) }

/** Opens a data folder: nothing listens yet, but every command of the API works. */
export async function openRelay(options: RelayOptions): Promise<Relay> {
  const scripts = options.scripts ?? scriptsIn(options.distFolder ?? distFolder())
  const { dataFolder: folder, key } = options
  finishInterrupted(folder)
  if (!hasVault(folder)) {
    if (options.setUpIfNew !== true)
      throw new Failure('headless', 'no-folder', `${folder} is no relay's folder.`, {
        remedy: 'Make one with: postern init',
      })
    await setUp({ ...FIRST_START, folder, key, asked: options.asked, writerScript: scripts.writer })
  }
  process.umask(0o077) // whoever hosts us: what we write is the owner's alone
  const lock = lockFolder(folder)
  try {
    const vault = await openVault(folder, key, options.asked)
    const place = { folder, vault, script: scripts.backup, version: VERSION }
    await prepareStore(place, systemClock.now())
    const store = await openStore({ folder, key: vault.databaseKey, writerScript: scripts.writer })
    if (store.directory.setting('ready') !== '1') {
      await store.close()
      throw new Failure('headless', 'half-made', `${folder} was never finished: its set-up was interrupted.`, {
        remedy: 'It holds no mail. Remove it and run postern init again.',
      })
    }
    try {
      return new OpenRelay(options, scripts, lock, store, place)
    } catch (error) {
      // Its threads would keep the process alive.
      await store.close()
      throw error
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

class OpenRelay implements Relay {
  readonly api: Api
  readonly store: Store
  readonly sessions: Sessions
  private readonly lock: FolderLock
  readonly announcer = new Announcer()
  private readonly verifier: Verifier
  private readonly runner: QueueRunner
  private readonly listeners: Listeners
  readonly certificates: CertificateSource
  private readonly housekeeping: Housekeeping
  private readonly reportSender: ReportSender
  readonly takeReport: Relay['takeReport']
  private readonly backups: Backups
  private readonly duplicates: Duplicates
  private readonly network: NetworkWatch
  private readonly startedAt = systemClock.now()
  private readonly room: Room
  private readonly hiddenPeers: HiddenPeers
  private readonly dns: DnsService
  private readonly policies: StsPolicies
  private readonly delivery: DeliveryParts
  private readonly moreListeners: AppState['listeners'] = []
  private phase: Phase = 'open'
  readonly damage: DamageWatch

  constructor(options: RelayOptions, scripts: Scripts, lock: FolderLock, store: Store, place: BackupPlace) {
    this.lock = lock
    this.store = store
    this.sessions = new Sessions(systemClock, systemRandom, () => ({
      idle: readCount(store.directory, 'session-idle-minutes') * 60_000,
      absolute: readCount(store.directory, 'session-hours') * 3_600_000,
    }))
    this.damage = new DamageWatch({ place, clock: systemClock, tell: options.onError })
    const { onError } = this.damage
    this.dns = this.dnsService(options, onError)
    const { server, dnssec } = this.dns.choice
    this.verifier = startVerifier(scripts.verify, {
      spoolFolder: store.spoolFolder,
      ...{ resolver: server, dnssec },
      trustAnchors: options.trustAnchors,
      queryTimeout: 1500,
    })
    this.duplicates = new Duplicates({ store, clock: systemClock, onError })
    this.room = new Room({ store, clock: systemClock }, new DiskRoom(store.spoolFolder, () => systemClock.now()))
    this.hiddenPeers = new HiddenPeers(store)
    const parts = this.mailParts(place.vault, onError)
    this.policies = stsPoliciesIn(store, this.dns.lookup, () => systemClock.now())
    this.takeReport = takeReports(parts)
    this.reportSender = new ReportSender(parts, this.dns.lookup, createPost({ lookup: this.dns.lookup }))
    this.delivery = this.deliveryParts()
    this.runner = new QueueRunner(parts, this.delivery)
    const keys = (): Promise<void> => tendKeys(parts, this.dns.lookup)
    this.housekeeping = new Housekeeping(parts, (limit) => this.policies.refreshStale(limit), keys)
    this.network = new NetworkWatch(
      () => systemClock.now(),
      () => {
        this.tryEverything(onError)
      },
    )
    this.backups = new Backups({ ...place, store, clock: systemClock, onError })
    const certificates = certificateSource(store, () => systemClock.now())
    this.certificates = certificates
    this.listeners = new Listeners(options.listeners ?? {}, {
      store,
      hostname: () => this.hostname(),
      secureContext: (name) => certificates.current(name),
      limits: parts.limits,
      handler: new MailPath({ ...parts, tally: this.reportSender.tally }),
      now: () => systemClock.now(),
      onError,
    })
    this.api = this.makeApi(parts, scripts, place.vault, onError)
  }

  private dnsService(options: RelayOptions, onError: MailParts['onError']): DnsService {
    const { directory } = this.store
    return new DnsService({
      said: { resolver: options.resolver, dnssec: options.dnssec },
      stored: () => ({ resolver: directory.setting('resolver'), dnssec: readChoice(directory, 'dnssec') }),
      trustAnchors: options.trustAnchors,
      now: () => systemClock.now(),
      switched: ({ server, dnssec }) => {
        this.verifier.use({ resolver: server, dnssec }).catch((error: unknown) => onError(error, 'another resolver'))
      },
      changed: () => this.announcer.tell({ kind: 'state' }),
      onError,
    })
  }

  private deliveryParts(): DeliveryParts {
    return {
      clients: new SmtpClients(() => systemClock.now()),
      lookup: this.dns.lookup,
      policies: this.policies,
      overrideOf: (domain) => this.store.trust.tlsOverride(domain)?.level,
      ehlo: () => this.hostname(),
      chance: () => randomInt(1 << 30) / (1 << 30),
      credentials: () => this.routeCredentials(),
      mxPort: 25,
      reachable: {
        named: () => (this.store.directory.setting('private-hosts') ?? '').split(',').filter((one) => one !== ''),
        isOwn: (domain) => this.store.directory.recipients().some(({ email }) => domainOf(email) === domain),
      },
      count: this.reportSender.tally.countTls,
    }
  }

  private mailParts(vault: Vault, onError: MailParts['onError']): MailParts {
    const { store, announcer, verifier } = this
    return {
      store,
      announcer,
      verifier,
      onError,
      duplicates: this.duplicates,
      room: this.room,
      hiddenPeers: this.hiddenPeers,
      clock: systemClock,
      random: systemRandom,
      limits: limitsOf(store.directory),
      hostname: () => this.hostname(),
      route: () => this.route(),
      returnPathKey: vault.derive('return path'),
      unsubscribeKey: vault.derive('unsubscribe'),
      calendarKey: vault.derive('calendar uids'),
      messageIdKey: vault.derive(MESSAGE_ID_KEY),
      realAddressTag: realAddressTag(vault.derive(REAL_ADDRESS_KEY)),
      loopMark: createHmac('sha256', vault.derive('loop mark')).digest('hex').slice(0, 20),
      authenticate: (username, password) => verifyAppPassword({ store, clock: systemClock }, username, password),
    }
  }

  private makeApi(parts: MailParts, scripts: Scripts, vault: Vault, onError: MailParts['onError']): Api {
    const { store, announcer, sessions } = this
    return createApi(
      {
        store,
        announcer,
        access: new Access({ store, vault, sessions, clock: systemClock, random: systemRandom }),
        tokenRate: new TokenRate(systemClock),
        clock: systemClock,
        random: systemRandom,
        version: VERSION,
        vault,
        backups: this.backups,
        onError,
        state: () => this.state(),
        route: () => this.route(),
        previewer: createPreviewer(parts),
        lookup: this.dns.lookup,
        lookupAnew: this.dns.lookupAnew,
        resolvers: this.dns,
        testTls: (domain) => testTls(domain, this.delivery),
        wakeQueue: () => {
          this.runner.wake()
        },
        hurryQueue: () => {
          this.runner.hurry()
        },
        pauseQueue: () => {
          this.runner.pause()
        },
        accountsChanged: () => (this.phase === 'running' ? this.listeners.openSubmission() : Promise.resolve()),
        display: createDisplay(store, scripts.display),
      },
      (error) => {
        onError(error, 'api')
      },
    )
  }

  private hostname(): Domain {
    return (this.store.directory.setting('hostname') ?? 'localhost') as Domain
  }

  private route(): string {
    return this.store.directory.setting('route') ?? 'mailbox'
  }

  private routeCredentials(): { readonly user: string; readonly password: string } | undefined {
    const user = this.store.directory.setting('route-user')
    const password = this.store.directory.setting('route-password')
    return user === undefined || password === undefined ? undefined : { user, password }
  }

  fetch(request: Request, caller: Caller): Promise<Response> {
    return this.api.fetch(request, caller)
  }

  state(): AppState {
    const now = systemClock.now()
    const { store, phase, startedAt, dns, listeners, moreListeners } = this
    const troubles = troublesOf({ store, room: this.room, hiddenPeers: this.hiddenPeers, resolver: dns.trouble }, now)
    const open = [...listeners.open, ...moreListeners]
    const names = { hostname: this.hostname(), route: this.route() }
    return relayState({ store, phase, troubles, listeners: open, startedAt, dns, ...names }, now)
  }

  /** The machine slept, or is in another network: nothing waits for its next step. */
  private tryEverything(onError: MailParts['onError']): void {
    this.dns.refresh().catch((error: unknown) => onError(error, 'reading the resolver'))
    this.store.writer.run('wakeAll', systemClock.now()).then(
      () => {
        this.runner.hurry()
      },
      (error: unknown) => {
        onError(error, 'waking the queue')
      },
    )
  }

  addListener(listener: AppState['listeners'][number]): void {
    this.moreListeners.push(listener)
  }

  async start(): Promise<void> {
    await this.listeners.start()
    await this.runner.start()
    this.housekeeping.start()
    this.reportSender.start()
    this.network.start()
    this.dns.start()
    this.backups.start()
    void resumeBulk({ store: this.store, announcer: this.announcer, onError: this.damage.onError })
    this.phase = 'running'
  }

  async stop(grace = 10_000): Promise<void> {
    this.phase = 'stopping'
    this.housekeeping.stop()
    this.network.stop()
    this.dns.stop()
    const backupEnded = this.backups.stop()
    await this.listeners.close(grace)
    await this.runner.stop(grace)
    await this.reportSender.stop()
    await Promise.all([backupEnded, this.damage.stop()])
    await this.duplicates.flush()
    await this.verifier.close()
    await this.store.close()
    this.lock.release()
  }
}

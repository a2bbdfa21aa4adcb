// Rows of the table of direct delivery: DANE, and the user's own word.
import type { TlsOverride } from '../../main/delivery/decide-tls.ts'
import type { TestCa } from './certificates.ts'
import type { HostName, PolicyHost } from './mail-hosts.ts'

/** A TLSA record: its three numbers, and what it is of; `!` in front makes it of something else. */
export type Tlsa = readonly [
  usage: number,
  selector: number,
  matching: number,
  of: 'good' | 'self' | 'expired' | 'other' | 'ca' | '!' | 'short',
]

export interface Case {
  readonly what: string
  /** `s`: signed; `u`: not; `b`: signed, with TLSA records that were cut out. */
  readonly zone: 's' | 'u' | 'b'
  readonly hosts: readonly HostName[]
  readonly tlsa?: readonly (readonly Tlsa[])[]
  /** More lines of the zone; `@D` is the domain's label. */
  readonly lines?: readonly string[]
  readonly noMx?: boolean
  readonly policy?: PolicyHost | ((ca: TestCa) => PolicyHost)
  readonly sts?: readonly string[]
  readonly cached?: { readonly mode: 'enforce' | 'testing' | 'none'; readonly id?: string; readonly age?: number }
  readonly override?: TlsOverride
  readonly requireTls?: boolean
  readonly gets: 'delivered' | 'deferred' | 'failed'
  /** The level where it was delivered, else the reason. */
  readonly as: string
}

export const match = (...rows: Tlsa[]): readonly (readonly Tlsa[])[] => [rows]
export const POLICY = (mode: string, ...mx: string[]): PolicyHost => ({
  text: ['version: STSv1', `mode: ${mode}`, ...mx.map((one) => `mx: ${one}`), 'max_age: 86400', ''].join('\r\n'),
})
export const RECORD = ['v=STSv1; id=now1;']
export const DAY = 86_400_000

export const DANE: readonly Case[] = [
  {
    what: '3 1 1 that fits a self-signed certificate',
    zone: 's',
    hosts: ['self'],
    tlsa: match([3, 1, 1, 'self']),
    gets: 'delivered',
    as: 'dane',
  },
  {
    what: '3 1 1 that does not fit',
    zone: 's',
    hosts: ['good'],
    tlsa: match([3, 1, 1, '!']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  {
    what: '3 0 1 that fits',
    zone: 's',
    hosts: ['good'],
    tlsa: match([3, 0, 1, 'good']),
    gets: 'delivered',
    as: 'dane',
  },
  {
    what: '3 0 1 that does not fit',
    zone: 's',
    hosts: ['good'],
    tlsa: match([3, 0, 1, '!']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  { what: '2 1 1 that fits', zone: 's', hosts: ['good'], tlsa: match([2, 1, 1, 'ca']), gets: 'delivered', as: 'dane' },
  {
    what: '2 1 1 that does not fit',
    zone: 's',
    hosts: ['good'],
    tlsa: match([2, 1, 1, '!']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  { what: '2 0 2 that fits', zone: 's', hosts: ['good'], tlsa: match([2, 0, 2, 'ca']), gets: 'delivered', as: 'dane' },
  {
    what: '2 0 2 that does not fit',
    zone: 's',
    hosts: ['good'],
    tlsa: match([2, 0, 2, '!']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  ...(
    [
      [3, 1, 2, 'good'],
      [3, 0, 2, 'good'],
      [3, 1, 0, 'good'],
      [3, 0, 0, 'good'],
      [2, 0, 0, 'ca'],
      [2, 1, 0, 'ca'],
      [2, 0, 1, 'ca'],
      [2, 1, 2, 'ca'],
    ] as const
  ).map((row): Case => ({
    what: `${row.slice(0, 3).join(' ')} that fits`,
    zone: 's',
    hosts: ['good'],
    tlsa: match(row),
    gets: 'delivered',
    as: 'dane',
  })),
  {
    what: '2 1 1 that names the server itself and no authority',
    zone: 's',
    hosts: ['good'],
    tlsa: match([2, 1, 1, 'good']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  {
    what: '2 1 1 with a certificate for another name',
    zone: 's',
    hosts: ['other'],
    tlsa: match([2, 1, 1, 'ca']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  {
    what: '2 1 1 with an expired certificate',
    zone: 's',
    hosts: ['expired'],
    tlsa: match([2, 1, 1, 'ca']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  {
    what: '3 1 1 with an expired certificate: dates do not count',
    zone: 's',
    hosts: ['expired'],
    tlsa: match([3, 1, 1, 'expired']),
    gets: 'delivered',
    as: 'dane',
  },
  {
    what: '3 1 1 with another name: names do not count',
    zone: 's',
    hosts: ['other'],
    tlsa: match([3, 1, 1, 'other']),
    gets: 'delivered',
    as: 'dane',
  },
  {
    what: 'one of several records fits',
    zone: 's',
    hosts: ['good'],
    tlsa: match([3, 1, 1, '!'], [2, 1, 1, '!'], [3, 0, 1, 'good']),
    gets: 'delivered',
    as: 'dane',
  },
  {
    what: 'one that cannot be used beside one that does not fit',
    zone: 's',
    hosts: ['good'],
    tlsa: match([1, 1, 1, 'good'], [3, 1, 1, '!']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  {
    what: 'only usages 0 and 1: encryption is a must',
    zone: 's',
    hosts: ['self'],
    tlsa: match([1, 1, 1, '!'], [0, 0, 1, '!']),
    gets: 'delivered',
    as: 'encrypted',
  },
  {
    what: 'only usage 1, and a server without TLS',
    zone: 's',
    hosts: ['plain'],
    tlsa: match([1, 1, 1, '!']),
    gets: 'deferred',
    as: 'tls-failed',
  },
  {
    what: 'only a digest of the wrong length',
    zone: 's',
    hosts: ['self'],
    tlsa: match([3, 1, 1, 'short']),
    gets: 'delivered',
    as: 'encrypted',
  },
  {
    what: 'an unknown selector and an unknown digest only',
    zone: 's',
    hosts: ['plain'],
    tlsa: match([3, 7, 1, '!'], [3, 1, 9, '!']),
    gets: 'deferred',
    as: 'tls-failed',
  },
  {
    what: 'the stronger digest counts where there are two',
    zone: 's',
    hosts: ['good'],
    tlsa: match([3, 1, 1, 'good'], [3, 1, 2, '!']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  {
    what: 'STARTTLS cut out on the way',
    zone: 's',
    hosts: ['stripped'],
    tlsa: match([3, 1, 1, 'good']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  {
    what: 'TLSA and a server without TLS',
    zone: 's',
    hosts: ['plain'],
    tlsa: match([3, 1, 1, 'good']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  {
    what: 'TLSA and broken TLS',
    zone: 's',
    hosts: ['broken'],
    tlsa: match([3, 1, 1, 'good']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  {
    what: 'TLSA and a server without forward secrecy',
    zone: 's',
    hosts: ['nosecrecy'],
    tlsa: match([3, 1, 1, 'good']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  { what: 'provably no TLSA, TLS offered', zone: 's', hosts: ['self'], gets: 'delivered', as: 'encrypted' },
  { what: 'provably no TLSA, no TLS', zone: 's', hosts: ['plain'], gets: 'delivered', as: 'clear' },
  { what: 'provably no TLSA, STARTTLS cut out', zone: 's', hosts: ['stripped'], gets: 'delivered', as: 'clear' },
  {
    what: 'TLSA records cut out of the zone',
    zone: 'b',
    hosts: ['plain'],
    tlsa: match([3, 1, 1, 'good']),
    gets: 'deferred',
    as: 'dane-failed',
  },
  {
    what: 'TLSA in an unsigned zone counts for nothing',
    zone: 'u',
    hosts: ['self'],
    tlsa: match([3, 1, 1, '!']),
    gets: 'delivered',
    as: 'encrypted',
  },
  {
    what: 'an unsigned MX to a signed server: no DANE',
    zone: 'u',
    hosts: [],
    lines: ['@D IN MX 10 elsewhere.s.test.'],
    gets: 'delivered',
    as: 'encrypted',
  },
  {
    what: 'a signed MX to an unsigned server: no DANE',
    zone: 's',
    hosts: [],
    lines: ['@D IN MX 10 elsewhere.u.test.'],
    gets: 'delivered',
    as: 'encrypted',
  },
  {
    what: 'the first server fails, the second proves itself',
    zone: 's',
    hosts: ['good', 'self'],
    tlsa: [[[3, 1, 1, '!']], [[3, 1, 1, 'self']]],
    gets: 'delivered',
    as: 'dane',
  },
  {
    what: 'both servers fail',
    zone: 's',
    hosts: ['good', 'self'],
    tlsa: [[[3, 1, 1, '!']], [[3, 1, 1, '!']]],
    gets: 'deferred',
    as: 'dane-failed',
  },
  {
    what: 'the first is not there, the second proves itself',
    zone: 's',
    hosts: ['nobody', 'good'],
    tlsa: [[[3, 1, 1, 'good']], [[3, 1, 1, 'good']]],
    gets: 'delivered',
    as: 'dane',
  },
  {
    what: 'the server is an alias, TLSA at what it leads to',
    zone: 's',
    hosts: [],
    lines: ['@D IN MX 10 al-@D', 'al-@D IN CNAME daned'],
    gets: 'delivered',
    as: 'dane',
  },
  {
    what: 'the server is an alias out of the signed zone, TLSA at itself',
    zone: 's',
    hosts: [],
    lines: ['@D IN MX 10 out-@D', 'out-@D IN CNAME elsewhere.u.test.', '_PORT._tcp.out-@D IN TLSA WRONG'],
    gets: 'deferred',
    as: 'dane-failed',
  },
  {
    what: 'the TLSA name is an alias',
    zone: 's',
    hosts: ['good'],
    lines: ['_PORT._tcp.h0-@D IN CNAME _PORT._tcp.daned'],
    gets: 'delivered',
    as: 'dane',
  },
  {
    what: 'no MX: TLSA at the domain',
    zone: 's',
    hosts: [],
    noMx: true,
    lines: ['@D IN A GOOD', '_PORT._tcp.@D IN TLSA WRONG'],
    gets: 'deferred',
    as: 'dane-failed',
  },
  { what: 'null MX', zone: 's', hosts: [], lines: ['@D IN MX 0 .'], gets: 'failed', as: 'no-mail-server' },
  { what: 'no such domain', zone: 's', hosts: [], noMx: true, gets: 'failed', as: 'no-mail-server' },
]

export const WORD: readonly Case[] = [
  {
    what: 'broken TLS and no policy: in clear',
    zone: 'u',
    hosts: ['broken'],
    gets: 'deferred',
    as: 'deferred-by-server',
  },
  {
    what: 'no forward secrecy and no policy: in clear',
    zone: 's',
    hosts: ['nosecrecy'],
    gets: 'delivered',
    as: 'clear',
  },
  {
    what: 'your word: encrypted, no TLS',
    zone: 'u',
    hosts: ['plain'],
    override: 'encrypted',
    gets: 'deferred',
    as: 'tls-failed',
  },
  {
    what: 'your word: encrypted, self-signed',
    zone: 'u',
    hosts: ['self'],
    override: 'encrypted',
    gets: 'delivered',
    as: 'encrypted',
  },
  {
    what: 'your word: verified, self-signed',
    zone: 'u',
    hosts: ['self'],
    override: 'verified',
    gets: 'deferred',
    as: 'tls-failed',
  },
  {
    what: 'your word: verified, and it is',
    zone: 'u',
    hosts: ['good'],
    override: 'verified',
    gets: 'delivered',
    as: 'verified',
  },
  {
    what: 'your word: verified, and DANE does it',
    zone: 's',
    hosts: ['self'],
    tlsa: match([3, 1, 1, 'self']),
    override: 'verified',
    gets: 'delivered',
    as: 'dane',
  },
  {
    what: 'your word: opportunistic, though TLSA does not fit',
    zone: 's',
    hosts: ['good'],
    tlsa: match([3, 1, 1, '!']),
    override: 'opportunistic',
    gets: 'delivered',
    as: 'verified',
  },
  { what: 'your word: none', zone: 'u', hosts: ['good'], override: 'none', gets: 'delivered', as: 'clear' },
  { what: 'REQUIRETLS, self-signed', zone: 'u', hosts: ['self'], requireTls: true, gets: 'deferred', as: 'tls-failed' },
  {
    what: 'REQUIRETLS, proved, but the server does not promise it',
    zone: 'u',
    hosts: ['good'],
    requireTls: true,
    gets: 'failed',
    as: 'requiretls',
  },
  {
    what: 'REQUIRETLS goes above your word',
    zone: 'u',
    hosts: ['plain'],
    requireTls: true,
    override: 'none',
    gets: 'deferred',
    as: 'tls-failed',
  },
]

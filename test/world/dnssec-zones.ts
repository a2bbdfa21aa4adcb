// Zones with every way of being signed, badly signed and not signed, and the names to ask for.
import type { ZoneSpec } from './zones.ts'

const HOST = (more = ''): string => `@ IN MX 10 mx
mx IN A 192.0.2.1
mx IN AAAA 2001:db8::1
_25._tcp.mx IN TLSA 3 1 1 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
txt IN TXT "hello"
deep.empty.non.terminal IN TXT "deep"
${more}`

/** The signature records over one type, dropped; `-f` writes one record a line or in parentheses: both go. */
function without(zone: string, pattern: RegExp): string {
  const records: string[] = []
  let open = false
  for (const line of zone.split('\n')) {
    if (open) records.push(`${records.pop() ?? ''}\n${line}`)
    else records.push(line)
    const text = line.replaceAll(/"[^"]*"/g, '')
    if (text.includes('(')) open = true
    if (text.includes(')')) open = false
  }
  return records.filter((record) => !pattern.test(record)).join('\n')
}

const NSEC3 = ['-3', '-', '-H', '0']

export const DNSSEC_ZONES: readonly ZoneSpec[] = [
  { name: '.', algorithm: 'RSASHA256', keys: 'pair', records: '' },
  { name: 'test', algorithm: 'ECDSAP256SHA256', keys: 'pair', records: 'www IN A 192.0.2.9' },
  { name: 'a8.test', algorithm: 'RSASHA256', records: HOST() },
  { name: 'a10.test', algorithm: 'RSASHA512', records: HOST() },
  {
    name: 'a13.test',
    algorithm: 'ECDSAP256SHA256',
    keys: 'pair',
    records: HOST(`*.wild IN TXT "wild"
exact.wild IN TXT "exact"
*.wildcname IN CNAME mx.a15.test.
alias IN CNAME mx
far IN CNAME mx.n3.test.
toplain IN CNAME mx.plain.test.
tobogus IN CNAME txt.badsig.test.
tonowhere IN CNAME nowhere.n3.test.
loop IN CNAME loop2
loop2 IN CNAME loop
dname IN DNAME n3.test.
plaindname IN DNAME plain.test.
nulls IN MX 0 .
nomx IN A 192.0.2.7`),
  },
  { name: 'a14.test', algorithm: 'ECDSAP384SHA384', records: HOST() },
  { name: 'a15.test', algorithm: 'ED25519', records: HOST() },
  { name: 'both.test', algorithm: 'RSASHA256', keys: { both: 'ECDSAP256SHA256' }, records: HOST() },
  {
    name: 'n3.test',
    algorithm: 'ECDSAP256SHA256',
    sign: NSEC3,
    records: HOST('*.wild IN TXT "wild"\nalias IN CNAME mx.a15.test.'),
  },
  {
    name: 'n3salt.test',
    algorithm: 'RSASHA256',
    sign: ['-3', 'aabbccdd', '-H', '10'],
    records: HOST('*.wild IN TXT "wild"'),
  },
  { name: 'n3opt.test', algorithm: 'ECDSAP256SHA256', sign: [...NSEC3, '-A'], records: HOST('*.wild IN TXT "wild"') },
  {
    name: 'n3many.test',
    algorithm: 'ECDSAP256SHA256',
    sign: ['-3', '-', '-H', '149'],
    records: HOST('*.wild IN TXT "wild"'),
  },
  { name: 'sub.n3opt.test', records: HOST() },
  { name: 'signed.n3opt.test', algorithm: 'ECDSAP256SHA256', records: HOST() },
  { name: 'sub.n3.test', records: HOST() },
  { name: 'plain.test', records: HOST('*.wild IN TXT "wild"') },
  { name: 'island.plain.test', algorithm: 'ECDSAP256SHA256', records: HOST(), ds: () => [] },
  {
    name: 'expired.test',
    algorithm: 'ECDSAP256SHA256',
    sign: ['-s', '20200101000000', '-e', '20200201000000'],
    records: HOST(),
  },
  {
    name: 'future.test',
    algorithm: 'ECDSAP256SHA256',
    sign: ['-s', '20400101000000', '-e', '20400201000000'],
    records: HOST(),
  },
  {
    name: 'wrongds.test',
    algorithm: 'ECDSAP256SHA256',
    records: HOST(),
    ds: (lines) => lines.map((line) => line.replace(/[0-9A-F]{8}$/, '00000000')),
  },
  {
    name: 'sha384.test',
    algorithm: 'ECDSAP256SHA256',
    records: HOST(),
    // Two DS of one key: a digest that nobody knows beside the right one.
    ds: (lines) => [...lines, ...lines.map((line) => line.replace(/ 2 ([0-9A-F]{16})/, ' 99 $1'))],
  },
  {
    name: 'unknown.test',
    algorithm: 'ECDSAP256SHA256',
    records: HOST(),
    ds: (lines) => lines.map((line) => line.replace(/(DS \d+) 13/, '$1 200')),
  },
  {
    name: 'digest.test',
    algorithm: 'ECDSAP256SHA256',
    records: HOST(),
    ds: (lines) => lines.map((line) => line.replace(/(DS \d+ 13) 2/, '$1 77')),
  },
  { name: 'nokey.test', algorithm: 'ECDSAP256SHA256', records: HOST(), spoil: (zone) => without(zone, /\sDNSKEY\s/) },
  {
    name: 'nosig.test',
    algorithm: 'ECDSAP256SHA256',
    records: HOST(),
    spoil: (zone) => without(zone, /RRSIG\s+TXT\s/),
  },
  {
    name: 'badsig.test',
    algorithm: 'ECDSAP256SHA256',
    records: HOST(),
    spoil: (zone) => zone.replace('"hello"', '"jello"'),
  },
  {
    name: 'nonsec.test',
    algorithm: 'ECDSAP256SHA256',
    records: HOST(),
    spoil: (zone) => without(zone, /\sNSEC\s/),
  },
  {
    name: 'stripped.test',
    algorithm: 'ECDSAP256SHA256',
    records: HOST(),
    // As somebody would who wants the TLSA record gone: the record and its signature are cut out, nothing proves it.
    spoil: (zone) => without(zone, /TLSA/),
  },
]

/** Name and type; what is said of each is what Unbound says. */
export const QUESTIONS: readonly (readonly [string, string])[] = [
  ...[
    'a8',
    'a10',
    'a13',
    'a14',
    'a15',
    'both',
    'n3',
    'n3salt',
    'n3opt',
    'n3many',
    'plain',
    'sha384',
    'unknown',
    'digest',
  ].flatMap((zone): [string, string][] => [
    [`${zone}.test`, 'MX'],
    [`mx.${zone}.test`, 'A'],
    [`_25._tcp.mx.${zone}.test`, 'TLSA'],
    [`_465._tcp.mx.${zone}.test`, 'TLSA'],
    [`txt.${zone}.test`, 'MX'],
    [`nowhere.${zone}.test`, 'A'],
    [`empty.non.terminal.${zone}.test`, 'A'],
  ]),
  ...['wild', 'nosuch'].flatMap((label): [string, string][] =>
    ['a13', 'n3', 'n3salt', 'n3opt', 'n3many', 'plain'].flatMap((zone): [string, string][] => [
      [`x.${label}.${zone}.test`, 'TXT'],
      [`y.x.${label}.${zone}.test`, 'A'],
    ]),
  ),
  ...['expired', 'future', 'wrongds', 'nokey', 'nosig', 'badsig', 'nonsec', 'stripped'].flatMap(
    (zone): [string, string][] => [
      [`txt.${zone}.test`, 'TXT'],
      [`_25._tcp.mx.${zone}.test`, 'TLSA'],
      [`nowhere.${zone}.test`, 'A'],
      [`${zone}.test`, 'DNSKEY'],
    ],
  ),
  ['exact.wild.a13.test', 'TXT'],
  ['exact.wild.a13.test', 'A'],
  ['x.wildcname.a13.test', 'A'],
  ['x.wildcname.a13.test', 'MX'],
  ['alias.a13.test', 'A'],
  ['far.a13.test', 'AAAA'],
  ['toplain.a13.test', 'A'],
  ['tobogus.a13.test', 'TXT'],
  ['tonowhere.a13.test', 'A'],
  ['mx.dname.a13.test', 'A'],
  ['nowhere.dname.a13.test', 'A'],
  ['_25._tcp.mx.dname.a13.test', 'TLSA'],
  ['mx.plaindname.a13.test', 'A'],
  ['alias.n3.test', 'A'],
  ['nulls.a13.test', 'MX'],
  ['nomx.a13.test', 'MX'],
  ['sub.n3opt.test', 'MX'],
  ['mx.sub.n3opt.test', 'A'],
  ['nowhere.sub.n3opt.test', 'A'],
  ['mx.signed.n3opt.test', 'A'],
  ['sub.n3.test', 'MX'],
  ['mx.island.plain.test', 'A'],
  ['a13.test', 'DS'],
  ['plain.test', 'DS'],
  ['sub.n3opt.test', 'DS'],
  ['sub.n3.test', 'DS'],
  ['a13.test', 'DNSKEY'],
  ['a13.test', 'SOA'],
  ['www.test', 'A'],
  ['nowhere.test', 'MX'],
  ['test', 'NS'],
  ['.', 'NS'],
  ['nowhere', 'A'],
]

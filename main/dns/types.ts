// The numbers of record types, answers and algorithms that are known here, and their names. RFC 1035 §3.2, IANA "DNS parameters"

export const TYPES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  SSHFP: 44,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  OPENPGPKEY: 61,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  CAA: 257,
} as const

export type TypeName = keyof typeof TYPES

const NAMES = new Map<number, string>(Object.entries(TYPES).map(([name, number]) => [number, name]))

/** RFC 3597 §5: `TYPE65280` where it has no name here. */
export function typeName(type: number): string {
  return NAMES.get(type) ?? `TYPE${type}`
}

/** `MX`, `mx` or `TYPE15`; undefined where it is neither. OPT and its like can't be asked for. */
export function parseType(text: string): number | undefined {
  const upper = text.toUpperCase()
  const known = Object.hasOwn(TYPES, upper) ? TYPES[upper as TypeName] : undefined
  const digits = /^TYPE(\d{1,5})$/.exec(upper)?.[1]
  const type = known ?? (digits === undefined ? undefined : Number(digits))
  // RFC 6895 §3.1: 128 to 255 are questions and transfers, 41 is EDNS, 0 is nothing.
  return type === undefined || type === 0 || type > 65_535 || type === TYPES.OPT || (type >= 128 && type < 256)
    ? undefined
    : type
}

const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']
export const NOERROR = 0
export const FORMERR = 1
export const NXDOMAIN = 3

export function rcodeName(rcode: number): string {
  return RCODES[rcode] ?? `RCODE${rcode}`
}

const ALGORITHMS = new Map([
  [1, 'RSAMD5'],
  [3, 'DSA'],
  [5, 'RSASHA1'],
  [6, 'DSA-NSEC3-SHA1'],
  [7, 'RSASHA1-NSEC3-SHA1'],
  [8, 'RSASHA256'],
  [10, 'RSASHA512'],
  [12, 'ECC-GOST'],
  [13, 'ECDSAP256SHA256'],
  [14, 'ECDSAP384SHA384'],
  [15, 'ED25519'],
  [16, 'ED448'],
])

export function algorithmName(algorithm: number): string {
  return ALGORITHMS.get(algorithm) ?? `algorithm ${algorithm}`
}

// Addresses for a connection to whom a stranger names: looked up by our own resolver, looked at, and dialled in one, so that a name cannot
// lead elsewhere in between. Within our own network nobody is dialled for a stranger. RFC 6890, RFC 8461 §10.2
import type { LookupFunction } from 'node:net'
import { messageOf } from '../terms/failure.ts'
import { parseIp } from './rdata.ts'
import type { Lookup } from './resolver.ts'

export type MayDial = (address: string) => boolean

/** A name that leads into a network of ours, or to this machine. */
export class PrivateAddressError extends Error {
  readonly code = 'EPRIVATE'
  constructor(host: string) {
    super(`${host} has no public address`)
  }
}

/** As Node's sockets ask for addresses, by a callback; only those that may be dialled. */
export function lookupToDial(lookup: Lookup, mayDial: MayDial): LookupFunction {
  return (hostname, _, callback) => {
    void Promise.all([lookup(hostname, 'A'), lookup(hostname, 'AAAA')]).then(
      (answers) => {
        const addresses = answers.flatMap((one) => one.data.map(parseIp).filter((ip) => ip !== undefined))
        const all = addresses.filter(mayDial).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
        if (all.length > 0) callback(null, all)
        else if (addresses.length > 0) callback(new PrivateAddressError(hostname), [])
        else callback(new Error(`${hostname} has no address`), [])
      },
      (error: unknown) => {
        callback(new Error(messageOf(error)), [])
      },
    )
  }
}

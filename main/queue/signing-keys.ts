// The keys of a domain, parsed once: reading a PEM costs more than an Ed25519 signature.
import { createPrivateKey } from 'node:crypto'
import type { Store } from '../store/store.ts'
import type { Domain } from '../terms/address.ts'
import type { SigningKey } from '../trust/sign.ts'

const known = new WeakMap<Store, Map<string, readonly SigningKey[]>>()

export function signingKeysOf(store: Store, domain: Domain): readonly SigningKey[] {
  const row = store.directory.domain(domain)
  if (row === undefined) return []
  // RFC 6376 §3.6: a key whose record nobody has seen yet proves nothing.
  const rows = store.directory.dkimKeys(row.id).filter(({ state }) => state === 'active')
  const id = rows.map((one) => `${one.domainId} ${one.selector} ${one.publicKey}`).join()
  const cache = known.get(store) ?? new Map<string, readonly SigningKey[]>()
  known.set(store, cache)
  const found = cache.get(id)
  if (found !== undefined) return found
  const keys = rows.map(({ selector, algorithm, privateKey }) => ({
    selector,
    algorithm,
    privateKey: createPrivateKey(privateKey),
  }))
  cache.set(id, keys)
  return keys
}

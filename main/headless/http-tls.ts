// What a door beyond this machine needs: a certificate that somebody vouches for, and a passphrase. Without either it does not open.
// hardening.md, loopback door 1
import type { SecureContext } from 'node:tls'
import { Failure } from '../terms/failure.ts'

/** What the relay has; asked when the door opens, and the certificate for each handshake. */
export interface Protection {
  readonly hasPassphrase: () => boolean
  /** The names of the certificate, the one that pages are found at first; empty where there is none but the one made at the start. */
  readonly names: () => readonly string[]
  readonly context: (name?: string) => SecureContext
}

export interface DoorTls {
  readonly context: (name?: string) => SecureContext
  /** Whether `host` (with its port) is a name that the certificate bears, and this port. */
  bears(host: string, port: number): boolean
  name(): string
}

function refuse(host: string, why: string, remedy: string): Failure {
  return new Failure('headless', 'not-loopback', `The pages are not served on ${host}: ${why}.`, {
    remedy: `${remedy} Or use --http 127.0.0.1:PORT, and a tunnel from elsewhere.`,
  })
}

/** RFC 9525 §6.3: a star stands for the whole first label. */
function isBorne(names: readonly string[], name: string): boolean {
  const rest = name.slice(name.indexOf('.') + 1)
  return names.some((one) => one === name || (one.startsWith('*.') && one.slice(2) === rest && rest !== name))
}

export function requireProtection(host: string, protection: Protection | undefined): DoorTls {
  if (protection === undefined)
    throw refuse(host, 'the data is locked, and with it the certificate', 'Unlock it first: postern key unlock.')
  if (protection.names().length === 0)
    throw refuse(
      host,
      'beyond this machine they need a certificate',
      'Put one in use: postern tls import --cert FILE --key FILE.',
    )
  if (!protection.hasPassphrase())
    throw refuse(host, 'beyond this machine they need a login passphrase', 'Set one: postern login passphrase.')
  return {
    context: protection.context,
    bears: (given, port) => {
      const [, name = '', at = '443'] = /^([a-z0-9.-]{1,253})(?::(\d{1,5}))?$/.exec(given) ?? []
      return Number(at) === port && isBorne(protection.names(), name)
    },
    name: () => protection.names().find((one) => !one.startsWith('*.')) ?? host,
  }
}

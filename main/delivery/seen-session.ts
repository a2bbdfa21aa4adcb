// How a connection to a mail server turned out, read off it while it is still there.
import { TLSSocket } from 'node:tls'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { authorizationError } from './peer.ts'
import type { SeenSession } from './session-policy.ts'

/** The connection is there, TLS on it does not come about. */
export class HandshakeError extends Error {
  readonly code = 'ETLS'
}

/** One that fails its requirement: told apart from one that can't be reached. */
export class PolicyError extends Error {
  readonly code = 'EPOLICY'
}

export function secureSocket(connection: SMTPConnection): TLSSocket | undefined {
  const socket = connection._socket
  return connection.secure && socket instanceof TLSSocket ? socket : undefined
}

/** RFC 5321 §4.1.1.1: the server's name leads its answer to EHLO. */
const EHLO_NAME = /^250[ -]([A-Za-z0-9.:[\]_-]{1,255})/

export function seenSession(connection: SMTPConnection, end: SeenSession['end'], problem: string): SeenSession {
  const socket = secureSocket(connection)
  const { lastServerResponse: last } = connection
  return {
    ...{ end, problem, encrypted: socket !== undefined },
    certificate: socket === undefined || socket.authorized ? '' : authorizationError(socket),
    helo: typeof last === 'string' ? (EHLO_NAME.exec(last)?.[1] ?? '') : '',
    localAddress: connection._socket ? (connection._socket.localAddress ?? '') : '',
  }
}

/** undefined where it says nothing about TLS: nobody answered, or not in SMTP. */
export function seenFailure(connection: SMTPConnection, error: Error): SeenSession | undefined {
  if (error instanceof PolicyError)
    return seenSession(connection, secureSocket(connection) === undefined ? 'no-tls' : 'peer', error.message)
  if (error instanceof HandshakeError) return seenSession(connection, 'handshake', error.message)
  const { code, response } = error as { readonly code?: string; readonly response?: string | false }
  if (code !== 'ETLS') return undefined
  const refused = typeof response === 'string' && response !== ''
  return seenSession(connection, refused ? 'no-tls' : 'handshake', error.message)
}

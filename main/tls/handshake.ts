// The server's side of a TLS handshake on an accepted socket: after STARTTLS, or from the first octet. The deadline is absolute; Node's own
// handshake timeout starts anew with each octet.
import type { Socket } from 'node:net'
import { TLSSocket, type SecureContext } from 'node:tls'

export interface HandshakeOptions {
  /** Called at each handshake with the client's server name (SNI, RFC 6066 §3), so that a new certificate needs no restart. */
  readonly secureContext: (name?: string) => SecureContext
  /** Milliseconds for the whole handshake. */
  readonly deadline: number
  /** Aborts the handshake. */
  readonly signal?: AbortSignal | undefined
  /** ALPN protocols, RFC 7301 §3.1. */
  readonly protocols?: readonly string[] | undefined
}

/** Rejects, with the socket closed, when the client aborts, is too slow or does not speak TLS. */
export async function acceptTls(plain: Socket, options: HandshakeOptions): Promise<TLSSocket> {
  if (plain.destroyed) throw new Error('connection closed before the TLS handshake')
  const { secureContext, deadline, signal, protocols } = options
  const secure = new TLSSocket(plain, {
    isServer: true,
    secureContext: secureContext(),
    SNICallback: (name, done) => {
      let context: SecureContext
      try {
        context = secureContext(name)
      } catch (cause) {
        done(new Error('no certificate', { cause }))
        return
      }
      done(null, context)
    },
    ...(protocols === undefined ? {} : { ALPNProtocols: [...protocols] }),
  })
  // After the handshake 'close' tells the end of the connection.
  secure.on('error', () => undefined)
  // The TLS socket is destroyed, not the one below: destroying that during a handshake has crashed Node.
  const breakOff = (): void => {
    secure.destroy(new Error('TLS handshake broken off'))
  }
  const timer = setTimeout(breakOff, deadline)
  signal?.addEventListener('abort', breakOff)
  try {
    if (signal?.aborted === true) breakOff()
    await new Promise<void>((resolve, reject) => {
      secure.once('secure', resolve)
      secure.once('error', reject)
      secure.once('close', () => {
        reject(new Error('connection closed during the TLS handshake'))
      })
    })
    return secure
  } catch (error) {
    secure.destroy()
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', breakOff)
  }
}

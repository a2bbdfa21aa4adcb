// The certificate in use and how TLS is spoken with it. design.md 6: TLS 1.2 and 1.3, forward secrecy and AEAD only.
import { constants, createPrivateKey, X509Certificate } from 'node:crypto'
import tls, { type SecureContext, type SecureContextOptions } from 'node:tls'
import type { Store } from '../store/store.ts'
import { Failure } from '../terms/failure.ts'
import type { CertificatePair } from './self-signed.ts'

/** RFC 9325 §4.2: ECDHE with AES-GCM or ChaCha20-Poly1305; the TLS 1.3 suites are all of that kind. */
export const TLS_OPTIONS: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
  honorCipherOrder: true,
  // RFC 9325 §3.5: nobody renegotiates; without compression (RFC 9325 §3.3) OpenSSL is built and Node runs.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
}

/** Session tickets are sealed by a key of their context: a new one twice a day, so that no key opens old sessions for long. */
const TICKET_LIFE = 12 * 3_600_000

export interface CertificateSource {
  /**
   * The context for the next handshake, by the name that the other side asks for (SNI, RFC 6066 §3): the newest certificate that bears
   * it, else the newest of all. Made anew when another certificate came in, or its tickets have had their time.
   */
  current(name?: string): SecureContext
  /** Of the one in use; empty where that is the one made at the start, which nobody vouches for. */
  vouchedNames(): readonly string[]
}

/** RFC 9525 §6.3: a star stands for the whole first label. */
function bears(names: string, wanted: string): boolean {
  const name = wanted.toLowerCase().replace(/\.$/, '')
  const rest = name.slice(name.indexOf('.') + 1)
  return names
    .split(' ')
    .some((one) => one === name || (one.startsWith('*.') && one.slice(2) === rest && rest !== name))
}

interface Known {
  readonly context: SecureContext
  readonly madeAt: number
}

const MAX_CONTEXTS = 50

export function certificateSource(store: Store, now: () => number): CertificateSource {
  const known = new Map<number, Known>()
  const standard = () => {
    const found = store.access.certificate()
    if (found === undefined)
      throw new Failure('tls', 'no-certificate', 'There is no certificate.', { remedy: 'Run: postern tls import' })
    return found
  }
  return {
    current(name) {
      const named =
        name === undefined
          ? undefined
          : store.access.certificateNames().find((one) => one.notAfter > now() && bears(one.names, name))
      const row = (named === undefined ? undefined : store.access.certificateById(named.id)) ?? standard()
      const found = known.get(row.id)
      if (found !== undefined && found.madeAt > now() - TICKET_LIFE) return found.context
      const { certificate: cert, privateKey: key } = row
      const context = tls.createSecureContext({ ...TLS_OPTIONS, cert, key })
      if (known.size >= MAX_CONTEXTS) known.clear()
      known.set(row.id, { context, madeAt: now() })
      return context
    },
    vouchedNames() {
      const { selfSigned, names } = standard()
      return selfSigned ? [] : names.split(' ').filter((one) => one !== '')
    },
  }
}

/** Reads a certificate chain and its key as somebody brought them. Throws with what is wrong about them. */
export function readCertificate(chain: string, key: string, now: number): CertificatePair {
  const bad = (text: string, cause?: unknown): Failure =>
    new Failure('tls', 'bad-certificate', text, {
      remedy: 'Give the full chain (PEM) with --cert and its key (PEM) with --key.',
      cause,
    })
  let leaf: X509Certificate
  try {
    leaf = new X509Certificate(chain)
  } catch (cause) {
    throw bad('The certificate file holds no certificate.', cause)
  }
  let matches: boolean
  try {
    matches = leaf.checkPrivateKey(createPrivateKey(key))
  } catch (cause) {
    throw bad('The key file holds no private key that can be read (one without a passphrase is needed).', cause)
  }
  if (!matches) throw bad('The key does not belong to the certificate.')
  const notAfter = Date.parse(leaf.validTo)
  if (notAfter < now) throw bad(`The certificate expired on ${leaf.validTo}.`)
  const names = (leaf.subjectAltName ?? '')
    .split(', ')
    .filter((one) => one.startsWith('DNS:'))
    .map((one) => one.slice('DNS:'.length))
  return { certificate: chain, privateKey: key, names, notAfter }
}

// A certificate of our own making, so that TLS is there from the first minute. Mail servers encrypt to it (RFC 7435); a real
// one takes its place with `postern tls import`.
import { X509CertificateGenerator, SubjectAlternativeNameExtension, KeyUsagesExtension, KeyUsageFlags, BasicConstraintsExtension } from '@peculiar/x509'
import { webcrypto } from 'node:crypto'

export interface CertificatePair {
  /** PEM, the leaf first. */
  readonly certificate: string
  /** PKCS#8, PEM. */
  readonly privateKey: string
  readonly names: readonly string[]
  /** Milliseconds since the epoch. */
  readonly notAfter: number
}

const TEN_YEARS = 10 * 365 * 86_400_000

/** ECDSA P-256, for `hostname`, ten years from `now`. */
export async function makeSelfSigned(hostname: string, now: number, serial: Buffer): Promise<CertificatePair> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const notAfter = now + TEN_YEARS
  const made = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: `01${serial.toString('hex')}`,
      name: `CN=${hostname}`,
      notBefore: new Date(now - 86_400_000),
      notAfter: new Date(notAfter),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new SubjectAlternativeNameExtension([{ type: 'dns', value: hostname }]),
      ],
    },
    webcrypto,
  )
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const privateKey = `-----BEGIN PRIVATE KEY-----\n${pkcs8.replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`
  return { certificate: made.toString('pem'), privateKey, names: [hostname], notAfter }
}

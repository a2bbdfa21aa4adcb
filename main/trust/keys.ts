// The DKIM key pair of a domain, made where the domain is: RSA-2048 for everybody, Ed25519 for those who know it (RFC 8463).
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'

export interface DkimKeyPair {
  readonly selector: string
  readonly algorithm: 'rsa' | 'ed25519'
  /** PKCS#8, PEM. */
  readonly privateKey: string
  /** The value of `p=` in the key record, base64. */
  readonly publicKey: string
}

const generate = promisify(generateKeyPair)

/** RSA-2048: the longest key whose record fits everywhere, RFC 8301 §3.2. The selectors name no product. */
export async function makeDkimKeys(): Promise<readonly DkimKeyPair[]> {
  const rsa = await generate('rsa', { modulusLength: 2048 })
  const ed = await generate('ed25519')
  const spki = rsa.publicKey.export({ type: 'spki', format: 'der' })
  // RFC 8463 §4: the record holds the bare 32 octets, which are the last ones of the SPKI form.
  const edSpki = ed.publicKey.export({ type: 'spki', format: 'der' })
  return [
    {
      selector: 'r1',
      algorithm: 'rsa',
      privateKey: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      publicKey: spki.toString('base64'),
    },
    {
      selector: 'e1',
      algorithm: 'ed25519',
      privateKey: ed.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      publicKey: edSpki.subarray(edSpki.length - 32).toString('base64'),
    },
  ]
}

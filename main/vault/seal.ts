// Wrapping one key with another: AES-256-GCM, a random nonce, and the purpose bound in as associated data, so that a
// wrapped key can't be moved to another place and be believed there.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Failure } from '../terms/failure.ts'

const NONCE = 12
const TAG = 16

/** `nonce || ciphertext || tag`, base64. `key` is 32 bytes. */
export function seal(key: Buffer, plain: Buffer, purpose: string): string {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(purpose))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/** The inverse of `seal`. Throws `wrong-key` where key, purpose or text don't belong together. */
export function unseal(key: Buffer, sealed: string, purpose: string): Buffer {
  const data = Buffer.from(sealed, 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, NONCE), { authTagLength: TAG })
    decipher.setAAD(Buffer.from(purpose))
    decipher.setAuthTag(data.subarray(data.length - TAG))
    return Buffer.concat([decipher.update(data.subarray(NONCE, data.length - TAG)), decipher.final()])
  } catch (cause) {
    throw new Failure('vault', 'wrong-key', 'The key does not open this data folder.', {
      remedy: 'Use the key that was made with this folder, or the recovery key.',
      cause,
    })
  }
}

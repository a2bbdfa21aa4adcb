import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatRecoveryKey, parseRecoveryKey, RECOVERY_BYTES } from '../../../main/vault/recovery-key.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

describe('the recovery key', () => {
  it('comes back however it was spaced and whatever case it has', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: RECOVERY_BYTES, maxLength: RECOVERY_BYTES }), (bytes) => {
        const text = formatRecoveryKey(Buffer.from(bytes))
        expect(text).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){7}[0-9A-HJKMNP-TV-Z]{5}$/)
        for (const typed of [
          text,
          text.toLowerCase(),
          text.replaceAll('-', ' '),
          text.replaceAll('0', 'o').replaceAll('1', 'l'),
        ])
          expect(parseRecoveryKey(typed).equals(Buffer.from(bytes))).toBe(true)
      }),
    )
  })

  it('names the group of every single wrong character and of every two exchanged neighbours', () => {
    const text = formatRecoveryKey(randomBytes(RECOVERY_BYTES))
    for (let at = 0; at < text.length; at++) {
      if (text[at] === '-') continue
      const group = `Group ${Math.floor(at / 6) + 1} `
      for (const wrong of ALPHABET) {
        if (wrong === text[at]) continue
        expect(() => parseRecoveryKey(text.slice(0, at) + wrong + text.slice(at + 1))).toThrow(group)
      }
      const next = text[at + 1]
      if (next === undefined || next === '-' || next === text[at]) continue
      expect(() => parseRecoveryKey(`${text.slice(0, at)}${next}${text[at] ?? ''}${text.slice(at + 2)}`)).toThrow(group)
    }
  })

  it('names the first of two groups that changed places, and a wrong length; never what was typed', () => {
    const groups = formatRecoveryKey(randomBytes(RECOVERY_BYTES)).split('-')
    const [a = '', b = '', ...rest] = groups
    expect(() => parseRecoveryKey([b, a, ...rest].join('-'))).toThrow('Group 1 ')
    expect(() => parseRecoveryKey([a, b].join('-'))).toThrow('10 were given')
    try {
      parseRecoveryKey('SECRET-CANARY')
    } catch (error) {
      expect(String(error)).not.toContain('CANARY')
    }
  })
})

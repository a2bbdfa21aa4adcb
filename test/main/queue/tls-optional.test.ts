// Whose word counts that a message may go where TLS cannot be proved. RFC 8689 §4
import { expect, it } from 'vitest'
import { parseHeaderBlock } from '../../../main/mail/index.ts'
import { saysTlsOptional } from '../../../main/queue/compose.ts'

const session = { helo: 'x', peer: '192.0.2.1', protocol: 'ESMTPS', tls: '' }
const says = (fields: string, account: string, ready = false): boolean =>
  saysTlsOptional(
    parseHeaderBlock(Buffer.from(`From: a@x.test\r\n${fields}\r\n`)),
    { session: { ...session, account } },
    ready,
  )

it('is that of who handed the message in under a password, and our own', () => {
  expect(says('TLS-Required: No\r\n', 'laptop')).toBe(true)
  expect(says('tls-required:\r\n no\r\n', 'laptop')).toBe(true)
  expect(says('TLS-Required: No\r\n', '', true)).toBe(true)
})

it('is not that of a stranger, of anything but No, or of two fields', () => {
  expect(says('TLS-Required: No\r\n', '')).toBe(false)
  expect(says('', 'laptop')).toBe(false)
  for (const field of ['TLS-Required: Yes\r\n', 'TLS-Required: No, really\r\n', 'X-TLS-Required: No\r\n'])
    expect(says(field, 'laptop'), field).toBe(false)
  expect(says('TLS-Required: No\r\nTLS-Required: No\r\n', 'laptop')).toBe(false)
})

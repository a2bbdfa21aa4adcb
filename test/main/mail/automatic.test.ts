import { describe, expect, it } from 'vitest'
import { automaticKind, isAutomatic, parseHeaderBlock } from '../../../main/mail/index.ts'

const TABLE: readonly (readonly [string, string | undefined])[] = [
  ['Subject: Hello', undefined],
  ['Auto-Submitted: no', undefined],
  ['Auto-Submitted: no; note=x', undefined],
  ['Auto-Submitted: auto-replied', 'reply'],
  ['Auto-Submitted: auto-replied (vacation)', 'reply'],
  ['Auto-Submitted: AUTO-REPLIED; owner-email="a@b.example"', 'reply'],
  ['Auto-Submitted: auto-generated', 'generated'],
  ['Auto-Submitted: auto-notified; owner-email="a@b.example"', 'generated'],
  ['Precedence: bulk', 'generated'],
  ['Precedence: junk', 'generated'],
  ['Precedence: list', 'generated'],
  ['Precedence: auto_reply', 'reply'],
  ['Precedence: first-class', undefined],
  ['X-Autoreply: yes', 'reply'],
  ['X-Autorespond: x', 'reply'],
  ['X-Auto-Response-Suppress: All', 'generated'],
  ['X-Auto-Response-Suppress: DR, RN', undefined],
  ['Subject: Out of office: x\r\nX-Auto-Response-Suppress: All', 'reply'],
  ['Subject: Out of office', undefined],
  ['List-Id: <x.example>', 'generated'],
  ['List-Unsubscribe: <https://x.example>', 'generated'],
  ['Delivered-To: Autoresponder', 'reply'],
  ['Content-Type: multipart/report; report-type=delivery-status; boundary=x', 'delivery-status'],
  ['Content-Type: Multipart/Report; boundary=x; Report-Type="disposition-notification"', 'disposition'],
  ['Content-Type: multipart/report; report-type=feedback-report', 'feedback'],
  ['Content-Type: multipart/report', 'delivery-status'],
]

describe('automatic mail', () => {
  it.each(TABLE)('%s', (text, kind) => {
    const header = parseHeaderBlock(Buffer.from(`From: a@b.example\r\n${text}\r\n\r\n`))
    expect(automaticKind(header)).toBe(kind)
    expect(isAutomatic(header)).toBe(kind !== undefined)
  })
})

// Sample mail for the stand-in relay: one of each shape that the page shows differently.
import type { AppState, LogEntry, MailboxItem, MailboxMessage } from '../../main/api/shapes.ts'
import type { AliasShape } from '../../main/api/shapes-addy.ts'

export const START = Date.UTC(2026, 0, 12, 9, 30)

export function sampleState(): AppState {
  return {
    version: '0.1.0',
    state: 'running',
    troubles: [],
    hostname: 'mail.postern.test',
    domains: [
      { name: 'postern.test', catchAll: true, active: true },
      { name: 'example.net', catchAll: false, active: true },
    ],
    listeners: [{ kind: 'smtp', host: '127.0.0.1', port: 2526, tls: 'starttls', note: 'port 2525 was taken' }],
    queue: { queued: 1, inFlight: 0, failed: 0 },
    counters: {},
    held: 2,
    startedAt: START - 3_600_000,
    lastInboundAt: START,
    lastOutboundAt: null,
    dnssec: 'on',
    route: 'mailbox',
  }
}

export function sampleLog(id: number, change: Partial<LogEntry> = {}): LogEntry {
  return {
    id,
    at: START + id * 61_000,
    direction: 'forward',
    outcome: 'delivered',
    reason: 'accepted',
    text: 'Delivered to the test mailbox.',
    alias: 'shop@postern.test',
    sender: 'orders@shop.example',
    recipient: 'me@mailbox.test',
    subject: 'Your order has shipped',
    size: 18_234,
    peer: '192.0.2.10',
    tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384',
    messageId: `<order-${id}@shop.example>`,
    verdicts: { spf: 'pass', dkim: 'pass', dmarc: 'pass', arc: 'none' },
    attempts: [
      {
        at: START + id * 61_000,
        destination: 'test mailbox',
        outcome: 'delivered',
        answer: '250 2.0.0 Stored',
        tls: '',
      },
    ],
    ...change,
  }
}

export function sampleLogs(): LogEntry[] {
  return [
    sampleLog(1, { alias: 'news@postern.test', sender: 'letter@daily.example', subject: 'The week in walls' }),
    sampleLog(2, {
      outcome: 'refused',
      reason: 'alias-disabled',
      text: 'Refused: this alias is switched off.',
      alias: 'old-forum@postern.test',
      sender: 'win@lottery.invalid',
      attempts: [],
      verdicts: null,
    }),
    sampleLog(3, {
      outcome: 'deferred',
      reason: 'accepted',
      text: 'The next server was not ready; tried again in 4 minutes.',
      attempts: [
        {
          at: START,
          destination: 'mx1.mailbox.test',
          outcome: 'deferred',
          answer: '451 4.7.1 Greylisted, try later',
          tls: 'TLSv1.3',
        },
      ],
    }),
    sampleLog(4, {
      outcome: 'held',
      reason: 'reply-unproven',
      text: 'Held: this reply does not prove that it is yours.',
      direction: 'reply',
    }),
    sampleLog(5, {
      outcome: 'failed',
      reason: 'bounced',
      text: 'The mailbox of the recipient is full; gave up after 5 days.',
    }),
    sampleLog(6),
  ]
}

export function sampleItem(id: number, change: Partial<MailboxItem> = {}): MailboxItem {
  return {
    id,
    at: START + id * 60_000,
    alias: 'shop@postern.test',
    from: "Corner Shop 'orders at shop.example' <r-4k2m8x@postern.test>",
    to: 'shop@postern.test',
    subject: 'Your order has shipped',
    size: 18_234,
    read: false,
    ...change,
  }
}

export function sampleItems(): MailboxItem[] {
  return [
    sampleItem(1, {
      from: 'The Daily Letter <r-9x7c2p@postern.test>',
      alias: 'news@postern.test',
      subject: 'The week in walls',
      read: true,
    }),
    sampleItem(2, {
      from: 'Büro Sankt Anna <r-7hq2wn@postern.test>',
      subject: 'Termin am Montag, 19. Januar — bitte bestätigen',
      read: true,
    }),
    sampleItem(3, { subject: '' }),
    sampleItem(4),
  ]
}

export function sampleMessage(item: MailboxItem): MailboxMessage {
  return {
    ...item,
    read: true,
    headers: [
      'Received: from mail.shop.example (192.0.2.10) by mail.postern.test with ESMTPS',
      `From: ${item.from}`,
      `To: ${item.to}`,
      `Subject: ${item.subject}`,
      'Date: Mon, 12 Jan 2026 09:34:00 +0000',
      'Message-ID: <order-4@shop.example>',
      'X-Postern-Alias: shop@postern.test',
    ].join('\r\n'),
    text: `Hello,

your order 1047 left our house this morning and should be with you on Wednesday.

  1 × Iron door handle, black
  2 × Hinges, 120 mm

Thank you, and have a good week.
<script>document.title = 'owned'</script>`,
    attachments: [{ name: 'invoice-1047.pdf', type: 'application/pdf', size: 81_920 }],
    truncated: false,
  }
}

export function sampleAlias(number: number, change: Partial<AliasShape> = {}): AliasShape {
  const time = `2026-01-${String(10 + number).padStart(2, '0')} 08:00:00`
  return {
    id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    user_id: '00000000-0000-4000-8000-000000000000',
    aliasable_id: null,
    aliasable_type: null,
    local_part: 'shop',
    extension: null,
    domain: 'postern.test',
    email: 'shop@postern.test',
    active: true,
    pinned: false,
    description: 'Corner shop',
    from_name: null,
    attached_recipients_only: false,
    emails_forwarded: 12,
    emails_blocked: 0,
    emails_replied: 1,
    emails_sent: 0,
    recipients: [],
    last_forwarded: time,
    last_blocked: null,
    last_replied: null,
    last_sent: null,
    created_at: time,
    updated_at: time,
    deleted_at: null,
    ...change,
  }
}

export function sampleAliases(): AliasShape[] {
  return [
    sampleAlias(3),
    sampleAlias(2, {
      email: 'news@postern.test',
      local_part: 'news',
      description: 'Newsletters',
      emails_forwarded: 204,
      emails_replied: 0,
    }),
    sampleAlias(1, {
      email: 'old-forum@postern.test',
      local_part: 'old-forum',
      description: null,
      active: false,
      emails_blocked: 39,
    }),
  ]
}

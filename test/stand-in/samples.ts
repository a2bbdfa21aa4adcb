// Sample mail for the stand-in relay: one of each shape that the page shows differently.
import type { AppState, LogEntry } from '../../main/api/shapes.ts'

export const START = Date.UTC(2026, 0, 12, 9, 30)

export function sampleState(): AppState {
  return {
    version: '0.1.0',
    state: 'running',
    pauses: { sending: null, receiving: null },
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
    resolver: {
      servers: ['127.0.0.53'],
      isSystem: true,
      fixed: { resolver: false, dnssec: false },
      ...{ kind: 'good', reason: '', at: START },
    },
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
    to: ['me@mailbox.test'],
    ...change,
  }
}

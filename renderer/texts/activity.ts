// What the relay did.
const en = {
  title: 'Activity',
  lead: 'Every message and every refusal, with the reason.',
  list: 'Log, newest first',
  empty: 'Nothing has happened yet.',
  emptyText: 'Every message and every refusal will be told here.',
  noSender: 'No sender',
  arrows: { forward: 'to', reply: 'reply from', none: 'for' },
  levels: {
    dane: 'proved by DANE',
    'mta-sts': 'proved by MTA-STS',
    verified: 'certificate holds',
    encrypted: 'encrypted to whoever answered',
    clear: 'in clear',
  } as Readonly<Record<string, string>>,
  attempts: 'Attempts to deliver',
  facts: {
    subject: 'Subject',
    recipient: 'Recipient',
    reason: 'Reason',
    time: 'Time',
    size: 'Size',
    peer: 'From host',
    tls: 'TLS',
    messageId: 'Message-ID',
    checks: 'Checks',
  },
}

const de: typeof en = {
  title: 'Aktivität',
  lead: 'Jede Nachricht und jede Ablehnung, mit dem Grund.',
  list: 'Protokoll, das Neueste zuerst',
  empty: 'Noch ist nichts geschehen.',
  emptyText: 'Jede Nachricht und jede Ablehnung wird hier stehen.',
  noSender: 'Kein Absender',
  arrows: { forward: 'an', reply: 'Antwort von', none: 'für' },
  levels: {
    dane: 'durch DANE bewiesen',
    'mta-sts': 'durch MTA-STS bewiesen',
    verified: 'Zertifikat gilt',
    encrypted: 'verschlüsselt an wen auch immer',
    clear: 'im Klartext',
  },
  attempts: 'Zustellversuche',
  facts: {
    subject: 'Betreff',
    recipient: 'Empfänger',
    reason: 'Grund',
    time: 'Zeit',
    size: 'Größe',
    peer: 'Von Host',
    tls: 'TLS',
    messageId: 'Message-ID',
    checks: 'Prüfungen',
  },
}

export const activity = { en, de }

// Mailbox providers that millions share: their names in a Message-ID point at nobody, and a correspondent may be there too.
import type { Domain } from '../terms/address.ts'

const LARGE = new Set([
  ...[
    'gmail.com',
    'googlemail.com',
    'mail.gmail.com',
    'outlook.com',
    'hotmail.com',
    'live.com',
    'msn.com',
    'yahoo.com',
  ],
  ...[
    'ymail.com',
    'aol.com',
    'icloud.com',
    'me.com',
    'mac.com',
    'gmx.net',
    'gmx.de',
    'gmx.com',
    'web.de',
    't-online.de',
  ],
  ...['proton.me', 'protonmail.com', 'pm.me', 'fastmail.com', 'fastmail.fm', 'mail.com', 'zoho.com', 'yandex.ru'],
  ...['mail.ru', 'qq.com', '163.com', '126.com', 'naver.com', 'orange.fr', 'free.fr', 'laposte.net', 'libero.it'],
  ...['posteo.de', 'mailbox.org', 'tutanota.com', 'tuta.com', 'comcast.net', 'verizon.net', 'att.net', 'bluewin.ch'],
])

export function isLargeProvider(domain: Domain): boolean {
  return LARGE.has(domain)
}

// Senders who may not write.
import { counted } from './plural.ts'

const en = {
  title: 'Blocked senders',
  lead: 'Who may not write to you, everywhere or to one alias. The answer is given at the door, before a message is taken.',
  add: 'Block',
  many: 'Addresses, domains or patterns, one a line',
  manyHelp:
    'shop.example takes everything under it; *@news.example and *.example are wildcards; /^promo-/ is an expression.',
  answer: 'What they get',
  answers: { reject: 'a refusal (550)', discard: 'nothing: taken and thrown away' },
  added: (n: number) => `${counted('en', n, { one: 'entry', other: 'entries' })} blocked.`,
  someFailed: (value: string, why: string) => `${value}: ${why}`,
  empty: 'Nobody is blocked.',
  emptyText: 'Block from here, from a message that waits, or from the log.',
  everywhere: 'everywhere',
  oneAlias: 'one alias',
  hits: (n: number) => counted('en', n, { one: 'time stopped', other: 'times stopped' }),
  lastHit: 'last',
  kinds: { address: 'address', domain: 'domain', wildcard: 'wildcard', pattern: 'expression' },
  remove: 'Unblock',
  removed: (value: string) => `${value} may write again.`,
  change: 'Change the answer',
  search: 'Search in the blocked',
}

const de: typeof en = {
  title: 'Blockierte Absender',
  lead: 'Wer Ihnen nicht schreiben darf, überall oder an einen Alias. Die Antwort fällt an der Tür, bevor eine Nachricht angenommen ist.',
  add: 'Blockieren',
  many: 'Adressen, Domains oder Muster, je eines pro Zeile',
  manyHelp:
    'shop.example nimmt alles darunter mit; *@news.example und *.example sind Platzhalter; /^promo-/ ist ein Ausdruck.',
  answer: 'Was sie bekommen',
  answers: { reject: 'eine Abweisung (550)', discard: 'nichts: angenommen und weggeworfen' },
  added: (n: number) => `${counted('de', n, { one: 'Eintrag', other: 'Einträge' })} blockiert.`,
  someFailed: (value: string, why: string) => `${value}: ${why}`,
  empty: 'Niemand ist blockiert.',
  emptyText: 'Blockieren Sie von hier aus, bei einer wartenden Nachricht oder im Protokoll.',
  everywhere: 'überall',
  oneAlias: 'ein Alias',
  hits: (n: number) => counted('de', n, { one: 'mal aufgehalten', other: 'mal aufgehalten' }),
  lastHit: 'zuletzt',
  kinds: { address: 'Adresse', domain: 'Domain', wildcard: 'Platzhalter', pattern: 'Ausdruck' },
  remove: 'Nicht mehr blockieren',
  removed: (value: string) => `${value} darf wieder schreiben.`,
  change: 'Antwort ändern',
  search: 'In den blockierten suchen',
}

export const blocks = { en, de }

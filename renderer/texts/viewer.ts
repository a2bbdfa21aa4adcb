// A stored message before the eye, safely.
import { counted } from './plural.ts'

const en = {
  message: 'Message',
  noSubject: 'No subject',
  from: 'From',
  to: 'To',
  date: 'Received',
  size: 'Size',
  tabs: { text: 'Text', html: 'As it was meant', links: 'Links', header: 'Header' },
  noText: 'This message has no text.',
  madeFromHtml: 'This text was made from the HTML.',
  cut: 'The rest is not shown here; it is in the raw message.',
  unreadable:
    'This message is too large or too complicated to be shown. It can be saved and opened elsewhere, with care.',
  htmlLead:
    'Shown in a box that can do nothing: no script, no form, nothing from outside. Links lead nowhere; they are listed beside.',
  frame: 'The message as HTML',
  withheld: (images: number, trackers: number, other: number) => {
    const parts = [
      images > 0 ? counted('en', images, { one: 'remote image', other: 'remote images' }) : '',
      trackers > 0 ? counted('en', trackers, { one: 'tracker', other: 'trackers' }) : '',
      other > 0 ? counted('en', other, { one: 'other thing from outside', other: 'other things from outside' }) : '',
    ].filter((one) => one !== '')
    return parts.length === 0 ? 'Nothing from outside was asked for.' : `Withheld: ${parts.join(', ')}.`
  },
  dropped: (n: number) =>
    `${counted('en', n, { one: 'link', other: 'links' })} of a kind that is never opened: taken out.`,
  noLinks: 'There are no links.',
  linksLead: 'Where each really leads. Copy one only if you know why.',
  copyLink: 'Copy the address',
  linkWarnings: {
    'other-host': 'the text names another host',
    'not-encrypted': 'not encrypted',
    address: 'an address instead of a name',
    punycode: 'letters of several scripts',
    credentials: 'a user name in the address',
    'odd-port': 'an unusual port',
  } as Readonly<Record<string, string>>,
  attachments: 'Attachments',
  noName: 'No name',
  claims: (type: string) => `claims to be ${type}`,
  save: 'Save',
  saveAnyway: 'Save anyway',
  saveTitle: (name: string) => `Save ${name}?`,
  saveLead: 'Postern never opens it. Opened on this machine it could do what any program can.',
  fileWarnings: {
    'type-differs': 'is not what its name says',
    program: 'a program',
    script: 'a script',
    macro: 'may carry macros',
    'double-ending': 'a name with two endings',
    archive: 'an archive',
    page: 'a page that a browser would run',
  } as Readonly<Record<string, string>>,
  raw: (size: string) => `Save the raw message (${size})`,
}

const de: typeof en = {
  message: 'Nachricht',
  noSubject: 'Kein Betreff',
  from: 'Von',
  to: 'An',
  date: 'Empfangen',
  size: 'Größe',
  tabs: { text: 'Text', html: 'Wie gemeint', links: 'Links', header: 'Kopf' },
  noText: 'Diese Nachricht hat keinen Text.',
  madeFromHtml: 'Dieser Text ist aus dem HTML gemacht.',
  cut: 'Der Rest wird hier nicht gezeigt; er steht in der rohen Nachricht.',
  unreadable:
    'Diese Nachricht ist zu groß oder zu verwickelt, um gezeigt zu werden. Sie kann gesichert und anderswo geöffnet werden, mit Vorsicht.',
  htmlLead:
    'Gezeigt in einem Kasten, der nichts kann: kein Skript, kein Formular, nichts von außen. Links führen nirgendwohin; sie stehen daneben.',
  frame: 'Die Nachricht als HTML',
  withheld: (images: number, trackers: number, other: number) => {
    const parts = [
      images > 0 ? counted('de', images, { one: 'fernes Bild', other: 'ferne Bilder' }) : '',
      trackers > 0 ? counted('de', trackers, { one: 'Spurenleser', other: 'Spurenleser' }) : '',
      other > 0 ? counted('de', other, { one: 'andere Sache von außen', other: 'andere Sachen von außen' }) : '',
    ].filter((one) => one !== '')
    return parts.length === 0 ? 'Nichts von außen wurde verlangt.' : `Zurückgehalten: ${parts.join(', ')}.`
  },
  dropped: (n: number) =>
    `${counted('de', n, { one: 'Link', other: 'Links' })} von einer Art, die nie geöffnet wird: herausgenommen.`,
  noLinks: 'Es gibt keine Links.',
  linksLead: 'Wohin jeder wirklich führt. Kopieren Sie einen nur, wenn Sie wissen, warum.',
  copyLink: 'Adresse kopieren',
  linkWarnings: {
    'other-host': 'der Text nennt einen anderen Host',
    'not-encrypted': 'nicht verschlüsselt',
    address: 'eine Adresse statt eines Namens',
    punycode: 'Buchstaben mehrerer Schriften',
    credentials: 'ein Benutzername in der Adresse',
    'odd-port': 'ein ungewöhnlicher Port',
  },
  attachments: 'Anhänge',
  noName: 'Kein Name',
  claims: (type: string) => `gibt vor, ${type} zu sein`,
  save: 'Sichern',
  saveAnyway: 'Trotzdem sichern',
  saveTitle: (name: string) => `${name} sichern?`,
  saveLead: 'Postern öffnet ihn nie. Auf diesem Rechner geöffnet könnte er tun, was jedes Programm kann.',
  fileWarnings: {
    'type-differs': 'ist nicht, was sein Name sagt',
    program: 'ein Programm',
    script: 'ein Skript',
    macro: 'kann Makros tragen',
    'double-ending': 'ein Name mit zwei Endungen',
    archive: 'ein Archiv',
    page: 'eine Seite, die ein Browser ausführen würde',
  },
  raw: (size: string) => `Rohe Nachricht sichern (${size})`,
}

export const viewer = { en, de }

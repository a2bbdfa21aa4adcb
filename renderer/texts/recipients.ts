// The user's real mailboxes.
import { counted } from './plural.ts'

const en = {
  title: 'Recipients',
  lead: 'Your real mailboxes. No sender ever learns them.',
  add: 'Add a recipient',
  email: 'Mail address',
  emailHelp: 'Where your mail is to arrive. It must not be at one of the domains here.',
  added: (email: string) => `${email} is here.`,
  isDefault: 'Default',
  makeDefault: 'Make it the default',
  madeDefault: (email: string) => `Mail goes to ${email} now, where an alias names nobody else.`,
  builtIn: 'Built-in test mailbox',
  paused: 'Paused',
  takes: 'Takes mail',
  waiting: (n: string) => `${n} waiting`,
  bounces: (n: number) => `${n.toLocaleString('en')} bounced lately`,
  /** `byItself`: why the relay stopped says what becomes of the mail already. */
  pausedWhy: (why: string, byItself: boolean) =>
    byItself
      ? `Nothing is sent to it: ${why}`
      : `Nothing is sent to it: ${why} What comes for it waits here; nothing is lost.`,
  probe: 'Tried again by itself',
  pause: 'Pause',
  resume: 'Send to it again',
  resumed: (email: string) => `Mail goes to ${email} again.`,
  edit: 'How mail arrives',
  remove: 'Remove',
  removeTitle: (email: string) => `Remove ${email}?`,
  removeLead: (n: string) =>
    `${n} name it. They fall back to the default recipient; nothing that is on its way is lost.`,
  removed: (email: string) => `${email} is removed.`,
  saved: 'Saved.',
  form: {
    fromMode: 'From of forwarded mail',
    fromModes: {
      'reply-address': 'a reply address: answering just works, and hides you',
      alias: 'your alias, the sender in Reply-To',
    },
    fromTemplate: 'How the sender is named',
    fromTemplates: {
      quoted: "Shop 'shop at example.org'",
      dash: 'Shop - shop(a)example.org',
      name: 'Shop',
      address: 'shop at example.org',
      none: 'nothing but the address',
    },
    mode: 'The message',
    modes: {
      rewrite: 'as it reads best: alias and sender shown, unsubscribing made safe',
      preserve: 'as it was sent, so that its signatures still hold',
    },
    preserveWarning: 'Your answers to such mail leave from your real address, straight to the sender.',
    banner: 'A line in the mail that says by which alias it came',
    banners: { off: 'none', top: 'above the text', bottom: 'below the text' },
    subject: 'Subject',
    subjectHelp: 'Empty: as it is. {subject} and {alias} are filled in.',
    canReplySend: 'May reply and write from aliases',
    warn: 'Warn in the mail where its sender is not proven',
    allowSealed: 'Let signed or encrypted replies out, which cannot be searched for your address',
    allowSpf: 'Believe replies from here by SPF alone',
    signingDomain: 'Signing domain',
    signingDomainHelp:
      'Only if your provider signs with a domain above that of this address (example.org for you@mail.example.org). Replies it signs are then accepted as yours.',
    autoReplies: 'Send out-of-office answers from the alias',
    flagged: 'Attachments of replies that carry your address',
    flaggedChoices: {
      hold: 'Hold the reply',
      remove: 'Remove the attachments',
      scrub: 'Replace the address in text files, otherwise hold the reply',
    },
  },
}

const de: typeof en = {
  title: 'Empfänger',
  lead: 'Ihre wirklichen Postfächer. Kein Absender erfährt sie je.',
  add: 'Empfänger hinzufügen',
  email: 'Mailadresse',
  emailHelp: 'Wo Ihre Mail ankommen soll. Sie darf nicht an einer der Domains hier sein.',
  added: (email: string) => `${email} ist da.`,
  isDefault: 'Standard',
  makeDefault: 'Zum Standard machen',
  madeDefault: (email: string) => `Mail geht nun an ${email}, wo ein Alias niemand anderen nennt.`,
  builtIn: 'Eingebautes Testpostfach',
  paused: 'Angehalten',
  takes: 'Nimmt Mail an',
  waiting: (n: string) => `${n} wartend`,
  bounces: (n: number) => counted('de', n, { one: 'kam kürzlich zurück', other: 'kamen kürzlich zurück' }),
  pausedWhy: (why: string, byItself: boolean) =>
    byItself
      ? `Nichts wird dorthin gesandt: ${why}`
      : `Nichts wird dorthin gesandt: ${why} Was dafür kommt, wartet hier; nichts geht verloren.`,
  probe: 'Von selbst wieder versucht',
  pause: 'Anhalten',
  resume: 'Wieder dorthin senden',
  resumed: (email: string) => `Mail geht wieder an ${email}.`,
  edit: 'Wie Mail ankommt',
  remove: 'Entfernen',
  removeTitle: (email: string) => `${email} entfernen?`,
  removeLead: (n: string) =>
    `${n} nennen ihn. Sie fallen auf den Standardempfänger zurück; nichts, was unterwegs ist, geht verloren.`,
  removed: (email: string) => `${email} ist entfernt.`,
  saved: 'Gespeichert.',
  form: {
    fromMode: 'Absender weitergeleiteter Mail',
    fromModes: {
      'reply-address': 'eine Antwortadresse: Antworten geht einfach und verbirgt Sie',
      alias: 'Ihr Alias, der Absender in Reply-To',
    },
    fromTemplate: 'Wie der Absender genannt wird',
    fromTemplates: {
      quoted: "Shop 'shop at example.org'",
      dash: 'Shop - shop(a)example.org',
      name: 'Shop',
      address: 'shop at example.org',
      none: 'nichts als die Adresse',
    },
    mode: 'Die Nachricht',
    modes: {
      rewrite: 'wie sie sich am besten liest: Alias und Absender gezeigt, Abbestellen sicher gemacht',
      preserve: 'wie sie gesandt wurde, sodass ihre Signaturen noch gelten',
    },
    preserveWarning: 'Ihre Antworten auf solche Mail gehen von Ihrer echten Adresse direkt an den Absender.',
    banner: 'Eine Zeile in der Mail, die sagt, über welchen Alias sie kam',
    banners: { off: 'keine', top: 'über dem Text', bottom: 'unter dem Text' },
    subject: 'Betreff',
    subjectHelp: 'Leer: wie er ist. {subject} und {alias} werden eingesetzt.',
    canReplySend: 'Darf von Aliasen antworten und schreiben',
    warn: 'In der Mail warnen, wo ihr Absender nicht nachgewiesen ist',
    allowSealed:
      'Signierte oder verschlüsselte Antworten hinauslassen, die nicht nach Ihrer Adresse durchsucht werden können',
    allowSpf: 'Antworten von hier allein durch SPF glauben',
    signingDomain: 'Signatur-Domain',
    signingDomainHelp:
      'Nur wenn Ihr Anbieter mit einer Domain über der dieser Adresse signiert (example.org für sie@mail.example.org). Von ihr signierte Antworten gelten dann als Ihre.',
    autoReplies: 'Abwesenheitsantworten vom Alias senden',
    flagged: 'Anhänge von Antworten, die Ihre Adresse enthalten',
    flaggedChoices: {
      hold: 'Antwort anhalten',
      remove: 'Anhänge entfernen',
      scrub: 'Adresse in Textdateien ersetzen, sonst Antwort anhalten',
    },
  },
}

export const recipients = { en, de }

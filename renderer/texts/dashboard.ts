// The dashboard.
import { counted } from './plural.ts'

const en = {
  title: 'Dashboard',
  period: 'Period',
  periods: { '1': '24 hours', '7': '7 days', '30': '30 days', '90': '90 days' },
  ownDates: 'Dates',
  ownPeriod: 'Days of your own',
  firstDay: 'First day',
  lastDay: 'Last day',
  turned: 'That is before the first day.',
  showPeriod: 'Show these days',
  figures: { forwarded: 'Forwarded', sent: 'Sent', blocked: 'Blocked', held: 'Held', failed: 'Failed' },
  than: {
    more: (n: string) => `${n} more than before`,
    less: (n: string) => `${n} fewer than before`,
    same: 'as before',
  },
  chart: 'Mail over time',
  chartSummary: (what: string, forwarded: string, blocked: string) =>
    `Mail, ${what}: ${forwarded} forwarded, ${blocked} blocked. Each bar leads to its log.`,
  localTime: 'Times are those of this device.',
  senders: 'Who writes most',
  blockedSenders: 'Who is refused most',
  topAliases: 'Busiest aliases',
  newest: 'Newest aliases',
  nobody: 'Nobody yet.',
  allAliases: 'All aliases',
  times: (n: number) => counted('en', n, { one: 'message', other: 'messages' }),
  health: 'Health',
  empty: 'No mail yet.',
  emptyText: 'Send a test message to an address of your domain, and watch it come in.',
  toMailbox: 'To the test mailbox',
  toSetup: 'Go on with the set-up',
  problems: {
    questions: (n: number) =>
      `${counted('en', n, { one: 'new sender asks', other: 'new senders ask' })} to write to you.`,
    questionsWhat: 'Their mail waits; they got no answer that tells them so.',
    held: (n: number) => `${counted('en', n, { one: 'message is', other: 'messages are' })} held for your decision.`,
    heldWhat: 'Each goes by itself after its days; what you keep stays.',
    failed: (n: number) => `${counted('en', n, { one: 'message', other: 'messages' })} could not be delivered.`,
    failedWhat: 'They are kept, and can be sent again or elsewhere.',
    leaked: (n: number) =>
      `${counted('en', n, { one: 'alias', other: 'aliases' })} may have leaked: strangers write to it.`,
    leakedWhat: 'Nothing was refused. See who wrote first, and switch it off if it is no longer yours alone.',
    backup: 'There is no backup that is younger than a week.',
    backupWhat: 'A map of your whole life online is worth a copy. It is encrypted; the recovery key opens it.',
    paused: 'Sending is paused.',
    pausedWhat: 'Mail comes in and waits here; nothing is lost.',
    receivingPaused: 'Receiving is paused.',
    receivingPausedWhat:
      'Senders keep their mail and try again; after some days they give up. Resume it above, in the state.',
    passphrase: 'These pages open by login links alone.',
    passphraseWhat: 'A passphrase and a second factor keep others out who get at this machine.',
    recipientPaused: (email: string) =>
      `${email} is paused: its server says that the mailbox does not exist or is full.`,
    recipientPausedWhat: (n: string) => `${n} waiting. It is tried again by itself.`,
    look: 'Look',
    fix: 'Make one',
    set: 'Set it',
  },
}

const de: typeof en = {
  title: 'Übersicht',
  period: 'Zeitraum',
  periods: { '1': '24 Std.', '7': '7 Tage', '30': '30 Tage', '90': '90 Tage' },
  ownDates: 'Zeitraum',
  ownPeriod: 'Eigene Tage',
  firstDay: 'Erster Tag',
  lastDay: 'Letzter Tag',
  turned: 'Das liegt vor dem ersten Tag.',
  showPeriod: 'Diese Tage zeigen',
  figures: {
    forwarded: 'Weitergeleitet',
    sent: 'Gesendet',
    blocked: 'Blockiert',
    held: 'Angehalten',
    failed: 'Gescheitert',
  },
  than: {
    more: (n: string) => `${n} mehr als zuvor`,
    less: (n: string) => `${n} weniger als zuvor`,
    same: 'wie zuvor',
  },
  chart: 'Mail im Lauf der Zeit',
  chartSummary: (what: string, forwarded: string, blocked: string) =>
    `Mail, ${what}: ${forwarded} weitergeleitet, ${blocked} blockiert. Jeder Balken führt zu seinem Protokoll.`,
  localTime: 'Die Zeiten sind die dieses Geräts.',
  senders: 'Wer am meisten schreibt',
  blockedSenders: 'Wer am meisten abgewiesen wird',
  topAliases: 'Meistbenutzte Aliase',
  newest: 'Neueste Aliase',
  nobody: 'Noch niemand.',
  allAliases: 'Alle Aliase',
  times: (n: number) => counted('de', n, { one: 'Nachricht', other: 'Nachrichten' }),
  health: 'Zustand',
  empty: 'Noch keine Mail.',
  emptyText: 'Schicken Sie eine Testnachricht an eine Adresse Ihrer Domain und sehen Sie zu, wie sie ankommt.',
  toMailbox: 'Zum Testpostfach',
  toSetup: 'Mit der Einrichtung fortfahren',
  problems: {
    questions: (n: number) =>
      `${counted('de', n, { one: 'neuer Absender möchte', other: 'neue Absender möchten' })} Ihnen schreiben.`,
    questionsWhat: 'Ihre Mail wartet; sie haben keine Antwort bekommen, die das verrät.',
    held: (n: number) =>
      `${counted('de', n, { one: 'Nachricht wartet', other: 'Nachrichten warten' })} auf Ihre Entscheidung.`,
    heldWhat: 'Jede geht nach ihren Tagen von selbst; was Sie behalten, bleibt.',
    failed: (n: number) =>
      `${counted('de', n, { one: 'Nachricht konnte', other: 'Nachrichten konnten' })} nicht zugestellt werden.`,
    failedWhat: 'Sie sind aufgehoben und können noch einmal oder anderswohin geschickt werden.',
    leaked: (n: number) =>
      `${counted('de', n, { one: 'Alias ist', other: 'Aliase sind' })} vielleicht durchgesickert: Fremde schreiben daran.`,
    leakedWhat:
      'Nichts wurde abgewiesen. Sehen Sie nach, wer zuerst schrieb, und schalten Sie ihn aus, wenn er nicht mehr nur Ihrer ist.',
    backup: 'Es gibt keine Sicherung, die jünger als eine Woche ist.',
    backupWhat:
      'Eine Karte Ihres ganzen Lebens im Netz ist eine Kopie wert. Sie ist verschlüsselt; der Wiederherstellungsschlüssel öffnet sie.',
    paused: 'Der Versand ist angehalten.',
    pausedWhat: 'Mail kommt herein und wartet hier; nichts geht verloren.',
    receivingPaused: 'Der Empfang ist angehalten.',
    receivingPausedWhat:
      'Absender behalten ihre Mail und kommen wieder; nach einigen Tagen geben sie auf. Fortsetzen: oben, beim Zustand.',
    passphrase: 'Diese Seiten öffnen sich allein durch Anmeldelinks.',
    passphraseWhat: 'Eine Passphrase und ein zweiter Faktor halten andere ab, die an diesen Rechner kommen.',
    recipientPaused: (email: string) =>
      `${email} ist angehalten: sein Server sagt, das Postfach gebe es nicht oder es sei voll.`,
    recipientPausedWhat: (n: string) => `${n} warten. Es wird von selbst wieder versucht.`,
    look: 'Ansehen',
    fix: 'Eine machen',
    set: 'Setzen',
  },
}

export const dashboard = { en, de }

// Every word of the host itself: menus, dialogs, notices, the tray. English, or German where the system speaks it; the pages choose for
// themselves, in their settings.

const en = {
  open: 'Open Postern',
  lock: 'Lock now',
  quit: 'Quit',
  file: 'File',
  edit: 'Edit',
  privacy: 'Privacy',
  leaveOut: 'Leave this window out of screenshots',
  quitTitle: 'Quit Postern?',
  quitText:
    'Your relay runs in this program, and this desktop has no tray to keep it in. While it is closed, mail waits with its senders.',
  minimise: 'Minimise',
  goesOn: 'Postern goes on',
  goesOnText: 'Mail is still received. Open or quit Postern by its icon in the tray.',
  openOutside: (host: string) => `Open ${host} in your browser?`,
  cancel: 'Cancel',
  openIt: 'Open',
  stopped: (n: number) => (n === 1 ? 'One message was stopped' : `${n} messages were stopped`),
  seeLog: 'Open the log to see why.',
  for: (alias: string) => `For ${alias}.`,
  mostFor: (alias: string) => `Most of them for ${alias}.`,
  allow: 'Allow',
  block: 'Block',
  waiting: (n: number) => `${n} messages of new senders wait`,
  waitingText: 'Open Postern to allow or block who sent them.',
  nobody: 'a sender without a name',
  mayWrite: (sender: string) => `May ${sender} write to you?`,
  mayWriteText: (alias: string) => `To ${alias}. The mail waits for your answer.`,
  leaked: 'An alias was probably sold or leaked',
  leakedText: (alias: string) => `${alias}: a stranger writes to it.`,
  manyAliases: 'Too many new aliases',
  manyAliasesText: 'Somebody tries addresses; for an hour no mail makes an alias.',
  guessing: 'Somebody tries addresses',
  guessingText: 'They get their answers slowly from now on.',
  paused: 'A mailbox of yours takes no mail',
  pausedText: 'What comes for it waits. Postern shows why, and what to do.',
  troubleText: 'Mail may be put off until then. Open Postern to see what to do.',
  troubles: {
    'database-damaged': 'The data is damaged',
    'disk-error': 'The disk fails',
    'disk-read-only': 'The disk takes no writes',
    'disk-no-access': 'The data folder cannot be written to',
    'store-stopped': 'Nothing can be stored any more',
    'disk-full': 'The disk is nearly full',
    'queue-full': 'Too much mail waits to be sent',
    'dns-silent': 'The DNS resolver does not answer',
    'dns-strips': 'Your DNS resolver does not pass DNSSEC on',
    'clock-wrong': 'The clock of this machine is wrong',
    'certificate-expired': 'The certificate has expired',
    'peers-hidden': 'Every sender appears to come from this machine',
    'certificate-expires': 'The certificate expires within two weeks',
  } as Readonly<Record<string, string>>,
}

export type Words = typeof en

const de: Words = {
  open: 'Postern öffnen',
  lock: 'Jetzt sperren',
  quit: 'Beenden',
  file: 'Datei',
  edit: 'Bearbeiten',
  privacy: 'Privatsphäre',
  leaveOut: 'Dieses Fenster aus Bildschirmfotos auslassen',
  quitTitle: 'Postern beenden?',
  quitText:
    'Ihr Relay läuft in diesem Programm, und dieser Desktop hat keine Ablage, in der es bleiben könnte. Solange es beendet ist, wartet Mail bei ihren Absendern.',
  minimise: 'Verkleinern',
  goesOn: 'Postern läuft weiter',
  goesOnText: 'Mail wird weiter empfangen. Öffnen oder beenden Sie Postern über sein Symbol in der Ablage.',
  openOutside: (host) => `${host} im Browser öffnen?`,
  cancel: 'Abbrechen',
  openIt: 'Öffnen',
  stopped: (n) => (n === 1 ? 'Eine Nachricht wurde aufgehalten' : `${n} Nachrichten wurden aufgehalten`),
  seeLog: 'Das Protokoll sagt, warum.',
  for: (alias) => `Für ${alias}.`,
  mostFor: (alias) => `Die meisten für ${alias}.`,
  allow: 'Erlauben',
  block: 'Blockieren',
  waiting: (n) => `${n} Nachrichten neuer Absender warten`,
  waitingText: 'Öffnen Sie Postern, um die Absender zu erlauben oder zu blockieren.',
  nobody: 'ein Absender ohne Namen',
  mayWrite: (sender) => `Darf ${sender} Ihnen schreiben?`,
  mayWriteText: (alias) => `An ${alias}. Die Mail wartet auf Ihre Antwort.`,
  leaked: 'Ein Alias ist wahrscheinlich verkauft oder durchgesickert',
  leakedText: (alias) => `${alias}: ein Fremder schreibt daran.`,
  manyAliases: 'Zu viele neue Aliase',
  manyAliasesText: 'Jemand probiert Adressen; eine Stunde lang macht keine Mail einen Alias.',
  guessing: 'Jemand probiert Adressen',
  guessingText: 'Er bekommt von nun an langsam Antwort.',
  paused: 'Eines Ihrer Postfächer nimmt keine Mail an',
  pausedText: 'Was dafür kommt, wartet. Postern zeigt, warum, und was zu tun ist.',
  troubleText: 'Mail kann sich bis dahin verspäten. Öffnen Sie Postern; dort steht, was zu tun ist.',
  troubles: {
    'database-damaged': 'Die Daten sind beschädigt',
    'disk-error': 'Das Laufwerk versagt',
    'disk-read-only': 'Das Laufwerk nimmt nichts an',
    'disk-no-access': 'In den Datenordner lässt sich nicht schreiben',
    'store-stopped': 'Es lässt sich nichts mehr speichern',
    'disk-full': 'Das Laufwerk ist fast voll',
    'queue-full': 'Zu viel Mail wartet auf den Versand',
    'dns-silent': 'Der DNS-Resolver antwortet nicht',
    'dns-strips': 'Ihr DNS-Resolver gibt DNSSEC nicht weiter',
    'clock-wrong': 'Die Uhr dieses Rechners geht falsch',
    'certificate-expired': 'Das Zertifikat ist abgelaufen',
    'peers-hidden': 'Alle Absender scheinen von diesem Rechner zu kommen',
    'certificate-expires': 'Das Zertifikat läuft in zwei Wochen ab',
  },
}

/** Of the system's languages, in their order, the first that we have; else English. */
export function wordsFor(languages: readonly string[]): Words {
  for (const one of languages) {
    const [base] = one.toLowerCase().split('-')
    if (base === 'de') return de
    if (base === 'en') return en
  }
  return en
}

let spoken: Words = en

/** At the start, once the system can be asked. */
export function speak(languages: readonly string[]): void {
  spoken = wordsFor(languages)
}

export const words = (): Words => spoken

// Signing in, unlocking, proving again who one is.
const en = {
  signIn: 'Sign in',
  signInTitle: 'Sign in to Postern',
  secondTitle: 'Prove that it is you',
  opening: 'Opening …',
  keyFailed: 'The security key did not answer. Try again, or use another way.',
  keyText: 'Touch your security key, or answer what your browser asks.',
  useKey: 'Use the security key',
  otherKey: 'Use a security key instead',
  code: {
    label: 'Login link or code',
    help: 'When it starts, Postern prints a login link. Open that link, or paste it or its code here. Each works once.',
    other: 'Use a login link instead',
  },
  passphrase: {
    label: 'Passphrase',
    help: 'The login passphrase that you set for these pages.',
    other: 'Use the passphrase instead',
  },
  totp: {
    label: 'Code of the authenticator app',
    help: 'Six digits that change every half minute. Each works once.',
    other: 'Use the authenticator app instead',
  },
  recoveryCode: {
    label: 'Recovery code',
    help: 'One of the ten codes that you noted. Each works once.',
    other: 'Use a recovery code instead',
  },
  recoveryKey: {
    label: 'Recovery key',
    help: 'The key on paper that opens your data and every backup: eight groups of five characters.',
    other: 'Use the recovery key instead',
  },
  locked: {
    title: 'Your data is locked',
    help: 'Until you unlock it, Postern asks senders to come again later. No mail is lost: they try for days.',
    unlock: 'Unlock',
    unlocking: 'Unlocking …',
  },
  damaged: {
    title: 'Your data is damaged',
    what: {
      'database-damaged':
        'Pages of the database do not check: something other than Postern changed the file, or the disk did not keep what was written. Postern does not open it, so that nothing wrong is taken for right.',
      'database-truncated': 'The database is cut off: a part of the file that was there is missing.',
      'database-missing': 'The database (postern.db) is not in its folder any more.',
      'log-damaged':
        'The log of the database (postern.db-wal), which holds the latest changes, does not check: something other than Postern changed the file, or the disk did not keep what was written. The database itself is as it was.',
      'log-missing':
        'The log of the database (postern.db-wal), which holds the latest changes, is not in its folder any more. If it was moved, put it back.',
      'keyring-damaged': 'The list of keys (keys.json) cannot be read, and without it nothing opens.',
    } as Readonly<Record<string, string>>,
    mail: 'Postern takes no mail while this is so. No new mail is lost: its senders keep it and try again for days. Nothing in the folder is changed meanwhile.',
    helps: 'What helps',
    terminal: 'In a terminal on the machine where Postern runs:',
    restore: 'Put the newest backup back',
    restoreNewest: (when: string) =>
      `The newest one here is from ${when}; it was tried when it was made. What changed after that is not in it. The command shows what it holds, asks before it changes anything, and keeps the damaged files aside.`,
    restoreOther:
      'Name the file of your newest backup. The command shows what it holds, asks before it changes anything, and keeps the damaged files aside.',
    salvage: 'Or go on with what is before the damage',
    salvageText:
      'Only the latest changes are given up, from the damage on. The damaged files are kept aside. Often this loses less than a backup.',
    waits: 'This page goes on by itself when that is done.',
  },
  unreachable: {
    title: 'Postern is not answering',
    text: 'Is it running? Mail that comes in meanwhile is kept by its senders and tried again.',
  },
  stepUp: {
    title: 'Is it you?',
    text: 'This is not done behind your back: prove once more who you are. For the next five minutes you are not asked again.',
    word: 'Go on',
  },
}

const de: typeof en = {
  signIn: 'Anmelden',
  signInTitle: 'Bei Postern anmelden',
  secondTitle: 'Weisen Sie nach, dass Sie es sind',
  opening: 'Wird geöffnet …',
  keyFailed:
    'Der Sicherheitsschlüssel hat nicht geantwortet. Versuchen Sie es noch einmal oder nehmen Sie einen anderen Weg.',
  keyText: 'Berühren Sie Ihren Sicherheitsschlüssel, oder antworten Sie auf die Frage Ihres Browsers.',
  useKey: 'Sicherheitsschlüssel benutzen',
  otherKey: 'Stattdessen einen Sicherheitsschlüssel benutzen',
  code: {
    label: 'Anmeldelink oder Code',
    help: 'Beim Start gibt Postern einen Anmeldelink aus. Öffnen Sie ihn, oder fügen Sie ihn oder seinen Code hier ein. Jeder gilt einmal.',
    other: 'Stattdessen einen Anmeldelink benutzen',
  },
  passphrase: {
    label: 'Passphrase',
    help: 'Die Passphrase, die Sie für diese Seiten gesetzt haben.',
    other: 'Stattdessen die Passphrase benutzen',
  },
  totp: {
    label: 'Code der Authenticator-App',
    help: 'Sechs Ziffern, die sich jede halbe Minute ändern. Jeder gilt einmal.',
    other: 'Stattdessen die Authenticator-App benutzen',
  },
  recoveryCode: {
    label: 'Wiederherstellungscode',
    help: 'Einer der zehn Codes, die Sie notiert haben. Jeder gilt einmal.',
    other: 'Stattdessen einen Wiederherstellungscode benutzen',
  },
  recoveryKey: {
    label: 'Wiederherstellungsschlüssel',
    help: 'Der Schlüssel auf Papier, der Ihre Daten und jede Sicherung öffnet: acht Gruppen zu fünf Zeichen.',
    other: 'Stattdessen den Wiederherstellungsschlüssel benutzen',
  },
  locked: {
    title: 'Ihre Daten sind gesperrt',
    help: 'Bis Sie sie entsperren, bittet Postern Absender, später wiederzukommen. Keine Mail geht verloren: sie versuchen es tagelang.',
    unlock: 'Entsperren',
    unlocking: 'Wird entsperrt …',
  },
  damaged: {
    title: 'Ihre Daten sind beschädigt',
    what: {
      'database-damaged':
        'Seiten der Datenbank stimmen nicht: etwas anderes als Postern hat die Datei verändert, oder der Datenträger hat nicht behalten, was geschrieben wurde. Postern öffnet sie nicht, damit nichts Falsches für richtig gehalten wird.',
      'database-truncated': 'Die Datenbank ist abgeschnitten: ein Teil der Datei, der da war, fehlt.',
      'database-missing': 'Die Datenbank (postern.db) ist nicht mehr in ihrem Ordner.',
      'log-damaged':
        'Das Protokoll der Datenbank (postern.db-wal) mit den letzten Änderungen stimmt nicht: etwas anderes als Postern hat die Datei verändert, oder der Datenträger hat nicht behalten, was geschrieben wurde. Die Datenbank selbst ist, wie sie war.',
      'log-missing':
        'Das Protokoll der Datenbank (postern.db-wal) mit den letzten Änderungen ist nicht mehr in seinem Ordner. Wurde es verschoben, legen Sie es zurück.',
      'keyring-damaged': 'Die Liste der Schlüssel (keys.json) ist nicht lesbar, und ohne sie öffnet sich nichts.',
    },
    mail: 'Solange nimmt Postern keine Mail an. Neue Mail geht nicht verloren: ihre Absender behalten sie und versuchen es tagelang. Im Ordner wird derweil nichts verändert.',
    helps: 'Was hilft',
    terminal: 'In einem Terminal auf dem Rechner, auf dem Postern läuft:',
    restore: 'Die neueste Sicherung zurückspielen',
    restoreNewest: (when: string) =>
      `Die neueste hier ist vom ${when}; sie wurde erprobt, als sie gemacht wurde. Was danach geschah, ist nicht darin. Der Befehl zeigt, was sie enthält, fragt, bevor er etwas ändert, und hebt die beschädigten Dateien daneben auf.`,
    restoreOther:
      'Nennen Sie die Datei Ihrer neuesten Sicherung. Der Befehl zeigt, was sie enthält, fragt, bevor er etwas ändert, und hebt die beschädigten Dateien daneben auf.',
    salvage: 'Oder mit dem weitermachen, was vor dem Schaden steht',
    salvageText:
      'Aufgegeben werden nur die letzten Änderungen, vom Schaden an. Die beschädigten Dateien werden daneben aufgehoben. Oft geht so weniger verloren als mit einer Sicherung.',
    waits: 'Diese Seite geht von selbst weiter, wenn das getan ist.',
  },
  unreachable: {
    title: 'Postern antwortet nicht',
    text: 'Läuft es? Mail, die inzwischen kommt, behalten die Absender und versuchen es noch einmal.',
  },
  stepUp: {
    title: 'Sind Sie es?',
    text: 'Das geschieht nicht hinter Ihrem Rücken: weisen Sie noch einmal nach, wer Sie sind. In den nächsten fünf Minuten werden Sie nicht wieder gefragt.',
    word: 'Weiter',
  },
}

export const session = { en, de }

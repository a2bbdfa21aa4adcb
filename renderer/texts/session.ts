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

// The built-in test mailbox.
const en = {
  title: 'Test mailbox',
  lead: 'Mail for the built-in recipient comes here and leaves the machine never: to try things before your own mailbox is set.',
  list: 'Messages, newest first',
  empty: 'No mail yet.',
  send: 'Send one:',
  copyCommand: 'Copy the command',
  choose: 'Choose a message to read it.',
  unreadWord: 'Unread:',
  noSubject: 'No subject',
  noSender: 'No sender',
  message: 'Message',
  back: 'All messages',
}

const de: typeof en = {
  title: 'Testpostfach',
  lead: 'Hierher kommt Mail für den eingebauten Empfänger; sie verlässt den Rechner nie: um etwas zu versuchen, bevor Ihr eigenes Postfach gesetzt ist.',
  list: 'Nachrichten, die neueste zuerst',
  empty: 'Noch keine Mail.',
  send: 'Schicken Sie eine:',
  copyCommand: 'Befehl kopieren',
  choose: 'Wählen Sie eine Nachricht, um sie zu lesen.',
  unreadWord: 'Ungelesen:',
  noSubject: 'Kein Betreff',
  noSender: 'Kein Absender',
  message: 'Nachricht',
  back: 'Alle Nachrichten',
}

export const mailbox = { en, de }

// What the hosts of the pages say themselves: the desktop window, a relay that is locked or starts, the doors. Rooms: desktop, headless, smtp, tls.
import type { Phrases } from '../matcher.ts'

export const host: Phrases = {
  'port {0} is taken': 'Port {0} ist belegt',
  'Too many tries at once. Wait a moment.': 'Zu viele Versuche auf einmal. Warten Sie einen Moment.',
  'The data is locked. Unlock it with: postern key unlock':
    'Die Daten sind gesperrt. Entsperren Sie sie mit: postern key unlock',
  'The relay is starting.': 'Das Relay startet.',
  'The relay could not start.': 'Das Relay konnte nicht starten.',
  'That is too much at once.': 'Das ist zu viel auf einmal.',
  'No such method.': 'Diese Methode gibt es nicht.',
  'The relay could not answer.': 'Das Relay konnte nicht antworten.',
  'Postern is locked.': 'Postern ist gesperrt.',
  'The relay does not answer.': 'Das Relay antwortet nicht.',
  'The relay could not be started.': 'Das Relay konnte nicht gestartet werden.',
  'The relay could not be started: {0}': 'Das Relay konnte nicht gestartet werden: {0}',
  'The relay did not start in time.': 'Das Relay ist nicht rechtzeitig gestartet.',
  'it said nothing': 'es sagte nichts',
  'No relay is running, and this window cannot start one. Start it with: postern serve':
    'Kein Relay läuft, und dieses Fenster kann keines starten. Starten Sie es mit: postern serve',
  'Postern is closing.': 'Postern wird beendet.',
  'No relay is running.': 'Kein Relay läuft.',
  'The certificate file holds no certificate.': 'Die Zertifikatsdatei enthält kein Zertifikat.',
  'The key does not belong to the certificate.': 'Der Schlüssel gehört nicht zum Zertifikat.',
  'The key file holds no private key that can be read (one without a passphrase is needed).':
    'Die Schlüsseldatei enthält keinen lesbaren privaten Schlüssel (nötig ist einer ohne Passphrase).',
  'The certificate expired on {0}.': 'Das Zertifikat ist abgelaufen: {0}.',
  'Give the full chain (PEM) with --cert and its key (PEM) with --key.':
    'Geben Sie die ganze Kette (PEM) mit --cert und ihren Schlüssel (PEM) mit --key an.',
}

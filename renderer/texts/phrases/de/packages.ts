// Sentences of packages that the relay passes on: what is wrong with a field of a form (zod), with a signature (mailauth), with a connection.
// A test holds them to the packages as they are installed.
import type { Phrases } from '../matcher.ts'

export const zod: Phrases = {
  'Invalid input: expected {0}, received {1}': 'Ungültig: erwartet {0}, angegeben {1}',
  'Invalid option: expected one of {0}': 'Ungültig: möglich sind {0}',
  'Too big: expected {0} to have {1}{2} {3}': 'Zu lang: erlaubt sind {1}{2} {3}',
  'Too big: expected {0} to be {1}{2}': 'Zu groß: erlaubt ist {1}{2}',
  'Too small: expected {0} to have {1}{2} {3}': 'Zu kurz: nötig sind {1}{2} {3}',
  'Too small: expected {0} to be {1}{2}': 'Zu klein: nötig ist {1}{2}',
  'Invalid string: must match pattern {0}': 'Ungültig: es muss zu {0} passen',
  'Invalid {0}': 'Ungültig: {0}',
  'Unrecognized key{0}: {1}': 'Unbekannte Angabe: {1}',
  'Invalid input': 'Ungültig',
  characters: 'Zeichen',
  items: 'Einträge',
}

export const mailauth: Phrases = {
  '{0}: domain of {1} does not designate {2} as permitted sender':
    '{0}: die Domain von {1} nennt {2} nicht als erlaubten Absender',
  '{0}: domain of transitioning {1} does not designate {2} as permitted sender':
    '{0}: die Domain von {1} nennt {2} nicht als erlaubten Absender, in einer Übergangszeit',
  '{0}: {1} is neither permitted nor denied by domain of {2}':
    '{0}: {1} wird von der Domain von {2} weder erlaubt noch verboten',
  '{0}: {1} does not designate permitted sender hosts': '{0}: {1} nennt keine erlaubten Absender',
  '{0}: permanent error in processing during lookup of {1}{2}': '{0}: dauerhafter Fehler beim Nachschlagen von {1}{2}',
  '{0}: error in processing during lookup of {1}{2}': '{0}: Fehler beim Nachschlagen von {1}{2}',
  'body hash did not verify': 'der Text ist nicht mehr der unterschriebene',
  'bad signature': 'falsche Signatur',
  'weak algorithm': 'schwaches Verfahren',
  'inappropriate key algorithm': 'unpassendes Verfahren des Schlüssels',
  'domain mismatch': 'andere Domain',
  'invalid expiration': 'ungültiges Ablaufdatum',
  expired: 'abgelaufen',
  'no key': 'kein Schlüssel',
  'unknown key version': 'unbekannte Version des Schlüssels',
  'unknown key type': 'unbekannte Art Schlüssel',
  'invalid public key': 'ungültiger öffentlicher Schlüssel',
  'inappropriate hash algorithm': 'unpassendes Hash-Verfahren',
  'key not for email': 'Schlüssel nicht für Mail',
  'From field not signed': 'From ist nicht mitunterschrieben',
  'DNS failure: {0}': 'DNS-Fehler: {0}',
  'message not signed': 'Nachricht nicht unterschrieben',
}

export const nodemailer: Phrases = {
  'Connection timeout': 'Zeit für die Verbindung abgelaufen',
  'Greeting never received': 'Die Begrüßung kam nie',
  Timeout: 'Zeit abgelaufen',
  'Connection closed unexpectedly': 'Die Verbindung endete unerwartet',
  'Error upgrading connection with STARTTLS': 'STARTTLS ist gescheitert',
  'Error initiating TLS - {0}': 'TLS ließ sich nicht beginnen: {0}',
  'Message size larger than allowed {0}': 'Die Nachricht ist größer als erlaubt: {0}',
  'Server does not support REQUIRETLS extension (RFC 8689)': 'Der Server kann REQUIRETLS nicht (RFC 8689)',
  'REQUIRETLS can only be used over TLS connections (RFC 8689)': 'REQUIRETLS geht nur über TLS (RFC 8689)',
  'Invalid greeting. response={0}': 'Ungültige Begrüßung: {0}',
  'Unexpected Response': 'Unerwartete Antwort',
  'Server response exceeds maximum allowed size': 'Die Antwort des Servers ist zu lang',
}

/** Of the system, by way of Node: no text of theirs stands in a file here. */
export const node: Phrases = {
  'connect ECONNREFUSED {0}': '{0} nimmt keine Verbindung an',
  'connect ETIMEDOUT {0}': '{0} antwortet nicht',
  'connect EHOSTUNREACH {0}': '{0} ist nicht erreichbar',
  'connect ENETUNREACH {0}': '{0} ist nicht erreichbar: kein Netz dorthin',
  'connect EACCES {0}': 'Die Verbindung zu {0} ist nicht erlaubt',
  'read ECONNRESET': 'Die Gegenseite hat die Verbindung abgebrochen',
  'write EPIPE': 'Die Gegenseite hat die Verbindung beendet',
  'getaddrinfo ENOTFOUND {0}': 'Den Namen {0} gibt es nicht',
}

// Answers at the door (terms/reply.ts), as they stand in the log behind "Refused:"; what a sender reads stays in its own words.
import type { Phrases } from '../matcher.ts'

export const door: Phrases = {
  'Not a domain of this server': 'keine Domain dieses Servers',
  'No such address here': 'keine solche Adresse hier',
  'Mailbox not available now, try again later': 'Postfach jetzt nicht verfügbar, später noch einmal versuchen',
  'Not accepted': 'nicht angenommen',
  'From is not one of your aliases': 'der Absender (From) ist keiner Ihrer Aliase',
  'A signed, encrypted or unreadable part would show your address; allow it for the alias or send it without':
    'ein signierter, verschlüsselter oder unlesbarer Teil würde Ihre Adresse zeigen; erlauben Sie es für den Alias, oder senden Sie ohne ihn',
  'From is your real address and the recipient is no reply address: that would show it':
    'der Absender (From) ist Ihre wirkliche Adresse und der Empfänger keine Antwortadresse: das würde sie zeigen',
  'Not proved to come from the domain in From (DMARC)':
    'nicht nachgewiesen, dass sie von der Domain in From kommt (DMARC)',
  'Not proved to come from the domain in From': 'nicht nachgewiesen, dass sie von der Domain in From kommt',
  'The sender claims to be at one of your own domains and does not prove it.':
    'Der Absender gibt sich als eine Ihrer eigenen Domains aus und weist es nicht nach.',
  'Cannot check the sender now (DMARC), try again later':
    'der Absender ist jetzt nicht prüfbar (DMARC), später noch einmal versuchen',
  'Cannot check the sender now (SPF), try again later':
    'der Absender ist jetzt nicht prüfbar (SPF), später noch einmal versuchen',
  'Not a report that can be read': 'kein Bericht, der lesbar ist',
  'No valid signature (DKIM) of the domain in From': 'keine gültige Signatur (DKIM) der Domain in From',
  'Cannot check the signature now (DKIM), try again later':
    'die Signatur ist jetzt nicht prüfbar (DKIM), später noch einmal versuchen',
  'Message too big': 'Nachricht zu groß',
  'Too many recipients': 'zu viele Empfänger',
  'Too many messages, try again later': 'zu viele Nachrichten, später noch einmal versuchen',
  'Too many new addresses, try again later': 'zu viele neue Adressen, später noch einmal versuchen',
  'Too many hops': 'zu viele Stationen',
  'Mail loop': 'Mail im Kreis',
  'From names too many authors': 'From nennt zu viele Autoren',
  'Message has a bare CR, a bare LF or a NUL': 'die Nachricht enthält ein einzelnes CR oder LF oder ein NUL',
  'Message header too big': 'der Kopf der Nachricht ist zu groß',
  'Text line too long': 'eine Zeile ist zu lang',
  'Cannot store the message now, try again later':
    'die Nachricht ist jetzt nicht zu speichern, später noch einmal versuchen',
  'Mail is paused here, try again later': 'Mail ist hier angehalten, später noch einmal versuchen',
  'Too much mail waits here, try again later': 'hier wartet zu viel Mail, später noch einmal versuchen',
  'Not enough disk space': 'nicht genug Platz auf dem Datenträger',
  'Local error, try again later': 'Fehler auf dieser Seite, später noch einmal versuchen',
  'Too many connections': 'zu viele Verbindungen',
  'Too many errors': 'zu viele Fehler',
  'TLS handshake failed': 'TLS-Handshake gescheitert',
  'Too many failed attempts, try again later': 'zu viele gescheiterte Versuche, später noch einmal versuchen',
}

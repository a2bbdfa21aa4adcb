// Why a delivery did not come about, where it is our own word and not a far server's. Room: delivery.
import type { Phrases } from '../matcher.ts'

export const delivery: Phrases = {
  '5.6.7 An address has letters beyond ASCII, and this server does not take such addresses (no SMTPUTF8).':
    '5.6.7 Eine Adresse hat Zeichen jenseits von ASCII, und solche Adressen nimmt dieser Server nicht (kein SMTPUTF8).',
  "whether {0} has TLSA records can't be known: {1}": 'ob {0} TLSA-Einträge hat, lässt sich nicht wissen: {1}',
  'you set {0} to {1}': 'Sie haben {0} auf {1} gesetzt',
  'the message says that TLS is not required (TLS-Required: No)':
    'die Nachricht sagt, dass TLS nicht nötig ist (TLS-Required: No)',
  '{0} has TLSA records (DANE)': '{0} hat TLSA-Einträge (DANE)',
  '{0} has TLSA records, none of which can be used': '{0} hat TLSA-Einträge, von denen keiner zu gebrauchen ist',
  '{0} enforces MTA-STS': '{0} verlangt MTA-STS',
  '{0} is none of the servers that the MTA-STS policy of {1} names':
    '{0} ist keiner der Server, die die MTA-STS-Richtlinie von {1} nennt',
  'the sender requires TLS (REQUIRETLS)': 'der Absender verlangt TLS (REQUIRETLS)',
  'Not sent: {0}.': 'Nicht gesandt: {0}.',
  '{0} has no address.': '{0} hat keine Adresse.',
  'No server to try.': 'Kein Server, bei dem es zu versuchen wäre.',
  'no answer': 'keine Antwort',
  'No usable answer about {0}: {1}.': 'Keine brauchbare Antwort über {0}: {1}.',
  '5.1.2 The domain {0} does not exist.': '5.1.2 Die Domain {0} gibt es nicht.',
  '5.1.10 {0} takes no mail (null MX).': '5.1.10 {0} nimmt keine Mail an (null MX).',
  '5.4.6 The mail servers of {0} lead back to this one.': '5.4.6 Die Mailserver von {0} führen hierher zurück.',
  '5.4.4 {0} has no mail server with an address.': '5.4.4 {0} hat keinen Mailserver mit einer Adresse.',
  '5.3.4 {0}': '5.3.4 {0}',
  '5.7.30 {0}': '5.7.30 {0}',
  'offers no TLS': 'bietet kein TLS an',
  'shows another key than the pinned one': 'zeigt einen anderen Schlüssel als den festgelegten',
  'shows a certificate that does not hold ({0})': 'zeigt ein Zertifikat, das nicht gilt ({0})',
  '"{0}" is no route.': '„{0}“ ist kein Weg.',
  'Use mailbox, mx, smtp://HOST:PORT (with ?tls=opportunistic or none where you must, ?pin=… for a key of your own) or smtps://HOST:PORT.':
    'Nehmen Sie mailbox, mx, smtp://HOST:PORT (mit ?tls=opportunistic oder none, wo es sein muss, ?pin=… für einen eigenen Schlüssel) oder smtps://HOST:PORT.',
  'the route says {0}': 'der Weg sagt {0}',
  'the route wants TLS': 'der Weg verlangt TLS',
  'the route wants TLS and a certificate that holds': 'der Weg verlangt TLS und ein gültiges Zertifikat',
  'The server offers no TLS; the password is not sent.':
    'Der Server bietet kein TLS an; das Passwort wird nicht gesandt.',
  'The server closed the connection': 'Der Server hat die Verbindung beendet',
  'has a certificate in its chain that is not valid now': 'hat in seiner Kette ein Zertifikat, das jetzt nicht gilt',
  'has a certificate for another name': 'hat ein Zertifikat für einen anderen Namen',
  '{0} ({1})': '{0} ({1})',
  'shows no certificate': 'zeigt kein Zertifikat',
  'has no certificate that its TLSA records name': 'hat kein Zertifikat, das seine TLSA-Einträge nennen',
  'has too long a chain': 'hat eine zu lange Kette',
  'Not sent: {0} has no public address ({1}). If it is a server of yours: postern setting set private-hosts {2}':
    'Nicht gesendet: {0} hat keine öffentliche Adresse ({1}). Wenn es Ihr eigener Server ist: postern setting set private-hosts {2}',
}

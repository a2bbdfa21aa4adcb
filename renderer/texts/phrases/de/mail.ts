// What was changed in a message on its way: the notes beside a preview. Room: mail.
import type { Phrases } from '../matcher.ts'

export const mail: Phrases = {
  'your address in the text was replaced by the alias': 'Ihre Adresse im Text wurde durch den Alias ersetzt',
  'your address in the text was replaced by the alias; to send a message with your address in it, write to {0}':
    'Ihre Adresse im Text wurde durch den Alias ersetzt; um eine Nachricht mit Ihrer Adresse zu senden, schreiben Sie an {0}',
  'a calendar could not be read and became plain text: an answer to it would have shown your real address':
    'ein Kalender war nicht lesbar und wurde zu einfachem Text: eine Antwort darauf hätte Ihre echte Adresse gezeigt',
  'the text is too large for a banner': 'der Text ist zu groß für eine Zeile von uns',
  '{0} named nobody who could be answered': '{0} nannte niemanden, dem zu antworten wäre',
  'the message has no {0}From; the envelope sender stands for it':
    'die Nachricht hat kein {0}From; der Absender des Umschlags steht dafür',
  readable: 'lesbares',
  'the address in From cannot be read; the alias stands for it':
    'die Adresse in From ist nicht lesbar; der Alias steht dafür',
  'the address in {0} cannot be read; an answer comes back to the alias':
    'die Adresse in {0} ist nicht lesbar; eine Antwort kommt zum Alias zurück',
  'an address in {0} cannot be read and was left out': 'eine Adresse in {0} ist nicht lesbar und wurde weggelassen',
  '{0} stood there more than once; one was made of it': '{0} stand mehrfach da; daraus wurde eines',
  'the message had no valid Message-ID; it got one': 'die Nachricht hatte keine gültige Message-ID; sie bekam eine',
  'From names several authors; the first stands there, {0}': 'From nennt mehrere Autoren; der erste steht dort, {0}',
  'whom to answer, Reply-To says': 'wem zu antworten ist, sagt Reply-To',
  'an answer goes to all': 'eine Antwort geht an alle',
  'the message has more than one From field; they were made one':
    'die Nachricht hat mehr als ein Feld From; daraus wurde eines',
  '{0} from outside was removed: only we may write it': '{0} von außen wurde entfernt: das dürfen nur wir schreiben',
  'a line of the header that is no field was dropped': 'eine Zeile im Kopf, die kein Feld ist, wurde weggelassen',
  '{0} had characters that mail programs read differently': '{0} hatte Zeichen, die Mailprogramme verschieden lesen',
  'more than {0} addresses: those beyond stay as they are in To and Cc':
    'mehr als {0} Adressen: die darüber bleiben in To und Cc, wie sie sind',
  'the message began with a folded line': 'die Nachricht begann mit einer Fortsetzungszeile',
  'a recipient in To or Cc is no address; it was left out':
    'ein Empfänger in To oder Cc ist keine Adresse; er wurde weggelassen',
  'the alias itself was left out of To or Cc': 'der Alias selbst wurde in To oder Cc weggelassen',
  'the alias stands for your own address in To or Cc': 'der Alias steht für Ihre eigene Adresse in To oder Cc',
  'a Message-ID that names you was taken out of the thread':
    'eine Message-ID, die Sie nennt, wurde aus dem Verlauf genommen',
  'the message had no readable Date; the time of arrival stands for it':
    'die Nachricht hatte kein lesbares Datum; die Zeit der Ankunft steht dafür',
  '{0} named you and was dropped': '{0} nannte Sie und wurde weggelassen',
  'between parts': 'zwischen den Teilen',
}

// What becomes of a message: the sentences of the log. Rooms: queue, and the changes of the store that write into the log.
import type { Phrases } from '../matcher.ts'

export const queue: Phrases = {
  'The stored message is no longer there.': 'Die gespeicherte Nachricht ist nicht mehr da.',
  'No domain is set up.': 'Keine Domain ist eingerichtet.',
  'The alias of this reply was removed.': 'Der Alias dieser Antwort wurde entfernt.',
  'Your address is left in {0}.': 'Ihre Adresse steht noch in {0}.',
  'the field {0} of part {1}': 'dem Feld {0} von Teil {1}',
  'the text of part {0}': 'dem Text von Teil {0}',
  'the field {0}': 'dem Feld {0}',
  'the text': 'dem Text',
  'The sender sent it again because our answer had not reached them. It was taken the first time; nothing was sent twice.':
    'Der Absender schickte sie noch einmal, weil unsere Antwort ihn nicht erreicht hatte. Sie wurde beim ersten Mal angenommen; nichts wurde doppelt gesandt.',
  '{0} cannot be looked up now: {1}': '{0} lässt sich jetzt nicht nachschlagen: {1}',
  'There is no record at {0} yet.': 'Bei {0} ist noch kein Eintrag.',
  'There is more than one record at {0}.': 'Bei {0} ist mehr als ein Eintrag.',
  'The record at {0} has another key.': 'Der Eintrag bei {0} hat einen anderen Schlüssel.',
  'The new keys of {0} ({1}) are seen in the DNS and sign from now on. Leave the old records where they are for now.':
    'Die neuen Schlüssel von {0} ({1}) sind im DNS zu sehen und unterschreiben von nun an. Lassen Sie die alten Einträge vorerst, wo sie sind.',
  'The old key {0} of {1} is gone: the record {2} can be removed from the DNS.':
    'Der alte Schlüssel {0} von {1} ist weg: der Eintrag {2} kann aus dem DNS entfernt werden.',

  // Refusals at the door.
  'Somebody tried to send through this server to a domain that is not yours.':
    'Jemand versuchte, über diesen Server an eine Domain zu senden, die nicht Ihre ist.',
  'There is no such address here.': 'Eine solche Adresse gibt es hier nicht.',
  'The alias is switched off and asks senders to try later.':
    'Der Alias ist ausgeschaltet und bittet Absender, es später zu versuchen.',
  'One peer tries many addresses that do not exist; it is answered slowly from now on.':
    'Ein fremder Rechner probiert viele Adressen, die es nicht gibt; er bekommt von nun an langsam Antwort.',
  'The limit of new aliases in an hour was reached; until it has passed, no mail makes one.':
    'Die Grenze für neue Aliase je Stunde ist erreicht; bis die Stunde um ist, macht keine Mail einen.',
  'This reply address is no longer in use.': 'Diese Antwortadresse wird nicht mehr benutzt.',
  'Too many messages in this hour.': 'Zu viele Nachrichten in dieser Stunde.',
  'A report without a valid signature of its sender; those prove nothing and are not read.':
    'Ein Bericht ohne gültige Signatur seines Absenders; solche beweisen nichts und werden nicht gelesen.',
  'A report whose signature cannot be checked at the moment; it is asked to come again.':
    'Ein Bericht, dessen Signatur im Moment nicht prüfbar ist; er wird gebeten, wiederzukommen.',
  'The message is bigger than this server takes.': 'Die Nachricht ist größer, als dieser Server annimmt.',
  'The header of the message is bigger than this server takes.':
    'Der Kopf der Nachricht ist größer, als dieser Server annimmt.',
  'The message has a bare CR, a bare LF or a NUL; servers that guess here get mail smuggled in.':
    'Die Nachricht enthält ein einzelnes CR oder LF oder ein NUL; Servern, die hier raten, wird Mail untergeschoben.',
  'The message has a line longer than 64 KiB.': 'Die Nachricht hat eine Zeile von mehr als 64 KiB.',
  'The client does not end its lines with CRLF.': 'Der Absender beendet seine Zeilen nicht mit CRLF.',
  'The message has been through more than 100 servers.': 'Die Nachricht ging schon durch mehr als 100 Server.',
  'The disk is nearly full: mail is put off until there is space again. Nothing that was taken is lost.':
    'Der Datenträger ist fast voll: Mail wird aufgeschoben, bis wieder Platz ist. Nichts, was angenommen wurde, geht verloren.',
  'You paused receiving: senders are asked to come again, and keep their mail until then.':
    'Sie haben den Empfang angehalten: Absender werden gebeten, wiederzukommen, und behalten ihre Mail bis dahin.',
  'The queue is as long as it may be: mail is put off until some of it has gone out.':
    'Die Warteschlange ist so lang, wie sie sein darf: Mail wird aufgeschoben, bis einiges gegangen ist.',
  'From names more than 20 authors; nobody writes so, and a blocked one could hide among them.':
    'From nennt mehr als 20 Autoren; so schreibt niemand, und ein blockierter könnte sich darunter verbergen.',
  'The message has been here before.': 'Die Nachricht war schon einmal hier.',
  'The message has more recipients than this server takes at once.':
    'Die Nachricht hat mehr Empfänger, als dieser Server auf einmal annimmt.',
  'The client fell silent.': 'Der Absender verstummte.',
  'The client sent its message too slowly.': 'Der Absender schickte seine Nachricht zu langsam.',
  'The session took longer than an hour.': 'Die Sitzung dauerte länger als eine Stunde.',
  'The client sent many commands without a message.': 'Die Gegenseite schickte viele Befehle ohne eine Nachricht.',
  'The client does not read the answers of this server.': 'Die Gegenseite liest die Antworten dieses Servers nicht.',
  'Every sender appears to come from this machine (127.0.0.1). Sender checks (SPF) and rate limits cannot work. Use host networking for the container, or forward port 25 without a proxy in between, so that senders keep their addresses.':
    'Alle Absender scheinen von diesem Rechner (127.0.0.1) zu kommen. Absenderprüfung (SPF) und Ratenbegrenzung können so nicht wirken. Nutzen Sie für den Container das Host-Netzwerk, oder leiten Sie Port 25 ohne Proxy weiter, damit Absender ihre Adresse behalten.',
  'The client asked for TLS and the handshake did not come to its end.':
    'Der Absender verlangte TLS, und der Handshake kam nicht zu Ende.',
  'A login with a wrong name or app password.': 'Eine Anmeldung mit falschem Namen oder App-Passwort.',
  'Refused: {0}.': 'Abgewiesen: {0}.',

  // Notices to the user and reports to senders.
  'A notice that {0} takes no mail goes to {1}.': 'Eine Nachricht darüber, dass {0} keine Mail annimmt, geht an {1}.',
  'A notice about your mail to {0} goes to {1}.': 'Eine Nachricht über Ihre Mail an {0} geht an {1}.',
  'The mailbox is full.': 'Das Postfach ist voll.',
  'The message is too big.': 'Die Nachricht ist zu groß.',
  'It was tried for five days.': 'Es wurde fünf Tage lang versucht.',
  'It was delivered.': 'Sie wurde zugestellt.',
  'It is tried again by itself; you need do nothing.': 'Es wird von selbst wieder versucht; Sie müssen nichts tun.',
  'The message was not accepted.': 'Die Nachricht wurde nicht angenommen.',
  'The mailbox does not take it at present.': 'Das Postfach nimmt sie zurzeit nicht an.',
  'The sender proved who they are and is told: {0}': 'Der Absender hat nachgewiesen, wer er ist, und erfährt: {0}',

  // What came back.
  '{0} takes no mail{1}.{2}': '{0} nimmt keine Mail an{1}.{2}',
  '{0} did not take this message{1}.{2}': '{0} hat diese Nachricht nicht angenommen{1}.{2}',
  'The server of {0} has not been able to deliver it yet and goes on trying{1}.{2}':
    'Der Server von {0} konnte sie noch nicht zustellen und versucht es weiter{1}.{2}',
  'The server of {0} reports that it was delivered.': 'Der Server von {0} meldet, dass sie zugestellt wurde.',
  'It says: {0}': 'Er sagt: {0}',
  'A mail of yours came back; a notice about it goes to {0}.':
    'Eine Mail von Ihnen kam zurück; eine Nachricht darüber geht an {0}.',
  'Its server says: {0}': 'Sein Server sagt: {0}',
  'Your mailbox {0} takes no mail{1}; what comes for it waits and is tried now and then. Mend it, then switch the pause off.{2}':
    'Ihr Postfach {0} nimmt keine Mail an{1}; was dafür kommt, wartet und wird ab und zu versucht. Bringen Sie es in Ordnung und heben Sie dann die Pause auf.{2}',
  'A report came back that names nobody. It is kept for you to look at.':
    'Ein Bericht kam zurück, der niemanden nennt. Er ist aufgehoben, damit Sie ihn ansehen können.',
  'as spam': 'als Spam',
  'as "{0}"': 'als „{0}“',
  'A mail of yours': 'Eine Mail von Ihnen',
  'Your mail to {0}': 'Ihre Mail an {0}',
  'Sent by {0}.': 'Gesandt von {0}.',
  'It arrived there on {0}.': 'Sie kam dort an: {0}.',
  '{0} was reported {1}.{2}{3}': '{0} wurde {1} gemeldet.{2}{3}',
  'A server sent a mail of ours back. It is kept for you to look at.':
    'Ein Server schickte eine unserer Mails zurück. Sie ist aufgehoben, damit Sie sie ansehen können.',
  'A report of ours to {0} came back; it was thrown away.':
    'Ein Bericht von uns an {0} kam zurück; er wurde weggeworfen.',
  'An automatic reply of your mailbox to a forwarded mail; it was not sent on.':
    'Eine automatische Antwort Ihres Postfachs auf eine weitergeleitete Mail; sie wurde nicht weitergeschickt.',
  'A server sent a mail of ours back, in words that no program knows. It is kept for you to look at.':
    'Ein Server schickte eine unserer Mails zurück, in Worten, die kein Programm kennt. Sie ist aufgehoben, damit Sie sie ansehen können.',

  // What was taken.
  '{0} The message was taken and thrown away, as you chose.':
    '{0} Die Nachricht wurde angenommen und weggeworfen, wie Sie es gewählt haben.',
  'A new sender writes to an alias that asks you first. Allow or block them; the mail waits for your word.':
    'Ein neuer Absender schreibt an einen Alias, der Sie erst fragt. Erlauben oder blockieren Sie ihn; die Mail wartet auf Ihr Wort.',
  'The address in Reply-To cannot be read, so an answer would reach somebody else. You can release the message to read it; an answer to it then comes back to your alias.':
    'Die Adresse in Reply-To ist nicht lesbar, eine Antwort ginge an jemand anderen. Sie können die Nachricht freigeben, um sie zu lesen; eine Antwort darauf kommt dann zu Ihrem Alias zurück.',
  'Your own copy: the alias was among the recipients of what you sent. It was not sent back to you.':
    'Ihre eigene Kopie: der Alias war unter den Empfängern dessen, was Sie sandten. Sie kam nicht zu Ihnen zurück.',
  '5.6.3 The server takes seven bits only (no 8BITMIME), and {0}.':
    '5.6.3 Der Server nimmt nur sieben Bit (kein 8BITMIME), und {0}.',
  'this mailbox gets its mail byte for byte (preserve mode)': 'dieses Postfach bekommt seine Mail Byte für Byte',
  'a signed part of the message would have to be changed': 'ein signierter Teil der Nachricht müsste geändert werden',
  'a part of the message cannot be written so': 'ein Teil der Nachricht lässt sich so nicht schreiben',
  'Accepted; on its way to you.{0}': 'Angenommen; auf dem Weg zu Ihnen.{0}',
  'This alias is probably sold or leaked: it always heard from {0}, and now {1} writes to it.':
    'Dieser Alias ist wahrscheinlich verkauft oder durchgesickert: bisher schrieb immer {0}, und nun schreibt {1}.',
  'An automatic message to a reply address; it was not sent on.':
    'Eine automatische Nachricht an eine Antwortadresse; sie wurde nicht weitergeschickt.',
  'A message to a reply address, but nothing proves that it comes from you. {0} It waits for your word.':
    'Eine Nachricht an eine Antwortadresse, aber nichts weist nach, dass sie von Ihnen kommt. {0} Sie wartet auf Ihr Wort.',
  '{0} The report is on its way to you.': '{0} Der Bericht ist auf dem Weg zu Ihnen.',
  'The alias is switched off': 'Der Alias ist ausgeschaltet',
  '{0} is blocked': '{0} ist blockiert',
  '{0}: you pressed unsubscribe.': '{0}: Sie haben sich abgemeldet.',
  'An automatic reply of your mailbox was not sent on. A setting of the recipient allows it.':
    'Eine automatische Antwort Ihres Postfachs wurde nicht weitergeschickt. Eine Einstellung des Empfängers erlaubt es.',
  'A receipt or a report of your mail server was not sent on: it would have told about you.':
    'Eine Quittung oder ein Bericht Ihres Mailservers wurde nicht weitergeschickt: er hätte Sie verraten.',
  'is signed or encrypted': 'ist signiert oder verschlüsselt',
  'holds PGP text': 'enthält PGP-Text',
  'is too large to be searched': 'ist zu groß, um durchsucht zu werden',
  'is in a character set that cannot be read': 'hat einen Zeichensatz, der nicht lesbar ist',
  'is nested too deep': 'ist zu tief verschachtelt',
  'is encoded in a way that mail programs read differently':
    'ist so kodiert, dass Mailprogramme ihn unterschiedlich lesen',
  'has a structure that mail programs read differently': 'hat einen Aufbau, den Mailprogramme unterschiedlich lesen',
  'contains a file in uuencode, yEnc or BinHex': 'enthält eine Datei in uuencode, yEnc oder BinHex',
  'would still name you': 'würde Sie noch nennen',
  'is a calendar that cannot be read': 'ist ein Kalender, der nicht lesbar ist',
  'would still show a reply address': 'würde noch eine Antwortadresse zeigen',
  'a calendar has more addresses than can get a reply address; the others were not changed':
    'ein Kalender hat mehr Adressen, als Antwortadressen vergeben werden; die übrigen blieben unverändert',
  'is a winmail.dat file, which usually names its sender': 'ist eine winmail.dat-Datei, die meist ihren Absender nennt',
  'The attachment {0} {1}.': 'Der Anhang {0} {1}.',
  'Attachments that carry your address: {0}.': 'Anhänge, die Ihre Adresse enthalten: {0}.',
  'Attachments removed: {0}.': 'Entfernte Anhänge: {0}.',
  'Attachments in which your address was replaced: {0}.': 'Anhänge, in denen Ihre Adresse ersetzt wurde: {0}.',
  'The reply names more addresses at your domains than can be looked up.':
    'Die Antwort nennt mehr Adressen Ihrer Domains, als nachgeschlagen werden können.',
  'No address in To or Cc can be read.': 'Keine Adresse in To oder Cc ist lesbar.',
  'Attachments that could not be searched: {0}.': 'Anhänge, die nicht durchsucht werden konnten: {0}.',
  'The reply is held until you release it.': 'Die Antwort ist angehalten, bis Sie sie freigeben.',
  '{0} Nothing was left out and nothing was sent: it waits for your word.':
    '{0} Nichts wurde weggelassen und nichts gesandt: die Antwort wartet auf Ihr Wort.',
  'To or Cc names somebody who is no contact of this alias.':
    'To oder Cc nennt jemanden, der kein Kontakt dieses Alias ist.',
  'To or Cc names people who are no contact of this alias.':
    'To oder Cc nennt Leute, die keine Kontakte dieses Alias sind.',
  'On its way from the alias.{0}': 'Unterwegs, vom Alias aus.{0}',
  '{0} reached {1} with the encryption that it asks for {2} times, and {3} times not.':
    '{0} erreichte {1} {2}-mal mit der verlangten Verschlüsselung und {3}-mal nicht.',
  '{0} saw {1} messages in the name of {2}; {3} were not yours.':
    '{0} sah {1} Nachrichten im Namen von {2}; {3} waren nicht von Ihnen.',
  'No report is attached.': 'Kein Bericht ist angehängt.',
  'Not read: {0}': 'Nicht gelesen: {0}',
  'Not read: this kind of report has another address here.':
    'Nicht gelesen: diese Art Bericht hat hier eine andere Adresse.',
  'No alias of yours is named.': 'Kein Alias von Ihnen ist genannt.',
  'Say which one with --alias ADDRESS.': 'Sagen Sie welcher, mit --alias ADRESSE.',
  '{0} in To or Cc is no contact of this alias.': '{0} in To oder Cc ist kein Kontakt dieses Alias.',
  'Part {0} ({1}) {2}.': 'Teil {0} ({1}) {2}.',
  'There is no message in it.': 'Darin ist keine Nachricht.',
  'Give a file with a whole message.': 'Nennen Sie eine Datei mit einer ganzen Nachricht.',
  'Only a held reply has a preview.': 'Nur eine angehaltene Antwort hat eine Vorschau.',
  'Read the message itself.': 'Lesen Sie die Nachricht selbst.',
  'TLS report': 'TLS-Bericht',
  'X-Postern-Scrub was ignored: the signature of the message does not cover it.':
    'X-Postern-Scrub wurde nicht beachtet: die Signatur der Nachricht deckt es nicht ab.',
  'DMARC report': 'DMARC-Bericht',
  'A {0} about {1} for {2} goes to {3}, as the domain asks.':
    'Ein {0} über {1} für {2} geht an {3}, wie die Domain es verlangt.',

  // What came of a delivery.
  'Put into the built-in mailbox': 'In das eingebaute Testpostfach gelegt',
  'Delivered to your mailbox.': 'In Ihr Postfach zugestellt.',
  'Sent from the alias.': 'Vom Alias gesandt.',
  'Changed: {0}.': 'Geändert: {0}.',
  'The report was taken.': 'Der Bericht wurde angenommen.',
  'Your mailbox {0} still takes no mail: {1} The message waits.':
    'Ihr Postfach {0} nimmt weiterhin keine Mail an, und die Nachricht wartet: {1}',
  'Your mailbox {0} takes mail again; what waited for it is on its way.':
    'Ihr Postfach {0} nimmt wieder Mail an; was darauf wartete, ist unterwegs.',
  'Not delivered yet: {0} It is tried again by itself.':
    'Noch nicht zugestellt; es wird von selbst wieder versucht: {0}',
  'A report could not be delivered: {0}': 'Ein Bericht war nicht zuzustellen: {0}',
  'Could not be delivered: {0} The message is kept for you under failed deliveries.':
    'War nicht zuzustellen und ist unter „Gescheitert“ für Sie aufgehoben: {0}',
  'by {0}': 'über {0}',
  'You sent it on another way: to {0}{1}.': 'Sie haben sie auf einen anderen Weg geschickt: an {0}{1}.',
  'You released this message; it is on its way.': 'Sie haben diese Nachricht freigegeben; sie ist unterwegs.',
  'You deleted this held message.': 'Sie haben diese angehaltene Nachricht gelöscht.',
  'You allowed the sender; it is on its way to you.':
    'Sie haben den Absender erlaubt; die Mail ist auf dem Weg zu Ihnen.',
  'You blocked the sender; the message was deleted.': 'Sie haben den Absender blockiert; die Nachricht wurde gelöscht.',
  '{0} takes no mail at present. It goes to your fallback recipient {1} instead.':
    '{0} nimmt zurzeit keine Mail an. Sie geht stattdessen an Ihren Ersatzempfänger {1}.',
  '{0} did not take it: {1} It goes to your fallback recipient {2} instead.':
    '{0} hat sie nicht angenommen; sie geht stattdessen an Ihren Ersatzempfänger {2}: {1}',
  'You dropped this message from the queue.': 'Sie haben diese Nachricht aus der Warteschlange genommen.',
}

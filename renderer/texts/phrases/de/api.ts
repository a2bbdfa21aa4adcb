// Why a call was refused, and what is wrong with what was typed. Room: api.
import type { Phrases } from '../matcher.ts'

export const api: Phrases = {
  // Tables of aliases.
  'The first line names no column of aliases: it has to have alias, email or address.':
    'Die erste Zeile nennt keine Spalte mit Aliasen: nötig ist alias, email oder address.',
  'Its {0} is none of {1}.': 'Unter „{0}“ steht etwas anderes als {1}.',
  'Its {0} is longer than {1} characters.': '„{0}“ ist länger als {1} Zeichen.',
  'Its {0} is no whole number from 1.': '„{0}“ ist keine ganze Zahl ab 1.',
  'Its date is none that can be read.': 'Das Datum ist nicht lesbar.',
  description: 'Beschreibung',
  'from name': 'Absendername',
  'reject text': 'Text der Ablehnung',
  'That is no address.': 'Das ist keine Adresse.',
  '{0} is not one of your domains; add it first.': '{0} ist keine Ihrer Domains; fügen Sie sie zuerst hinzu.',
  'It was deleted; restore it first.': 'Er wurde gelöscht; holen Sie ihn zuerst zurück.',
  'It is there already.': 'Er ist schon da.',
  'The same alias stands above.': 'Derselbe Alias steht weiter oben.',
  'Its {0} is neither on nor off.': '„{0}“ ist weder an noch aus.',
  'The table is empty.': 'Die Tabelle ist leer.',

  // Aliases, contacts, labels.
  'The local part is not one that mail systems take.': 'Der Teil vor dem @ ist keiner, den Mailsysteme annehmen.',
  'The local part is longer than 64 octets; other servers may refuse that.':
    'Der Teil vor dem @ ist länger als 64 Oktette; andere Server lehnen das womöglich ab.',
  '{0} is reserved: it is never an alias.': '{0} ist vorbehalten: daraus wird nie ein Alias.',
  'That alias exists already.': 'Diesen Alias gibt es schon.',
  'That alias was forgotten; it is never made again.': 'Dieser Alias wurde vergessen; er entsteht nie wieder.',
  'Say for which site: an address of a page, a host or a name.':
    'Sagen Sie, für welche Website: die Adresse einer Seite, ein Host oder ein Name.',
  'No free address was found; choose another format.': 'Keine freie Adresse gefunden; wählen Sie ein anderes Format.',
  'One of the recipients was not found.': 'Einen der Empfänger gibt es nicht.',
  'That is not a mail address.': 'Das ist keine Mailadresse.',
  'That address is one of your own here.': 'Diese Adresse ist eine Ihrer eigenen hier.',
  'Say which label.': 'Sagen Sie, welches Etikett.',
  'A policy is all, known or ask.': 'Möglich sind all, known und ask.',
  'This now finds {0} aliases, not {1}. Look at the preview again.':
    'Nun passen {0} Aliase statt {1}. Sehen Sie sich die Vorschau noch einmal an.',
  '"{0}" cannot be a label.': '„{0}“ kann kein Etikett sein.',
  'An alias has at most {0} labels.': 'Ein Alias hat höchstens {0} Etiketten.',
  'The sender is not a mail address.': 'Der Absender ist keine Mailadresse.',
  'It depends on the sender: {0}': 'Es hängt vom Absender ab: {0}',

  // Domains and recipients.
  'The domain is not a domain name.': 'Das ist kein Domainname.',
  'The domain is here already.': 'Die Domain ist schon hier.',
  'Your recipient {0} is at this domain: its mail would go round in a circle.':
    'Ihr Empfänger {0} liegt an dieser Domain: seine Mail liefe im Kreis.',
  'The recipient was not found.': 'Diesen Empfänger gibt es nicht.',
  'The domain has {0} aliases; they would all be lost. Use --force if you mean it.':
    'Die Domain hat {0} Aliase; sie gingen alle verloren. Nehmen Sie --force, wenn Sie es so wollen.',
  'The email is not a mail address.': 'Das ist keine Mailadresse.',
  '{0} is one of your own domains here: the mail would go round in a circle.':
    '{0} ist eine Ihrer eigenen Domains hier: die Mail liefe im Kreis.',
  'The recipient is here already.': 'Der Empfänger ist schon da.',
  'You switched it off.': 'Sie haben es ausgeschaltet.',
  'This is your only recipient; add another one first, or mail would have nowhere to go.':
    'Das ist Ihr einziger Empfänger; fügen Sie zuerst einen anderen hinzu, sonst hätte Mail kein Ziel.',

  // What waits.
  'This message names no sender that could be allowed. Release the message alone.':
    'Diese Nachricht nennt keinen Absender, der zu erlauben wäre. Geben Sie nur die Nachricht frei.',
  'The domain that this message was sent to is gone. It can be read and deleted.':
    'Die Domain, an die diese Nachricht ging, gibt es nicht mehr. Sie lässt sich lesen und löschen.',
  'No alias exists for this address yet, so no sender can be allowed. Release the message alone.':
    'Für diese Adresse gibt es noch keinen Alias, deshalb lässt sich kein Absender erlauben. Geben Sie nur die Nachricht frei.',
  'The signing domain has to be one above {0}, such as example.org for mail.example.org.':
    'Die Signatur-Domain muss über {0} liegen, wie example.org über mail.example.org.',
  'A reply goes to its contact, not to a recipient.': 'Eine Antwort geht an ihren Kontakt, nicht an einen Empfänger.',
  'There is nowhere to send this message: read it, delete it, or name a recipient (--to).':
    'Diese Nachricht hat kein Ziel: lesen oder löschen Sie sie, oder nennen Sie einen Empfänger (--to).',
  'The contact of this reply is gone.': 'Der Kontakt dieser Antwort ist weg.',
  '{0} Nothing was sent. Look at what would leave, then release it as it is.':
    '{0} Nichts wurde gesandt. Sehen Sie sich an, was hinausginge, und geben Sie die Antwort dann unverändert frei.',
  'The alias of this reply is gone.': 'Den Alias dieser Antwort gibt es nicht mehr.',
  'The message is no longer held.': 'Die Nachricht ist nicht mehr angehalten.',
  'Name either ids or one kind.': 'Nennen Sie entweder Nummern oder eine Art.',
  'It is no longer held.': 'Sie ist nicht mehr angehalten.',
  'This message asks no question.': 'Diese Nachricht stellt keine Frage.',
  'The message names no sender; release or drop it by itself.':
    'Die Nachricht nennt keinen Absender; geben Sie sie einzeln frei oder löschen Sie sie.',
  'A pause ends later than now, and within a month.': 'Eine Pause endet später als jetzt, und binnen eines Monats.',
  'The built-in mailbox is a recipient: use --to.': 'Das eingebaute Testpostfach ist ein Empfänger: nehmen Sie --to.',
  'Say where to: --to RECIPIENT, or --route ROUTE.': 'Sagen Sie, wohin: --to EMPFÄNGER oder --route WEG.',
  'This mail goes to somebody outside: only its route can be changed.':
    'Diese Mail geht an jemanden außerhalb: nur ihr Weg lässt sich ändern.',

  // Blocks and patterns.
  'That is no address, domain, wildcard (*@shop.example, *.example) or /expression/.':
    'Das ist keine Adresse, keine Domain, kein Platzhalter (*@shop.example, *.example) und kein /Ausdruck/.',
  'There are {0} wildcards and patterns already; block domains instead.':
    'Es gibt schon {0} Platzhalter und Ausdrücke; blockieren Sie stattdessen Domains.',
  'The pattern takes the empty local part too.': 'Das Muster passt auch auf den leeren Teil vor dem @.',
  'A domain has at most {0} patterns.': 'Eine Domain hat höchstens {0} Muster.',

  // Settings.
  'Only a resolver on this machine (127.0.0.1) can be trusted to validate.':
    'Nur einem Resolver auf diesem Rechner (127.0.0.1) ist zu glauben, dass er geprüft hat.',
  'Eight resolvers at most, with commas between them.': 'Höchstens acht Resolver, mit Kommas dazwischen.',
  '{0} Set dnssec to on first.': '{0} Stellen Sie zuerst die Prüfung der DNS-Antworten auf „an“.',
  'It is {0}.': 'Möglich ist: {0}.',
  '{0} Set resolver to one first.': '{0} Stellen Sie zuerst einen solchen als DNS-Resolver ein.',
  'It is written like https://mail.example.org:7788/tls-report.':
    'Es wird geschrieben wie https://mail.example.org:7788/tls-report.',
  'A host name is written like mail.example.org.': 'Ein Hostname wird geschrieben wie mail.example.org.',
  'Domains with commas between them, like lists.example.org, forward.example.com.':
    'Domains mit Kommas dazwischen, wie lists.example.org, forward.example.com.',
  'It has between 1 and 200 characters.': 'Es hat zwischen 1 und 200 Zeichen.',
  'It is a whole number from {0} to {1}.': 'Es ist eine ganze Zahl von {0} bis {1}.',
  'It has to be something; set another one.': 'Etwas muss gesetzt sein; setzen Sie etwas anderes.',
  'nothing set': 'nichts gesetzt',
  'still {0}': 'weiterhin {0}',
  '{0} -> {1}': '{0} → {1}',

  // What was not found.
  '{0} was not found.': '{0} wurde nicht gefunden.',
  'The alias': 'Der Alias',
  'The contact': 'Der Kontakt',
  'The domain': 'Die Domain',
  'The recipient': 'Der Empfänger',
  'The setting {0}': 'Die Einstellung {0}',
  'The block': 'Die Sperre',
  'The block (name it with --alias where it is of one alias)':
    'Die Sperre (gilt sie für einen Alias, nennen Sie ihn mit --alias)',
  'A waiting delivery with this id': 'Eine wartende Zustellung mit dieser Nummer',
  'The table': 'Die Tabelle',
  'The entry': 'Der Eintrag',
  'The entry of the log': 'Der Eintrag des Protokolls',
  'The contact (name it with --alias)': 'Der Kontakt (nennen Sie seinen Alias mit --alias)',
  'The token': 'Das Token',
  'The app password': 'Das App-Passwort',
  'The message': 'Die Nachricht',
  'One of the patterns': 'Eines der Muster',
  'The held message': 'Die angehaltene Nachricht',
  'The delivery': 'Die Zustellung',
  'The report': 'Der Bericht',
  'The bulk operation': 'Die Massenänderung',
  'A bulk operation that runs': 'Eine laufende Massenänderung',
  'A bulk operation that has ended': 'Eine beendete Massenänderung',
  'Any of the aliases': 'Keiner der Aliase',
  'An authenticator app': 'Eine Authenticator-App',
  'The key': 'Der Schlüssel',
  'The session': 'Die Sitzung',
  'HTML of this message': 'HTML dieser Nachricht',
  'The attachment': 'Der Anhang',

  // Calls.
  'That did not work; nothing was changed.': 'Das ging nicht; nichts wurde geändert.',
  'Not found.': 'Nicht gefunden.',
  'The request is too large.': 'Die Anfrage ist zu groß.',
  'The body is not JSON.': 'Der Inhalt ist kein JSON.',
  'The given data was invalid.': 'Die Angaben sind nicht gültig.',
  'Unauthenticated.': 'Nicht angemeldet.',
  'This token asks too often.': 'Dieses Token fragt zu oft.',
  'Too many event streams are open. Close some of your windows.':
    'Zu viele Ereignisströme sind offen. Schließen Sie einige Ihrer Fenster.',
  'This token may not do that.': 'Dieses Token darf das nicht.',
  'Not from another site.': 'Nicht von einer anderen Website aus.',
  'The body must be JSON.': 'Der Inhalt muss JSON sein.',
  'The page is out of date; load it again.': 'Die Seite ist veraltet; laden Sie sie neu.',
  '{0} Try again in {1}.': '{0} Versuchen Sie es in {1} noch einmal.',
  'a second': 'einer Sekunde',
  '{0} seconds': '{0} Sekunden',
  'Too many tries.': 'Zu viele Versuche.',
  'Prove first that it is you.': 'Weisen Sie zuerst nach, dass Sie es sind.',
  'This message is too complicated to be shown here; download it to read it.':
    'Diese Nachricht ist zu verwickelt, um hier gezeigt zu werden; sichern Sie sie, um sie zu lesen.',
  'Too many messages are being opened; try again in a moment.':
    'Zu viele Nachrichten werden gerade geöffnet; versuchen Sie es gleich noch einmal.',
  'The sort is not one of the known ones.': 'Diese Reihenfolge gibt es nicht.',
  'The domain is not one of yours.': 'Die Domain ist keine Ihrer Domains.',
  'Not a domain: write one like example.com.': 'Das ist keine Domain: schreiben Sie sie wie example.com.',
  'Not an address: write a whole one like me@example.com.':
    'Das ist keine Adresse: schreiben Sie sie ganz, wie ich@example.com.',
  'Neither an address nor a domain: write one like shop@example.com or example.com.':
    'Das ist weder Adresse noch Domain: schreiben Sie wie shop@example.com oder example.com.',
  'That is not where a page ended.': 'Dort endete keine Seite.',
  'The end of the time is not after its beginning.': 'Das Ende der Zeit liegt nicht nach ihrem Anfang.',
  'An id is a whole number.': 'Eine Nummer ist eine ganze Zahl.',
  '{0} is a whole number.': '{0} ist eine ganze Zahl.',
  'kind is one of {0}.': 'kind ist eines von {0}.',
  'offset is a whole number.': 'offset ist eine ganze Zahl.',
  'The pages remember no such thing.': 'So etwas merken sich die Seiten nicht.',
  'Say which address: ?address=…': 'Sagen Sie, welche Adresse: ?address=…',
  'Say whose contacts: --alias ADDRESS.': 'Sagen Sie, wessen Kontakte: --alias ADRESSE.',
  'The SMTP door does not answer; see the state of the relay.':
    'Die SMTP-Tür antwortet nicht; sehen Sie im Zustand des Relays nach.',
  'A message to try goes to an address at {0} only.': 'Eine Nachricht zum Probieren geht nur an eine Adresse bei {0}.',
  'The SMTP door is closed; see the state of the relay.':
    'Die SMTP-Tür ist geschlossen; sehen Sie im Zustand des Relays nach.',
  'It is a path from the root.': 'Es ist ein Pfad von der Wurzel an.',
  'A folder is a path from the root.': 'Ein Ordner ist ein Pfad von der Wurzel an.',
  'No backup is being made or checked.': 'Gerade wird keine Sicherung gemacht oder geprüft.',
  'A login link is made on the machine itself: postern status --login':
    'Einen Anmeldelink macht man am Rechner selbst: postern status --login',
  'Host names with commas between them, like mail.home.arpa, .lan.example.org.':
    'Servernamen mit Kommas dazwischen, etwa mail.home.arpa, .lan.example.org.',
}

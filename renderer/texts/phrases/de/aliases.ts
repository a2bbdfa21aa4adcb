// What decides over mail: who may write to which alias, what a sender proves, and how an alias is looked for. Rooms: aliases, trust.
import type { Phrases } from '../matcher.ts'

export const aliases: Phrases = {
  'postmaster and abuse always reach you; they are never aliases.':
    'postmaster und abuse erreichen Sie immer; sie sind nie Aliase.',
  'Reports of other servers about your domain come here; they are read and listed, never an alias.':
    'Hierher kommen Berichte anderer Server über Ihre Domain; sie werden gelesen und aufgeführt, nie ein Alias.',
  'The domain is not one of yours, or the address asks to be passed on to another server.':
    'Die Domain ist keine Ihrer Domains, oder die Adresse verlangt, an einen anderen Server weitergereicht zu werden.',
  'You are logged in, so this goes out.': 'Sie sind angemeldet, darum geht dies hinaus.',
  'This is the return path of a mail of yours.': 'Dies ist die Rücksendeadresse einer Mail von Ihnen.',
  'This is an unsubscribe address that was made for you.': 'Dies ist eine Abmeldeadresse, die für Sie gemacht wurde.',
  'This is a reply address of one of your aliases.': 'Dies ist eine Antwortadresse eines Ihrer Aliase.',
  'The alias was deleted.': 'Der Alias wurde gelöscht.',
  'The alias is switched off.': 'Der Alias ist ausgeschaltet.',
  'The alias expired: its date has passed.': 'Der Alias ist abgelaufen: sein Datum ist vorbei.',
  'The alias expired: it took as many messages as you allowed.':
    'Der Alias ist abgelaufen: er hat so viele Nachrichten angenommen, wie Sie erlaubt haben.',
  'The alias expired: it was not used for as long as you set.':
    'Der Alias ist abgelaufen: er wurde so lange nicht benutzt, wie Sie festgelegt haben.',
  'The domain is switched off.': 'Die Domain ist ausgeschaltet.',
  'The sender is on your block list.': 'Der Absender steht auf Ihrer Liste der Blockierten.',
  'The sender is blocked for this alias.': 'Der Absender ist für diesen Alias blockiert.',
  'You blocked this contact of the alias.': 'Sie haben diesen Kontakt des Alias blockiert.',
  'Too many messages came to this alias in this hour.': 'In dieser Stunde kamen zu viele Nachrichten an diesen Alias.',
  'The alias takes mail from everybody.': 'Der Alias nimmt Mail von allen an.',
  'The alias takes mail from known senders only, and this one is not known.':
    'Der Alias nimmt nur Mail bekannter Absender an, und dieser ist nicht bekannt.',
  'The alias asks you about new senders; the mail waits for your answer.':
    'Der Alias fragt Sie bei neuen Absendern; die Mail wartet auf Ihre Antwort.',
  'The sender is known to the alias.': 'Der Absender ist dem Alias bekannt.',
  'The alias was forgotten; it is never made again.': 'Der Alias wurde vergessen; er entsteht nie wieder.',
  'This address is never made an alias by itself.': 'Diese Adresse wird nie von selbst ein Alias.',
  'There is no such alias, no pattern takes it, and the catch-all is off.':
    'Einen solchen Alias gibt es nicht, kein Muster passt, und das Catch-all ist aus.',
  'Too many new aliases came to be in this hour; this looks like guessing.':
    'In dieser Stunde sind zu viele neue Aliase entstanden; das sieht nach Raten aus.',
  'The catch-all of the domain makes this an alias.': 'Das Catch-all der Domain macht daraus einen Alias.',
  'A pattern of the domain makes this an alias.': 'Ein Muster der Domain macht daraus einen Alias.',
  '{0}, whom you trust, vouches for it (ARC).': '{0}, dem Sie vertrauen, bürgt dafür (ARC).',
  'Failed DMARC: may not be from {0}, which asks to {1} such mail. Release it only if you trust it.':
    'DMARC nicht bestanden: kommt vielleicht nicht von {0}; von dort wird verlangt, solche Mail {1}. Geben Sie sie nur frei, wenn Sie ihr vertrauen.',
  'The DMARC record of {0} is not valid, so the sender cannot be checked. Release it only if you trust it.':
    'Der DMARC-Eintrag von {0} ist ungültig, der Absender lässt sich nicht prüfen. Geben Sie die Mail nur frei, wenn Sie ihr vertrauen.',
  '{0} The sender cannot be checked (DMARC). Release it only if you trust it.':
    '{0} Der Absender lässt sich nicht prüfen (DMARC). Geben Sie die Mail nur frei, wenn Sie ihr vertrauen.',
  'Failed SPF: this server may not send for the domain of the return path, and no signature vouches for the message. Release it only if you trust it.':
    'SPF nicht bestanden: dieser Server darf nicht für die Domain des Rückwegs senden, und keine Signatur bürgt für die Nachricht. Geben Sie sie nur frei, wenn Sie ihr vertrauen.',
  'Failed SPF: this server may not send for the domain of the return path.':
    'SPF nicht bestanden: dieser Server darf nicht für die Domain des Rückwegs senden.',
  'Failed DMARC: may not be from {0}.': 'DMARC nicht bestanden: kommt vielleicht nicht von {0}.',
  'SPF has doubts: {0} may not use this server (softfail).':
    'SPF hat Zweifel: {0} sendet vielleicht nicht über diesen Server (softfail).',
  'The sender could not be checked: the DNS of {0} did not answer.':
    'Der Absender ließ sich nicht prüfen: das DNS von {0} hat nicht geantwortet.',
  'The sender could not be checked: the DNS did not answer.':
    'Der Absender ließ sich nicht prüfen: das DNS hat nicht geantwortet.',
  'It claims to be from your own mailbox and does not prove it.':
    'Sie gibt vor, aus Ihrem eigenen Postfach zu kommen, und belegt es nicht.',
  'the sender': 'dem Absender',
  'It failed the sender checks; you allowed this sender.':
    'Sie hat die Prüfungen des Absenders nicht bestanden; Sie haben diesen Absender erlaubt.',
  'It has no From field.': 'Sie hat kein Feld From.',
  'It has several From fields.': 'Sie hat mehrere Felder From.',
  'Its From field names no address.': 'Ihr Feld From nennt keine Adresse.',
  'An address in its From field cannot be read.': 'Eine Adresse in ihrem Feld From ist nicht lesbar.',
  'Its From field names authors at several domains.': 'Ihr Feld From nennt Verfasser auf mehreren Domains.',
  'Its header is longer than any real one.': 'Ihr Kopf ist länger als jeder echte.',
  'Mail programs read its From field differently.': 'Mailprogramme lesen ihr Feld From verschieden.',
  'no From field': 'kein Feld From',
  'several From fields': 'mehrere Felder From',
  'no address in From': 'keine Adresse in From',
  'an address in From that cannot be read': 'eine unlesbare Adresse in From',
  'authors at several domains': 'Verfasser auf mehreren Domains',
  'a header or From field that is too long': 'ein zu langer Kopf oder ein zu langes Feld From',
  'a From field that programs read differently': 'ein Feld From, das Programme verschieden lesen',
  'a record that is not valid': 'ein ungültiger Eintrag',
  'DMARC: permerror ({0})': 'DMARC: permerror ({0})',
  'DKIM: {0} more signatures were not checked': 'DKIM: {0} weitere Signaturen wurden nicht geprüft',
  'ARC: fail (too many hops)': 'ARC: fail (zu viele Stationen)',
  reject: 'abzuweisen',
  quarantine: 'anzuhalten',
  'A pattern cannot be empty.': 'Ein Muster kann nicht leer sein.',
  'A pattern has at most {0} characters.': 'Ein Muster hat höchstens {0} Zeichen.',
  'The pattern is too big to be tried on every message.':
    'Das Muster ist zu groß, um an jeder Nachricht erprobt zu werden.',
  'The pattern is not an expression of RE2: {0}': 'Das Muster ist kein Ausdruck von RE2: {0}',
  'is:pgp finds nothing: this version has no OpenPGP, so no alias is encrypted to a key.':
    'is:pgp findet nichts: diese Version hat kein OpenPGP, darum ist kein Alias mit einem Schlüssel verschlüsselt.',
  '"{0}" is no filter that is known; it was looked for as text.':
    '„{0}“ ist kein bekannter Filter; danach wurde als Text gesucht.',

  // trust: whether a reply is proved, and what was found of a sender.
  'It does not say who wrote it.': 'Sie sagt nicht, wer sie geschrieben hat.',
  '{0} is none of your mailboxes, or may not reply.': '{0} ist keines Ihrer Postfächer oder darf nicht antworten.',
  'Neither To nor Cc names this reply address.': 'Weder To noch Cc nennt diese Antwortadresse.',
  'It has no Message-ID, so it could be sent again and again.':
    'Sie hat keine Message-ID, darum könnte sie immer wieder gesandt werden.',
  'The same message was here before.': 'Dieselbe Nachricht war schon einmal hier.',
  'Its Date is not of these days.': 'Ihr Datum ist nicht von diesen Tagen.',
  'It has no valid DKIM signature of {0}.': 'Sie trägt keine gültige DKIM-Signatur von {0}.',
  '{0} It is signed by {1}; if that is your provider, set it as the signing domain of this recipient.':
    '{0} Signiert hat {1}; wenn das Ihr Anbieter ist, tragen Sie die Domain beim Empfänger als Signatur-Domain ein.',
  'Its signature leaves out From, To, Cc, Date, Message-ID or a part of the body.':
    'Ihre Signatur lässt From, To, Cc, Date, Message-ID oder einen Teil des Textes aus.',
  SPF: 'SPF',
  DMARC: 'DMARC',
  ARC: 'ARC',
  'DKIM of {0}': 'DKIM von {0}',
  '{0}: {1}': '{0}: {1}',
  '{0}: {1} ({2})': '{0}: {1} ({2})',
}

// What records are for, and why a question to the DNS found no answer that can be used. Room: dns.
import type { Phrases } from '../matcher.ts'

export const dns: Phrases = {
  'New: it signs once this record is seen.': 'Neu: er unterschreibt, sobald dieser Eintrag zu sehen ist.',
  'Old: leave the record until the log says that it can go.':
    'Alt: lassen Sie den Eintrag, bis das Protokoll sagt, dass er weg kann.',
  'Only this server may send mail in the name of {0}.': 'Nur dieser Server darf im Namen von {0} Mail senden.',
  '{0} Your mail leaves by {1}: put the include: that its provider names before -all, or it will be refused.':
    '{0} Ihre Mail geht über {1} hinaus: setzen Sie das include:, das dessen Anbieter nennt, vor -all, sonst wird sie abgewiesen.',
  'Mail for {0} is brought to this server.': 'Mail für {0} wird zu diesem Server gebracht.',
  'The {0} key by which others check that mail from {1} was not forged.{2}':
    'Der {0}-Schlüssel, mit dem andere prüfen, dass Mail von {1} nicht gefälscht ist.{2}',
  'Mail that pretends to be from {0} is to be refused; others report to this server who tried.':
    'Mail, die vorgibt, von {0} zu sein, soll abgewiesen werden; andere berichten diesem Server, wer es versucht hat.',
  'Others report to this server when they cannot reach it encrypted.':
    'Andere berichten diesem Server, wenn sie ihn nicht verschlüsselt erreichen.',

  // Resolvers as they are set.
  'Only a resolver on this machine can be trusted to validate (--dnssec ad).':
    'Nur einem Resolver auf diesem Rechner ist zu glauben, dass er geprüft hat (--dnssec ad).',
  'Name one with --resolver 127.0.0.1:53, or leave --dnssec on.':
    'Nennen Sie einen mit --resolver 127.0.0.1:53, oder lassen Sie --dnssec auf on.',
  '"{0}" is no resolver.': '„{0}“ ist kein Resolver.',
  'Write ADDRESS, ADDRESS:PORT, [V6ADDRESS]:PORT, tls://ADDRESS#NAME or https://NAME/dns-query.':
    'Schreiben Sie ADRESSE, ADRESSE:PORT, [V6ADRESSE]:PORT, tls://ADRESSE#NAME oder https://NAME/dns-query.',

  // No answer.
  '"{0}" is no name': '„{0}“ ist kein Name',
  '"{0}" is no type': '„{0}“ ist keine Art von Eintrag',
  'the aliases of {0} never end': 'die Verweise von {0} enden nie',
  'no resolver': 'kein Resolver',
  '{0} took too long or too many questions': '{0} brauchte zu lange oder zu viele Fragen',
  'extended error {0}': 'erweiterter Fehler {0}',
  '{0} answered {1} for {2} of {3}{4}': '{0} antwortete {1} auf die Frage nach {2} von {3}{4}',
  'no answer from {0}': 'keine Antwort von {0}',
  '{0} hung up': '{0} legte auf',
  '{0} answered another question': '{0} beantwortete eine andere Frage',
  '{0} answered what cannot be read: {1}': '{0} antwortete etwas, das nicht lesbar ist: {1}',
  '{0} does not answer': '{0} antwortet nicht',
  '{0} sends too much': '{0} schickt zu viel',
  '{0} failed: {1}': '{0} versagt: {1}',
  '{0} answered HTTP {1}': '{0} antwortete HTTP {1}',
  'the message ends early': 'die Nachricht endet zu früh',
  'a name ends early': 'ein Name endet zu früh',
  'a name points forward': 'ein Name verweist nach vorn',
  'a label of an unknown kind': 'ein Namensteil unbekannter Art',
  'a name of over 255 octets': 'ein Name von über 255 Oktetten',
  'a record ends early': 'ein Eintrag endet zu früh',
  'a record is longer than it says': 'ein Eintrag ist länger, als er sagt',
  'two EDNS records': 'zwei EDNS-Einträge',
  'shorter than a header': 'kürzer als ein Kopf',
  'too many records': 'zu viele Einträge',

  // An answer that is not proved.
  'no trust anchor is above {0}': 'über {0} steht kein Vertrauensanker',
  'the anchor is no zone': 'der Anker ist keine Zone',
  '{0} is signed only in ways that are not checked here ({1})':
    '{0} ist nur auf Arten unterschrieben, die hier nicht geprüft werden ({1})',
  '{0} gave no keys although it is signed': '{0} gab keine Schlüssel, obwohl es unterschrieben ist',
  'no key of {0} is the one that its {1} names': 'kein Schlüssel von {0} ist der, den {1} nennt',
  'trust anchor': 'der Vertrauensanker',
  parent: 'die übergeordnete Zone',
  'the key set of {0} {1}': 'der Schlüsselsatz von {0} {1}',
  'the DS of {0} {1}': 'der DS von {0} {1}',
  'the DS of {0} comes from a wildcard': 'der DS von {0} kommt von einem Platzhalter',
  '{0} is not signed: {1} proves that it has no DS': '{0} ist nicht unterschrieben: {1} beweist, dass es keinen DS hat',
  '{0} cannot be proved: {1}': '{0} lässt sich nicht beweisen: {1}',
  'nothing proves that {0} has no DS: {1}': 'nichts beweist, dass {0} keinen DS hat: {1}',
  'the answer has no proof': 'die Antwort hat keinen Beweis',
  'the proof {0}': 'der Beweis {0}',
  'the proof comes from the wrong side of a zone cut': 'der Beweis kommt von der falschen Seite einer Zonengrenze',
  'the proof says that {0} is there': 'der Beweis sagt, dass es {0} gibt',
  'no NSEC record covers the name': 'kein NSEC-Eintrag deckt den Namen ab',
  'a wildcard has what is denied': 'ein Platzhalter hat, was verneint wird',
  'no NSEC record denies the wildcard': 'kein NSEC-Eintrag verneint den Platzhalter',
  'nothing proves that only a wildcard has the name': 'nichts beweist, dass nur ein Platzhalter den Namen hat',
  'the wildcard is not the closest one': 'der Platzhalter ist nicht der nächste',
  'there is no NSEC3 record that can be used': 'kein NSEC3-Eintrag ist zu gebrauchen',
  'the zone asks for {0} rounds of NSEC3 (at most {1})': 'die Zone verlangt {0} Runden NSEC3 (höchstens {1})',
  'the zone leaves its unsigned delegations out of its proofs (opt-out)':
    'die Zone lässt nicht unterschriebene Delegationen aus ihren Beweisen aus (Opt-out)',
  'no NSEC3 record shows the closest name that is there': 'kein NSEC3-Eintrag zeigt den nächsten vorhandenen Namen',
  'no NSEC3 record denies the wildcard': 'kein NSEC3-Eintrag verneint den Platzhalter',
  'is not of its zone': 'gehört nicht zu ihrer Zone',
  'uses {0}, which is not checked': 'benutzt {0}, das nicht geprüft wird',
  'expired on {0}': 'am {0} abgelaufen ist',
  'is not valid before {0}': 'vor dem {0} nicht gilt',
  'has no signature': 'hat keine Signatur',
  'has a signature that {0}': 'hat eine Signatur, die {0}',
  'is signed by key {0}, which the zone does not have': 'ist mit Schlüssel {0} unterschrieben, den die Zone nicht hat',
  'costs too much to check': 'kostet zu viel Prüfung',
  'has a signature by key {0} that is wrong': 'hat eine falsche Signatur von Schlüssel {0}',
  'DNSSEC is switched off': 'DNSSEC ist ausgeschaltet',
  'the resolver does not call it authentic': 'der Resolver nennt es nicht authentisch',
  'the aliases of {0} go round or never end': 'die Verweise von {0} gehen im Kreis oder enden nie',
  'the {0} of {1} {2}': '{0} von {1} {2}',
  'the {0} of {1} comes from a wildcard: {2}': '{0} von {1} kommt von einem Platzhalter: {2}',
  'the {0} of {1} comes from a wildcard, and {2}': '{0} von {1} kommt von einem Platzhalter, und {2}',
  'the name is there': 'den Namen gibt es',
  'nothing proves that there is no {0} of {1}: {2}': 'nichts beweist, dass es {0} von {1} nicht gibt: {2}',
}

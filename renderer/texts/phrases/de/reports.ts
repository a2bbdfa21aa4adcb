// Why a report of another server could not be read. Room: reports.
import type { Phrases } from '../matcher.ts'

export const reports: Phrases = {
  "The report's {0} is no number.": '„{0}“ im Bericht ist keine Zahl.',
  'The report does not say which domain it is about.': 'Der Bericht sagt nicht, von welcher Domain er handelt.',
  '{0} of the time range': '{0} des Zeitraums',
  'The report has no id.': 'Der Bericht hat keine Kennung.',
  'This XML is no DMARC report: its root is not "feedback".':
    'Dieses XML ist kein DMARC-Bericht: seine Wurzel ist nicht „feedback“.',
  'A record of the report has no IP address as its source.':
    'Ein Eintrag des Berichts hat keine IP-Adresse als Herkunft.',
  'count of messages': 'Zahl der Nachrichten',
  'The report is about a domain that is not served here.': 'Der Bericht handelt von einer Domain, die nicht hier ist.',
  'The report is about no domain that is served here.': 'Der Bericht handelt von keiner Domain, die hier ist.',
  'The JSON is nested deeper than any report is.': 'Das JSON ist tiefer verschachtelt als jeder Bericht.',
  'The JSON has more values than any report needs.': 'Das JSON hat mehr Werte, als ein Bericht braucht.',
  'The report has no proper {0}.': 'Dem Bericht fehlt: {0}.',
  'The report has no proper list of {0}.': 'Dem Bericht fehlt eine Liste: {0}.',
  "The report's {0} is no text.": '„{0}“ im Bericht ist kein Text.',
  "The report's {0} is no time.": '„{0}“ im Bericht ist keine Zeit.',
  'failure details': 'Einzelheiten der Fehler',
  'A policy of the report does not say which domain it is about.':
    'Eine Richtlinie im Bericht sagt nicht, von welcher Domain sie handelt.',
  'The report is no JSON.': 'Der Bericht ist kein JSON.',
  'The report has more policies than any report needs.': 'Der Bericht hat mehr Richtlinien, als ein Bericht braucht.',
  'The report unpacks to more than 10 MiB.': 'Der Bericht ist ausgepackt größer als 10 MiB.',
  'The report cannot be unpacked: it is damaged.': 'Der Bericht lässt sich nicht auspacken: er ist beschädigt.',
  'The zip is damaged.': 'Das Zip ist beschädigt.',
  'The zip has more files than one report.': 'Das Zip hat mehr Dateien als einen Bericht.',
  'The zip does not hold exactly one file.': 'Das Zip enthält nicht genau eine Datei.',
  'The zip is encrypted.': 'Das Zip ist verschlüsselt.',
  'The zip is packed in a way that reports do not use.':
    'Das Zip ist auf eine Art gepackt, die Berichte nicht benutzen.',
  'The report is packed more often than any report is.': 'Der Bericht ist öfter verpackt als jeder andere.',
  'The report has more than 10 MiB.': 'Der Bericht hat mehr als 10 MiB.',
  'The XML names a character that does not exist.': 'Das XML nennt ein Zeichen, das es nicht gibt.',
  'The XML has an & that begins no entity.': 'Das XML hat ein &, das keine Entität beginnt.',
  'The XML uses an entity of its own; those are not read.':
    'Das XML benutzt eine eigene Entität; solche werden nicht gelesen.',
  'The XML breaks off before its end.': 'Das XML bricht vor seinem Ende ab.',
  'A value in the XML is longer than any report needs.': 'Ein Wert im XML ist länger, als ein Bericht braucht.',
  'This is no XML: there is text outside of its element.': 'Das ist kein XML: außerhalb seines Elements steht Text.',
  'The XML declares a document type or entities; those are not read.':
    'Das XML erklärt einen Dokumenttyp oder Entitäten; solche werden nicht gelesen.',
  'The XML is broken: a < stands within a tag.': 'Das XML ist fehlerhaft: ein < steht in einem Tag.',
  'A tag of the XML is longer than any report needs.': 'Ein Tag im XML ist länger, als ein Bericht braucht.',
  'The XML is broken: a tag has no proper name.': 'Das XML ist fehlerhaft: ein Tag hat keinen richtigen Namen.',
  'The XML has more than one root element.': 'Das XML hat mehr als eine Wurzel.',
  'The XML is nested deeper than any report is.': 'Das XML ist tiefer verschachtelt als jeder Bericht.',
  'The XML is broken: a tag is closed that is not open.':
    'Das XML ist fehlerhaft: ein Tag wird geschlossen, das nicht offen ist.',
}

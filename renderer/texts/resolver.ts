// The DNS resolver: which one is asked, whether it works, and how to change it.
const en = {
  title: 'DNS resolver',
  lead: 'Postern looks up every domain name here. A resolver that does not pass DNSSEC signatures on is of no use: no sender could be checked.',
  choose: 'Choose another resolver',
  inUse: 'In use',
  system: 'The resolver of your network',
  systemText: 'As your router or system says.',
  runBy: (who: string, country: string) => `Run by ${who}, ${country}`,
  use: 'Use',
  useThis: (name: string) => `Use ${name}`,
  changed: (name: string) => `DNS is asked at ${name} from now on.`,
  privacy:
    'The public ones are asked over TLS and filter nothing. Whoever runs the resolver sees which domains Postern looks up, so who writes to you and to whom you write.',
  failed: (name: string) => `${name} cannot be used at the moment. Nothing was changed.`,
  fixed: 'The resolver was set when the relay was started, so it cannot be changed here.',
  fixedDnssec: 'DNSSEC was set when the relay was started, so it cannot be changed here.',
  off: 'Turn DNSSEC off',
  offTitle: 'Turn DNSSEC off?',
  offLead:
    'Mail is accepted again. But DNS answers are then believed unchecked: whoever can forge them can pass as any sender, and DANE no longer protects what you send.',
  offDone: 'DNSSEC is off.',
  states: {
    unknown: 'Being checked',
    good: 'Works',
    silent: 'Does not answer',
    strips: 'Does not pass DNSSEC on',
    clock: 'The clock of this machine is wrong',
  },
}

const de: typeof en = {
  title: 'DNS-Resolver',
  lead: 'Hier fragt Postern nach jedem Domainnamen. Ein Resolver, der die DNSSEC-Signaturen nicht weitergibt, nützt nichts: Kein Absender ließe sich prüfen.',
  choose: 'Anderen Resolver wählen',
  inUse: 'In Gebrauch',
  system: 'Der Resolver Ihres Netzes',
  systemText: 'Wie Ihr Router oder System es vorgibt.',
  runBy: (who, country) => `Betrieben von ${who}, ${country}`,
  use: 'Nehmen',
  useThis: (name) => `${name} nehmen`,
  changed: (name) => `Das DNS wird ab jetzt bei ${name} gefragt.`,
  privacy:
    'Die öffentlichen werden über TLS gefragt und filtern nichts. Wer den Resolver betreibt, sieht, nach welchen Domains Postern fragt, also wer Ihnen schreibt und wem Sie schreiben.',
  failed: (name) => `${name} ist gerade nicht zu gebrauchen. Es wurde nichts geändert.`,
  fixed:
    'Dieses Relay wurde mit --resolver gestartet; das geht jeder Wahl hier vor. Starten Sie es ohne, um zu wählen.',
  fixedDnssec: 'DNSSEC wurde beim Start des Relays festgelegt und lässt sich hier nicht ändern.',
  off: 'DNSSEC abschalten',
  offTitle: 'DNSSEC abschalten?',
  offLead:
    'Mail wird wieder angenommen. Aber DNS-Antworten werden dann ungeprüft geglaubt: Wer sie fälschen kann, kann sich als jeder Absender ausgeben, und DANE schützt nicht mehr, was Sie senden.',
  offDone: 'DNSSEC ist abgeschaltet.',
  states: {
    unknown: 'Wird geprüft',
    good: 'Funktioniert',
    silent: 'Antwortet nicht',
    strips: 'Gibt DNSSEC nicht weiter',
    clock: 'Die Uhr dieses Rechners geht falsch',
  },
}

export const resolver = { en, de }

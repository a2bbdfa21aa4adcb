// The settings that a decision can rest on, each with the sentence that `postern why`, the log and the pages show.

export const SETTINGS = {
  'reserved-address': 'postmaster and abuse always reach you; they are never aliases.',
  'report-address': 'Reports of other servers about your domain come here; they are read and listed, never an alias.',
  'not-our-domain': 'The domain is not one of yours, or the address asks to be passed on to another server.',
  authenticated: 'You are logged in, so this goes out.',
  'return-path': 'This is the return path of a mail of yours.',
  'unsubscribe-address': 'This is an unsubscribe address that was made for you.',
  'reply-address': 'This is a reply address of one of your aliases.',
  'alias-deleted': 'The alias was deleted.',
  'alias-off': 'The alias is switched off.',
  'expired-time': 'The alias expired: its date has passed.',
  'expired-count': 'The alias expired: it took as many messages as you allowed.',
  'expired-idle': 'The alias expired: it was not used for as long as you set.',
  'domain-off': 'The domain is switched off.',
  'blocked-everywhere': 'The sender is on your block list.',
  'blocked-for-alias': 'The sender is blocked for this alias.',
  'blocked-contact': 'You blocked this contact of the alias.',
  'alias-rate': 'Too many messages came to this alias in this hour.',
  alias: 'The alias takes mail from everybody.',
  'policy-known': 'The alias takes mail from known senders only, and this one is not known.',
  'policy-ask': 'The alias asks you about new senders; the mail waits for your answer.',
  'sender-known': 'The sender is known to the alias.',
  'alias-forgotten': 'The alias was forgotten; it is never made again.',
  'never-made': 'This address is never made an alias by itself.',
  'no-such-alias': 'There is no such alias, no pattern takes it, and the catch-all is off.',
  'new-alias-rate': 'Too many new aliases came to be in this hour; this looks like guessing.',
  'catch-all': 'The catch-all of the domain makes this an alias.',
  'domain-pattern': 'A pattern of the domain makes this an alias.',
} as const satisfies Record<string, string>

export type Setting = keyof typeof SETTINGS

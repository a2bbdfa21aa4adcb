// The aliases.
const en = {
  title: 'Aliases',
  list: 'Aliases, newest first',
  empty: 'No aliases yet.',
  emptyText: 'Send mail to any address of a domain with catch-all: that makes one.',
  copy: (email: string) => `Copy ${email}`,
}

const de: typeof en = {
  title: 'Aliase',
  list: 'Aliase, der neueste zuerst',
  empty: 'Noch keine Aliase.',
  emptyText: 'Schicken Sie Mail an irgendeine Adresse einer Domain mit Catch-all: das macht einen.',
  copy: (email: string) => `${email} kopieren`,
}

export const aliases = { en, de }

// The German phrase book: a file of its own in the build, fetched where the pages speak German. One file of phrases for each room of the relay.
import { access } from './de/access.ts'
import { aliases } from './de/aliases.ts'
import { api } from './de/api.ts'
import { delivery } from './de/delivery.ts'
import { dns } from './de/dns.ts'
import { door } from './de/door.ts'
import { host } from './de/host.ts'
import { mail } from './de/mail.ts'
import { mailauth, node, nodemailer, zod } from './de/packages.ts'
import { queue } from './de/queue.ts'
import { reports } from './de/reports.ts'
import { store } from './de/store.ts'
import { makeBook, type Phrases } from './matcher.ts'

/** By room. */
export const ROOMS: Readonly<Record<string, Phrases>> = {
  ...{ access, aliases, api, delivery, dns, door, host, mail, queue, reports, store },
}

/** By package. */
export const PACKAGES: Readonly<Record<string, Phrases>> = { mailauth, node, nodemailer, zod }

export const book = makeBook(Object.assign({}, ...Object.values(PACKAGES), ...Object.values(ROOMS)) as Phrases)

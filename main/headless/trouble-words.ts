// What keeps the relay from all of its work, in sentences for the command line: what happened, what it means for mail, what to do.
import { TROUBLES, type Trouble } from '../queue/troubles.ts'

const WORDS: Readonly<Record<Trouble, string>> = {
  'database-damaged':
    'The data is damaged. New mail is deferred. Stop Postern and restore the newest backup: postern backup restore FILE',
  'disk-error':
    'The disk reports errors. New mail is deferred until it works again. Check the disk, and back up to another one.',
  'disk-read-only': 'The disk is read-only. New mail is deferred until it is mounted for writing.',
  'disk-no-access':
    'The data folder cannot be written to. New mail is deferred. Check the owner of the folder and whether its disk is mounted.',
  'store-stopped': 'Nothing can be stored any more. New mail is deferred. Restart Postern; accepted mail is safe.',
  'disk-full': 'The disk is nearly full. New mail is deferred until there is space.',
  'queue-full': 'Too much mail waits to be sent. New mail is deferred. See which server rejects it: postern queue list',
  'dns-silent':
    'The DNS resolver does not answer. Mail from other servers is deferred, and nothing can be sent. Check that this machine is online, or change to another resolver: postern dns use quad9',
  'dns-strips':
    'Your DNS resolver does not pass DNSSEC on. Mail from other servers is deferred. Change to another resolver (postern dns use quad9), or turn DNSSEC off (postern setting set dnssec off)',
  'clock-wrong':
    'The clock of this machine is wrong, so no DNSSEC signature is valid. Mail from other servers is deferred until the clock is set.',
  'certificate-expired':
    'The certificate has expired. Servers that check it keep their mail. Import a new one: postern tls import',
  'peers-hidden':
    'Every sender appears to come from this machine (127.0.0.1). Sender checks (SPF) and rate limits cannot work. Use host networking for the container, or forward port 25 without a proxy in between.',
  'certificate-expires': 'The certificate expires within two weeks. Import a new one: postern tls import',
}

const isTrouble = (id: string): id is Trouble => (TROUBLES as readonly string[]).includes(id)

/** The id itself where a newer relay names something that is not known here. */
export function troubleWords(id: string): string {
  return isTrouble(id) ? WORDS[id] : id
}

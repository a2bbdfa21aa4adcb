// A Dovecot of the test's own: takes mail by LMTP, gives it out by IMAP.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { findProgram, isRoot } from './programs.ts'
import { freePort, untilListening } from './postfix.ts'

export interface TestDovecot {
  readonly lmtpPort: number
  readonly imapPort: number
  /** The messages in a mailbox, as they lie in its Maildir. */
  mails(user: string): readonly string[]
  stop(): Promise<void>
}

export function dovecotMissing(): string | undefined {
  if (findProgram('dovecot') === undefined) return 'dovecot (Debian: dovecot-imapd, dovecot-lmtpd) is not installed'
  return isRoot() ? undefined : 'dovecot needs root'
}

export async function startDovecot(password: string): Promise<TestDovecot> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-dovecot-'))
  const mail = path.join(folder, 'mail')
  mkdirSync(mail)
  chmodSync(folder, 0o755)
  chmodSync(mail, 0o777)
  const [lmtpPort, imapPort] = [await freePort(), await freePort()]
  const config = path.join(folder, 'dovecot.conf')
  const listener = (name: string, port: number): string =>
    `inet_listener ${name} {\n address = 127.0.0.1\n port = ${port}\n }`
  writeFileSync(
    config,
    `protocols = imap lmtp
base_dir = ${folder}/run
log_path = ${folder}/log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:${mail}/%u
first_valid_uid = 1
auth_username_format = %Lu
passdb {\n driver = static\n args = password=${password}\n}
userdb {\n driver = static\n args = uid=nobody gid=nogroup home=${mail}/%u allow_all_users=yes\n}
service lmtp {\n ${listener('lmtp', lmtpPort)}\n}
service imap-login {\n ${listener('imap', imapPort)}\n inet_listener imaps {\n port = 0\n }\n}
`,
  )
  const child = spawn(findProgram('dovecot') ?? '', ['-F', '-c', config], { stdio: 'ignore' })
  await untilListening(lmtpPort)
  const folderOf = (user: string): string => path.join(mail, user, 'new')
  return {
    lmtpPort,
    imapPort,
    mails(user) {
      try {
        return readdirSync(folderOf(user)).map((name) => readFileSync(path.join(folderOf(user), name), 'latin1'))
      } catch {
        return []
      }
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('close', () => {
          rmSync(folder, { recursive: true, force: true })
          resolve()
        })
        child.kill()
      }),
  }
}

// The store of one data folder: a writer thread for every change, a reading connection for every look-up, the spool.
import { chmodSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { openDatabase, type Db } from './database.ts'
import { exportQueries, type ExportQueries } from './export.ts'
import { accessQueries, type AccessQueries } from './queries/access.ts'
import { auditQueries, factorQueries, type AuditQueries, type FactorQueries } from './queries/factors.ts'
import { directoryQueries, type DirectoryQueries } from './queries/directory.ts'
import { logQueries, type LogQueries } from './queries/log.ts'
import { mailQueries, type MailQueries } from './queries/mail.ts'
import { pageQueries, type PageQueries } from './queries/pages.ts'
import { policyQueries, type PolicyQueries } from './queries/policy.ts'
import { searchQueries, type SearchQueries } from './queries/search.ts'
import { reportQueries, type ReportQueries } from './queries/reports.ts'
import { reportSentQueries, type ReportSentQueries } from './queries/reports-sent.ts'
import { trustQueries, type TrustQueries } from './queries/trust.ts'
import { sweepSpool } from './spool.ts'
import { Writer } from './writer.ts'

export interface StoreOptions {
  readonly folder: string
  /** 32 bytes. */
  readonly key: Buffer
  /** The script of the writer thread. */
  readonly writerScript: URL
  readonly unencrypted?: boolean
}

export interface Store {
  readonly directory: DirectoryQueries
  readonly mail: MailQueries
  readonly log: LogQueries
  readonly access: AccessQueries
  readonly factors: FactorQueries
  readonly audit: AuditQueries
  readonly reports: ReportQueries
  readonly reportsSent: ReportSentQueries
  readonly export: ExportQueries
  readonly pages: PageQueries
  readonly policy: PolicyQueries
  readonly search: SearchQueries
  readonly trust: TrustQueries
  readonly writer: Writer
  readonly spoolFolder: string
  close(): Promise<void>
}

export async function openStore(options: StoreOptions): Promise<Store> {
  const spoolFolder = path.join(options.folder, 'spool')
  mkdirSync(spoolFolder, { recursive: true, mode: 0o700 })
  const file = path.join(options.folder, 'postern.db')
  const unencrypted = options.unencrypted === true
  const writer = await Writer.start(options.writerScript, { file, key: options.key, unencrypted })
  chmodSync(file, 0o600)
  let reader: Db
  try {
    reader = openDatabase({ file, key: options.key, readonly: true, unencrypted })
  } catch (error) {
    await writer.close()
    throw error
  }
  const mail = mailQueries(reader)
  sweepSpool(spoolFolder, mail.spoolIds())
  return {
    directory: directoryQueries(reader),
    mail,
    log: logQueries(reader),
    access: accessQueries(reader),
    factors: factorQueries(reader),
    audit: auditQueries(reader),
    export: exportQueries(reader),
    pages: pageQueries(reader),
    policy: policyQueries(reader),
    search: searchQueries(reader),
    trust: trustQueries(reader),
    reports: reportQueries(reader),
    reportsSent: reportSentQueries(reader),
    writer,
    spoolFolder,
    async close() {
      reader.close()
      await writer.close()
    },
  }
}

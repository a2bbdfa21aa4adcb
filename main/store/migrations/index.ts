// Numbered migrations, applied in order, each in one transaction. A migration that has shipped never changes.
import { GROUND } from './0001-ground.ts'
import { PRESENTATION } from './0002-presentation.ts'
import { POLICY } from './0003-policy.ts'
import { QUEUE } from './0004-queue.ts'
import { SEARCH } from './0005-search.ts'
import { TRUST } from './0006-trust.ts'
import { FORGED } from './0007-forged.ts'
import { ACCESS } from './0008-access.ts'
import { REPORTS } from './0009-reports.ts'
import { KEY_ROTATION } from './0010-key-rotation.ts'
import { COUNTS } from './0011-counts.ts'
import { PAGES } from './0012-pages.ts'
import { AUDIT_DETAIL } from './0013-audit-detail.ts'
import { TRACE } from './0014-trace.ts'
import { REPORTS_SENT } from './0015-reports-sent.ts'
import { LOG_FILTERS } from './0016-log-filters.ts'
import { SENDER_PROOF } from './0017-sender-proof.ts'
import { AUDIT_COUNT } from './0018-audit-count.ts'
import { ATTACHMENTS } from './0019-attachments.ts'
import { REAL_ADDRESS } from './0020-real-address.ts'

export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'ground', sql: GROUND },
  { version: 2, name: 'presentation', sql: PRESENTATION },
  { version: 3, name: 'policy', sql: POLICY },
  { version: 4, name: 'queue', sql: QUEUE },
  { version: 5, name: 'search', sql: SEARCH },
  { version: 6, name: 'trust', sql: TRUST },
  { version: 7, name: 'forged', sql: FORGED },
  { version: 8, name: 'access', sql: ACCESS },
  { version: 9, name: 'reports', sql: REPORTS },
  { version: 10, name: 'key-rotation', sql: KEY_ROTATION },
  { version: 11, name: 'counts', sql: COUNTS },
  { version: 12, name: 'pages', sql: PAGES },
  { version: 13, name: 'audit-detail', sql: AUDIT_DETAIL },
  { version: 14, name: 'trace', sql: TRACE },
  { version: 15, name: 'reports-sent', sql: REPORTS_SENT },
  { version: 16, name: 'log-filters', sql: LOG_FILTERS },
  { version: 17, name: 'sender-proof', sql: SENDER_PROOF },
  { version: 18, name: 'audit-count', sql: AUDIT_COUNT },
  { version: 19, name: 'attachments', sql: ATTACHMENTS },
  { version: 20, name: 'real-address', sql: REAL_ADDRESS },
]

export const SCHEMA_VERSION = MIGRATIONS.length

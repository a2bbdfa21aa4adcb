// Why a report is not taken: one plain sentence, for the far server and for the log.

/** Thrown by the parsers of this room; nothing of the report is stored. */
export class ReportRefused extends Error {
  override readonly name = 'ReportRefused'
}

/** What a report may grow to when it is unpacked. Real ones have kilobytes; the biggest reporters split theirs below this. */
export const REPORT_MAX = 10 * 1024 * 1024

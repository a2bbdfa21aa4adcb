// The trace as text that can be shown to others: the names before the @ are left out, the rest stays.
import type { LogTrace } from '../../main/api/shapes-log.ts'

/** `…@shop.example`, wherever an address stands. Linear: one look behind each @. */
export function redacted(text: string): string {
  return text.replace(/[^\s<>"'@(),;:]+@/g, '…@')
}

export function traceText({ entry, deliveries }: LogTrace, sentence: string): string {
  const lines = [
    sentence,
    entry.text,
    '',
    `time: ${new Date(entry.at).toISOString()}`,
    `outcome: ${entry.outcome} (${entry.reason})`,
    `direction: ${entry.direction}`,
    `from: ${entry.sender}`,
    `alias: ${entry.alias}`,
    `size: ${entry.size}`,
    `host: ${entry.peer}`,
    `TLS: ${entry.tls === '' ? 'none' : entry.tls}`,
  ]
  if (entry.verdicts !== null) {
    const { spf, dkim, dmarc, arc, reasons = [] } = entry.verdicts
    lines.push(`checks: SPF ${spf}, DKIM ${dkim}, DMARC ${dmarc}, ARC ${arc}`, ...reasons.map((one) => `  ${one}`))
  }
  for (const one of entry.attempts) {
    lines.push(
      `attempt: ${new Date(one.at).toISOString()} ${one.destination} ${one.outcome} ${one.tls} ${one.level ?? ''}`.trimEnd(),
      `  ${one.answer}`,
    )
  }
  for (const one of deliveries)
    if (one.state === 'queued') lines.push(`next try: ${new Date(one.dueAt).toISOString()} ${one.destination}`)
  return redacted(lines.join('\n'))
}

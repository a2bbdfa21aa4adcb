// `postern tls test DOMAIN`: what a delivery to this domain would require and get, step by step. Connects, and sends nothing.
import type { Domain } from '../terms/address.ts'
import { targetOf, type DeliveryParts } from './deliver.ts'
import { planDelivery } from './plan.ts'

export interface TlsTest {
  readonly domain: string
  /** Whether a message would be delivered as things are now. */
  readonly ok: boolean
  /** The level that the first server which takes mail reaches. */
  readonly level: string | undefined
  readonly steps: readonly string[]
}

/** Servers that are tried; the rest are the same again. */
const MAX_PROBES = 6

export async function testTls(domain: Domain, parts: DeliveryParts): Promise<TlsTest> {
  const answer = await parts.lookup(domain, 'MX')
  const plan = await planDelivery(domain, {}, parts)
  const steps = [
    `MX records of ${domain}: ${answer.status}, ${answer.security}${answer.reason === '' ? '' : ` (${answer.reason})`}`,
  ]
  if (plan.kind !== 'servers') return { domain, ok: false, level: undefined, steps: [...steps, plan.text] }
  steps.push(...plan.sts.steps)
  if (plan.override !== undefined) steps.push(`You set ${domain} to ${plan.override}.`)
  let level: string | undefined
  let probes = 0
  for (const { host, requirement, tlsa } of plan.hosts) {
    steps.push(`${host.host}: ${host.addresses.join(', ')}${host.secure ? ', proved' : ''}`, `  ${tlsa.text}`)
    steps.push(`  required: ${requirement.level} (${requirement.why})`)
    if (requirement.level === 'refuse') continue
    for (const address of host.addresses) {
      if (probes++ >= MAX_PROBES) break
      const probe = await parts.clients.probe(targetOf(host.host, address, requirement, parts))
      steps.push(`  ${probe.text}${probe.ok ? `: ${probe.level ?? ''} ${probe.tls}` : ''}`)
      if (probe.ok) level ??= probe.level
    }
  }
  if (plan.trouble !== '') steps.push(plan.trouble)
  return { domain, ok: level !== undefined, level, steps }
}

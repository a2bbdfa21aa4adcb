// Whether a resolver can be worked with: that it answers, and, where answers are validated here, that it passes on the signatures. Many
// a router does not; then nothing about signed domains can be believed, and all mail from outside is put off. RFC 4035 §4.9, RFC 8027
import { nameText, ROOT } from './name.ts'
import { createDns, type Answer, type ResolverOptions } from './resolver.ts'
import { serversOf } from './servers.ts'
import { isUntimely } from './signature.ts'
import { exchange as overNetwork } from './transport.ts'
import { NOERROR, NXDOMAIN, TYPES } from './types.ts'

export type ResolverCheck =
  | { readonly kind: 'good' }
  | {
      /** `silent`: nobody answers. `strips`: answers come without DNSSEC, or altered. `clock`: the signatures are good at another time. */
      readonly kind: 'silent' | 'strips' | 'clock'
      /** One sentence or part of one, for people. */
      readonly reason: string
    }

const GOOD: ResolverCheck = { kind: 'good' }

function judged(answer: Answer): ResolverCheck {
  if (answer.security === 'secure') return GOOD
  return { kind: isUntimely(answer.reason) ? 'clock' : 'strips', reason: answer.reason }
}

/** Whether any of the servers answers a question that does not ask for signatures. */
async function answersPlainly({
  server,
  timeout = 2000,
  exchange = overNetwork,
}: Partial<ResolverOptions>): Promise<boolean> {
  const question = { name: ROOT, type: TYPES.SOA, dnssec: false, wantsAd: false }
  const asked = serversOf(server).map((one) =>
    exchange(one, question, timeout).then(
      ({ rcode }) => rcode === NOERROR || rcode === NXDOMAIN,
      () => false,
    ),
  )
  return (await Promise.all(asked)).includes(true)
}

/**
 * Asks for what every resolver has: of the root a record that is there and one that is not, so that both signatures and proofs of absence
 * have to come. Nothing is taken from an earlier answer. Three to five questions; never rejects for what a resolver does.
 * Throws where the options make no sense (`bad-resolver`, `ad-not-local`).
 */
export async function checkResolver(options: Partial<ResolverOptions>, now: () => number): Promise<ResolverCheck> {
  const { lookup } = createDns(options, now)
  const there = await lookup(nameText(ROOT), 'SOA')
  if ((options.dnssec ?? 'on') !== 'on')
    return there.status === 'trouble' ? { kind: 'silent', reason: there.reason } : GOOD
  const absent = there.security === 'secure' ? await lookup(nameText(ROOT), 'TXT') : there
  // Answers that are not to be believed came all the same; where none did, perhaps only the question for signatures was too much.
  const unanswered = [there, absent].find((one) => one.status === 'trouble' && one.security === 'indeterminate')
  if (unanswered === undefined) return judged(absent)
  const kind = (await answersPlainly(options)) ? 'strips' : 'silent'
  return { kind, reason: unanswered.reason }
}

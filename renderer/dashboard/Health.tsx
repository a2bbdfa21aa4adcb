import { useQuery } from '@tanstack/react-query'
import { aliasCount } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { backupsQuery, questionsQuery, recipientsQuery, securityQuery } from '../api/owner.ts'
import { stateQuery } from '../api/state.ts'
import { LinkButton } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { hrefTo } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import classes from './Dashboard.module.css'

interface Problem {
  readonly tone: 'info' | 'wait' | 'bad'
  readonly title: string
  readonly text: string
  readonly href: string
  readonly word: string
}

const WEEK = 7 * 86_400_000
/** The worst ones; the rest waits its turn. */
const SHOWN = 3

function useProblems(): readonly Problem[] {
  const { dashboard, common } = useTexts()
  const t = dashboard.problems
  const client = useClient()
  const { data: state } = useQuery(stateQuery(client))
  const { data: questions } = useQuery(questionsQuery(client))
  const { data: recipients } = useQuery(recipientsQuery(client))
  const { data: backups } = useQuery(backupsQuery(client))
  const { data: security } = useQuery(securityQuery(client))
  const { data: leaked } = useQuery(aliasCount(client, 'is:leaked'))
  const found: Problem[] = []
  const add = (tone: Problem['tone'], title: string, text: string, href: string, word: string = t.look): number =>
    found.push({ tone, title, text, href, word })
  for (const one of recipients ?? [])
    if (one.paused)
      add(
        'bad',
        t.recipientPaused(one.email),
        t.recipientPausedWhat(common.messages(one.waiting)),
        hrefTo('/recipients'),
      )
  const failed = state?.queue.failed ?? 0
  if (failed > 0) add('bad', t.failed(failed), t.failedWhat, hrefTo('/held', { tab: 'failed' }))
  if (state !== undefined && state.pauses.sending !== null)
    add('wait', t.paused, t.pausedWhat, hrefTo('/held', { tab: 'queue' }))
  if (state !== undefined && state.pauses.receiving !== null)
    add('wait', t.receivingPaused, t.receivingPausedWhat, hrefTo('/activity'))
  if (questions !== undefined && questions.length > 0)
    add('wait', t.questions(questions.length), t.questionsWhat, hrefTo('/held', { tab: 'questions' }))
  const held = (state?.held ?? 0) - (questions?.length ?? 0)
  if (held > 0) add('wait', t.held(held), t.heldWhat, hrefTo('/held'))
  if (leaked !== undefined && leaked > 0)
    add('wait', t.leaked(leaked), t.leakedWhat, hrefTo('/aliases', { q: 'is:leaked' }))
  const newest = Math.max(0, ...(backups?.data ?? []).map((one) => one.createdAt))
  if (backups !== undefined && Date.now() - newest > WEEK) add('wait', t.backup, t.backupWhat, hrefTo('/backup'), t.fix)
  if (security?.passphrase === null && security.sessions.length > 0)
    add('info', t.passphrase, t.passphraseWhat, hrefTo('/security'), t.set)
  return found
}

/** What needs a look, the worst first; nothing at all where nothing does. */
export function Health() {
  const { dashboard: t } = useTexts()
  const problems = useProblems().slice(0, SHOWN)
  if (problems.length === 0) return null
  return (
    <section className={classes['problems']} aria-label={t.health}>
      {problems.map((problem) => (
        <Callout
          key={problem.title}
          tone={problem.tone}
          title={problem.title}
          actions={<LinkButton href={problem.href}>{problem.word}</LinkButton>}
        >
          <p>{problem.text}</p>
        </Callout>
      ))}
    </section>
  )
}

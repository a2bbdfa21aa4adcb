import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DnsRecordShown, DomainShown } from '../../main/api/shapes-owner.ts'
import type { RecordCheck } from '../../main/api/shapes-pages.ts'
import { useClient } from '../api/client-context.ts'
import { domainCheckQuery } from '../api/owner.ts'
import type { Tone } from '../format/outcome.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import type { IconName } from '../parts/icon/Icon.tsx'
import { Row, Stack } from '../parts/page/Page.tsx'
import { Progress } from '../parts/progress/Progress.tsx'
import { Said } from '../parts/said/Said.tsx'
import { Problem } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { said } from '../texts/phrases/said.ts'
import { useTexts, type Texts } from '../texts/texts.ts'
import classes from './Domains.module.css'

/** Looks again by itself while something is missing, ever more seldom: 15 s at first, 5 min at last. */
const FIRST_MS = 15_000
const LAST_MS = 300_000

const LOOKS: Readonly<Record<RecordCheck['state'], readonly [Tone, IconName]>> = {
  found: ['good', 'check'],
  missing: ['wait', 'minus'],
  other: ['wait', 'warning'],
  unknown: ['plain', 'help'],
}

/** What a record is for, by its first words. */
function kindOf(record: DnsRecordShown): keyof Texts['domains']['records']['without'] | undefined {
  if (record.type === 'MX') return 'MX'
  const kinds = ['spf1', 'DKIM1', 'DMARC1', 'TLSRPTv1'] as const
  return kinds.find((kind) => record.value.startsWith(`v=${kind}`))
}

/** The name as most providers want it: without the domain, `@` for the domain itself. */
export function shortName(name: string, domain: string): string {
  if (name === domain) return '@'
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : name
}

/** Every record the domain needs, to be copied, beside what the DNS has now. */
export function Records({ domain }: { readonly domain: DomainShown }) {
  const { domains } = useTexts()
  const t = domains.records
  const [isWaiting, setWaiting] = useState(true)
  const check = useQuery({
    ...domainCheckQuery(useClient(), domain.domain),
    refetchInterval: ({ state }) =>
      !isWaiting || state.data?.records.every((one) => one.state === 'found') === true
        ? false
        : Math.min(LAST_MS, FIRST_MS * 2 ** Math.max(0, state.dataUpdateCount - 1)),
  })
  const byName = new Map(check.data?.records.map((one) => [`${one.type} ${one.name} ${one.expected}`, one]))
  const zone = `${domain.records.map((record) => record.zone).join('\n')}\n`
  return (
    <Stack>
      <Card
        lead={t.lead}
        title={domains.tabs.records}
        actions={
          <Button icon="refresh" busy={check.isFetching} onClick={() => void check.refetch()}>
            {t.check}
          </Button>
        }
      >
        <Verdict checks={check.data?.records} at={check.data?.at} isFetching={check.isFetching} />
        <Waiting checks={check.data?.records ?? []} isWaiting={isWaiting} onWaiting={setWaiting} />
        {check.error !== null && <Problem error={check.error} onRetry={() => void check.refetch()} />}
        <div className={classes['records']}>
          {domain.records.map((record) => (
            <RecordCard
              key={`${record.type} ${record.name} ${record.value}`}
              record={record}
              domain={domain.domain}
              check={byName.get(`${record.type} ${record.name} ${record.value}`)}
            />
          ))}
        </div>
      </Card>
      <Card title={t.zone} actions={<CopyButton text={zone} label={t.copyZone} wide />}>
        <pre className={classes['zone']} tabIndex={0}>
          {zone}
        </pre>
      </Card>
    </Stack>
  )
}

interface VerdictProps {
  readonly checks: readonly RecordCheck[] | undefined
  readonly at: number | undefined
  readonly isFetching: boolean
}

function Verdict({ checks, at, isFetching }: VerdictProps) {
  const { domains: t } = useTexts()
  if (checks === undefined) return isFetching ? <p role="status">{t.verdict.checking}</p> : null
  const wrong = checks.filter((one) => one.state === 'missing' || one.state === 'other')
  const unknown = checks.filter((one) => one.state === 'unknown')
  const isKnown = unknown.length < checks.length
  const canReceive = checks.some((one) => one.type === 'MX' && one.found.length > 0 && one.state !== 'unknown')
  const sending = checks.filter((one) => one.type === 'TXT' && one.need === 'required')
  const canSend = sending.every((one) => one.state === 'found')
  return (
    <>
      <div className={classes['verdicts']} role="status">
        {isKnown && (
          <>
            <Badge tone={canReceive ? 'good' : 'wait'} icon={canReceive ? 'check' : 'minus'}>
              {canReceive ? t.can.receive : t.cannot.receive}
            </Badge>
            <Badge tone={canSend ? 'good' : 'wait'} icon={canSend ? 'check' : 'minus'}>
              {canSend ? t.can.send : t.cannot.send}
            </Badge>
          </>
        )}
        <span>
          {!isKnown
            ? t.verdict.unknown
            : wrong.length + unknown.length === 0
              ? t.verdict.good
              : t.verdict.missing(wrong.length + unknown.length)}
        </span>
        {at !== undefined && (
          <span className={classes['soft']}>
            {t.records.checkedAt} <Time at={at} seconds />
          </span>
        )}
      </div>
    </>
  )
}

interface WaitingProps {
  readonly checks: readonly RecordCheck[]
  readonly isWaiting: boolean
  readonly onWaiting: (isWaiting: boolean) => void
}

/** While the DNS does not show every record: how many it does, and a way to stop looking and to begin again. */
function Waiting({ checks, isWaiting, onWaiting }: WaitingProps) {
  const { domains } = useTexts()
  const t = domains.records
  if (!checks.some((one) => one.state === 'missing' || one.state === 'other')) return null
  if (!isWaiting)
    return (
      <Row>
        <span className={classes['soft']}>{t.stopped}</span>
        <Button kind="quiet" onClick={() => onWaiting(true)}>
          {t.goOn}
        </Button>
      </Row>
    )
  const found = checks.filter((one) => one.state === 'found').length
  return (
    <>
      <Progress
        label={t.waiting(found, checks.length)}
        value={found}
        max={checks.length}
        onCancel={() => onWaiting(false)}
        cancelWord={t.stop}
      />
      <p className={classes['soft']}>{t.wait}</p>
    </>
  )
}

interface RecordProps {
  readonly record: DnsRecordShown
  readonly domain: string
  readonly check: RecordCheck | undefined
}

function RecordCard({ record, domain, check }: RecordProps) {
  const { domains } = useTexts()
  const t = domains.records
  const kind = kindOf(record)
  const short = shortName(record.name, domain)
  const [tone, icon] = check === undefined ? (['plain', 'clock'] as const) : LOOKS[check.state]
  return (
    <article className={classes['record']} data-state={check?.state} aria-label={`${record.type} ${record.name}`}>
      <div className={classes['top']}>
        <span className={classes['type']}>{record.type}</span>
        {check !== undefined && (
          <>
            <Badge tone={tone} icon={icon}>
              {t.states[check.state]}
            </Badge>
            <span className={classes['soft']}>
              {t.need[check.need]}
              {check.state === 'unknown' ? '' : ` · ${t.worth[check.worth] ?? check.worth}`}
            </span>
          </>
        )}
      </div>
      <p className={classes['why']}>
        {(kind === undefined ? undefined : t.purpose[kind]) ?? <Said text={record.why} />}{' '}
        {kind !== undefined && <span className={classes['soft']}>{t.without[kind]}</span>}
      </p>
      <dl className={classes['fields']}>
        <Field name={t.host} text={record.name} copy={t.copyName} />
        <Field name={t.hostShort} text={short} copy={t.copyShort} />
        <Field name={check?.state === 'other' ? t.expected : t.value} text={record.value} copy={t.copyValue} />
        {check !== undefined && check.state === 'other' && (
          <Field name={t.found} text={check.found.length === 0 ? t.nothing : check.found.join('\n')} />
        )}
      </dl>
      {check !== undefined && check.mistakes.length > 0 && (
        <Callout tone="wait">
          {check.mistakes.map((mistake) => (
            <p key={mistake}>{t.mistakes[mistake] ?? mistake}</p>
          ))}
        </Callout>
      )}
      {check !== undefined && check.trouble !== '' && <Callout tone="info">{t.trouble(said(check.trouble))}</Callout>}
    </article>
  )
}

function Field({ name, text, copy }: { readonly name: string; readonly text: string; readonly copy?: string }) {
  return (
    <div className={classes['field']}>
      <dt>{name}</dt>
      <dd>
        <span className={classes['text']}>{text}</span>
        {copy === undefined ? <span /> : <CopyButton text={text} label={copy} />}
      </dd>
    </div>
  )
}

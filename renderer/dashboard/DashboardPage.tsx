import { useQuery } from '@tanstack/react-query'
import type { Stats } from '../../main/api/shapes-pages.ts'
import { useClient } from '../api/client-context.ts'
import { DAYS, statsQuery } from '../api/stats.ts'
import { stateQuery } from '../api/state.ts'
import { numberText } from '../format/number.ts'
import { bucketText } from '../format/time.ts'
import { LinkButton } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { BarChart, Sparkline, type BarTone } from '../parts/chart/BarChart.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Columns, Page, Row, Stack } from '../parts/page/Page.tsx'
import { Segmented } from '../parts/segmented/Segmented.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { hrefTo, setParams } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { Health } from './Health.tsx'
import { NewestAliases, Senders, TopAliases } from './Lists.tsx'
import { OwnPeriod, periodText, usePeriod } from './Period.tsx'
import classes from './Dashboard.module.css'

const LAYERS = [
  ['forwarded', 'good'],
  ['sent', 'info'],
  ['held', 'wait'],
  ['blocked', 'plain'],
  ['failed', 'bad'],
] as const satisfies readonly (readonly [keyof Stats['total'], BarTone])[]

/** How it goes: figures of a while, what needs a look, who writes. */
export function DashboardPage() {
  const { dashboard: t } = useTexts()
  const client = useClient()
  const period = usePeriod()
  const query = useQuery(statsQuery(client, period))
  const { data: state } = useQuery(stateQuery(client))
  const isNew = state !== undefined && state.lastInboundAt === null
  return (
    <Page
      title={t.title}
      actions={
        <>
          <Segmented
            label={t.period}
            value={'days' in period ? period.days : 'own'}
            onChange={(days) => (days === 'own' ? undefined : setParams({ days, from: undefined, until: undefined }))}
            choices={[
              ...DAYS.map((value) => ({ value, label: t.periods[value] })),
              ...('days' in period ? [] : [{ value: 'own' as const, label: periodText(period, t) }]),
            ]}
          />
          <OwnPeriod period={period} />
        </>
      }
    >
      <Health />
      {isNew && (
        <Card>
          <Empty icon="mail" title={t.empty}>
            <p>{t.emptyText}</p>
            <Row>
              <LinkButton kind="main" href={hrefTo('/welcome')}>
                {t.toSetup}
              </LinkButton>
              <LinkButton href={hrefTo('/mailbox')}>{t.toMailbox}</LinkButton>
            </Row>
          </Empty>
        </Card>
      )}
      <Loaded query={query}>{(stats) => <Figures stats={stats} period={periodText(period, t)} />}</Loaded>
      <Columns>
        <TopAliases />
        <NewestAliases />
        <Loaded query={query}>
          {(stats) => (
            <Stack>
              <Senders title={t.senders} senders={stats.senders} outcome="" />
              <Senders title={t.blockedSenders} senders={stats.blockedSenders} outcome="refused" />
            </Stack>
          )}
        </Loaded>
      </Columns>
    </Page>
  )
}

function Figures({ stats, period }: { readonly stats: Stats; readonly period: string }) {
  const { dashboard: t } = useTexts()
  const { series, total, before, bucket } = stats
  const step = bucket === 'hour' ? 3_600_000 : 86_400_000
  return (
    <>
      <div className={classes['figures']}>
        {LAYERS.map(([kind]) => (
          <Figure
            key={kind}
            name={t.figures[kind]}
            value={total[kind]}
            before={before[kind]}
            values={series.map((one) => one[kind])}
          />
        ))}
      </div>
      <Card title={t.chart} lead={t.localTime}>
        <BarChart
          title={t.chart}
          summary={t.chartSummary(period, numberText(total.forwarded), numberText(total.blocked))}
          layers={LAYERS.map(([kind, tone]) => ({ name: t.figures[kind], tone }))}
          bars={series.map((one) => ({
            label: bucketText(one.at, bucket),
            values: LAYERS.map(([kind]) => one[kind]),
            href: hrefTo('/activity', { from: String(one.at), until: String(one.at + step) }),
          }))}
          labelEvery={Math.ceil(series.length / 8)}
        />
      </Card>
    </>
  )
}

interface FigureProps {
  readonly name: string
  readonly value: number
  readonly before: number
  readonly values: readonly number[]
}

function Figure({ name, value, before, values }: FigureProps) {
  const { dashboard: t } = useTexts()
  const change = value - before
  const told =
    change === 0 ? t.than.same : change > 0 ? t.than.more(numberText(change)) : t.than.less(numberText(-change))
  return (
    <section className={classes['figure']} aria-label={name}>
      <h2 className={classes['name']}>{name}</h2>
      <p className={classes['value']}>{numberText(value)}</p>
      <Sparkline values={values} />
      <p className={classes['than']}>{told}</p>
    </section>
  )
}

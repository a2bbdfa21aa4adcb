import { useQuery } from '@tanstack/react-query'
import type { SettingShown } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { settingsQuery } from '../api/owner.ts'
import { useAct } from '../data/use-act.ts'
import { Card } from '../parts/card/Card.tsx'
import { Fields, SelectField } from '../parts/field/Field.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { useTexts, type Texts } from '../texts/texts.ts'

interface Limit {
  readonly name: string
  readonly word: 'idle' | 'whole' | 'tokens' | 'audit'
  readonly values: readonly number[]
  readonly unit: (n: number, t: Pick<Texts, 'common' | 'security'>) => string
}

const LIMITS: readonly Limit[] = [
  {
    name: 'session-idle-minutes',
    word: 'idle',
    values: [1, 5, 15, 30, 60, 240, 720, 1440, 10_080],
    unit: (n, { common }) =>
      n % 1440 === 0 ? common.days(n / 1440) : n % 60 === 0 ? common.hours(n / 60) : common.minutes(n),
  },
  {
    name: 'session-hours',
    word: 'whole',
    values: [8, 24, 72, 168, 720, 2160, 8760],
    unit: (n, { common }) => (n % 24 === 0 ? common.days(n / 24) : common.hours(n)),
  },
  {
    name: 'token-minute-limit',
    word: 'tokens',
    values: [60, 300, 600, 1200, 6000],
    unit: (n, { security }) => security.limits.aMinute(n),
  },
  { name: 'audit-days', word: 'audit', values: [30, 90, 365, 1095, 3650], unit: (n, { common }) => common.days(n) },
]

/** How long a session goes on, how much a token may ask, how long the log is kept. A value from elsewhere stands among the choices. */
export function Limits() {
  const { security } = useTexts()
  const t = security.limits
  const query = useQuery(settingsQuery(useClient()))
  return (
    <Card title={t.title} lead={t.lead}>
      <Loaded query={query}>
        {(settings) => (
          <Fields>
            {LIMITS.map((limit) => (
              <LimitField key={limit.name} limit={limit} setting={settings.find((one) => one.name === limit.name)} />
            ))}
          </Fields>
        )}
      </Loaded>
    </Card>
  )
}

function LimitField({ limit, setting }: { readonly limit: Limit; readonly setting: SettingShown | undefined }) {
  const texts = useTexts()
  const t = texts.security.limits
  const client = useClient()
  const act = useAct()
  const now = setting?.value ?? setting?.standard ?? ''
  const values = [...new Set([...limit.values, Number(now)])].toSorted((a, b) => a - b)
  const put = (value: string): Promise<void> => client.tell('PUT', `/app/settings/${limit.name}`, { value })
  return (
    <SelectField
      label={t[limit.word]}
      help={t[`${limit.word}Help`]}
      value={now}
      onChange={(value) =>
        void act(() => put(value), { done: t.saved, undo: () => put(now), changes: ['settings', 'audit'] })
      }
      choices={values.map((one) => ({ value: String(one), label: limit.unit(one, texts) }))}
    />
  )
}

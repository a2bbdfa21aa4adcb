import { useQuery } from '@tanstack/react-query'
import type { SettingShown } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { settingsQuery } from '../api/owner.ts'
import { stateQuery } from '../api/state.ts'
import { Card } from '../parts/card/Card.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Facts } from '../parts/facts/Facts.tsx'
import { SelectField, TextField } from '../parts/field/Field.tsx'
import { Page } from '../parts/page/Page.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useParam } from '../router/place.ts'
import { setLanguage, useLanguage } from '../texts/language.ts'
import { useTexts, type Texts } from '../texts/texts.ts'
import { SettingRow } from './SettingRow.tsx'
import { numberText } from '../format/number.ts'
import classes from './Settings.module.css'

type Group = keyof Texts['settings']['groups']

const MEMBERS: Readonly<Record<Exclude<Group, 'look' | 'about'>, readonly string[]>> = {
  engine: ['hostname', 'default-recipient', 'resolver', 'dnssec'],
  outbound: ['route', 'route-user', 'route-password', 'private-hosts'],
  trust: [
    'dmarc-failures',
    'spf-failures',
    'check-failures',
    'trusted-sealers',
    'send-tls-reports',
    'send-dmarc-reports',
    'tls-report-url',
  ],
  privacy: ['log-days', 'report-days', 'audit-days'],
  access: ['session-idle-minutes', 'session-hours', 'token-minute-limit'],
  limits: [],
}
const GROUPS = ['engine', 'outbound', 'trust', 'privacy', 'access', 'limits'] as const
const NAMED = new Set(Object.values(MEMBERS).flat())

/** Those that no group names are limits: a setting that is new shows up somewhere. */
function inGroup(group: (typeof GROUPS)[number], all: readonly SettingShown[]): readonly SettingShown[] {
  if (group === 'limits') return all.filter((one) => !NAMED.has(one.name))
  return MEMBERS[group].flatMap((name) => all.filter((one) => one.name === name))
}

/** Everything that can be set, with its standard and when it takes effect. */
export function SettingsPage() {
  const { settings: t } = useTexts()
  const query = useQuery(settingsQuery(useClient()))
  const [search, setSearch] = useParam('q')
  const wanted = search.trim().toLowerCase()
  const fits = (one: SettingShown): boolean =>
    [one.name, t.names[one.name] ?? '', t.helps[one.name] ?? one.help].some((text) =>
      text.toLowerCase().includes(wanted),
    )
  return (
    <Page title={t.title}>
      <div className={classes['search']}>
        <TextField label={t.search} type="search" value={search} onChange={setSearch} />
      </div>
      {wanted === '' && <Look />}
      <Loaded query={query}>
        {(all) => {
          const shown = all.filter(fits)
          if (shown.length === 0) return <Empty icon="search" title={t.nothing} />
          return GROUPS.map((group) => {
            const members = inGroup(group, shown)
            return members.length === 0 ? null : (
              <Card key={group} title={t.groups[group]} lead={t.groupLeads[group]} flush>
                <ul>
                  {members.map((one) => (
                    <SettingRow key={`${one.name} ${one.value ?? ''}`} setting={one} />
                  ))}
                </ul>
              </Card>
            )
          })
        }}
      </Loaded>
      {wanted === '' && <About />}
    </Page>
  )
}

function Look() {
  const { settings: t } = useTexts()
  const language = useLanguage()
  const shown = language === 'pseudo' ? (['en', 'de', 'pseudo'] as const) : (['en', 'de'] as const)
  return (
    <Card title={t.groups.look} lead={t.groupLeads.look}>
      <div className={classes['narrow']}>
        <SelectField
          label={t.language}
          value={language}
          onChange={setLanguage}
          choices={shown.map((value) => ({ value, label: t.languages[value] }))}
        />
      </div>
    </Card>
  )
}

function About() {
  const { settings, shell } = useTexts()
  const t = settings.about
  const { data: state } = useQuery(stateQuery(useClient()))
  if (state === undefined) return null
  const listeners = state.listeners.map(
    (one) => `${one.kind} ${one.host}:${one.port}${one.tls === 'none' ? '' : ` (${one.tls})`}`,
  )
  const counters = Object.entries(state.counters).map(([name, count]) => `${name}: ${numberText(count)}`)
  return (
    <Card title={settings.groups.about}>
      <Facts
        facts={[
          [t.version, state.version],
          [t.state, shell.state[state.state]],
          [t.listeners, listeners.join(', ')],
          [t.dnssec, shell.state.dnssec[state.dnssec]],
          [t.started, <Time key="since" at={state.startedAt} relative />],
          [t.counters, counters.join(', ')],
        ]}
      />
    </Card>
  )
}

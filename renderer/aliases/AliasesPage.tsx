import { useQuery } from '@tanstack/react-query'
import type { AliasShape } from '../../main/api/shapes-addy.ts'
import { aliasesQuery, setActive } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { useAct } from '../data/use-act.ts'
import { Card } from '../parts/card/Card.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Page, Row } from '../parts/page/Page.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Switch } from '../parts/switch/Switch.tsx'
import { useTexts } from '../texts/texts.ts'

/** The addresses that were given to the world, each with its switch. */
export function AliasesPage() {
  const { aliases: t } = useTexts()
  const query = useQuery(aliasesQuery(useClient()))
  return (
    <Page title={t.title}>
      <Card>
        <Loaded query={query}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty icon="aliases" title={t.empty}>
                {t.emptyText}
              </Empty>
            ) : (
              <ul aria-label={t.list}>
                {data.map((alias) => (
                  <li key={alias.id}>
                    <Line alias={alias} />
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Card>
    </Page>
  )
}

function Line({ alias }: { readonly alias: AliasShape }) {
  const { aliases: t } = useTexts()
  const client = useClient()
  const act = useAct()
  const { id, email, active } = alias
  return (
    <Row>
      <span>{email}</span>
      <CopyButton text={email} label={t.copy(email)} />
      <Switch
        on={active}
        label={email}
        onChange={(on) => void act(() => setActive(client, id, on), { changes: ['aliases'] })}
      />
    </Row>
  )
}

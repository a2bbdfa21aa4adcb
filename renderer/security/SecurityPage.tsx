import { useQuery } from '@tanstack/react-query'
import { useClient } from '../api/client-context.ts'
import { securityQuery } from '../api/owner.ts'
import { Page, Stack } from '../parts/page/Page.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Tabs } from '../parts/tabs/Tabs.tsx'
import { useParam } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { AppPasswords } from './AppPasswords.tsx'
import { AuditLog } from './AuditLog.tsx'
import { Encryption } from './Encryption.tsx'
import { KeySources } from './KeySources.tsx'
import { Limits } from './Limits.tsx'
import { LockCard } from './LockCard.tsx'
import { Sessions } from './Sessions.tsx'
import { SignIn } from './SignIn.tsx'
import { Tokens } from './Tokens.tsx'

/** What one signs in with, who is signed in, which programs may ask, what opens the data, and what was done. */
export function SecurityPage() {
  const { security: t } = useTexts()
  const query = useQuery(securityQuery(useClient()))
  const [tab, setTab] = useParam('tab')
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs
        value={tab}
        onChange={setTab}
        tabs={[
          {
            id: 'login',
            label: t.tabs.login,
            content: <Loaded query={query}>{(security) => <SignIn security={security} />}</Loaded>,
          },
          {
            id: 'sessions',
            label: t.tabs.sessions,
            content: (
              <Loaded query={query}>
                {(security) => (
                  <Stack>
                    <LockCard security={security} />
                    <Sessions sessions={security.sessions} />
                    <Limits />
                  </Stack>
                )}
              </Loaded>
            ),
          },
          {
            id: 'programs',
            label: t.tabs.programs,
            content: (
              <Stack>
                <Tokens />
                <AppPasswords />
              </Stack>
            ),
          },
          {
            id: 'data',
            label: t.tabs.data,
            content: (
              <Stack>
                <KeySources />
                <Encryption />
              </Stack>
            ),
          },
          { id: 'log', label: t.tabs.log, content: <AuditLog /> },
        ]}
      />
    </Page>
  )
}

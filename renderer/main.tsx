// The page's entry: makes the client, the store, the query cache and the actions, and hands them to React.
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { DirectionProvider } from '@base-ui/react/direction-provider'
import { App } from './app/App.tsx'
import { RelayContext } from './app/relay-context.ts'
import { makeCalls } from './api/calls.ts'
import { ClientContext } from './api/client-context.ts'
import { makeClient } from './api/client.ts'
import { makeQueryClient } from './data/query-client.ts'
import { host } from './host/host.ts'
import { takeCode } from './login/code.ts'
import { hrefTo, navigate } from './router/place.ts'
import { makeActions } from './store/actions.ts'
import { makeGate } from './store/step-up.ts'
import { makeStore } from './store/store.ts'
import { beginLanguage, useLanguage } from './texts/language.ts'
import './theme/tokens.css'
import './theme/base.css'

const takeOwnCode = (): string | undefined =>
  takeCode(window.location, (url) => window.history.replaceState(null, '', url))

const store = makeStore()
const gate = makeGate(store)
const client = makeClient((path, init) => fetch(path, init), gate.ask)
const actions = makeActions(store, makeCalls(client), gate)
const queries = makeQueryClient(actions.lost)

void actions.begin(takeOwnCode())
// A login link opened in a tab that shows the page already changes nothing but the fragment.
window.addEventListener('hashchange', () => {
  const code = takeOwnCode()
  if (code !== undefined) void actions.login({ code })
})
const PANELS = { log: '/activity', mailbox: '/mailbox', aliases: '/aliases' } as const
host?.onOpen(({ panel }) => navigate(hrefTo(PANELS[panel])))

function Root() {
  const language = useLanguage()
  const direction = document.documentElement.dir === 'rtl' ? 'rtl' : 'ltr'
  useEffect(() => {
    document.documentElement.lang = language === 'pseudo' ? 'en' : language
  }, [language])
  return (
    // Our policy allows no style elements; what a part needs of them is in our own sheets.
    <CSPProvider disableStyleElements>
      <DirectionProvider direction={direction}>
        <App key={language} />
      </DirectionProvider>
    </CSPProvider>
  )
}

const place = document.getElementById('root')
if (place === null) throw new Error('The page has no root.')
void beginLanguage().then(() =>
  createRoot(place).render(
    <StrictMode>
      <ClientContext value={client}>
        <QueryClientProvider client={queries}>
          <RelayContext value={{ store, actions }}>
            <Root />
          </RelayContext>
        </QueryClientProvider>
      </ClientContext>
    </StrictMode>,
  ),
)

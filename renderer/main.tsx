// The page's entry: makes the client, the store and the actions, and hands them to React.
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { RelayContext } from './app/relay-context.ts'
import { makeCalls } from './api/calls.ts'
import { makeClient } from './api/client.ts'
import { host } from './host/host.ts'
import { takeCode } from './login/code.ts'
import { makeActions } from './store/actions.ts'
import { makeStore } from './store/store.ts'
import './theme/tokens.css'
import './theme/base.css'

const takeOwnCode = (): string | undefined =>
  takeCode(window.location, (url) => window.history.replaceState(null, '', url))

const calls = makeCalls(makeClient((path, init) => fetch(path, init)))
const store = makeStore()
const actions = makeActions(store, calls)

void actions.begin(takeOwnCode())
// A login link opened in a tab that shows the page already changes nothing but the fragment.
window.addEventListener('hashchange', () => {
  const code = takeOwnCode()
  if (code !== undefined) void actions.login({ code })
})
host?.onOpen(({ panel }) => document.getElementById(panel)?.scrollIntoView())

const place = document.getElementById('root')
if (place === null) throw new Error('The page has no root.')
createRoot(place).render(
  <StrictMode>
    <RelayContext value={{ store, actions }}>
      <App calls={calls} />
    </RelayContext>
  </StrictMode>,
)

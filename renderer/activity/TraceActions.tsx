import type { LogTrace } from '../../main/api/shapes-log.ts'
import { retryDelivery } from '../api/activity.ts'
import { addAliasBlock, removeBlock } from '../api/alias-blocks.ts'
import { addContact, changeContact } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { useAct } from '../data/use-act.ts'
import { Button, LinkButton } from '../parts/button/Button.tsx'
import { Menu, type MenuEntry } from '../parts/menu/Menu.tsx'
import { Row } from '../parts/page/Page.tsx'
import { hrefTo, navigate } from '../router/place.ts'
import { useTexts, type Texts } from '../texts/texts.ts'

const CHANGES = ['log', 'blocks', 'contacts', 'queue']

/** What can be done about it from here. */
export function TraceActions({ trace }: { readonly trace: LogTrace }) {
  const { activity } = useTexts()
  const t = activity.trace
  const client = useClient()
  const act = useAct()
  const { entry, alias, held, deliveries } = trace
  const waiting = deliveries.filter((one) => one.state === 'queued')
  const sender = useSenderEntries(trace)
  return (
    <Row>
      {held !== null && (
        <LinkButton kind="main" icon="held" href={hrefTo('/held', { open: String(held.id) })}>
          {t.openHeld}
        </LinkButton>
      )}
      {waiting.length > 0 && (
        <Button
          icon="refresh"
          onClick={() =>
            void act(() => Promise.all(waiting.map((one) => retryDelivery(client, one.id))), {
              ...{ done: t.retried, changes: CHANGES },
            })
          }
        >
          {t.retry}
        </Button>
      )}
      {alias !== null && (
        <LinkButton icon="aliases" href={hrefTo(`/aliases/${encodeURIComponent(alias.id)}`)}>
          {t.openAlias}
        </LinkButton>
      )}
      {entry.sender !== '' && entry.direction !== 'reply' && (
        <Menu trigger={<Button icon="user">{t.senderMenu}</Button>} entries={sender} />
      )}
    </Row>
  )
}

/** What else the log has of them. */
function similarTo(sender: string, t: Texts['activity']['trace']): readonly MenuEntry[] {
  const domain = sender.slice(sender.lastIndexOf('@') + 1)
  const leading = (label: string, contact: string): MenuEntry => ({
    label,
    icon: 'search',
    onSelect: () => navigate(hrefTo('/activity', { contact })),
  })
  return [leading(t.similar, sender), leading(t.similarDomain(domain), domain)]
}

function useSenderEntries({ entry, alias, contact, blocks }: LogTrace): readonly (MenuEntry | '-')[] {
  const { activity } = useTexts()
  const t = activity.trace
  const client = useClient()
  const act = useAct()
  const { sender } = entry
  const domain = sender.slice(sender.lastIndexOf('@') + 1)
  const blocking = (value: string, label: string, id: string | null): MenuEntry => ({
    label: id === null ? label : t.unblock(value),
    icon: 'block',
    danger: id === null,
    onSelect: () => {
      let made = ''
      const block = async (): Promise<void> => {
        made = (await addAliasBlock(client, undefined, value)).id
      }
      void act(() => (id === null ? block() : removeBlock(client, id)), {
        done: id === null ? t.blockedNotice(value) : t.unblockedNotice(value),
        undo: () => (id === null ? removeBlock(client, made) : block()),
        changes: CHANGES,
      })
    },
  })
  const allow: MenuEntry = {
    label: t.allow(sender),
    icon: 'check',
    onSelect: () =>
      void act(
        async () => {
          if (alias === null) return
          const { id, blocked } = await addContact(client, alias.id, sender, '')
          if (blocked) await changeContact(client, id, { blocked: false })
          for (const block of [blocks.address, blocks.domain]) if (block !== null) await removeBlock(client, block)
        },
        { done: t.allowedNotice(sender), changes: CHANGES },
      ),
  }
  const mute = (of: NonNullable<typeof contact>): MenuEntry => ({
    label: of.muted ? t.unmute(sender) : t.mute(sender),
    icon: 'mute',
    onSelect: () =>
      void act(() => changeContact(client, of.id, { muted: !of.muted }), {
        done: of.muted ? t.unmutedNotice(sender) : t.mutedNotice(sender),
        undo: () => changeContact(client, of.id, { muted: of.muted }),
        changes: CHANGES,
      }),
  })
  return [
    ...similarTo(sender, t),
    ...(alias === null ? [] : [allow]),
    ...(contact === null ? [] : [mute(contact)]),
    '-',
    blocking(sender, t.block(sender), blocks.address),
    blocking(domain, t.blockDomain(domain), blocks.domain),
  ]
}

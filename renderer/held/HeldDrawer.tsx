import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { heldItem } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { previewQuery } from '../api/owner.ts'
import { Callout } from '../parts/callout/Callout.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { Said } from '../parts/said/Said.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Tabs } from '../parts/tabs/Tabs.tsx'
import { useTexts } from '../texts/texts.ts'
import { MessageView } from '../viewer/MessageView.tsx'
import { useHeldActs } from './acts.ts'
import { AttachmentChoice, isHeldForAttachments } from './AttachmentChoice.tsx'
import { HeldButtons } from './HeldRow.tsx'
import classes from './Held.module.css'

const one = z.object({ data: heldItem })

/** A message that waits, to be looked at: why it is here, what it says, what of it would leave. */
export function HeldDrawer({ id, onClose }: { readonly id: number; readonly onClose: () => void }) {
  const { held: t, viewer } = useTexts()
  const client = useClient()
  const acts = useHeldActs()
  const [tab, setTab] = useState('message')
  const query = useQuery({
    queryKey: ['held', 'one', id],
    queryFn: async ({ signal }) => (await client.read(`/app/held/${id}`, one, signal)).data,
  })
  const isReply = query.data?.direction === 'reply'
  const message = <MessageView kind="held" id={id} />
  return (
    <Dialog open onClose={onClose} title={t.open} place="side">
      <Loaded query={query}>
        {(item) => (
          <>
            <Callout tone={item.kind === 'held' ? 'wait' : 'bad'} title={t.why}>
              <p>
                <Said text={item.text} />
              </p>
            </Callout>
            <HeldButtons item={item} acts={acts} />
            {isHeldForAttachments(item) && <AttachmentChoice item={item} acts={acts} />}
          </>
        )}
      </Loaded>
      {isReply ? (
        <Tabs
          value={tab}
          onChange={setTab}
          tabs={[
            { id: 'message', label: viewer.message, content: message },
            { id: 'preview', label: t.preview, content: <Preview id={id} /> },
          ]}
        />
      ) : (
        message
      )}
    </Dialog>
  )
}

/** behaviour: what would leave, before it does; the leak preview. */
function Preview({ id }: { readonly id: number }) {
  const { held: t } = useTexts()
  const query = useQuery(previewQuery(useClient(), id))
  return (
    <Loaded query={query}>
      {(found) => (
        <div className={classes['stack']}>
          <p className={classes['soft']}>{t.previewLead}</p>
          {found.held.length > 0 && (
            <Callout tone="wait" title={t.previewHeld}>
              {found.held.map((why) => (
                <p key={why}>
                  <Said text={why} />
                </p>
              ))}
            </Callout>
          )}
          {found.flagged.length > 0 && (
            <Callout tone="bad" title={t.previewFlagged}>
              {found.flagged.map((file) => (
                <p key={`${file.name} ${file.trace}`}>
                  {file.name} ({file.type}): <code>{file.trace}</code> {t.fates[file.fate]}
                </p>
              ))}
            </Callout>
          )}
          {found.notes.length > 0 && (
            <Callout tone="info" title={t.previewNotes}>
              {found.notes.map((note) => (
                <p key={note}>
                  <Said text={note} />
                </p>
              ))}
            </Callout>
          )}
          <h3>{t.previewRaw}</h3>
          <pre className={classes['raw']} tabIndex={0}>
            {textOf(found.message)}
          </pre>
        </div>
      )}
    </Loaded>
  )
}

const MAX_SHOWN = 64 * 1024

/** The octets of the message as text; what is not ASCII shows as it can. */
function textOf(base64: string): string {
  const bytes = Uint8Array.from(atob(base64.slice(0, (MAX_SHOWN / 3) * 4)), (letter) => letter.charCodeAt(0))
  return new TextDecoder().decode(bytes)
}

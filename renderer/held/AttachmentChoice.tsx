import type { HeldItem } from '../../main/api/shapes-owner.ts'
import { Button } from '../parts/button/Button.tsx'
import { Row } from '../parts/page/Page.tsx'
import { useTexts } from '../texts/texts.ts'
import type { HeldActs } from './acts.ts'

/** Held for nothing but its attachments. */
export const isHeldForAttachments = (item: HeldItem): boolean =>
  item.direction === 'reply' && item.reason === 'reply-attachments'

/** What else can be done with a reply whose attachments carry the user's address than to send it as it is. */
export function AttachmentChoice({ item, acts }: { readonly item: HeldItem; readonly acts: HeldActs }) {
  const { held: t } = useTexts()
  return (
    <Row>
      <Button icon="send" onClick={() => void acts.release(item, { attachments: 'remove' })}>
        {t.sendWithout}
      </Button>
      <Button icon="send" onClick={() => void acts.release(item, { attachments: 'always' })}>
        {t.sendAlways(item.to)}
      </Button>
    </Row>
  )
}

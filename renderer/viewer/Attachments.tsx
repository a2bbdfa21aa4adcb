import { useState } from 'react'
import type { MessageView } from '../../main/api/shapes-view.ts'
import { sizeText } from '../format/size.ts'
import { Button, LinkButton } from '../parts/button/Button.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Viewer.module.css'

type Attachment = MessageView['attachments'][number]

/** Each by its name, what it really is, and its digest; saved, never opened. */
export function Attachments({ attachments }: { readonly attachments: readonly Attachment[] }) {
  const { viewer: t } = useTexts()
  const [asked, setAsked] = useState<Attachment>()
  return (
    <section aria-label={t.attachments}>
      <h3 className={classes['title']}>{t.attachments}</h3>
      <ul className={classes['files']}>
        {attachments.map((one) => (
          <li key={one.index} className={classes['file']}>
            <Icon name="clip" />
            <div className={classes['where']}>
              <strong>{one.name === '' ? t.noName : one.name}</strong>
              <span className={classes['soft']}>
                {one.type}, {sizeText(one.size)}
                {one.type === one.claimedType ? '' : ` · ${t.claims(one.claimedType)}`}
              </span>
              <code className={classes['digest']}>SHA-256 {one.sha256}</code>
              <span className={classes['warnings']}>
                {one.warnings.map((warning) => (
                  <Badge key={warning} tone="bad" icon="warning">
                    {t.fileWarnings[warning] ?? warning}
                  </Badge>
                ))}
              </span>
            </div>
            {one.warnings.length === 0 ? (
              <LinkButton icon="download" href={one.url} download={one.name}>
                {t.save}
              </LinkButton>
            ) : (
              <Button icon="download" onClick={() => setAsked(one)}>
                {t.save}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <SaveDialog attachment={asked} onClose={() => setAsked(undefined)} />
    </section>
  )
}

function SaveDialog({
  attachment,
  onClose,
}: {
  readonly attachment: Attachment | undefined
  readonly onClose: () => void
}) {
  const { viewer: t, common } = useTexts()
  return (
    <Dialog
      open={attachment !== undefined}
      onClose={onClose}
      title={t.saveTitle(attachment?.name ?? '')}
      lead={t.saveLead}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          {attachment !== undefined && (
            <LinkButton
              kind="danger"
              icon="download"
              href={attachment.url}
              download={attachment.name}
              onClick={onClose}
            >
              {t.saveAnyway}
            </LinkButton>
          )}
        </>
      }
    />
  )
}

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { MailboxMessage } from '../../main/api/shapes.ts'
import { useClient } from '../api/client-context.ts'
import { mailboxMessageQuery } from '../api/mailbox.ts'
import { sizeText } from '../format/size.ts'
import { fullTime } from '../format/time.ts'
import { Button, LinkButton } from '../parts/button/Button.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Facts } from '../parts/facts/Facts.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Reader.module.css'

/** The message that is open: its text, and its header as it was delivered. */
export function Reader({ id, onClose }: { readonly id: number | undefined; readonly onClose: () => void }) {
  const { mailbox: t } = useTexts()
  if (id === undefined)
    return (
      <div className={classes['reader']}>
        <Empty icon="mail" title={t.choose} />
      </div>
    )
  return <Open key={id} id={id} onClose={onClose} />
}

function Open({ id, onClose }: { readonly id: number; readonly onClose: () => void }) {
  const { mailbox: t } = useTexts()
  const queries = useQueryClient()
  const query = useQuery(mailboxMessageQuery(useClient(), id))
  const pane = useRef<HTMLElement>(null)
  const { isSuccess } = query
  useEffect(() => {
    // Reading it marked it as read.
    if (isSuccess) void queries.invalidateQueries({ queryKey: ['mailbox'] })
  }, [isSuccess, queries])
  return (
    <article className={classes['reader']} ref={pane} aria-label={t.message} tabIndex={0}>
      <div className={classes['back']}>
        <Button kind="quiet" icon="back" onClick={onClose}>
          {t.back}
        </Button>
      </div>
      <Loaded query={query}>{(message) => <Message message={message} />}</Loaded>
    </article>
  )
}

function Message({ message }: { readonly message: MailboxMessage }) {
  const { mailbox: t } = useTexts()
  return (
    <div className={classes['message']}>
      <h2 className={classes['subject']}>{message.subject === '' ? t.noSubject : message.subject}</h2>
      <Facts
        facts={[
          [t.from, message.from],
          [t.to, message.to],
          [t.alias, message.alias],
          [t.date, fullTime(message.at)],
        ]}
      />
      <pre className={classes['text']}>{message.text === '' ? t.noText : message.text}</pre>
      {message.truncated && <p className={classes['cut']}>{t.cut}</p>}
      {message.attachments.length > 0 && (
        <ul className={classes['attachments']} aria-label={t.attachments}>
          {message.attachments.map((attachment, i) => (
            <li key={i}>
              <Icon name="clip" />
              <span className={classes['file']}>{attachment.name === '' ? t.noName : attachment.name}</span>
              <span className={classes['kind']}>
                {attachment.type}, {sizeText(attachment.size)}
              </span>
            </li>
          ))}
        </ul>
      )}
      <details className={classes['headers']}>
        <summary>{t.header}</summary>
        <pre tabIndex={0}>{message.headers}</pre>
      </details>
      <LinkButton icon="download" href={`/app/mailbox/${message.id}/raw`} download={`message-${message.id}.eml`}>
        {t.raw(sizeText(message.size))}
      </LinkButton>
    </div>
  )
}

import { useEffect, useRef } from 'react'
import type { MailboxMessage } from '../../main/api/shapes.ts'
import { useRelay, useView } from '../app/relay-context.ts'
import { sizeText } from '../format/size.ts'
import { fullTime } from '../format/time.ts'
import { Button } from '../parts/button/Button.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Icon } from '../parts/icon/Icon.tsx'
import { Loaded } from '../parts/panel/Panel.tsx'
import classes from './Reader.module.css'

/** The message that is open: its text, and its header as it was delivered. */
export function Reader() {
  const { open } = useView()
  const { actions } = useRelay()
  const pane = useRef<HTMLElement>(null)
  const id = open?.id
  useEffect(() => {
    // Moves the reading position along with the eye; the list keeps the focus where there is room for both.
    pane.current?.scrollTo({ top: 0 })
  }, [id])
  if (open === undefined) {
    return (
      <div className={classes['reader']}>
        <Empty icon="mail" title="Choose a message to read it." />
      </div>
    )
  }
  return (
    <article className={classes['reader']} ref={pane} aria-label="Message" tabIndex={0}>
      <div className={classes['back']}>
        <Button kind="quiet" onClick={actions.closeMessage}>
          <Icon name="back" />
          All messages
        </Button>
      </div>
      <Loaded value={open.message} onRetry={() => void actions.openMessage(open.id)}>
        {(message) => <Message message={message} />}
      </Loaded>
    </article>
  )
}

function Message({ message }: { readonly message: MailboxMessage }) {
  return (
    <div className={classes['message']}>
      <h3 className={classes['subject']}>{message.subject === '' ? 'No subject' : message.subject}</h3>
      <dl className={classes['facts']}>
        <Line name="From" value={message.from} />
        <Line name="To" value={message.to} />
        <Line name="Alias" value={message.alias} />
        <Line name="Date" value={fullTime(message.at)} />
      </dl>
      <pre className={classes['text']}>{message.text === '' ? 'This message has no text.' : message.text}</pre>
      {message.truncated && <p className={classes['cut']}>The rest is not shown here; it is in the raw message.</p>}
      {message.attachments.length > 0 && <Attachments message={message} />}
      <details className={classes['headers']}>
        <summary>Header</summary>
        <pre tabIndex={0}>{message.headers}</pre>
      </details>
      <a className={classes['raw']} href={`/app/mailbox/${message.id}/raw`} download={`message-${message.id}.eml`}>
        <Icon name="download" />
        Save the raw message ({sizeText(message.size)})
      </a>
    </div>
  )
}

function Line({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className={classes['line']}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Attachments({ message }: { readonly message: MailboxMessage }) {
  return (
    <ul className={classes['attachments']} aria-label="Attachments">
      {message.attachments.map((attachment, i) => (
        <li key={i}>
          <Icon name="clip" />
          <span className={classes['file']}>{attachment.name === '' ? 'No name' : attachment.name}</span>
          <span className={classes['kind']}>
            {attachment.type}, {sizeText(attachment.size)}
          </span>
        </li>
      ))}
    </ul>
  )
}

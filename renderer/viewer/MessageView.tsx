import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MessageView as View } from '../../main/api/shapes-view.ts'
import { useClient } from '../api/client-context.ts'
import { viewQuery } from '../api/owner.ts'
import { sizeText } from '../format/size.ts'
import { fullTime } from '../format/time.ts'
import { LinkButton } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Facts } from '../parts/facts/Facts.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Tabs, type Tab } from '../parts/tabs/Tabs.tsx'
import { useLanguage } from '../texts/language.ts'
import { useTexts } from '../texts/texts.ts'
import { Attachments } from './Attachments.tsx'
import classes from './Viewer.module.css'

interface MessageViewProps {
  readonly kind: 'mailbox' | 'held'
  readonly id: number
}

/** A message that somebody sent, shown so that nothing in it can act: text first, HTML in a box, attachments by what they are. */
export function MessageView({ kind, id }: MessageViewProps) {
  const query = useQuery(viewQuery(useClient(), kind, id))
  return <Loaded query={query}>{(view) => <Shown view={view} />}</Loaded>
}

function Shown({ view }: { readonly view: View }) {
  const { viewer: t } = useTexts()
  const [tab, setTab] = useState('text')
  const { html } = view
  const tabs: Tab[] = [{ id: 'text', label: t.tabs.text, content: <Text view={view} /> }]
  if (html !== null) {
    tabs.push({ id: 'html', label: t.tabs.html, content: <Html html={html} /> })
    tabs.push({ id: 'links', label: t.tabs.links, count: html.linkCount, content: <Links html={html} /> })
  }
  tabs.push({
    id: 'header',
    label: t.tabs.header,
    content: (
      <pre className={classes['header']} tabIndex={0}>
        {view.headers}
      </pre>
    ),
  })
  return (
    <article className={classes['view']} aria-label={t.message}>
      <h2 className={classes['subject']}>{view.subject === '' ? t.noSubject : view.subject}</h2>
      <Facts
        facts={[
          [t.from, view.from],
          [t.to, view.to.join(', ')],
          [t.date, fullTime(view.at)],
        ]}
      />
      {view.readable ? (
        <Tabs value={tab} onChange={setTab} tabs={tabs} />
      ) : (
        <Callout tone="wait">{t.unreadable}</Callout>
      )}
      {view.attachments.length > 0 && <Attachments attachments={view.attachments} />}
      <div>
        <LinkButton icon="download" href={`/app/${view.kind}/${view.id}/raw`} download={`message-${view.id}.eml`}>
          {t.raw(sizeText(view.size))}
        </LinkButton>
      </div>
    </article>
  )
}

function Text({ view }: { readonly view: View }) {
  const { viewer: t } = useTexts()
  return (
    <>
      {view.textFrom === 'html' && <p className={classes['soft']}>{t.madeFromHtml}</p>}
      <pre className={classes['text']}>{view.text === '' ? t.noText : view.text}</pre>
      {view.truncated && <p className={classes['soft']}>{t.cut}</p>}
    </>
  )
}

type Html = NonNullable<View['html']>

function Html({ html }: { readonly html: Html }) {
  const { viewer: t } = useTexts()
  const { images, trackers, other } = html.withheld
  const language = useLanguage()
  return (
    <div className={classes['stack']}>
      <p className={classes['soft']}>
        {t.htmlLead} {t.withheld(images, trackers, other)}
      </p>
      {/* Not one word in `sandbox`: no script, no form, no window, an origin of its own. The relay has already taken out what could act. */}
      <div className={classes['box']}>
        <iframe
          className={classes['frame']}
          sandbox=""
          src={language === 'de' ? `${html.url}?lang=de` : html.url}
          title={t.frame}
          referrerPolicy="no-referrer"
          loading="lazy"
        />
      </div>
    </div>
  )
}

function Links({ html }: { readonly html: Html }) {
  const { viewer: t } = useTexts()
  if (html.linkCount === 0 && html.droppedLinks === 0) return <p className={classes['soft']}>{t.noLinks}</p>
  return (
    <div className={classes['stack']}>
      <p className={classes['soft']}>{t.linksLead}</p>
      <ol className={classes['links']}>
        {html.links.map((link) => (
          <li key={link.number} className={classes['link']}>
            <span className={classes['number']}>{link.number}</span>
            <div className={classes['where']}>
              <strong>{link.host}</strong>
              <span className={classes['soft']}>{link.text}</span>
              <code>{link.url}</code>
              <span className={classes['warnings']}>
                {link.warnings.map((warning) => (
                  <Badge key={warning} tone="wait" icon="warning">
                    {t.linkWarnings[warning] ?? warning}
                  </Badge>
                ))}
              </span>
            </div>
            <CopyButton text={link.url} label={t.copyLink} />
          </li>
        ))}
      </ol>
      {html.droppedLinks > 0 && <p className={classes['soft']}>{t.dropped(html.droppedLinks)}</p>}
    </div>
  )
}

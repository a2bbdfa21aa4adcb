import { useInfiniteQuery } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { Block } from '../../main/api/shapes-owner.ts'
import { useClient } from '../api/client-context.ts'
import { messageOf } from '../api/failure.ts'
import { blocksQuery } from '../api/owner.ts'
import { useRelay } from '../app/relay-context.ts'
import { useAct, useActing } from '../data/use-act.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { AreaField, SelectField, TextField } from '../parts/field/Field.tsx'
import { Page, Row } from '../parts/page/Page.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useParam } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import classes from './Blocks.module.css'

/** Who may not write. */
export function BlocksPage() {
  const { blocks: t, common } = useTexts()
  const query = useInfiniteQuery(blocksQuery(useClient()))
  const [search, setSearch] = useParam('q')
  const all = query.data?.pages.flatMap((page) => page.data) ?? []
  const shown = all.filter((one) => one.value.includes(search.trim().toLowerCase()))
  return (
    <Page title={t.title} lead={t.lead}>
      <AddBlocks />
      <Card flush>
        <Loaded query={query}>
          {() =>
            all.length === 0 ? (
              <Empty icon="block" title={t.empty}>
                {t.emptyText}
              </Empty>
            ) : (
              <>
                <div className={classes['search']}>
                  <TextField label={t.search} type="search" value={search} onChange={setSearch} />
                </div>
                <ul className={classes['list']}>
                  {shown.map((one) => (
                    <BlockRow key={one.id} block={one} />
                  ))}
                </ul>
                {query.hasNextPage && (
                  <Button kind="quiet" onClick={() => void query.fetchNextPage()}>
                    {common.showOlder}
                  </Button>
                )}
              </>
            )
          }
        </Loaded>
      </Card>
    </Page>
  )
}

function AddBlocks() {
  const { blocks: t } = useTexts()
  const client = useClient()
  const { finished } = useActing()
  const { actions } = useRelay()
  const [text, setText] = useState('')
  const [answer, setAnswer] = useState<Block['answer']>('reject')
  const [busy, setBusy] = useState(false)
  const add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const values = [...new Set(text.split(/[\n,;]/).map((one) => one.trim()))].filter((one) => one !== '')
    if (busy || values.length === 0) return
    setBusy(true)
    const left: string[] = []
    for (const value of values) {
      try {
        await client.tell('POST', '/app/blocks', { value, answer })
      } catch (error) {
        left.push(value)
        if (left.length === 1) actions.tell('bad', t.someFailed(value, messageOf(error)))
      }
    }
    setBusy(false)
    setText(left.join('\n'))
    const done = values.length - left.length
    finished({ ...(done > 0 ? { done: t.added(done) } : {}), changes: ['blocks'] })
  }
  return (
    <Card>
      <form className={classes['form']} onSubmit={(event) => void add(event)}>
        <AreaField label={t.many} help={t.manyHelp} value={text} onChange={setText} rows={3} mono />
        <Row>
          <SelectField
            label={t.answer}
            value={answer}
            onChange={setAnswer}
            choices={(['reject', 'discard'] as const).map((value) => ({ value, label: t.answers[value] }))}
          />
        </Row>
        <Row end>
          <Button kind="main" type="submit" icon="block" busy={busy}>
            {t.add}
          </Button>
        </Row>
      </form>
    </Card>
  )
}

function BlockRow({ block }: { readonly block: Block }) {
  const { blocks: t } = useTexts()
  const client = useClient()
  const act = useAct()
  const { id, value, answer, text } = block
  const remove = (): Promise<boolean> =>
    act(() => client.tell('DELETE', `/app/blocks/${encodeURIComponent(id)}`), {
      done: t.removed(value),
      undo: () =>
        client.tell('POST', '/app/blocks', {
          ...{ value, kind: block.kind, answer, text },
          ...(block.aliasId === null ? {} : { alias: block.aliasId }),
        }),
      changes: ['blocks'],
    })
  return (
    <li className={classes['row']}>
      <div className={classes['what']}>
        <code className={classes['value']}>{value}</code>
        <span className={classes['facts']}>
          <Badge>{t.kinds[block.kind]}</Badge>
          <Badge>{block.aliasId === null ? t.everywhere : t.oneAlias}</Badge>
          <span>{t.answers[answer]}</span>
          <span>{t.hits(block.hits)}</span>
          {block.lastHit !== null && (
            <span>
              {t.lastHit} <Time at={block.lastHit} relative />
            </span>
          )}
        </span>
      </div>
      <Button onClick={() => void remove()}>{t.remove}</Button>
    </li>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AliasShown, WhyShown } from '../../main/api/shapes-aliases.ts'
import type { Block } from '../../main/api/shapes-owner.ts'
import { addAliasBlock, aliasBlocksQuery, removeBlock } from '../api/alias-blocks.ts'
import { whyQuery } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { fieldError, formError } from '../api/failure.ts'
import { useAct, useActing } from '../data/use-act.ts'
import { useDoing } from '../data/use-doing.ts'
import { Button, IconButton, LinkButton } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { TextField } from '../parts/field/Field.tsx'
import { Columns, Row } from '../parts/page/Page.tsx'
import { Said } from '../parts/said/Said.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { hrefTo } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import classes from './Alias.module.css'

/** What decides who may write, and what it would decide. */
export function Who({ alias }: { readonly alias: AliasShown }) {
  return (
    <Columns>
      <WouldHappen alias={alias} />
      <Blocks alias={alias} />
    </Columns>
  )
}

function WouldHappen({ alias }: { readonly alias: AliasShown }) {
  const t = useTexts().alias.who
  const [text, setText] = useState('')
  const [asked, setAsked] = useState<string>()
  const query = useQuery({ ...whyQuery(useClient(), alias.email, asked ?? ''), enabled: asked !== undefined })
  return (
    <Card title={t.whyTitle} lead={t.whyLead}>
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault()
          if (asked === text.trim()) void query.refetch()
          else setAsked(text.trim())
        }}
      >
        <TextField
          label={t.sender}
          help={t.senderHelp}
          value={text}
          onChange={setText}
          error={fieldError(query.error, 'sender')}
          placeholder="news@shop.example"
        />
        <Row>
          <Button kind="main" type="submit" icon="help">
            {t.ask}
          </Button>
        </Row>
      </form>
      {asked !== undefined && fieldError(query.error, 'sender') === undefined && (
        <Loaded query={query}>{(why) => <Answer why={why} />}</Loaded>
      )}
    </Card>
  )
}

function Answer({ why }: { readonly why: WhyShown }) {
  const t = useTexts().alias.who
  const tone =
    why.outcome === 'forward' || why.outcome === 'make-alias' ? 'good' : why.outcome === 'ask' ? 'wait' : 'bad'
  return (
    <Callout tone={tone} alert title={t.outcomes[why.outcome] ?? why.outcome}>
      <p>
        <Said text={why.text} />
      </p>
      {why.entry !== null && <code>{why.entry.value}</code>}
      {why.answer !== null && (
        <p>
          {t.answer}:{' '}
          <code lang="en">
            {why.answer.code} {why.answer.enhanced} {why.answer.text}
          </code>
        </p>
      )}
      {why.recipients.length > 0 && (
        <p>
          {t.to}: {why.recipients.join(', ')}
        </p>
      )}
    </Callout>
  )
}

const CHANGES = ['alias-blocks', 'blocks']

function Blocks({ alias }: { readonly alias: AliasShown }) {
  const { alias: texts, common } = useTexts()
  const t = texts.who
  const client = useClient()
  const { finished } = useActing()
  const { error, run } = useDoing()
  const query = useQuery(aliasBlocksQuery(client, alias.id))
  const [value, setValue] = useState('')
  const add = async (): Promise<void> => {
    await run(async () => {
      const made = await addAliasBlock(client, alias.id, value.trim())
      setValue('')
      finished({ done: t.blockedNotice(made.value), undo: () => removeBlock(client, made.id), changes: CHANGES })
    })
  }
  return (
    <Card
      title={t.blocksTitle}
      lead={t.blocksLead}
      actions={<LinkButton href={hrefTo('/blocks')}>{t.everywhere}</LinkButton>}
    >
      <form
        className={classes['form']}
        onSubmit={(event) => {
          event.preventDefault()
          if (value.trim() !== '') void add()
        }}
      >
        <TextField
          label={t.block}
          help={t.blockHelp}
          value={value}
          onChange={setValue}
          error={fieldError(error, 'value') ?? formError(error)}
          maxLength={400}
        />
        <Row>
          <Button type="submit" icon="block" disabled={value.trim() === ''}>
            {common.add}
          </Button>
        </Row>
      </form>
      <Loaded query={query}>{(blocks) => <BlockList alias={alias} blocks={blocks} />}</Loaded>
    </Card>
  )
}

function BlockList({ alias, blocks }: { readonly alias: AliasShown; readonly blocks: readonly Block[] }) {
  const t = useTexts().alias.who
  const client = useClient()
  const act = useAct()
  if (blocks.length === 0) return <p className={classes['soft']}>{t.noBlocks}</p>
  const remove = (one: Block): void =>
    void act(() => removeBlock(client, one.id), {
      ...{ done: t.removedNotice(one.value), changes: CHANGES },
      undo: () => addAliasBlock(client, alias.id, one.value),
    })
  return (
    <ul className={classes['list']}>
      {blocks.map((one) => (
        <li key={one.id} className={classes['item']}>
          <span className={classes['grow']}>{one.value}</span>
          <Badge>{t.hits(one.hits)}</Badge>
          <IconButton icon="cross" label={t.remove(one.value)} onClick={() => remove(one)} />
        </li>
      ))}
    </ul>
  )
}

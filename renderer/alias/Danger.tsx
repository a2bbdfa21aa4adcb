import { useState } from 'react'
import type { AliasShown } from '../../main/api/shapes-aliases.ts'
import { binAlias, forgetAlias, restoreAlias } from '../api/aliases.ts'
import { useClient } from '../api/client-context.ts'
import { ALIAS_CHANGES } from '../aliases/use-row-actions.ts'
import { useAct } from '../data/use-act.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Confirm } from '../parts/dialog/Dialog.tsx'
import { Columns, Row } from '../parts/page/Page.tsx'
import { hrefTo, navigate } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'

/** The bin, from which there is a way back, and forgetting, from which there is none. */
export function Danger({ alias }: { readonly alias: AliasShown }) {
  const { alias: texts, aliases } = useTexts()
  const t = texts.danger
  const client = useClient()
  const act = useAct()
  const [asking, setAsking] = useState(false)
  const { id, email } = alias
  const isBinned = alias.deleted_at !== null
  const move = (): void =>
    void act(() => (isBinned ? restoreAlias(client, id) : binAlias(client, id)), {
      done: isBinned ? aliases.restored(email) : aliases.binned(email),
      undo: () => (isBinned ? binAlias(client, id) : restoreAlias(client, id)),
      changes: ALIAS_CHANGES,
    })
  return (
    <Columns>
      <Card title={isBinned ? aliases.restore : t.bin} lead={isBinned ? t.restoreLead : t.binLead}>
        <Row>
          <Button icon={isBinned ? 'undo' : 'bin'} onClick={move}>
            {isBinned ? aliases.restore : t.binGo}
          </Button>
        </Row>
      </Card>
      <Card title={t.forget} lead={t.forgetLead}>
        <Row>
          <Button kind="danger" onClick={() => setAsking(true)}>
            {t.forgetGo}
          </Button>
        </Row>
      </Card>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        danger
        title={t.forget}
        lead={t.forgetLead}
        word={t.forgetGo}
        typed={email}
        onYes={async () => {
          if (
            await act(() => forgetAlias(client, id), {
              done: t.forgotten(email),
              changes: ['alias-table', 'alias-total', 'aliases'],
            })
          )
            navigate(hrefTo('/aliases'), { replace: true })
        }}
      />
    </Columns>
  )
}

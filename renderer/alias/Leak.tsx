import type { AliasShown } from '../../main/api/shapes-aliases.ts'
import { addAliasBlock, removeBlock } from '../api/alias-blocks.ts'
import { useClient } from '../api/client-context.ts'
import { useAct } from '../data/use-act.ts'
import { Button } from '../parts/button/Button.tsx'
import { Callout } from '../parts/callout/Callout.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Time } from '../parts/time/Time.tsx'
import { useTexts } from '../texts/texts.ts'
import { useChange } from './use-change.ts'
import classes from './Alias.module.css'

/** Who knows the address, by the day they first wrote. */
export function Leak({ alias }: { readonly alias: AliasShown }) {
  const { alias: texts } = useTexts()
  const t = texts.leak
  const { organisations, leak } = alias
  const expected = leak?.expected ?? organisations[0]?.organisation
  const block = useBlock(alias)
  return (
    <>
      {leak !== null && <Found alias={alias} leak={leak} />}
      <Card title={t.title} lead={t.lead} flush>
        {organisations.length === 0 ? (
          <p className={classes['pad']}>{t.none}</p>
        ) : (
          <ul className={classes['list']}>
            {organisations.map((one) => (
              <li key={one.organisation} className={classes['item']}>
                <span className={classes['grow']}>
                  <strong>{one.organisation}</strong>
                  <br />
                  <span className={classes['soft']}>{one.sender}</span>
                </span>
                {leak !== null &&
                  (one.organisation === expected ? (
                    <Badge tone="good" icon="check">
                      {t.expected}
                    </Badge>
                  ) : (
                    <Badge tone="bad" icon="leak">
                      {t.unexpected}
                    </Badge>
                  ))}
                <span className={classes['soft']}>
                  {t.messages(one.messages)} · {t.first} <Time at={one.firstSeen} /> · {t.last}{' '}
                  <Time at={one.lastSeen} />
                </span>
                {leak !== null && one.organisation !== expected && (
                  <Button icon="block" onClick={() => block(one.organisation)}>
                    {t.block(one.organisation)}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Card>
    </>
  )
}

function useBlock(alias: AliasShown): (organisation: string) => void {
  const { alias: texts } = useTexts()
  const client = useClient()
  const act = useAct()
  return (organisation) => {
    let id = ''
    void act(
      async () => {
        id = (await addAliasBlock(client, alias.id, organisation)).id
      },
      {
        done: texts.leak.blocked(organisation),
        undo: () => removeBlock(client, id),
        changes: ['blocks', 'alias-blocks'],
      },
    )
  }
}

function Found({ alias, leak }: { readonly alias: AliasShown; readonly leak: NonNullable<AliasShown['leak']> }) {
  const { alias: texts, aliases } = useTexts()
  const t = texts.leak
  const change = useChange(alias)
  const { active } = alias
  return (
    <Callout
      tone="bad"
      title={t.found}
      actions={
        <>
          {active && (
            <Button
              onClick={() =>
                void change({ active: false }, { active }, aliases.offNotice[alias.when_disabled](alias.email))
              }
            >
              {t.off}
            </Button>
          )}
          <Button icon="check" onClick={() => void change({ leak: false }, undefined, t.fineDone)}>
            {t.fine}
          </Button>
        </>
      }
    >
      <p>{t.text(leak.expected, leak.expectedMessages, leak.sender)}</p>
      <p>{t.effect}</p>
    </Callout>
  )
}

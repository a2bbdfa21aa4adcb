import { useQuery } from '@tanstack/react-query'
import { useClient } from '../api/client-context.ts'
import { questionsQuery } from '../api/owner.ts'
import { Button } from '../parts/button/Button.tsx'
import { Card } from '../parts/card/Card.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { Loaded } from '../parts/state/Loaded.tsx'
import { Time } from '../parts/time/Time.tsx'
import { setParams } from '../router/place.ts'
import { useTexts } from '../texts/texts.ts'
import { useHeldActs } from './acts.ts'
import { ForWhom } from './HeldRow.tsx'
import classes from './Held.module.css'

/** New senders who write to an alias that asks first. The answer sticks. */
export function Questions() {
  const { held: t } = useTexts()
  const query = useQuery(questionsQuery(useClient()))
  const acts = useHeldActs()
  return (
    <Card flush>
      <Loaded query={query}>
        {(questions) =>
          questions.length === 0 ? (
            <Empty icon="user" title={t.empty.questions}>
              {t.emptyText.questions}
            </Empty>
          ) : (
            <ul className={classes['list']}>
              {questions.map((item) => (
                <li key={item.id} className={classes['row']}>
                  <div className={classes['what']}>
                    <strong className={classes['sender']}>{item.sender === '' ? t.noSender : item.sender}</strong>
                    <span className={classes['who']}>
                      <ForWhom item={item} /> · <Time at={item.heldAt} relative />
                    </span>
                    <button
                      type="button"
                      className={classes['open']}
                      onClick={() => setParams({ open: String(item.id) }, true)}
                    >
                      {item.subject === '' ? t.noSubject : item.subject}
                    </button>
                  </div>
                  <div className={classes['buttons']}>
                    <Button kind="main" icon="check" onClick={() => void acts.answer(item, 'allow')}>
                      {t.allow}
                    </Button>
                    <Button icon="block" onClick={() => void acts.answer(item, 'block')}>
                      {t.refuse}
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  )
}

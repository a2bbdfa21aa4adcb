import { useQueryClient, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useClient } from '../api/client-context.ts'
import { viewQuery } from '../api/owner.ts'
import { Button } from '../parts/button/Button.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { useTexts } from '../texts/texts.ts'
import { MessageView } from '../viewer/MessageView.tsx'
import classes from './Reader.module.css'

/** The message that is open, or a word where none is. */
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
  const { isSuccess } = useQuery(viewQuery(useClient(), 'mailbox', id))
  useEffect(() => {
    // Reading it marked it as read.
    if (isSuccess) void queries.invalidateQueries({ queryKey: ['mailbox'] })
  }, [isSuccess, queries])
  return (
    <div className={classes['reader']} role="region" aria-label={t.message} tabIndex={0}>
      <div className={classes['back']}>
        <Button kind="quiet" icon="back" onClick={onClose}>
          {t.back}
        </Button>
      </div>
      <div className={classes['message']}>
        <MessageView kind="mailbox" id={id} />
      </div>
    </div>
  )
}

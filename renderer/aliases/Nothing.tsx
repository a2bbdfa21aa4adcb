import { useQuery } from '@tanstack/react-query'
import type { AliasPage, Understood } from '../../main/api/shapes-aliases.ts'
import { useClient } from '../api/client-context.ts'
import { stateQuery } from '../api/state.ts'
import { Button, LinkButton } from '../parts/button/Button.tsx'
import { Badge } from '../parts/chip/Chip.tsx'
import { Empty } from '../parts/empty/Empty.tsx'
import { hrefTo, setParams } from '../router/place.ts'
import { useTexts, type Texts } from '../texts/texts.ts'
import classes from './Aliases.module.css'

/** What the search took from what was typed, in words. */
export function understoodWords(query: Understood, t: Texts['aliases']['understood']): readonly string[] {
  const { active, pinned, origin, used, blocked, forwarded } = query
  const flag = (is: boolean, word: string): string[] => (is ? [word] : [])
  const bound = (
    one: { than: 'more' | 'less'; value: number } | undefined,
    more: (n: number) => string,
    less: (n: number) => string,
  ): string[] => (one === undefined ? [] : [one.than === 'more' ? more(one.value) : less(one.value)])
  return [
    ...query.words.map(t.word),
    ...query.domains.map(t.domain),
    ...query.labels.map(t.label),
    ...query.from.map(t.from),
    ...(active === undefined ? [] : [active ? t.active : t.off]),
    ...(pinned === undefined ? [] : [pinned ? t.pinned : t.notPinned]),
    ...flag(origin !== undefined, t.auto),
    ...flag(query.unused, t.unused),
    ...flag(query.leaked, t.leaked),
    ...flag(query.pgp, t.pgp),
    ...flag(query.deleted === 'only', t.deleted),
    ...bound(used, t.usedMore, t.usedLess),
    ...bound(blocked, t.blockedMore, t.blockedLess),
    ...bound(forwarded, t.forwardedMore, t.forwardedLess),
  ]
}

/** Nothing was found: says what was looked for. */
export function NothingFits({ q, page }: { readonly q: string; readonly page: AliasPage }) {
  const { aliases: t } = useTexts()
  if (q.trim() === 'is:deleted') return <Empty icon="bin" title={t.nothing.bin} />
  return (
    <Empty icon="search" title={t.nothing.title}>
      <p className={classes['chips']}>
        {t.understood.lead}
        {understoodWords(page.understood, t.understood).map((word) => (
          <Badge key={word}>{word}</Badge>
        ))}
      </p>
      <Button icon="cross" onClick={() => setParams({ q: undefined })}>
        {t.nothing.clear}
      </Button>
    </Empty>
  )
}

export function NoDomain() {
  const { aliases: t } = useTexts()
  return (
    <Empty icon="domains" title={t.noDomain.title}>
      <p>{t.noDomain.text}</p>
      <LinkButton kind="main" href={hrefTo('/domains')}>
        {t.noDomain.go}
      </LinkButton>
    </Empty>
  )
}

/** Three ways to a first alias. */
export function FirstUse({ onNew, onImport }: { readonly onNew: () => void; readonly onImport: () => void }) {
  const { aliases: t } = useTexts()
  const { data: state } = useQuery(stateQuery(useClient()))
  const domain = state?.domains.find((one) => one.active && one.catchAll)
  return (
    <Empty icon="aliases" title={t.empty.title}>
      <p>{t.empty.text}</p>
      <div className={classes['starts']}>
        <div className={classes['start']}>
          <Button kind="main" icon="plus" onClick={onNew}>
            {t.empty.make}
          </Button>
          {t.empty.makeText}
        </div>
        {domain !== undefined && (
          <div className={classes['start']}>
            <LinkButton icon="mail" href={hrefTo('/mailbox')}>
              {t.empty.mail}
            </LinkButton>
            {t.empty.mailText(domain.name)}
          </div>
        )}
        <div className={classes['start']}>
          <Button icon="upload" onClick={onImport}>
            {t.empty.import}
          </Button>
          {t.empty.importText}
        </div>
      </div>
    </Empty>
  )
}

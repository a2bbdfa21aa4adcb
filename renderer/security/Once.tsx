import { CopyButton } from '../parts/copy/CopyButton.tsx'
import { Button } from '../parts/button/Button.tsx'
import { Dialog } from '../parts/dialog/Dialog.tsx'
import { Row } from '../parts/page/Page.tsx'
import { useTexts } from '../texts/texts.ts'
import classes from './Security.module.css'

/** A secret in full, to be copied. */
export function Secret({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className={classes['secret']}>
      <code>{text}</code>
      <CopyButton text={text} label={label} />
    </div>
  )
}

interface OnceProps {
  readonly title: string
  readonly lead: string
  readonly onClose: () => void
  readonly children: React.ReactNode
  readonly kept?: string
}

/** What is shown once and never again: only the button closes it without a second thought. */
export function Once({ title, lead, onClose, children, kept }: OnceProps) {
  const { security: t } = useTexts()
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      lead={lead}
      keep
      footer={
        <Button kind="main" icon="check" onClick={onClose}>
          {kept ?? t.once}
        </Button>
      }
    >
      <div className={`${classes['form']} ${classes['once']}`}>{children}</div>
    </Dialog>
  )
}

function save(name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** Ten recovery codes, to be copied, saved or printed. */
export function CodesOnce({ codes, onClose }: { readonly codes: readonly string[]; readonly onClose: () => void }) {
  const { security } = useTexts()
  const t = security.codes
  const text = `${t.fileHead}\n${window.location.host}\n\n${codes.join('\n')}\n`
  return (
    <Once title={t.shownTitle} lead={t.shownLead} kept={t.kept} onClose={onClose}>
      <ol className={classes['codes']}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <Row>
        <CopyButton text={codes.join('\n')} label={t.copy} wide />
        <Button icon="save" onClick={() => save(t.file, text)}>
          {t.save}
        </Button>
        <Button icon="file" onClick={() => window.print()}>
          {t.print}
        </Button>
      </Row>
    </Once>
  )
}

import { useEffect, useState } from 'react'
import { Button } from '../button/Button.tsx'
import { Icon } from '../icon/Icon.tsx'
import { useRelay } from '../../app/relay-context.ts'

const SHOWN_MS = 2_000

/** Copies a text and shows for a moment that it did. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const { actions } = useRelay()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      actions.tell('bad', 'The clipboard is not available here: select the text and copy it by hand.')
    }
  }
  return (
    <Button kind="quiet" aria-label={copied ? 'Copied' : label} title={copied ? 'Copied' : label} onClick={copy}>
      <Icon name={copied ? 'check' : 'copy'} />
    </Button>
  )
}

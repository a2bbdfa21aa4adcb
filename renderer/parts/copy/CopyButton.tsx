import { useEffect, useState } from 'react'
import { useRelay } from '../../app/relay-context.ts'
import { useTexts } from '../../texts/texts.ts'
import { Button, IconButton } from '../button/Button.tsx'

const SHOWN_MS = 2_000

interface CopyProps {
  readonly text: string
  /** What is copied, for screen readers. */
  readonly label: string
  /** Shows the label beside the sign. */
  readonly wide?: boolean
}

/** Copies a text and shows for a moment that it did. */
export function CopyButton({ text, label, wide = false }: CopyProps) {
  const { actions } = useRelay()
  const { common: t } = useTexts()
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
      actions.tell('bad', t.noClipboard)
    }
  }
  const icon = copied ? 'check' : 'copy'
  if (wide)
    return (
      <Button icon={icon} onClick={() => void copy()}>
        {copied ? t.copied : label}
      </Button>
    )
  return <IconButton icon={icon} label={copied ? t.copied : label} onClick={() => void copy()} />
}

// Keyboard shortcuts of a page: single keys that do nothing while somebody types.
import { useEffect, useRef } from 'react'

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)
}

/** `mod+k` is Ctrl or ⌘ with k and works while typing too; a dialog that is open has the keyboard to itself. */
export function useKeys(keys: Keys, active = true): void {
  const newest = useRef(keys)
  useEffect(() => {
    newest.current = keys
  })
  useEffect(() => {
    if (!active) return
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || event.altKey) return
      const mod = event.ctrlKey || event.metaKey
      const run = newest.current[mod ? `mod+${event.key.toLowerCase()}` : event.key]
      if (run === undefined || (!mod && isTyping(event.target))) return
      const inDialog = document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null
      if (inDialog && !mod) return
      event.preventDefault()
      run(event)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [active])
}

// Keyboard shortcuts of a page: single keys that do nothing while somebody types.
import { useEffect, useRef } from 'react'

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)
}

/** A dialog or a menu that is open has the keyboard to itself. */
const isTaken = (): boolean => document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null

/** `mod+k` is Ctrl or ⌘ with k and works while typing too; a dialog that is open has the keyboard to itself. */
/** So long the second key of two is waited for. */
const CHORD_MS = 1200

/** `first` and then one of these letters. The second one belongs to nobody else: a page's own shortcuts do not see it. */
export function useChord(first: string, letters: Keys): void {
  const newest = useRef(letters)
  useEffect(() => {
    newest.current = letters
  })
  useEffect(() => {
    let begun = 0
    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return
      const run = event.timeStamp - begun < CHORD_MS && !isTaken() ? newest.current[event.key] : undefined
      begun = event.key === first ? event.timeStamp : 0
      if (run === undefined) return
      begun = 0
      event.preventDefault()
      event.stopImmediatePropagation()
      run(event)
    }
    document.addEventListener('keydown', onKey, true)
    return () => document.removeEventListener('keydown', onKey, true)
  }, [first])
}

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
      if (isTaken() && !mod) return
      event.preventDefault()
      run(event)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [active])
}

// Rows of a long list keep their elements while they are shown; what is shown anew takes those of what has gone. A search that changes every
// row changes words then, instead of throwing a page away and making another.

/** Gives each id of a list a key: the one that it had the time before, else one that nobody has any more. All ids are different. */
export function makeSlots(): (ids: readonly string[]) => readonly number[] {
  let before = new Map<string, number>()
  return (ids) => {
    const now = new Map<string, number>()
    for (const id of ids) {
      const kept = before.get(id)
      if (kept !== undefined) now.set(id, kept)
    }
    const taken = new Set(now.values())
    let free = 0
    const keys = ids.map((id) => {
      const kept = now.get(id)
      if (kept !== undefined) return kept
      while (taken.has(free)) free++
      taken.add(free)
      now.set(id, free)
      return free
    })
    before = now
    return keys
  }
}

// What is chosen in the table: some rows by their ids, or everything that the search finds, seen or not.
export type Selection = { readonly kind: 'some'; readonly ids: ReadonlySet<string> } | { readonly kind: 'all' }

export const emptySelection: Selection = { kind: 'some', ids: new Set() }

export const isSelected = (selection: Selection, id: string): boolean =>
  selection.kind === 'all' || selection.ids.has(id)

export function toggled(selection: Selection, id: string): Selection {
  if (selection.kind === 'all') return emptySelection
  const ids = new Set(selection.ids)
  if (!ids.delete(id)) ids.add(id)
  return { kind: 'some', ids }
}

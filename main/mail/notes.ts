// What a rewrite tells the log: each id once, in the order in which things were met.
import type { Note } from './facts.ts'

export class Notes {
  private readonly byId = new Map<string, Note>()

  add(id: string, text: string): void {
    if (!this.byId.has(id)) this.byId.set(id, { id, text })
  }

  list(): readonly Note[] {
    return [...this.byId.values()]
  }
}

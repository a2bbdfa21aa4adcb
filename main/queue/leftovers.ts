// The last look at a reply before it goes: is the user's address still to be read anywhere in it? Scrubbing replaces addresses and
// leaves alone what only looks like one (`john.ada@mine.test` is somebody else); where their bytes are left all the same, the user
// decides, not we. behaviour.md 4.4 and 4.6
import { createTraceFinder, type FlaggedPart, type Trace } from '../mail/index.ts'
import type { AddressKey } from '../terms/address.ts'
import type { EditedBody } from './body-source.ts'

/** The traces that are not in an attachment which was flagged for them already. */
export function leftoversAmong(traces: readonly Trace[], flagged: readonly FlaggedPart[]): readonly Trace[] {
  return traces.filter(
    ({ place }) => !flagged.some(({ path }) => place.path === path || place.path.startsWith(`${path}.`)),
  )
}

export function placeInWords({ place }: Trace): string {
  const { path } = place
  if (place.at === 'field') return path === '' ? `the field ${place.field}` : `the field ${place.field} of part ${path}`
  return path === '' ? 'the text' : `the text of part ${path}`
}

/**
 * Looks for the bare bytes of the addresses, wherever they stand: between the letters of a base64 body or in a line that is no
 * field, a reader shows nothing and a curious one finds it all the same. Case is folded; chunks may be cut anywhere.
 */
export class ByteScan {
  private readonly addresses: readonly string[]
  private readonly overlap: number
  private tail = ''
  found: string | undefined

  constructor(addresses: ReadonlySet<AddressKey>) {
    this.addresses = [...addresses].map((one) => Buffer.from(one).toString('latin1'))
    this.overlap = Math.max(1, ...this.addresses.map((one) => one.length)) - 1
  }

  push(chunk: Buffer): void {
    if (this.found !== undefined) return
    const text = this.tail + chunk.toString('latin1').toLowerCase()
    this.found = this.addresses.find((one) => text.includes(one))
    this.tail = text.slice(Math.max(0, text.length - this.overlap))
  }

  /** As a trace; undefined where nothing was found, or where a flagged attachment is known to hold it. */
  trace(flagged: readonly FlaggedPart[]): Trace | undefined {
    if (this.found === undefined || flagged.length > 0) return undefined
    return { kind: 'address', text: this.found, place: { at: 'content', path: '', type: 'any', offset: 0 } }
  }
}

export async function findLeftovers(
  header: Buffer,
  edited: EditedBody,
  addresses: ReadonlySet<AddressKey>,
): Promise<readonly Trace[]> {
  const finder = createTraceFinder(header, { addresses, names: [], hosts: [] })
  const bytes = new ByteScan(addresses)
  bytes.push(header)
  for await (const chunk of edited.read()) {
    finder.push(chunk)
    bytes.push(chunk)
  }
  const { flagged } = edited.report
  const left = leftoversAmong(finder.end(), flagged)
  const bare = bytes.trace(flagged)
  return left.length === 0 && bare !== undefined ? [bare] : left
}

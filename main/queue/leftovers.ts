// The last look at a reply before it goes: is the user's address still to be read anywhere in it? Scrubbing replaces addresses and
// leaves alone what only looks like one (`john.ada@mine.test` is somebody else); where their bytes are left all the same, the user
// decides, not we. behaviour.md 4.4 and 4.6
import {
  createTraceFinder,
  MimeWalk,
  parseHeaderBlock,
  planAsRead,
  type HeaderBlock,
  type PartPlace,
  type PartPlan,
  type Sink,
  type Trace,
  type Walker,
} from '../mail/index.ts'
import type { AddressKey } from '../terms/address.ts'
import type { EditedBody } from './body-source.ts'

/** Paths of parts whose content was told of already: it is not looked at. The message's own header always is. */
class Told {
  private readonly paths: ReadonlySet<string>
  constructor(paths: readonly string[]) {
    this.paths = new Set(paths)
  }

  /** The part itself, or one that it is in. */
  has(path: string): boolean {
    if (this.paths.has('') || this.paths.has(path)) return true
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1))
      if (this.paths.has(path.slice(0, dot))) return true
    return false
  }

  hasTrace({ place }: Trace): boolean {
    return this.has(place.path) && (place.at === 'content' || place.path !== '')
  }
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
class ByteScan {
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
}

/** Everything but the parts that were told of. */
class BytesOutside implements Walker {
  private readonly addresses: ReadonlySet<AddressKey>
  private readonly told: Told
  private found: string | undefined

  constructor(addresses: ReadonlySet<AddressKey>, told: Told) {
    this.addresses = addresses
    this.told = told
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    const told = this.told.has(place.path)
    if (!told || (place.path === '' && !place.nested)) this.scan().push(raw)
    return planAsRead(header, raw, place, () => (told ? undefined : this.scan()))
  }

  between(): Sink {
    return this.scan()
  }

  private scan(): Sink {
    const bytes = new ByteScan(this.addresses)
    return {
      push: (chunk) => {
        bytes.push(chunk)
        this.found ??= bytes.found
        return []
      },
      end: () => [],
    }
  }

  trace(): Trace | undefined {
    if (this.found === undefined) return undefined
    return { kind: 'address', text: this.found, place: { at: 'content', path: '', type: 'any', offset: 0 } }
  }
}

/**
 * What of the user's addresses is left in a message that goes out: `header` as it leaves, then the chunks of its body. `told`: paths of
 * parts that the user knows of, or has allowed.
 */
export class LeftoverScan {
  private readonly finder: ReturnType<typeof createTraceFinder>
  private readonly bytes: BytesOutside
  private readonly walk: MimeWalk
  private readonly told: Told

  constructor(header: Buffer, addresses: ReadonlySet<AddressKey>, told: readonly string[]) {
    this.told = new Told(told)
    this.finder = createTraceFinder(header, { addresses, names: [], hosts: [] })
    this.bytes = new BytesOutside(addresses, this.told)
    this.walk = new MimeWalk(this.bytes, parseHeaderBlock(header), header)
  }

  push(chunk: Buffer): void {
    this.finder.push(chunk)
    this.walk.push(chunk)
  }

  end(): readonly Trace[] {
    this.walk.end()
    const left = this.finder.end().filter((trace) => !this.told.hasTrace(trace))
    const bare = this.bytes.trace()
    return left.length === 0 && bare !== undefined ? [bare] : left
  }
}

export async function findLeftovers(
  header: Buffer,
  edited: EditedBody,
  addresses: ReadonlySet<AddressKey>,
  told: readonly string[],
): Promise<readonly Trace[]> {
  const scan = new LeftoverScan(header, addresses, told)
  for await (const chunk of edited.read()) scan.push(chunk)
  return scan.end()
}

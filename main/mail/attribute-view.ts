// The attributes of HTML as a browser follows them: line ends and tabs inside a tag are taken out, since a URL is read without them wherever they
// stand (URL Standard, "remove all ASCII tab or newline"), and character references are decoded first. So an address that is broken over two
// lines in `href` is whole here.
import type { View } from './text-view.ts'
import { entityAt, TagScanner, ViewBuilder } from './text-view.ts'

function isBreak(character: string): boolean {
  return character === '\n' || character === '\r' || character === '\t'
}

/** The source with the breaks inside its tags taken out; what stands between tags is as it was. */
export function attributeView(source: string): View {
  const builder = new ViewBuilder(source.length)
  const tags = new TagScanner(source)
  let at = 0
  let tagEnd = 0
  let from = 0
  const skip = (start: number, end: number): void => {
    builder.keep(source, from, start)
    from = end
    at = end
  }
  while (at < source.length) {
    const character = source[at] ?? ''
    if (at >= tagEnd && character === '<') tagEnd = tags.end(at)
    const entity = at < tagEnd && character === '&' ? entityAt(source, at) : undefined
    if (entity !== undefined) {
      const start = at
      skip(start, entity.end)
      if (!isBreak(entity.text)) builder.add(entity.text, start, entity.end)
    } else if (at < tagEnd && isBreak(character)) skip(at, at + 1)
    else at++
  }
  builder.keep(source, from, source.length)
  return builder.view()
}

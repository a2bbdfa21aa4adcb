// The plan for the body of a forward: banners into the first text and the first HTML that are nobody's seal or attachment.
import { bannerTransform } from './banner.ts'
import { TextSink } from './body-sinks.ts'
import type { Banner } from './facts.ts'
import type { HeaderBlock } from './header-block.ts'
import { partInfo } from './mime-part.ts'
import type { PartPlace, PartPlan, Walker } from './mime-walk.ts'
import { DEPTH_MAX } from './mime-walk.ts'
import type { Notes } from './notes.ts'
import { editPartText } from './part-text.ts'
import { isSealed } from './telling.ts'

export class ForwardBody implements Walker {
  private readonly banners: readonly Banner[]
  private readonly notes: Notes
  private readonly done = new Set<string>()
  constructor(banners: readonly Banner[], notes: Notes) {
    this.banners = banners
    this.notes = notes
  }

  plan(header: HeaderBlock, raw: Buffer, place: PartPlace): PartPlan {
    const info = partInfo(header, place.parent === 'multipart/digest' ? 'message/rfc822' : 'text/plain')
    const walked = info.type.startsWith('multipart/') && info.type !== 'multipart/report' && !isSealed(info.type)
    if (walked && info.boundary !== '' && place.depth < DEPTH_MAX) {
      return { kind: 'multipart', header: raw, type: info.type, boundary: info.boundary, renamed: info.boundary }
    }
    const text = info.type === 'text/plain' || info.type === 'text/html'
    const wanted = this.banners.length > 0 && text && !info.attachment && !this.done.has(info.type)
    if (!wanted) return { kind: 'leaf', header: raw, sink: undefined }
    this.done.add(info.type)
    const tooLarge = (): undefined => {
      this.notes.add('banner-left-out', 'the text is too large for a banner')
    }
    const edit = (content: Buffer): Buffer => this.edited(content, info)
    return { kind: 'leaf', header: raw, sink: new TextSink(edit, tooLarge) }
  }

  private edited(content: Buffer, info: ReturnType<typeof partInfo>): Buffer {
    // Inline signed or encrypted text is as sealed as a multipart. RFC 9580 §7
    if (content.includes('-----BEGIN PGP ')) return content
    return editPartText(content, info, bannerTransform(info, this.banners))
  }

  between(): undefined {
    return undefined
  }
}

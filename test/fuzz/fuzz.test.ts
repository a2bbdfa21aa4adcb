// The short form of `npm run fuzz`: a fixed seed, a few thousand messages.
import { describe, expect, it } from 'vitest'
import { loadCorpus, mutate, seeded } from './messages.ts'
import { throughEverything } from './pipeline.ts'

describe('mutated messages', () => {
  it('none crashes, leaks or takes long', () => {
    const { messages } = loadCorpus(process.env['POSTERN_CORPORA'])
    const random = seeded(7)
    const pick = (): Buffer => messages[Math.floor(random() * messages.length)] ?? Buffer.alloc(0)
    let longest = 0
    for (let i = 0; i < 2000; i++) {
      const message = i < messages.length ? (messages[i] ?? Buffer.alloc(0)) : mutate(pick(), pick(), random)
      const start = performance.now()
      throughEverything(message)
      longest = Math.max(longest, performance.now() - start)
    }
    expect(longest).toBeLessThan(2000)
  }, 120_000)
})

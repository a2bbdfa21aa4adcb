// axe-core in a page whose policy allows no foreign script: it is evaluated from outside, over the debugging protocol.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** Serious and critical findings, each in a line; of the whole page, or of what a selector names. */
export async function seriousFindings(page: Page, within = ':root'): Promise<string[]> {
  // What is still fading in has no contrast yet.
  await page.evaluate(async () => {
    const all = Promise.allSettled(document.getAnimations().map((one) => one.finished))
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 2000))])
  })
  await page.evaluate(source)
  const run = `axe.run(${JSON.stringify(within)}, { resultTypes: ['violations'] }).then((result) => result.violations)`
  const findings = await page.evaluate<Finding[]>(run)
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`))
}

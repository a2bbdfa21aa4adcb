// The short form of `npm run torture`, with a fixed seed: every scenario that needs no minutes.
import { describe, expect, it } from 'vitest'
import { commands } from '../torture/commands.ts'
import { farEnd } from '../torture/far-end.ts'
import { seeded, type Scenario } from '../torture/figures.ts'
import { kills } from '../torture/kills.ts'
import { logCut } from '../torture/log-cut.ts'
import { migration } from '../torture/migration.ts'
import { overload } from '../torture/overload.ts'
import { smuggling } from '../torture/smuggling.ts'
import { trace } from '../torture/trace.ts'

const SEED = 20261122

describe('torture, in short', () => {
  it.each<Scenario>([smuggling, trace, logCut, migration, commands, farEnd, overload, kills])(
    '$name: $promise',
    async (scenario) => {
      const context = { seed: SEED, random: seeded(SEED), long: false, budget: 0, say: () => undefined }
      const figures = await scenario.run(context)
      console.log(figures.map(({ what, found }) => `${what}: ${found}`).join('\n'))
      expect(figures.filter((one) => one.held === false)).toEqual([])
      expect(figures.length).toBeGreaterThan(0)
    },
    240_000,
  )
})

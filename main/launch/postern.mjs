#!/usr/bin/env node
// The command `postern`: gets everything ready and runs dist/postern.js with the right Node.
import path from 'node:path'
import { buildFirst } from './build-first.mjs'
import { endLike, RELAY_FLAGS, runNode } from './child.mjs'
import { dist } from './paths.mjs'

await buildFirst()
endLike(await runNode([...RELAY_FLAGS, path.join(dist, 'postern.js'), ...process.argv.slice(2)]))

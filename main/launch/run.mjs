// run.mjs SCRIPT ARGS…: runs SCRIPT with the Node that package-lock.json pins.
import { endLike, runNode } from './child.mjs'
import { fail } from './paths.mjs'

const args = process.argv.slice(2)
if (args.length === 0) fail('Usage: node main/launch/run.mjs SCRIPT [ARGUMENT]…', 2)
endLike(await runNode(args))

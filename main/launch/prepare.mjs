// Runs before every npm script: installs what is missing. Needs nothing but Node and npm.
import { prepare } from './install.mjs'

await prepare()

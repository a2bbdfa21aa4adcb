// Electron's entry. Built into one CommonJS file, dist/desktop/main.cjs, which is where `__dirname` is.
import path from 'node:path'
import { runDesktop } from './desktop.ts'

declare const __dirname: string

runDesktop(path.resolve(__dirname, '..', '..'), path.resolve(__dirname, '..'))

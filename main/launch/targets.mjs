// What is built, and from what. Three kinds: the relay for Node (ES modules, packages stay in node_modules), the desktop host and
// its preload (one CommonJS file each: Electron's sandboxed preloads cannot be modules), and the pages.
import { existsSync } from 'node:fs'
import path from 'node:path'
import react from '@vitejs/plugin-react'
import { root } from './paths.mjs'

const RELAY = {
  postern: 'main/headless/cli.ts',
  relay: 'main/relay.ts',
  host: 'main/headless/run-relay.ts',
  'writer.worker': 'main/store/writer.worker.ts',
  'verify.worker': 'main/trust/verify.worker.ts',
  'display.worker': 'main/api/display.worker.ts',
  'backup.worker': 'main/store/backup.worker.ts',
}
const BUNDLES = {
  'desktop/main': 'main/desktop/main.ts',
  'preload/preload': 'preload/preload.ts',
}

/** @param {string} file */
const source = (file) => path.join(root, file)
/** @param {Record<string, string>} entries */
const present = (entries) => Object.entries(entries).filter(([, file]) => existsSync(source(file)))
/** @param {string} id */
const isPackage = (id) => !id.startsWith('.') && !id.startsWith('\0') && !path.isAbsolute(id)

/** @returns {import('vite').InlineConfig} */
const common = () => ({
  configFile: false,
  envDir: false,
  publicDir: false,
  logLevel: 'warn',
  // A fixed mode: what is built does not depend on the NODE_ENV of who builds.
  mode: 'production',
  define: { 'process.env.NODE_ENV': '"production"' },
})

/**
 * @param {string} out
 * @returns {import('vite').InlineConfig[]}
 */
function relay(out) {
  const input = Object.fromEntries(present(RELAY).map(([name, file]) => [name, source(file)]))
  if (Object.keys(input).length === 0) return []
  return [
    {
      ...common(),
      root,
      define: {},
      build: {
        ssr: true,
        target: 'node22',
        outDir: out,
        emptyOutDir: false,
        minify: false,
        sourcemap: false,
        rolldownOptions: {
          input,
          external: isPackage,
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
  ]
}

/**
 * @param {string} out
 * @returns {import('vite').InlineConfig[]}
 */
function bundles(out) {
  return present(BUNDLES).map(([name, file]) => ({
    ...common(),
    root,
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ssr: true,
      // Electron 25 and later.
      target: 'es2022',
      outDir: out,
      emptyOutDir: false,
      minify: false,
      sourcemap: false,
      rolldownOptions: {
        input: { [name]: source(file) },
        external: (/** @type {string} */ id) => id === 'electron' || id.startsWith('node:'),
        // The host loads dist/relay.js, an ES module, by a path that it knows only at run time: that import() must stay one.
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false, dynamicImportInCjs: true },
      },
    },
  }))
}

/**
 * @param {string} out
 * @returns {import('vite').InlineConfig[]}
 */
function pages(out) {
  if (!existsSync(source('renderer/index.html'))) return []
  return [
    {
      ...common(),
      root: source('renderer'),
      base: '/',
      plugins: [react()],
      css: { modules: { generateScopedName: '[local]-[hash:base64:6]' } },
      build: {
        target: 'es2022',
        outDir: path.join(out, 'renderer'),
        emptyOutDir: true,
        assetsInlineLimit: 0,
        cssCodeSplit: false,
        // Its size is held by a test, compressed as it travels.
        chunkSizeWarningLimit: 4000,
        sourcemap: false,
        // The polyfill would be an inline script, which our content security policy refuses.
        modulePreload: { polyfill: false },
        // Pages come in files of their own. The servers of the pages compare each with the hash that the build left in the manifest; the
        // browser compares those that index.html names.
      },
    },
  ]
}

/**
 * @param {string} out the folder that is to become dist/
 * @returns {import('vite').InlineConfig[]}
 */
export function targets(out) {
  return [...relay(out), ...bundles(out), ...pages(out)]
}

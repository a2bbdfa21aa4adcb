import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeProject } from './project.ts'
import type { Project } from './project.ts'

const HTML = `<!doctype html><html lang="en"><head><title>Sample</title></head>
<body><div id="root"></div><script type="module" src="./main.ts"></script></body></html>`

describe('build.mjs', () => {
  let project: Project
  const read = (file: string): string => readFileSync(path.join(project.folder, 'dist', file), 'utf8')
  const builtAt = (): number => statSync(path.join(project.folder, 'dist', 'postern.js')).mtimeMs

  beforeAll(async () => {
    project = makeProject({ realModules: true })
    project.write('tsconfig.json', '{"compilerOptions":{"strict":true}}')
    project.write(
      'main/headless/cli.ts',
      `import { z } from 'zod'\nimport { said } from '../said.ts'\nconsole.log(said, typeof z.string)`,
    )
    project.write('main/said.ts', `export const said: string = 'hello'`)
    project.write('main/relay.ts', `import { said } from './said.ts'\nexport const relay = said`)
    project.write(
      'main/desktop/main.ts',
      `import { app } from 'electron'\nimport { z } from 'zod'\nexport const load = (file: string): Promise<unknown> => import(/* @vite-ignore */ file)\napp.setName(z.string().parse('x'))`,
    )
    project.write(
      'preload/preload.ts',
      `import { contextBridge } from 'electron'\ncontextBridge.exposeInMainWorld('a', 1)`,
    )
    project.write('renderer/index.html', HTML)
    project.write(
      'renderer/main.ts',
      `import classes from './a.module.css'\ndocument.body.className = classes['big'] ?? ''`,
    )
    project.write('renderer/a.module.css', '.big { color: red }')
    const ended = await project.run('build.mjs')
    expect(ended).toMatchObject({ code: 0, stderr: '' })
  })
  afterAll(() => project.remove())

  test('makes the command line, which runs, with packages left where they are', async () => {
    expect(read('postern.js')).toMatch(/from ["']zod["']/)
    expect(await project.run('postern.mjs')).toMatchObject({ code: 0, stdout: 'hello function\n', stderr: '' })
  })

  test('makes the desktop host and the preload each one CommonJS file, with all but electron inside', () => {
    const main = read('desktop/main.cjs')
    expect(main).toMatch(/require\(["']electron["']\)/)
    expect(main).not.toMatch(/require\(["']zod["']\)/)
    expect(main).toContain('import(')
    expect(read('preload/preload.cjs')).toMatch(/require\(["']electron["']\)/)
    expect(readdirSync(path.join(project.folder, 'dist', 'preload'))).toEqual(['preload.cjs'])
  })

  test('seals the pages: a hash of each file, and the same as integrity in the page', () => {
    const manifest = JSON.parse(read('renderer/manifest.json')) as Record<string, { sha384: string; type: string }>
    const html = read('renderer/index.html')
    expect(Object.keys(manifest)).toHaveLength(3)
    for (const [file, entry] of Object.entries(manifest)) {
      const hash = createHash('sha384')
        .update(read(`renderer/${file}`))
        .digest('base64')
      expect(entry.sha384).toBe(hash)
      if (file !== 'index.html') expect(html).toContain(`integrity="sha384-${hash}"`)
    }
    expect(html).not.toContain('crossorigin')
    expect(manifest['index.html']?.type).toBe('text/html; charset=utf-8')
  })

  test('pages are made for production whatever the shell says', async () => {
    project.write(
      'renderer/main.tsx',
      `import { createRoot } from 'react-dom/client'\ncreateRoot(document.body).render(<p>hello</p>)`,
    )
    project.write('renderer/index.html', HTML.replace('main.ts', 'main.tsx'))
    const ended = await project.run('build.mjs', ['--force'], { env: { NODE_ENV: 'development' } })
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    const script = /src="\/([^"]+)"/.exec(read('renderer/index.html'))?.[1] ?? ''
    expect(read(`renderer/${script}`)).not.toContain('jsxDEV')
    project.write('renderer/index.html', HTML)
    await project.run('build.mjs')
  })

  test('leaves no source maps and nothing aside', () => {
    const files = readdirSync(path.join(project.folder, 'dist'), { recursive: true }).map(String)
    expect(files.filter((file) => file.endsWith('.map'))).toEqual([])
    expect(files.filter((file) => /\.(new|old)-|lock/.test(file))).toEqual([])
  })

  test('builds again only when a source has changed', async () => {
    const before = builtAt()
    await project.run('build.mjs')
    expect(builtAt()).toBe(before)
    utimesSync(path.join(project.folder, 'main', 'said.ts'), 1, 1)
    await project.run('build.mjs')
    expect(builtAt()).not.toBe(before)
  })

  test('several at once do not break one another', async () => {
    project.write('main/said.ts', `export const said: string = 'changed'`)
    const all = await Promise.all([1, 2, 3].map(() => project.run('postern.mjs')))
    for (const ended of all) expect(ended).toMatchObject({ code: 0, stdout: 'changed function\n' })
  })

  test('a mistake in a source fails the build and leaves the last good one', async () => {
    project.write('main/said.ts', `export const said: string = (`)
    const ended = await project.run('build.mjs')
    expect(ended.code).toBe(1)
    expect(ended.stderr).toContain('The build failed')
    expect(existsSync(path.join(project.folder, 'dist', 'postern.js'))).toBe(true)
    project.write('main/said.ts', `export const said: string = 'changed'`)
  })

  test('a page with inline code fails the build', async () => {
    project.write('renderer/index.html', HTML.replace('<div id="root">', '<div id="root" style="color:red">'))
    const ended = await project.run('build.mjs')
    expect(ended.stderr).toContain('A page has inline code, which its policy refuses')
    project.write('renderer/index.html', HTML)
  })
})

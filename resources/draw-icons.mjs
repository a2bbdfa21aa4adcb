// node resources/draw-icons.mjs: draws every icon file from the one drawing, renderer/icon.svg, with Chromium. Run it when the drawing
// changes and commit what it makes.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { chromium } from 'playwright-core'

const here = import.meta.dirname
const SIZES = [16, 32, 48, 64, 128, 256, 512, 1024]
const ICO_SIZES = [16, 32, 48, 64, 128, 256]

const drawing = await readFile(path.join(here, '..', 'renderer', 'icon.svg'), 'utf8')

/** macOS colours a template image itself: only its shape counts. The same door, in one colour, with holes. */
const template = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill-rule="evenodd"
  d="M2.500 14.500V7a5.500 5.500 0 0 1 11 0v7.500zM5 13h6V7a3 3 0 0 0-6 0zm1-4.500h4v3H6z"/></svg>`

/** @param {readonly { size: number, png: Buffer }[]} images */
function ico(images) {
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let offset = head.length
  images.forEach(({ size, png }, i) => {
    const at = 6 + 16 * i
    head[at] = size % 256 // 256 is written as 0
    head[at + 1] = size % 256
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  })
  return Buffer.concat([head, ...images.map(({ png }) => png)])
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
const page = await browser.newPage()

/**
 * @param {string} svg
 * @param {number} size
 */
async function draw(svg, size) {
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`)
  return page.screenshot({ omitBackground: true })
}

for (const folder of ['icons', 'tray']) await mkdir(path.join(here, folder), { recursive: true })
/** @type {Map<number, Buffer>} */
const icons = new Map()
for (const size of SIZES) {
  const png = await draw(drawing, size)
  icons.set(size, png)
  await writeFile(path.join(here, 'icons', `${size}x${size}.png`), png)
}
const images = ICO_SIZES.map((size) => ({ size, png: icons.get(size) ?? Buffer.alloc(0) }))
await writeFile(path.join(here, 'icons', 'postern.ico'), ico(images))
await writeFile(path.join(here, 'tray', 'postern.ico'), ico(images.slice(0, 3)))
await writeFile(path.join(here, 'tray', 'postern.png'), await draw(drawing, 32))
await writeFile(path.join(here, 'tray', 'posternTemplate.png'), await draw(template, 16))
await writeFile(path.join(here, 'tray', 'posternTemplate@2x.png'), await draw(template, 32))
await browser.close()

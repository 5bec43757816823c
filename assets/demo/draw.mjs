// Draws the photos of the demo's place: nobody's home, and nobody in it. node assets/demo/draw.mjs, with Chromium in
// HEARD_CHROMIUM; the JPEGs beside it are what it drew. Names after it (door, round, …) draw those alone.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRequire } from 'node:module'
import { roomPixels } from './room.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const { chromium } = createRequire(join(here, '../../frontend/package.json'))('@playwright/test')

const box = (x, y, w, h, fill, more = '') => `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill}" ${more}/>`
const shape = (d, fill, more = '') => `<path d="${d}" fill="${fill}" ${more}/>`
const round = (cx, cy, rx, ry, fill, more = '') => `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="${fill}" ${more}/>`
const down = (id, ...colours) => `<linearGradient id="${id}" x2="0" y2="1">${colours.map((colour, i) => `<stop offset="${i / (colours.length - 1)}" stop-color="${colour}"/>`).join('')}</linearGradient>`
const across = (id, ...colours) => `<linearGradient id="${id}">${colours.map((colour, i) => `<stop offset="${i / (colours.length - 1)}" stop-color="${colour}"/>`).join('')}</linearGradient>`
const soft = (id, by) => `<filter id="${id}" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="${by}"/></filter>`
const glow = (cx, cy, r, colour, strength) => round(cx, cy, r, r, colour, `opacity="${strength}" filter="url(#glow)"`)
const shadow = (cx, cy, rx, ry, strength = 0.28) => round(cx, cy, rx, ry, '#1d1a26', `opacity="${strength}" filter="url(#soft)"`)
const each = (n, draw) => Array.from({ length: n }, (_, i) => draw(i)).join('')
const defs = down('sky', '#8ec3e6', '#d8ecf3', '#f6f1dc') + down('grass', '#8dbb6a', '#5c9150') + down('wall', '#f2e6d4', '#e3d1b8') + down('floor', '#c08d5d', '#8f6038') +
  down('brick', '#c77b5b', '#a95f45') + down('door', '#3f8a66', '#2b6a4d') + down('quilt', '#5a8fc0', '#345f92') + down('wood', '#b98552', '#8a5c33') + down('glass', '#b9dff0', '#eaf6f4') +
  down('cream', '#fbf5ea', '#e8dcc8') + down('leaf', '#7bb060', '#3f7d48') + across('light', '#fff6d8', '#fff6d800') + soft('soft', 14) + soft('glow', 50)

const pot = (x, y, size = 1) => shadow(x, y + 4, 44 * size, 10 * size) + shape(`M${x - 32 * size},${y - 56 * size} h${64 * size} l${-9 * size},${58 * size} h${-46 * size} z`, '#b5633f') + box(x - 36 * size, y - 66 * size, 72 * size, 14 * size, '#c97a52', 'rx="4"') +
  each(9, (i) => shape(`M${x},${y - 62 * size} q${(i - 4) * 18 * size},${-60 * size} ${(i - 4) * 26 * size},${(-96 - (i % 3) * 26) * size} q${-4 * size},${60 * size} ${-(i - 4) * 26 * size},${(96 + (i % 3) * 26) * size}`, i % 2 ? '#4f8c4c' : '#6fae5c'))
const window = (x, y, w, h) => box(x - 14, y - 14, w + 28, h + 28, '#fffaf0', 'rx="6"') + box(x, y, w, h, 'url(#glass)') + shape(`M${x},${y + h} q${w * 0.2},${-h * 0.35} ${w * 0.45},${-h * 0.18} t${w * 0.55},${-h * 0.12} v${h * 0.3} z`, '#8fbb78', 'opacity=".85"') + round(x + w * 0.72, y + h * 0.42, w * 0.16, h * 0.2, '#5f9858', 'opacity=".8"') + box(x + w / 2 - 5, y, 10, h, '#fffaf0') + box(x, y + h / 2 - 5, w, 10, '#fffaf0') + box(x - 26, y + h + 12, w + 52, 16, '#f5ead8', 'rx="4"')
const curtain = (x, y, w, h, colour) => shape(`M${x},${y} h${w} q${-w * 0.1},${h * 0.5} 0,${h} h${-w} q${w * 0.12},${-h * 0.5} 0,${-h}`, colour) + each(4, (i) => box(x + 6 + (i * w) / 4, y, 5, h, '#0000', 'style="fill:#00000018"'))
const boards = (y, h, w) => box(0, y, w, h, 'url(#floor)') + each(9, (i) => shape(`M${(i * w) / 8},${y} L${w / 2 + ((i * w) / 8 - w / 2) * 2.4},${y + h} h-3 L${(i * w) / 8},${y}`, '#00000022'))

const scenes = {
  door: [1280, 853, () => box(0, 0, 1280, 853, 'url(#sky)') + each(3, (i) => round(180 + i * 420, 110 + (i % 2) * 50, 130, 30, '#fff', 'opacity=".7" filter="url(#soft)"')) + box(120, 150, 1040, 560, 'url(#brick)') +
    each(20, (row) => each(18, (i) => box(124 + i * 60 - (row % 2) * 28, 154 + row * 28, 52, 22, (i * 7 + row * 5) % 4 ? '#ffffff12' : '#00000016', 'rx="2"'))) +
    shape('M70,160 L640,-70 L1210,160 z', '#5d4d57') + window(220, 260, 200, 190) + window(860, 260, 200, 190) + shape('M480,290 L640,210 L800,290 z', '#6c5a63') + box(505, 285, 270, 12, '#efe3cf') + shadow(640, 715, 210, 22) +
    box(530, 320, 220, 395, '#f7efe0', 'rx="8"') + box(550, 340, 180, 375, 'url(#door)', 'rx="6"') + each(2, (i) => box(574 + i * 74, 372, 58, 110, 'url(#glass)', 'rx="6" opacity=".85"') + box(574 + i * 74, 520, 58, 150, '#00000022', 'rx="6"')) + round(708, 528, 9, 9, '#e9c668') +
    box(0, 700, 1280, 153, 'url(#grass)') + shape('M520,715 h240 l150,140 h-540 z', '#d8cbb6') + each(4, (i) => box(500 - i * 34, 742 + i * 30, 280 + i * 68, 4, '#00000018')) + pot(450, 730, 1.15) + pot(830, 730, 1.15) + glow(640, 300, 70, '#ffe9a8', 0.5) +
    each(26, (i) => round(40 + i * 50 + (i % 3) * 9, 742 + (i % 5) * 22, 26, 18, i % 2 ? '#4f8c4c' : '#6fae5c', i > 7 && i < 18 ? 'opacity="0"' : '')) + each(14, (i) => round(40 + i * 92, 735 + (i % 4) * 26, 6, 6, ['#f3c04b', '#e5779a', '#fff'][i % 3], i > 3 && i < 10 ? 'opacity="0"' : ''))],
  hall: [1280, 853, () => box(0, 0, 1280, 853, 'url(#wall)') + boards(610, 243, 1280) + box(0, 590, 1280, 24, '#fffaf0') + shape('M760,610 V250 L1280,-40 V610 z', '#e9d9bf') +
    each(7, (i) => box(790 + i * 72, 560 - i * 76, 80, 50 + i * 76, 'url(#cream)') + box(786 + i * 72, 552 - i * 76, 88, 12, 'url(#wood)', 'rx="3"')) + each(7, (i) => box(822 + i * 72, 380 - i * 76, 9, 176, '#fffaf0')) + shape('M800,384 L1290,-134 v24 L806,404 z', 'url(#wood)') +
    window(120, 130, 230, 260) + shape('M90,600 L400,600 L640,853 L150,853 z', '#fff3c4', 'opacity=".28"') + box(450, 235, 250, 16, 'url(#wood)', 'rx="6"') + each(4, (i) => box(476 + i * 60, 250, 8, 20, '#6b4a2c')) +
    shape('M462,268 q26,-14 52,0 l14,190 h-80 z', '#d1694a') + shape('M582,268 q26,-14 52,0 l10,150 h-72 z', '#3f7fa8') + shape('M648,266 h40 l6,64 q-26,18 -52,0 z', '#e7b94f') + shadow(560, 606, 150, 14) + box(430, 520, 270, 18, 'url(#wood)', 'rx="5"') + each(2, (i) => box(446 + i * 224, 538, 16, 66, '#7a5230')) + each(4, (i) => round(470 + i * 62, 612, 26, 12, ['#4d4a63', '#b5633f', '#3f7fa8', '#8a8494'][i])) +
    round(560, 745, 330, 70, '#a9506b') + round(560, 745, 280, 54, '#c77188') + round(560, 745, 200, 36, '#a9506b') + pot(80, 690, 1.3) + box(560, 90, 120, 90, '#fffaf0', 'rx="4"') + box(570, 100, 100, 70, '#9cc3a5') + round(620, 150, 40, 26, '#5f9858')],
  kitchen: [1280, 853, () => box(0, 0, 1280, 853, '#e7eee2') + boards(600, 253, 1280) + box(0, 582, 1280, 22, '#fffaf0') + each(11, (i) => each(2, (row) => box(i * 120 - row * 60, 300 + row * 46, 114, 42, (i + row) % 5 ? '#f7f9f2' : '#cfe0cf', 'rx="3"'))) + window(480, 80, 320, 190) + glow(640, 180, 180, '#fff2c0', 0.55) +
    each(4, (i) => box(20 + (i % 2) * 200 + (i > 1 ? 840 : 0), 60, 190, 200, '#5f8f7b', 'rx="6"') + box(180 + (i % 2) * 200 + (i > 1 ? 840 : 0), 150, 10, 44, '#e9dcc0', 'rx="4"')) + box(0, 392, 1040, 26, 'url(#wood)') + each(5, (i) => box(6 + i * 208, 418, 198, 178, '#5f8f7b', 'rx="6"') + box(88 + i * 208, 440, 40, 9, '#e9dcc0', 'rx="4"')) +
    box(1050, 280, 200, 320, '#f4f3ee', 'rx="14"') + box(1050, 400, 200, 4, '#0000001c') + box(1070, 320, 9, 60, '#9a9a98', 'rx="4"') + each(5, (i) => box(1110 + (i % 3) * 44, 430 + (i % 2) * 50, 34, 34, ['#f3c04b', '#e5779a', '#7bb060', '#6aa4d0', '#fff'][i], `transform="rotate(${i * 4 - 8} ${1127 + (i % 3) * 44} 450)"`)) +
    round(250, 380, 46, 18, '#c9c7c0') + box(210, 330, 80, 52, '#dcdad3', 'rx="12"') + each(3, (i) => round(700 + i * 34, 374, 20, 20, ['#d1694a', '#e7b94f', '#7bb060'][i])) + shape('M680,378 h110 l-16,18 h-78 z', '#f3ead8') + each(2, (i) => box(446 + i * 388, 0, 4, 70 + i * 0, '#6b5a4a') + shape(`M${410 + i * 388},100 q38,-70 76,0 z`, '#e7b94f') + glow(448 + i * 388, 120, 60, '#ffe9a8', 0.6)) +
    shadow(640, 800, 420, 30) + box(330, 640, 620, 34, 'url(#wood)', 'rx="10"') + each(2, (i) => box(370 + i * 510, 672, 30, 130, '#7a5230')) + each(4, (i) => box(250 + i * 220, 590, 110, 16, '#cf7a55', 'rx="6"') + box(262 + i * 220, 500, 86, 92, '#cf7a55', 'rx="12" opacity=".92"') + each(2, (k) => box(262 + i * 220 + k * 74, 604, 12, 180, '#8a4f35'))) + box(330, 640, 620, 34, 'url(#wood)', 'rx="10"') +
    each(3, (i) => round(460 + i * 180, 640, 56, 14, '#fffaf0') + round(460 + i * 180, 638, 36, 8, '#e6efe0')) + shape('M600,590 q40,-60 80,0 l-10,48 h-60 z', '#6aa4d0') + each(5, (i) => round(612 + i * 14, 560 - (i % 2) * 18, 15, 15, ['#f3c04b', '#fff', '#e5779a'][i % 3]))],
  bedroom: [1280, 853, () => box(0, 0, 1280, 853, '#dfe7ee') + box(0, 0, 1280, 600, 'url(#wall)', 'opacity=".72"') + boards(600, 253, 1280) + box(0, 582, 1280, 22, '#fffaf0') + window(500, 100, 300, 270) + curtain(420, 70, 80, 330, '#e0a83f') + curtain(800, 70, 80, 330, '#e0a83f') + box(410, 60, 480, 12, '#7a5230', 'rx="6"') + shape('M480,600 h330 l220,253 h-420 z', '#fff3c4', 'opacity=".3"') +
    shadow(300, 790, 320, 34) + box(40, 380, 40, 400, 'url(#wood)', 'rx="8"') + box(60, 560, 540, 200, 'url(#cream)', 'rx="22"') + shape('M170,540 h390 q54,0 54,54 v176 h-444 z', 'url(#quilt)') + each(5, (row) => each(6, (i) => box(186 + i * 72, 556 + row * 44, 60, 34, ['#ffffff26', '#f3c04b55', '#ffffff14'][(i + row) % 3], 'rx="6"'))) + box(84, 500, 150, 86, '#fff', 'rx="30"') + box(100, 512, 120, 62, '#f0e8da', 'rx="24"') + box(560, 740, 36, 60, '#7a5230') + round(270, 520, 34, 34, '#b98552') + round(248, 490, 13, 13, '#b98552') + round(292, 490, 13, 13, '#b98552') + round(262, 516, 4, 4, '#3a2a1c') + round(280, 516, 4, 4, '#3a2a1c') +
    box(850, 470, 380, 20, 'url(#wood)', 'rx="6"') + each(2, (i) => box(868 + i * 326, 490, 20, 200, '#8a5c33')) + box(1100, 490, 110, 130, '#a06f42', 'rx="4"') + each(2, (i) => box(1140, 520 + i * 56, 30, 8, '#e9dcc0', 'rx="4"')) + shadow(1000, 770, 110, 18) + box(940, 560, 110, 18, '#3f8a66', 'rx="8"') + box(950, 430, 90, 110, '#3f8a66', 'rx="16"') + each(2, (i) => box(952 + i * 76, 578, 10, 190, '#2b4a3c')) +
    box(1130, 440, 60, 12, '#5d4d57', 'rx="5"') + box(1156, 360, 8, 84, '#5d4d57') + shape('M1112,362 l28,-62 h44 l28,62 z', '#f3c04b') + glow(1160, 380, 90, '#ffe9a8', 0.6) + each(6, (i) => box(870 + i * 20, 414 - (i % 3) * 8, 17, 56 + (i % 3) * 8, ['#a9506b', '#3f7fa8', '#5f8f7b', '#e0a83f', '#4d4a63', '#d1694a'][i])) + box(930, 150, 150, 110, '#fffaf0', 'rx="4"') + box(942, 162, 126, 86, '#8ec3e6') + shape('M942,248 l44,-52 30,30 24,-22 28,44 z', '#4f8c4c') + each(6, (i) => round(1120 + i * 22, 110 + Math.sin(i) * 16, 8, 8, '#ffe9a8')) + shape('M1110,104 q70,40 140,-6', 'none', 'stroke="#6b5a4a" stroke-width="2"') +
    round(640, 800, 300, 44, '#5f8f7b') + round(640, 800, 250, 34, '#7fae97') + pot(1240, 700, 1)],
  garden: [1280, 853, () => box(0, 0, 1280, 853, 'url(#sky)') + each(3, (i) => round(240 + i * 420, 120 + (i % 2) * 60, 150, 34, '#fff', 'opacity=".75" filter="url(#soft)"')) + each(3, (i) => round(160 + i * 480, 470, 380, 150, ['#a7c98c', '#94bd7d', '#a7c98c'][i])) + each(26, (i) => box(i * 50, 370, 44, 190, i % 2 ? '#b98f62' : '#c59c6e', 'rx="6"')) + box(0, 400, 1280, 10, '#9b7549') + box(0, 500, 1280, 10, '#9b7549') + box(0, 540, 1280, 313, 'url(#grass)') +
    shadow(950, 690, 280, 34) + shape('M925,700 q14,-180 -6,-330 h70 q-14,170 14,330 z', '#7a5230') + each(9, (i) => round(950 + Math.cos(i * 0.7) * 150, 260 + Math.sin(i * 0.7) * 100, 130, 100, ['#4f8c4c', '#5f9f58', '#6fae5c'][i % 3])) + round(950, 240, 170, 120, '#6fae5c') + each(12, (i) => round(850 + (i * 53) % 220, 180 + ((i * 71) % 170), 9, 9, '#d1694a')) + box(800, 330, 4, 300, '#6b5a4a') + box(870, 340, 4, 290, '#6b5a4a') + box(782, 626, 108, 14, 'url(#wood)', 'rx="5"') +
    shadow(330, 730, 220, 22) + box(150, 610, 360, 18, 'url(#wood)', 'rx="6"') + box(150, 560, 360, 18, 'url(#wood)', 'rx="6"') + box(150, 520, 360, 18, 'url(#wood)', 'rx="6"') + each(2, (i) => box(176 + i * 290, 520, 18, 210, '#7a5230')) + round(300, 592, 40, 34, '#d1694a') + round(380, 594, 40, 32, '#f3c04b') + each(40, (i) => round((i * 97) % 1280, 740 + ((i * 53) % 110), 5, 5, ['#fff', '#f3c04b', '#e5779a'][i % 3])) + round(640, 760, 40, 40, '#fff') + each(5, (i) => round(640 + Math.cos(i * 1.256) * 22, 760 + Math.sin(i * 1.256) * 22, 8, 8, '#2b2b33')) + round(640, 760, 9, 9, '#2b2b33') + pot(90, 720, 1.2)]
}

const browser = await chromium.launch({ executablePath: process.env.HEARD_CHROMIUM, args: ['--no-sandbox'] })
const asked = (name) => process.argv.length < 3 || process.argv.includes(name)
for (const [name, [width, height, draw]] of Object.entries(scenes)) {
  if (!asked(name)) continue
  const page = await browser.newPage({ viewport: { width, height } })
  await page.setContent(`<style>body{margin:0}svg{display:block}</style><svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>${defs}</defs>${draw()}</svg>`)
  writeFileSync(join(here, `${name}.jpg`), await page.screenshot({ type: 'jpeg', quality: 62 }))
  await page.close()
}
if (asked('round')) {
  const width = 2048
  const page = await browser.newPage()
  const jpeg = await page.evaluate(([pixels, width]) => {
    const raw = atob(pixels)
    const canvas = Object.assign(document.createElement('canvas'), { width, height: width / 2 })
    const image = new ImageData(width, width / 2)
    for (let i = 0; i < raw.length; i++) image.data[i + Math.floor(i / 3)] = raw.charCodeAt(i)
    for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255
    canvas.getContext('2d').putImageData(image, 0, 0)
    return canvas.toDataURL('image/jpeg', 0.68).split(',')[1]
  }, [Buffer.from(roomPixels(width, 2)).toString('base64'), width])
  writeFileSync(join(here, 'round.jpg'), Buffer.from(jpeg, 'base64'))
}
await browser.close()

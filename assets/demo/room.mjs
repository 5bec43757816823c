// The bedroom of the demo's place as it is seen all the way round, reckoned ray by ray: a box with furniture of boxes, balls
// and discs, lit by its window and its lamp. Everything in metres: x to the right, y up, z straight ahead, 0 at the camera.
const hex = (colour) => [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2)
const mix = (a, b, t) => a.map((value, i) => value + (b[i] - value) * t)
const dim = (colour, by) => colour.map((value) => value * by)
const frac = (n) => n - Math.floor(n)
const noise = (a, b = 0) => frac(Math.sin(a * 127.1 + b * 311.7) * 43758.5453)

const room = { left: -2.1, right: 2.1, floor: -1.4, ceiling: 1.15, front: 1.9, back: -1.9 }
const paint = { wall: hex('#efe3cf'), warm: hex('#e6d3b4'), white: hex('#fbf6ec'), wood: hex('#b07c49'), dark: hex('#7a5230'), quilt: hex('#4f86bb'), yellow: hex('#e0a83f'), green: hex('#3f8a66'), sage: hex('#6f9f86'), red: hex('#cc6a4a'), rose: hex('#c77188'), teddy: hex('#b07f4c'), ink: hex('#3a3540'), sky: hex('#a9d3ee'), leaf: hex('#5f9858'), cream: hex('#fbf5ea'), rug: hex('#7fa8b8'), rugEdge: hex('#4d7f9a') }

// What a surface has painted on it, by where it is.
const boards = ({ x, z }) => {
  const row = Math.floor(x / 0.16)
  const along = z / 1.1 + noise(row) * 3
  const seam = frac(x / 0.16) < 0.025 || frac(along) < 0.008
  return dim(mix(hex('#b98552'), hex('#9a6c40'), noise(row, Math.floor(along))), seam ? 0.6 : 1 - 0.08 * noise(Math.floor(x * 60), Math.floor(z * 3)))
}
const sky = (x, y) => {
  if (y < -0.15 + 0.12 * Math.sin(x * 3.2)) return mix(paint.leaf, hex('#86b36c'), noise(Math.floor(x * 14), Math.floor(y * 14)) * 0.5)
  if (Math.hypot(x - 0.35, y - 0.02) < 0.27 || Math.hypot(x - 0.2, y + 0.1) < 0.22) return mix(hex('#4f8c4c'), hex('#6fae5c'), noise(Math.floor(x * 20), Math.floor(y * 20)) * 0.6)
  return mix(hex('#e8f3f2'), paint.sky, Math.min(1, y + 0.35))
}
const windowAt = { left: -0.75, right: 0.75, low: -0.35, high: 0.75 }
const frontWall = ({ x, y }) => {
  const { left, right, low, high } = windowAt
  const edge = 0.07
  if (x > left && x < right && y > low && y < high) {
    const bar = Math.abs(x) < 0.025 || Math.abs(y - 0.28) < 0.02
    return bar ? paint.white : { glow: sky(x, y) }
  }
  if (x > left - edge && x < right + edge && y > low - edge && y < high + edge) return paint.white
  return paint.wall
}
const poster = (u, v, a, b) => {
  if (u < 0.06 || u > 0.94 || v < 0.05 || v > 0.95) return paint.white
  if (Math.hypot(u - 0.68, v - 0.7) < 0.12) return paint.yellow
  return v < 0.3 + 0.16 * Math.sin(u * 7) ? a : b
}
const inside = (value, low, high) => value > low && value < high
const rightWall = ({ y, z }) => {
  if (inside(z, -0.1, 0.42) && inside(y, -0.1, 0.6)) return poster((0.42 - z) / 0.52, (y + 0.1) / 0.7, paint.leaf, paint.sky)
  if (inside(z, -0.72, -0.24) && inside(y, 0.05, 0.55)) return poster((-0.24 - z) / 0.48, (y - 0.05) / 0.5, paint.rose, paint.cream)
  return paint.warm
}
const leftWall = ({ y, z }) => (inside(z, -0.35, 0.55) && inside(y, 0.05, 0.62) ? poster((z + 0.35) / 0.9, (y - 0.05) / 0.57, paint.green, hex('#8ec3e6')) : paint.warm)
const backWall = ({ x, y }) => {
  if (inside(x, -1.02, 0.02) && y < 0.72) {
    if (!inside(x, -0.95, -0.05) || y > 0.65) return paint.white
    if (Math.hypot(x + 0.84, y + 0.38) < 0.035) return hex('#e9c668')
    const panel = inside(x, -0.82, -0.18) && (inside(y, -0.25, 0.5) || inside(y, -1.2, -0.5))
    const rim = panel && !(inside(x, -0.79, -0.21) && (inside(y, -0.22, 0.47) || inside(y, -1.17, -0.53)))
    return rim ? dim(hex('#cfa679'), 0.78) : hex('#cfa679')
  }
  return paint.wall
}
const skirted = (wall) => (at) => (at.y < room.floor + 0.1 ? paint.white : wall(at))
const quilted = ({ x, y, z }) => {
  const [a, b] = [frac(x / 0.19), frac((z + y) / 0.19)]
  const square = (Math.floor(x / 0.19) + Math.floor((z + y) / 0.19) * 2) % 5
  return a < 0.06 || b < 0.06 ? dim(paint.quilt, 0.8) : square === 0 || square === -3 ? mix(paint.quilt, paint.yellow, 0.6) : square % 2 ? mix(paint.quilt, paint.white, 0.22) : paint.quilt
}
const striped = ({ x }) => dim(paint.yellow, 0.86 + 0.14 * Math.sin(x * 62))
const leaves = ({ x, y, z }) => mix(hex('#4f8c4c'), hex('#7bb060'), noise(Math.floor(x * 24 + y * 17), Math.floor(z * 24)))
const rug = ({ x, z }) => {
  const r = Math.hypot(x - 0.25, z - 0.85)
  return r > 0.56 ? paint.rugEdge : r > 0.5 ? paint.cream : r > 0.28 ? paint.rug : r > 0.23 ? paint.cream : paint.rugEdge
}

const plain = (colour) => () => colour
const box = (x, y, z, w, h, d, colour) => ({ low: [x, y, z], high: [x + w, y + h, z + d], colour: typeof colour === 'function' ? colour : plain(colour) })
const ball = (x, y, z, r, colour, more = {}) => ({ middle: [x, y, z], r: Array.isArray(r) ? r : [r, r, r], colour: typeof colour === 'function' ? colour : plain(colour), ...more })
const floor = room.floor
const things = [
  // The bed under the left wall, its head at the window's side.
  box(-2.08, floor + 0.12, -0.85, 0.98, 0.2, 2.1, paint.wood), box(-2.08, floor, 1.22, 0.98, 0.95, 0.06, paint.wood), box(-2.08, floor, -0.9, 0.98, 0.55, 0.06, paint.wood),
  box(-2.05, floor + 0.32, -0.82, 0.92, 0.16, 2.03, paint.cream), box(-2.06, floor + 0.4, -0.83, 0.95, 0.13, 1.5, quilted), box(-1.12, floor + 0.2, -0.83, 0.02, 0.3, 1.5, quilted),
  ball(-1.6, floor + 0.55, 0.98, [0.36, 0.1, 0.2], paint.white), ball(-1.66, floor + 0.68, 0.62, [0.12, 0.14, 0.1], paint.teddy), ball(-1.66, floor + 0.87, 0.6, 0.09, paint.teddy), ball(-1.73, floor + 0.95, 0.6, 0.035, paint.teddy), ball(-1.59, floor + 0.95, 0.6, 0.035, paint.teddy),
  ball(-1.69, floor + 0.885, 0.52, 0.013, paint.ink), ball(-1.63, floor + 0.885, 0.52, 0.013, paint.ink), ball(-1.66, floor + 0.85, 0.515, 0.025, hex('#d9b07c')),
  // A small table with a lamp, where a hand in bed reaches it.
  box(-1.02, floor, 1.42, 0.42, 0.5, 0.4, paint.wood), box(-0.98, floor + 0.28, 1.41, 0.34, 0.16, 0.02, dim(paint.wood, 0.82)), ball(-0.81, floor + 0.52, 1.6, [0.09, 0.03, 0.09], paint.ink), box(-0.825, floor + 0.52, 1.585, 0.03, 0.22, 0.03, paint.ink), ball(-0.81, floor + 0.82, 1.6, [0.15, 0.12, 0.15], plain({ glow: dim(hex('#ffd98a'), 1.15) })),
  // Curtains on a rail.
  box(-1.25, 0.86, 1.8, 2.5, 0.035, 0.035, paint.dark), box(-1.14, -0.62, 1.76, 0.36, 1.48, 0.1, striped), box(0.78, -0.62, 1.76, 0.36, 1.48, 0.1, striped), box(-0.86, -0.46, 1.68, 1.72, 0.04, 0.22, paint.white),
  // The desk at the right wall: books, a light, a chair.
  box(1.42, floor + 0.7, -0.95, 0.66, 0.045, 1.5, paint.wood), box(1.45, floor, -0.92, 0.05, 0.7, 0.05, paint.dark), box(1.45, floor, 0.47, 0.05, 0.7, 0.05, paint.dark), box(1.5, floor + 0.06, 0.06, 0.56, 0.62, 0.44, hex('#a06f42')), box(1.49, floor + 0.42, 0.1, 0.02, 0.02, 0.36, paint.cream), box(1.49, floor + 0.2, 0.1, 0.02, 0.02, 0.36, paint.cream),
  ...[paint.rose, paint.quilt, paint.sage, paint.yellow, paint.ink, paint.red, paint.green].map((colour, i) => box(1.82, floor + 0.745, -0.9 + i * 0.055, 0.2, 0.22 + noise(i) * 0.09, 0.05, colour)),
  ball(1.86, floor + 0.76, 0.36, [0.1, 0.02, 0.1], paint.ink), box(1.85, floor + 0.76, 0.35, 0.02, 0.34, 0.02, paint.ink), ball(1.8, floor + 1.12, 0.36, [0.12, 0.08, 0.12], paint.yellow), box(1.5, floor + 0.745, -0.3, 0.3, 0.012, 0.22, paint.white), ball(1.56, floor + 0.79, 0.12, [0.04, 0.05, 0.04], paint.red),
  box(0.92, floor + 0.42, -0.46, 0.44, 0.05, 0.44, paint.green), box(0.9, floor + 0.47, -0.46, 0.05, 0.46, 0.44, paint.green), ...[[0.93, -0.45], [1.31, -0.45], [0.93, -0.07], [1.31, -0.07]].map(([x, z]) => box(x, floor, z, 0.04, 0.42, 0.04, paint.ink)),
  // The wardrobe behind, on the other side of the door, with a hook for a coat between them.
  box(0.55, floor, -1.88, 1.1, 1.95, 0.52, paint.sage), box(1.095, floor + 0.06, -1.365, 0.012, 1.84, 0.012, dim(paint.sage, 0.55)), box(1.03, floor + 0.9, -1.36, 0.02, 0.16, 0.03, paint.cream), box(1.15, floor + 0.9, -1.36, 0.02, 0.16, 0.03, paint.cream), box(0.62, floor + 1.95, -1.8, 0.5, 0.26, 0.36, hex('#c9a06c')),
  box(0.14, 0.22, -1.88, 0.3, 0.05, 0.04, paint.wood), ball(0.29, -0.1, -1.82, [0.12, 0.3, 0.07], paint.red), ball(0.29, 0.12, -1.83, [0.07, 0.1, 0.06], paint.red),
  // A shelf over the foot of the bed, a basket under it, a plant by the window, a beanbag, a ball.
  box(-2.08, -0.05, -1.75, 0.26, 0.035, 0.8, paint.wood), ...[paint.red, paint.green, paint.quilt, paint.yellow, paint.rose].map((colour, i) => box(-2.04, -0.015, -1.7 + i * 0.06, 0.17, 0.2 + noise(i, 4) * 0.1, 0.052, colour)), ball(-1.95, 0.06, -1.1, [0.07, 0.075, 0.07], paint.cream), ball(-1.95, 0.2, -1.1, [0.1, 0.1, 0.1], leaves),
  ball(-1.55, floor + 0.22, -1.45, [0.36, 0.26, 0.34], paint.rose), ball(-1.6, floor + 0.42, -1.55, [0.26, 0.2, 0.2], paint.rose),
  ball(1.7, floor + 0.14, 1.45, [0.2, 0.17, 0.2], hex('#b5633f')), box(1.69, floor + 0.2, 1.44, 0.03, 0.5, 0.03, paint.dark), ball(1.7, floor + 0.78, 1.45, [0.26, 0.22, 0.25], leaves), ball(1.56, floor + 0.98, 1.4, [0.17, 0.16, 0.17], leaves), ball(1.84, floor + 1.05, 1.5, [0.15, 0.2, 0.15], leaves),
  ball(1.12, floor + 0.11, 0.95, 0.11, ({ x, y, z }) => (Math.sin(x * 55) * Math.sin(y * 55) * Math.sin(z * 55) > 0.12 ? paint.ink : paint.white)),
  // The lamp under the ceiling.
  ball(0, 1.06, 0, [0.26, 0.09, 0.26], plain({ glow: hex('#fff3d6') }))
]

// The nearest thing on a ray, and the way its surface looks; nothing further than `most`. By bare numbers: this is asked a
// hundred million times.
const flat = Float64Array.from(things.flatMap(({ low, high, middle, r }) => (low ? [0, ...low, ...high] : [1, ...middle, ...r])))
const hit = { t: 0 }
function strike(o, d, most) {
  const ox = o[0]
  const oy = o[1]
  const oz = o[2]
  const dx = d[0]
  const dy = d[1]
  const dz = d[2]
  const ix = 1 / dx
  const iy = 1 / dy
  const iz = 1 / dz
  let best = most
  let at = -1
  for (let k = 0; k < flat.length; k += 7) {
    const x = flat[k + 1] - ox
    const y = flat[k + 2] - oy
    const z = flat[k + 3] - oz
    if (flat[k] === 0) {
      const ax = x * ix
      const bx = (flat[k + 4] - ox) * ix
      const ay = y * iy
      const by = (flat[k + 5] - oy) * iy
      const az = z * iz
      const bz = (flat[k + 6] - oz) * iz
      const near = Math.max(ax < bx ? ax : bx, ay < by ? ay : by, az < bz ? az : bz)
      const far = Math.min(ax < bx ? bx : ax, ay < by ? by : ay, az < bz ? bz : az)
      if (near > 1e-4 && near < far && near < best) {
        best = near
        at = k
      }
    } else {
      const ex = 1 / flat[k + 4]
      const ey = 1 / flat[k + 5]
      const ez = 1 / flat[k + 6]
      const a = dx * ex * dx * ex + dy * ey * dy * ey + dz * ez * dz * ez
      const b = x * ex * dx * ex + y * ey * dy * ey + z * ez * dz * ez
      const root = b * b - a * (x * ex * x * ex + y * ey * y * ey + z * ez * z * ez - 1)
      if (root <= 0) continue
      const t = (b - Math.sqrt(root)) / a
      if (t > 1e-4 && t < best) {
        best = t
        at = k
      }
    }
  }
  hit.t = best
  return at < 0 ? undefined : things[at / 7]
}

/** Which way the surface looks that was just struck. */
function facing({ low, high, middle, r }, p) {
  if (!low) {
    const n = p.map((value, i) => (value - middle[i]) / r[i] ** 2)
    const size = Math.hypot(...n)
    return n.map((value) => value / size)
  }
  const gaps = p.flatMap((value, i) => [Math.abs(value - low[i]), Math.abs(value - high[i])])
  const side = gaps.indexOf(Math.min(...gaps))
  return [0, 1, 2].map((i) => (i === side >> 1 ? (side % 2 ? 1 : -1) : 0))
}

const shell = { left: skirted(leftWall), right: skirted(rightWall), front: skirted(frontWall), back: skirted(backWall), ceiling: plain(paint.white), floor: (at) => (Math.hypot(at.x - 0.25, at.z - 0.85) < 0.62 ? rug(at) : boards(at)) }
/** Where a ray meets the room itself. */
function wallOf(o, d) {
  const [x, y, z] = [((d[0] < 0 ? room.left : room.right) - o[0]) / d[0], ((d[1] < 0 ? room.floor : room.ceiling) - o[1]) / d[1], ((d[2] < 0 ? room.back : room.front) - o[2]) / d[2]]
  if (x < y && x < z) return { t: x, name: d[0] < 0 ? 'left' : 'right', n: [-Math.sign(d[0]), 0, 0] }
  return y < z ? { t: y, name: d[1] < 0 ? 'floor' : 'ceiling', n: [0, -Math.sign(d[1]), 0] } : { t: z, name: d[2] < 0 ? 'back' : 'front', n: [0, 0, -Math.sign(d[2])] }
}

const open = (o, to) => {
  const d = [0, 1, 2].map((i) => to[i] - o[i])
  const far = Math.hypot(...d)
  return strike(o, d.map((value) => value / far), far - 0.02) === undefined
}

/** The light that falls on a place: from the window, from the lamp, and from everything around it. */
function light(p, n) {
  const o = p.map((value, i) => value + n[i] * 0.003)
  const sum = [0, 0, 0]
  const rays = 16
  for (let i = 0; i < rays; i++) {
    const [a, b] = [((i % 4) + 0.5) / 4, (Math.floor(i / 4) + 0.5) / 4]
    const from = [windowAt.left + a * (windowAt.right - windowAt.left), windowAt.low + b * (windowAt.high - windowAt.low), room.front - 0.01]
    const to = from.map((value, k) => value - o[k])
    const far = Math.hypot(...to)
    const falls = Math.max(0, (n[0] * to[0] + n[1] * to[1] + n[2] * to[2]) / far) * Math.max(0, to[2] / far)
    if (falls > 0.001 && open(o, from)) for (let k = 0; k < 3; k++) sum[k] += ((3.1 * falls) / (1 + far * far * 0.55) / rays) * [1, 0.98, 0.92][k]
    const bulb = [0.24 * (a - 0.5), 0.93, 0.24 * (b - 0.5)]
    const down = bulb.map((value, k) => value - o[k])
    const deep = Math.hypot(...down)
    const lit = Math.max(0, (n[0] * down[0] + n[1] * down[1] + n[2] * down[2]) / deep)
    if (lit > 0.001 && open(o, bulb)) for (let k = 0; k < 3; k++) sum[k] += ((0.6 * lit) / (1 + deep * deep * 0.5) / rays) * [1, 0.94, 0.82][k]
    // How much of what is around is near: corners are darker.
    const [z, turn] = [Math.sqrt(1 - a), 2 * Math.PI * (b + (i % 4) / 16)]
    const [s, c] = [Math.sqrt(1 - z * z) * Math.sin(turn), Math.sqrt(1 - z * z) * Math.cos(turn)]
    const across = Math.abs(n[1]) > 0.9 ? [1, 0, 0] : [n[2], 0, -n[0]]
    const size = Math.hypot(...across)
    const u = across.map((value) => value / size)
    const v = [n[1] * u[2] - n[2] * u[1], n[2] * u[0] - n[0] * u[2], n[0] * u[1] - n[1] * u[0]]
    const d = [0, 1, 2].map((k) => n[k] * z + u[k] * s + v[k] * c)
    const near = Math.min(strike(o, d, 0.7) ? hit.t : 0.7, wallOf(o, d).t)
    for (let k = 0; k < 3; k++) sum[k] += ((0.26 + 0.4 * Math.min(1, near / 0.7)) / rays) * [0.98, 0.97, 1][k]
  }
  return sum
}

function seen(d, lit) {
  const o = [0, 0, 0]
  const wall = wallOf(o, d)
  const thing = strike(o, d, wall.t)
  const t = thing ? hit.t : wall.t
  const p = d.map((value) => value * t)
  const n = thing ? facing(thing, p) : wall.n
  const at = { x: p[0], y: p[1], z: p[2] }
  const colour = thing ? thing.colour(at) : shell[wall.name](at)
  if (colour.glow) return colour.glow
  // Light changes slowly: what is reckoned for one place holds for its neighbours on the same side of the same thing.
  const side = `${thing ? things.indexOf(thing) : wall.name} ${thing?.r ? '' : n.map(Math.round)}`
  const falls = lit.get(side) ?? light(p, n)
  lit.set(side, falls)
  return colour.map((value, i) => value * falls[i])
}

/** Its pixels, row by row, red, green, blue: `width` all the way round, half of it from top to bottom. */
export function roomPixels(width, samples) {
  const height = width / 2
  const out = new Uint8Array(width * height * 3)
  let lit = []
  for (let y = 0; y < height; y++) {
    if (y % 2 === 0) lit = Array.from({ length: width / 2 }, () => new Map())
    for (let x = 0; x < width; x++) {
      const sum = [0, 0, 0]
      for (let i = 0; i < samples; i++) {
        const yaw = ((x + (i + 0.5) / samples) / width - 0.5) * 2 * Math.PI
        const pitch = (0.5 - (y + frac((i + 0.5) * 0.618)) / height) * Math.PI
        const colour = seen([Math.sin(yaw) * Math.cos(pitch) || 1e-9, Math.sin(pitch) || 1e-9, Math.cos(yaw) * Math.cos(pitch) || 1e-9], lit[x >> 1])
        for (let k = 0; k < 3; k++) sum[k] += Math.min(1, colour[k])
      }
      for (let k = 0; k < 3; k++) out[(y * width + x) * 3 + k] = Math.round(255 * (sum[k] / samples) ** (1 / 2.2))
    }
  }
  return out
}

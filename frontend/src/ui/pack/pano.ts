// Where somebody looks in a photo taken all the way round, and what of it they then see. Pure. The photo is
// equirectangular: its middle is straight ahead, its width is 360°, its height 180°. pano-gl.ts draws the same in a shader.

/** In radians. */
export interface Look {
  /** To the right of straight ahead, from -π to π. */
  yaw: number
  /** Upwards. */
  pitch: number
  /** How much is seen from top to bottom. */
  fov: number
}

export interface Box {
  width: number
  height: number
}

const degree = Math.PI / 180
export const start: Readonly<Look> = { yaw: 0, pitch: 0, fov: 68 * degree }
/** Right above and right below there is nothing to see but a stretched dot. */
export const steepest = 70 * degree
export const closest = 28 * degree
export const widest = 92 * degree
/** Slow enough to read what is on a shelf: once round in 72 seconds. */
export const slowly = 5 * degree

const between = (low: number, high: number, value: number): number => Math.min(high, Math.max(low, value))
const around = (yaw: number): number => yaw - 2 * Math.PI * Math.round(yaw / (2 * Math.PI))

export function turned(look: Look, right: number, up: number): Look {
  return { ...look, yaw: around(look.yaw + right), pitch: between(-steepest, steepest, look.pitch + up) }
}

/** 2 is twice as close. */
export function nearer(look: Look, times: number): Look {
  return { ...look, fov: between(closest, widest, 2 * Math.atan(Math.tan(look.fov / 2) / times)) }
}

/** What was under a finger stays under it, as far as it is near the middle. */
export function dragged(look: Look, dx: number, dy: number, box: Box): Look {
  const pixel = (2 * Math.tan(look.fov / 2)) / Math.max(1, box.height)
  return turned(look, -dx * pixel, dy * pixel)
}

/** A step of a key or a button: a third of what is seen. */
export function stepped(look: Look, right: number, up: number): Look {
  return turned(look, (right * look.fov) / 3, (up * look.fov) / 3)
}

/** Which place of the photo is seen at a place of the box: both from 0 to 1, from the left and from the top. */
export function seenAt(look: Look, x: number, y: number, box: Box): { u: number; v: number } {
  const half = Math.tan(look.fov / 2)
  const right = (2 * x - 1) * half * (box.width / box.height)
  const up = (1 - 2 * y) * half
  const [sin, cos] = [Math.sin(look.pitch), Math.cos(look.pitch)]
  const height = up * cos + sin
  const ahead = cos - up * sin
  const u = (look.yaw + Math.atan2(right, ahead)) / (2 * Math.PI) + 0.5
  return { u: u - Math.floor(u), v: 0.5 - Math.atan2(height, Math.hypot(right, ahead)) / Math.PI }
}

export type Side = 'ahead' | 'right' | 'behind' | 'left'

/** In one word, for whoever hears it. */
export function sideOf({ yaw }: Look): Side {
  return (['ahead', 'right', 'behind', 'left'] as const)[Math.round((around(yaw) + 2 * Math.PI) / (Math.PI / 2)) % 4] ?? 'ahead'
}

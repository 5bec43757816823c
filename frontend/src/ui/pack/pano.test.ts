import { describe, expect, it } from 'vitest'
import { closest, dragged, type Look, nearer, seenAt, sideOf, start, steepest, stepped, turned, widest } from './pano'

const box = { width: 400, height: 300 }
const degree = Math.PI / 180
const at = (yaw: number, pitch = 0, fov = 90): Look => ({ yaw: yaw * degree, pitch: pitch * degree, fov: fov * degree })
const middle = (look: Look) => seenAt(look, 0.5, 0.5, box)

describe('what is seen', () => {
  it('is the middle of the photo at first, and a quarter of it further on to the right', () => {
    expect(middle(start)).toEqual({ u: 0.5, v: 0.5 })
    expect(middle(at(90)).u).toBeCloseTo(0.75)
    expect(middle(at(-90)).u).toBeCloseTo(0.25)
  })

  it('goes on over the edge of the photo', () => {
    expect(middle(at(179)).u).toBeCloseTo(0.5 + 179 / 360)
    expect(middle(at(181)).u).toBeCloseTo(181 / 360 - 0.5)
    const { u } = seenAt(at(170), 1, 0.5, { width: 1, height: 1 })
    expect(u).toBeCloseTo((170 + 45) / 360 - 0.5)
  })

  it('is the ceiling above and the floor below', () => {
    expect(middle(at(0, 45)).v).toBeCloseTo(0.25)
    expect(middle(at(0, -45)).v).toBeCloseTo(0.75)
    expect(seenAt(at(0), 0.5, 0, box).v).toBeCloseTo(0.25)
    expect(seenAt(at(0), 0.5, 1, box).v).toBeCloseTo(0.75)
  })

  it('is as wide as the box asks for, and the same on both sides', () => {
    const left = seenAt(at(0), 0, 0.5, box).u
    const right = seenAt(at(0), 1, 0.5, box).u
    expect((right - left) * 360).toBeCloseTo((2 * Math.atan(4 / 3)) / degree)
    expect(left + right).toBeCloseTo(1)
  })

  it('holds a straight line straight: over the head it is seen behind as well', () => {
    const { u, v } = seenAt(at(0, 70), 0.5, 0, box)
    expect(u).toBeCloseTo(0)
    expect(v).toBeCloseTo((90 - 65) / 180)
  })
})

describe('looking round', () => {
  it('comes back to where it began', () => {
    let look: Look = start
    for (let i = 0; i < 36; i++) look = turned(look, 10 * degree, 0)
    expect(look.yaw).toBeCloseTo(0)
    for (let i = 0; i < 1000; i++) look = turned(look, 1, 0)
    expect(Math.abs(look.yaw)).toBeLessThanOrEqual(Math.PI)
  })

  it('ends before the top and the bottom', () => {
    expect(turned(start, 0, 9).pitch).toBe(steepest)
    expect(turned(start, 0, -9).pitch).toBe(-steepest)
  })

  it('comes closer and goes back only as far as there is something to see', () => {
    expect(nearer(start, 100).fov).toBe(closest)
    expect(nearer(start, 0.01).fov).toBe(widest)
    expect(Math.tan(nearer(start, 1.5).fov / 2)).toBeCloseTo(Math.tan(start.fov / 2) / 1.5)
  })

  it('follows the finger', () => {
    const before = seenAt(start, 0.5, 0.5, box)
    const after = dragged(start, 20, -12, box)
    const there = seenAt(after, 0.5 + 20 / box.width, 0.5 - 12 / box.height, box)
    expect(there.u).toBeCloseTo(before.u, 3)
    expect(there.v).toBeCloseTo(before.v, 3)
  })

  it('goes by smaller steps the closer it is', () => {
    expect(stepped(start, 1, 0).yaw).toBeCloseTo(start.fov / 3)
    expect(stepped(nearer(start, 2), 1, 0).yaw).toBeLessThan(start.fov / 4)
    expect(stepped(start, 0, 1).pitch).toBeGreaterThan(0)
  })

  it('has a word for each way', () => {
    expect([0, 44, 46, 90, 134, 136, 180, -180, -136, -134, -90, -46, -44].map((yaw) => sideOf(at(yaw)))).toEqual(
      ['ahead', 'ahead', 'right', 'right', 'right', 'behind', 'behind', 'behind', 'behind', 'left', 'left', 'left', 'ahead'])
  })
})

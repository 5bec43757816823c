// Draws a photo taken all the way round: one quad, and a shader that asks for each pixel which way it looks. The same
// reckoning as seenAt in pano.ts, which its test holds against the pixels.
import type { Look } from './pano'

const corners = `
attribute vec2 corner;
varying vec2 at;
void main() {
  at = corner;
  gl_Position = vec4(corner, 0.0, 1.0);
}`

const pixels = `
#ifdef GL_FRAGMENT_PRECISION_HIGH
precision highp float;
#else
precision mediump float;
#endif
varying vec2 at;
uniform sampler2D photo;
uniform vec2 half_view;
uniform float yaw;
uniform vec2 pitch;
const float pi = 3.14159265358979;
void main() {
  vec2 to = at * half_view;
  float height = to.y * pitch.y + pitch.x;
  float ahead = pitch.y - to.y * pitch.x;
  float u = (yaw + atan(to.x, ahead)) / (2.0 * pi) + 0.5;
  float v = 0.5 - atan(height, length(vec2(to.x, ahead))) / pi;
  gl_FragColor = vec4(texture2D(photo, vec2(fract(u), v)).rgb, 1.0);
}`

type GL = WebGLRenderingContext | WebGL2RenderingContext

export interface Drawer {
  /** Takes the photo. False: this phone can't hold it. */
  take(image: HTMLImageElement | HTMLCanvasElement): boolean
  draw(look: Look): void
  /** Gives back what it holds of the graphics' memory. */
  drop(): void
}

function shader(gl: GL, kind: number, source: string): WebGLShader | undefined {
  const made = gl.createShader(kind)
  if (!made) return undefined
  gl.shaderSource(made, source)
  gl.compileShader(made)
  return gl.getShaderParameter(made, gl.COMPILE_STATUS) ? made : undefined
}

function program(gl: GL): WebGLProgram | undefined {
  const [first, second] = [shader(gl, gl.VERTEX_SHADER, corners), shader(gl, gl.FRAGMENT_SHADER, pixels)]
  const made = gl.createProgram()
  if (!first || !second || !made) return undefined
  gl.attachShader(made, first)
  gl.attachShader(made, second)
  gl.linkProgram(made)
  return gl.getProgramParameter(made, gl.LINK_STATUS) ? made : undefined
}

const sizeOf = (image: HTMLImageElement | HTMLCanvasElement): [number, number] =>
  image instanceof HTMLImageElement ? [image.naturalWidth, image.naturalHeight] : [image.width, image.height]

/** The photo as this graphics card takes it: not larger than it can. */
function fitted(image: HTMLImageElement | HTMLCanvasElement, most: number): HTMLImageElement | HTMLCanvasElement {
  const [width, height] = sizeOf(image)
  const scale = Math.min(1, most / Math.max(width, height))
  if (scale === 1) return image
  const canvas = document.createElement('canvas')
  canvas.width = Math.floor(width * scale)
  canvas.height = Math.floor(height * scale)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas
}

const isPower = (n: number): boolean => (n & (n - 1)) === 0

/** Nothing where this browser draws no WebGL. */
export function drawerOf(canvas: HTMLCanvasElement): Drawer | undefined {
  const options: WebGLContextAttributes = { alpha: false, antialias: false, depth: false, stencil: false, powerPreference: 'low-power' }
  const second = canvas.getContext('webgl2', options) as WebGL2RenderingContext | null
  const gl: GL | null = second ?? canvas.getContext('webgl', options) as WebGLRenderingContext | null
  if (!gl) return undefined
  const used = program(gl)
  if (!used) return undefined
  gl.useProgram(used)
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer())
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW)
  const corner = gl.getAttribLocation(used, 'corner')
  gl.enableVertexAttribArray(corner)
  gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0)
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture())
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
  const [view, yaw, pitch] = ['half_view', 'yaw', 'pitch'].map((name) => gl.getUniformLocation(used, name))

  return {
    take(image) {
      const [width, height] = sizeOf(image)
      if (!width || !height || gl.isContextLost()) return false
      const fit = fitted(image, Number(gl.getParameter(gl.MAX_TEXTURE_SIZE)))
      // Its left edge goes on where its right edge ends, without a line between them, where the card allows it for this size.
      const [w, h] = sizeOf(fit)
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, second || (isPower(w) && isPower(h)) ? gl.REPEAT : gl.CLAMP_TO_EDGE)
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, gl.RGB, gl.UNSIGNED_BYTE, fit)
      return gl.getError() === gl.NO_ERROR
    },
    draw(look) {
      const half = Math.tan(look.fov / 2)
      gl.viewport(0, 0, canvas.width, canvas.height)
      gl.uniform2f(view ?? null, (half * canvas.width) / canvas.height, half)
      gl.uniform1f(yaw ?? null, look.yaw)
      gl.uniform2f(pitch ?? null, Math.sin(look.pitch), Math.cos(look.pitch))
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4)
    },
    drop() {
      gl.getExtension('WEBGL_lose_context')?.loseContext()
    }
  }
}

/** Moving units in one layer of the map: positions in one buffer, moved by the graphics card.

Each unit glides from where it was to where it is; the main thread only writes what is new. */
import { MercatorCoordinate, type CustomLayerInterface, type CustomRenderMethodInput, type Map as GlMap } from "maplibre-gl";
import type { Unit } from "../../kernel/units";
import { glyphOf } from "../../kernel/units";
import { bodySprite, dotSprite, drawSheet, MOVING, pointSprite, type Sheet } from "./unit_sprites";
import type { Tokens } from "./colours";

const FLOATS = 11;
const GLIDE_S = 1.1;
const GLIDE_LONGEST_S = 4;
/** Below this zoom units are dots. */
const DOTS_BELOW_ZOOM = 12;
const NEAR_FROM_ZOOM = 13.5;
const FRAME_AFAR_MS = 100;
const FRAME_NEAR_MS = 30;
const SIZE_PX = 28;
const SIZE_SMALL_PX = 24;

const VERTEX = `#version 300 es
precision highp float;
in vec2 a_from; in vec2 a_to; in vec2 a_when; in vec3 a_look; in vec2 a_shift;
uniform mat4 u_matrix; uniform float u_now; uniform float u_size; uniform float u_ratio; uniform int u_pass; uniform vec2 u_view;
out float v_sprite; out vec2 v_turn;
void main() {
  float way = a_when.y <= 0.0 ? 1.0 : clamp((u_now - a_when.x) / a_when.y, 0.0, 1.0);
  gl_Position = u_matrix * vec4(mix(a_from, a_to, way), 0.0, 1.0);
  gl_Position.xy += a_shift * vec2(2.0, -2.0) / u_view * gl_Position.w;
  bool isPoint = u_pass == 0;
  v_sprite = isPoint ? a_look.y : a_look.x;
  float angle = isPoint ? radians(a_look.z) : 0.0;
  v_turn = vec2(cos(angle), sin(angle));
  gl_PointSize = v_sprite < 0.0 ? 0.0 : u_size * u_ratio * 40.0 / 24.0;
  if (v_sprite < 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
in float v_sprite; in vec2 v_turn;
uniform sampler2D u_sheet; uniform vec2 u_grid;
out vec4 colour;
void main() {
  vec2 at = gl_PointCoord - 0.5;
  at = vec2(at.x * v_turn.x + at.y * v_turn.y, at.y * v_turn.x - at.x * v_turn.y) + 0.5;
  if (at.x < 0.0 || at.y < 0.0 || at.x > 1.0 || at.y > 1.0) discard;
  vec2 cell = vec2(mod(v_sprite, u_grid.x), floor(v_sprite / u_grid.x));
  colour = texture(u_sheet, (cell + at) / u_grid);
}`;

interface Track {
  unit: Unit;
  slot: number;
  fromX: number;
  fromY: number;
  toX: number;
  toY: number;
  begun: number;
  lasts: number;
  heading: number | null;
  isStale: boolean;
  shift: Shift;
}

/** Pixels right and down, so that units at one station stand side by side. */
export type Shift = readonly [right: number, down: number];
const NO_SHIFT: Shift = [0, 0];
/** Dots stand closer together than symbols. */
const DOT_SHIFT = 0.55;

export interface Seen {
  readonly lon: number;
  readonly lat: number;
  readonly heading?: number | null;
  readonly stale?: boolean;
}

export class UnitLayer implements CustomLayerInterface {
  readonly id = "units";
  readonly type = "custom" as const;
  readonly renderingMode = "2d" as const;
  private readonly tracks = new Map<string, Track>();
  private readonly anchor = MercatorCoordinate.fromLngLat([174.76, -36.87]);
  private readonly born = performance.now();
  private data = new Float32Array(256 * FLOATS);
  private map: GlMap | null = null;
  private gl: WebGL2RenderingContext | null = null;
  private program: WebGLProgram | null = null;
  private buffer: WebGLBuffer | null = null;
  private vertices: WebGLVertexArrayObject | null = null;
  private texture: WebGLTexture | null = null;
  private sheet: Sheet;
  private dirty = true;
  private sheetDirty = true;
  private asDots = false;
  private movesUntil = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  visible = true;

  constructor(tokens: Tokens) {
    this.sheet = drawSheet(tokens);
  }

  /** Draw in the colours of another theme. */
  repaint(tokens: Tokens): void {
    this.sheet = drawSheet(tokens);
    this.sheetDirty = true;
    this.map?.triggerRepaint();
  }

  /** What a unit is and where it was seen; a known one glides there. */
  see(unit: Unit, seen: Seen, shift: Shift = NO_SHIFT): void {
    const { x, y } = MercatorCoordinate.fromLngLat([seen.lon, seen.lat]);
    const [toX, toY] = [x - this.anchor.x, y - this.anchor.y];
    const now = this.seconds();
    let track = this.tracks.get(unit.id);
    if (!track) {
      track = { unit, slot: this.tracks.size, fromX: toX, fromY: toY, toX, toY, begun: now, lasts: 0, heading: null, isStale: false, shift };
      this.tracks.set(unit.id, track);
    } else if (track.toX !== toX || track.toY !== toY) {
      const here = this.place(track, now);
      const pause = now - track.begun;
      track.fromX = here.x;
      track.fromY = here.y;
      track.toX = toX;
      track.toY = toY;
      track.lasts = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0.2 : Math.min(GLIDE_LONGEST_S, Math.max(GLIDE_S, pause));
      track.begun = now;
      this.movesUntil = Math.max(this.movesUntil, now + track.lasts);
    }
    track.unit = unit;
    track.heading = seen.heading ?? null;
    track.isStale = seen.stale ?? false;
    track.shift = shift;
    this.write(track);
  }

  /** Ask the map to draw what was seen since. */
  shown(): void {
    this.dirty = true;
    this.map?.triggerRepaint();
  }

  forget(unitId: string): void {
    const track = this.tracks.get(unitId);
    if (!track) return;
    this.tracks.delete(unitId);
    const last = [...this.tracks.values()].find((one) => one.slot === this.tracks.size);
    if (last) {
      last.slot = track.slot;
      this.write(last);
    }
    this.shown();
  }

  ids(): Iterable<string> {
    return this.tracks.keys();
  }

  /** Where a unit is drawn at this moment. */
  where(unitId: string): { readonly lon: number; readonly lat: number } | null {
    const track = this.tracks.get(unitId);
    if (!track) return null;
    const here = this.place(track, this.seconds());
    const { lng, lat } = new MercatorCoordinate(here.x + this.anchor.x, here.y + this.anchor.y).toLngLat();
    return { lon: lng, lat };
  }

  /** How far beside its place a unit is drawn, in pixels. */
  shiftOf(unitId: string): Shift {
    const track = this.tracks.get(unitId);
    return track ? this.shiftNow(track) : NO_SHIFT;
  }

  get moves(): boolean {
    return this.seconds() < this.movesUntil;
  }

  /** The unit drawn nearest to a point of the screen, within a reach in pixels. */
  at(point: { x: number; y: number }, reach: number): Unit | null {
    if (!this.map || !this.visible) return null;
    let best: Unit | null = null;
    let least = reach * reach;
    for (const track of this.tracks.values()) {
      const here = this.where(track.unit.id);
      if (!here) continue;
      const spot = this.map.project([here.lon, here.lat]);
      const [right, down] = this.shiftNow(track);
      const far = (spot.x + right - point.x) ** 2 + (spot.y + down - point.y) ** 2;
      if (far < least) {
        least = far;
        best = track.unit;
      }
    }
    return best;
  }

  onAdd(map: GlMap, context: WebGLRenderingContext | WebGL2RenderingContext): void {
    const gl = context as WebGL2RenderingContext;
    this.map = map;
    this.gl = gl;
    this.program = linked(gl);
    this.buffer = gl.createBuffer();
    this.vertices = gl.createVertexArray();
    this.texture = gl.createTexture();
    this.dirty = true;
    this.sheetDirty = true;
    gl.bindVertexArray(this.vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
    for (const [name, size, from] of [["a_from", 2, 0], ["a_to", 2, 2], ["a_when", 2, 4], ["a_look", 3, 6], ["a_shift", 2, 9]] as const) {
      const at = gl.getAttribLocation(this.program, name);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, gl.FLOAT, false, FLOATS * 4, from * 4);
    }
    gl.bindVertexArray(null);
  }

  onRemove(): void {
    this.gl?.deleteProgram(this.program);
    this.gl?.deleteBuffer(this.buffer);
    this.gl?.deleteVertexArray(this.vertices);
    this.gl?.deleteTexture(this.texture);
    this.map = null;
    this.gl = null;
  }

  render(_context: WebGLRenderingContext | WebGL2RenderingContext, input: CustomRenderMethodInput): void {
    const { gl, map, program } = this;
    if (!gl || !map || !program || !this.visible || this.tracks.size === 0) return;
    this.choose(map.getZoom());
    this.upload(gl);
    gl.useProgram(program);
    gl.bindVertexArray(this.vertices);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.CULL_FACE);
    gl.disable(gl.STENCIL_TEST);
    const uniform = (name: string) => gl.getUniformLocation(program, name);
    gl.uniformMatrix4fv(uniform("u_matrix"), false, this.matrix(input.defaultProjectionData.mainMatrix));
    gl.uniform1f(uniform("u_now"), this.seconds());
    gl.uniform1f(uniform("u_ratio"), map.getPixelRatio());
    gl.uniform1f(uniform("u_size"), map.getZoom() < 14 ? SIZE_SMALL_PX * 0.82 : SIZE_PX * 0.82);
    const { clientWidth, clientHeight } = map.getCanvas();
    gl.uniform2f(uniform("u_view"), clientWidth, clientHeight);
    gl.uniform2f(uniform("u_grid"), this.sheet.columns, this.sheet.rows);
    gl.uniform1i(uniform("u_sheet"), 0);
    for (const pass of [0, 1]) {
      gl.uniform1i(uniform("u_pass"), pass);
      gl.drawArrays(gl.POINTS, 0, this.tracks.size);
    }
    gl.bindVertexArray(null);
    if (this.moves) this.again(map);
  }

  /** Draw again a little later: seen from afar nothing moves a pixel in a sixtieth of a second. */
  private again(map: GlMap): void {
    if (this.timer !== undefined) return;
    const pause = map.getZoom() < NEAR_FROM_ZOOM ? FRAME_AFAR_MS : FRAME_NEAR_MS;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.map?.triggerRepaint();
    }, pause);
  }

  private shiftNow(track: Track): Shift {
    const scale = this.asDots ? DOT_SHIFT : 1;
    return [track.shift[0] * scale, track.shift[1] * scale];
  }

  private seconds(): number {
    return (performance.now() - this.born) / 1_000;
  }

  private place(track: Track, now: number): { x: number; y: number } {
    const way = track.lasts <= 0 ? 1 : Math.min(1, Math.max(0, (now - track.begun) / track.lasts));
    return { x: track.fromX + (track.toX - track.fromX) * way, y: track.fromY + (track.toY - track.fromY) * way };
  }

  private write(track: Track): void {
    if ((track.slot + 1) * FLOATS > this.data.length) {
      const larger = new Float32Array(this.data.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    const { appearance, kind } = track.unit;
    const body = this.asDots ? dotSprite(appearance) : bodySprite(glyphOf(kind), appearance, track.isStale);
    const heads = !this.asDots && !track.isStale && track.heading !== null && MOVING.has(appearance);
    this.data.set(
      [track.fromX, track.fromY, track.toX, track.toY, track.begun, track.lasts, body, heads ? pointSprite(appearance) : -1, track.heading ?? 0, ...this.shiftNow(track)],
      track.slot * FLOATS,
    );
    this.dirty = true;
  }

  /** Dots from afar, symbols from near. */
  private choose(zoom: number): void {
    const dots = zoom < DOTS_BELOW_ZOOM;
    if (dots === this.asDots) return;
    this.asDots = dots;
    for (const track of this.tracks.values()) this.write(track);
  }

  private upload(gl: WebGL2RenderingContext): void {
    if (this.dirty) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
      gl.bufferData(gl.ARRAY_BUFFER, this.data.subarray(0, this.tracks.size * FLOATS), gl.DYNAMIC_DRAW);
      this.dirty = false;
    }
    if (this.sheetDirty) {
      gl.bindTexture(gl.TEXTURE_2D, this.texture);
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
      gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, this.sheet.canvas);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
      this.sheetDirty = false;
    }
  }

  /** The map's matrix moved to our anchor in doubles, so that floats are exact to centimetres. */
  private matrix(main: ArrayLike<number>): Float32Array {
    const moved = Float64Array.from(main);
    for (let row = 0; row < 4; row += 1) {
      moved[12 + row] = main[row]! * this.anchor.x + main[4 + row]! * this.anchor.y + main[12 + row]!;
    }
    return Float32Array.from(moved);
  }
}

function linked(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error("the graphics context is lost");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? "shaders do not link");
  return program;
}

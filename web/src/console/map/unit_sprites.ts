/** Every appearance of every kind of unit in one texture, drawn once a theme. */
import { APPEARANCES, type Appearance, type Glyph } from "../../kernel/units";
import { HEADING_POINT, UNIT_GLYPHS } from "../../look/symbols";
import type { Tokens } from "./colours";

const GLYPHS = Object.keys(UNIT_GLYPHS) as Glyph[];
/** A sprite's side in CSS pixels of a 24 box with room for the heading point. */
const BOX = 40;
const COLUMNS = 16;
export const SPRITE_PX = 80;

interface Body {
  readonly token: string;
  readonly solid: boolean;
  readonly mark: "none" | "dot" | "bar" | "stroke";
}

const BODIES: Readonly<Record<Appearance, Body>> = {
  free: { token: "ok", solid: false, mark: "none" },
  assigned: { token: "move", solid: false, mark: "dot" },
  en_route: { token: "move", solid: true, mark: "none" },
  on_scene: { token: "scene", solid: true, mark: "bar" },
  to_hospital: { token: "scene", solid: true, mark: "none" },
  returning: { token: "back", solid: false, mark: "none" },
  off: { token: "off", solid: false, mark: "stroke" },
};

/** Appearances that move, and so show where to. */
export const MOVING: ReadonlySet<Appearance> = new Set(["en_route", "to_hospital", "returning"]);

export interface Sheet {
  readonly canvas: HTMLCanvasElement;
  readonly columns: number;
  readonly rows: number;
}

const STALE_FROM = GLYPHS.length * APPEARANCES.length;
const DOTS_FROM = STALE_FROM * 2;
const POINTS_FROM = DOTS_FROM + APPEARANCES.length;
const COUNT = POINTS_FROM + APPEARANCES.length;

export function bodySprite(glyph: Glyph, appearance: Appearance, isStale: boolean): number {
  const nth = GLYPHS.indexOf(glyph) * APPEARANCES.length + APPEARANCES.indexOf(appearance);
  return isStale ? STALE_FROM + nth : nth;
}

export function dotSprite(appearance: Appearance): number {
  return DOTS_FROM + APPEARANCES.indexOf(appearance);
}

export function pointSprite(appearance: Appearance): number {
  return POINTS_FROM + APPEARANCES.indexOf(appearance);
}

export function drawSheet(tokens: Tokens): Sheet {
  const rows = Math.ceil(COUNT / COLUMNS);
  const canvas = document.createElement("canvas");
  canvas.width = COLUMNS * SPRITE_PX;
  canvas.height = rows * SPRITE_PX;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws no canvas");
  const draw = (nth: number, paint: () => void) => {
    context.save();
    context.translate((nth % COLUMNS) * SPRITE_PX, Math.floor(nth / COLUMNS) * SPRITE_PX);
    context.scale(SPRITE_PX / BOX, SPRITE_PX / BOX);
    context.translate((BOX - 24) / 2, (BOX - 24) / 2);
    paint();
    context.restore();
  };
  for (const appearance of APPEARANCES) {
    for (const glyph of GLYPHS) {
      draw(bodySprite(glyph, appearance, false), () => drawBody(context, tokens, glyph, appearance));
      draw(bodySprite(glyph, appearance, true), () => drawStale(context, tokens, glyph, appearance));
    }
    draw(dotSprite(appearance), () => drawDot(context, tokens, appearance));
    draw(pointSprite(appearance), () => drawPoint(context, tokens, appearance));
  }
  return { canvas, columns: COLUMNS, rows };
}

function disc(context: CanvasRenderingContext2D, radius: number): void {
  context.beginPath();
  context.arc(12, 12, radius, 0, Math.PI * 2);
}

function drawBody(context: CanvasRenderingContext2D, tokens: Tokens, glyph: Glyph, appearance: Appearance): void {
  const body = BODIES[appearance];
  const colour = tokens(body.token);
  const ground = tokens("bg0");
  disc(context, 11.4);
  context.fillStyle = ground;
  context.fill();
  disc(context, 9.4);
  context.fillStyle = body.solid ? colour : ground;
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 1.8;
  context.stroke();
  context.fillStyle = body.solid ? ground : colour;
  context.fill(new Path2D(UNIT_GLYPHS[glyph]), "evenodd");
  drawMark(context, colour, ground, body.mark);
}

function drawMark(context: CanvasRenderingContext2D, colour: string, ground: string, mark: Body["mark"]): void {
  context.fillStyle = colour;
  if (mark === "dot") {
    context.beginPath();
    context.arc(20, 4, 3.8, 0, Math.PI * 2);
    context.fill();
    context.strokeStyle = ground;
    context.lineWidth = 1.4;
    context.stroke();
  } else if (mark === "bar") {
    context.fillStyle = ground;
    context.fillRect(3, 23.4, 18, 4.2);
    context.fillStyle = colour;
    context.fillRect(4, 24.4, 16, 2.2);
  } else if (mark === "stroke") {
    context.strokeStyle = colour;
    context.lineWidth = 1.8;
    context.stroke(new Path2D("M4.500 19.500L19.500 4.500"));
  }
}

function drawStale(context: CanvasRenderingContext2D, tokens: Tokens, glyph: Glyph, appearance: Appearance): void {
  context.globalAlpha = 0.8;
  context.save();
  context.translate(12, 12);
  context.scale(7.4 / 9.4, 7.4 / 9.4);
  context.translate(-12, -12);
  drawBody(context, tokens, glyph, appearance);
  context.restore();
  disc(context, 10);
  context.strokeStyle = tokens(BODIES[appearance].token);
  context.lineWidth = 1.4;
  context.setLineDash([3.2, 3.08]);
  context.stroke();
}

function drawDot(context: CanvasRenderingContext2D, tokens: Tokens, appearance: Appearance): void {
  const body = BODIES[appearance];
  disc(context, 6.4);
  context.fillStyle = tokens("bg0");
  context.fill();
  disc(context, 4.6);
  context.fillStyle = body.solid ? tokens(body.token) : tokens("bg0");
  context.fill();
  context.strokeStyle = tokens(body.token);
  context.lineWidth = 2.2;
  context.stroke();
}

function drawPoint(context: CanvasRenderingContext2D, tokens: Tokens, appearance: Appearance): void {
  const path = new Path2D(HEADING_POINT);
  context.fillStyle = tokens(BODIES[appearance].token);
  context.strokeStyle = tokens("bg0");
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.stroke(path);
  context.fill(path);
}

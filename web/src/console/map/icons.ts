/** Symbols drawn once on canvas: incidents and sites for the map's own layers. */
import type { Map as GlMap } from "maplibre-gl";
import type { Priority } from "../../kernel/generated/contracts";
import { PRIORITY_SHAPES } from "../../look/symbols";
import type { Tokens } from "./colours";

const PRIORITIES = [1, 2, 3, 4] as const;
const HEIGHTS: Readonly<Record<Priority, number>> = { 1: 26, 2: 24, 3: 20, 4: 18 };
const SELECTED_HEIGHT = 34;
const SMALL_HEIGHT = 12;
const RATIO = 2;

/** Put all symbols into the map, drawn in the present theme; called again when the theme changes. */
export function drawIcons(map: GlMap, tokens: Tokens): void {
  for (const priority of PRIORITIES) {
    put(map, `p${priority}`, priorityImage(priority, HEIGHTS[priority], tokens, true));
    put(map, `p${priority}-selected`, priorityImage(priority, SELECTED_HEIGHT, tokens, true));
    put(map, `p${priority}-small`, priorityImage(priority, SMALL_HEIGHT, tokens, false));
  }
  put(map, "brackets", bracketsImage(tokens));
  put(map, "station", siteImage(tokens, "house"));
  put(map, "hospital", siteImage(tokens, "H"));
  put(map, "pointed", pointedImage(tokens));
  put(map, "hatch", hatchImage(tokens, "bad", 3));
  put(map, "gap", hatchImage(tokens, "line3", 1.4));
}

function put(map: GlMap, name: string, image: ImageData): void {
  if (map.hasImage(name)) map.updateImage(name, image);
  else map.addImage(name, image, { pixelRatio: RATIO });
}

export function canvasOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * RATIO);
  canvas.height = Math.ceil(height * RATIO);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("this browser draws no canvas");
  context.scale(RATIO, RATIO);
  return context;
}

function pixels(context: CanvasRenderingContext2D): ImageData {
  return context.getImageData(0, 0, context.canvas.width, context.canvas.height);
}

function priorityImage(priority: Priority, height: number, tokens: Tokens, withText: boolean): ImageData {
  const shape = PRIORITY_SHAPES[priority];
  const scale = height / 22;
  const side = 28 * scale + 12;
  const context = canvasOf(side, side);
  context.translate(side / 2 - 14 * scale, side / 2 - 12 * scale);
  context.scale(scale, scale);
  const path = new Path2D(shape.path);
  const ink = tokens(`p${priority}`);
  context.lineJoin = "round";
  context.strokeStyle = tokens("bg0");
  context.lineWidth = 5 / scale;
  context.stroke(path);
  context.fillStyle = shape.filled ? ink : tokens(`p${priority}bg`);
  context.fill(path);
  if (!shape.filled) {
    context.strokeStyle = ink;
    context.lineWidth = 1.6 / Math.min(1, scale);
    context.stroke(path);
  }
  if (withText) {
    context.fillStyle = shape.filled ? tokens(`p${priority}ink`) : ink;
    context.font = `700 ${priority === 1 ? 10.5 : 9.5}px "Inter Variable", Inter, sans-serif`;
    context.textAlign = "center";
    context.fillText(`P${priority}`, 14, shape.baseline);
  }
  return pixels(context);
}

/** Four corner brackets, 52 square, arm 8. */
function bracketsImage(tokens: Tokens): ImageData {
  const context = canvasOf(56, 56);
  const path = new Path2D("M3 11V3h8M45 3h8v8M53 45v8h-8M11 53H3v-8");
  for (const [colour, width] of [[tokens("bg0"), 5], [tokens("tx0"), 2]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }
  return pixels(context);
}

/** Lines at 45°, so many in ten; they meet where the tile is laid beside itself. */
function hatchImage(tokens: Tokens, colour: string, of_ten: number): ImageData {
  const side = 10;
  const context = canvasOf(side, side);
  context.strokeStyle = tokens(colour);
  context.lineWidth = of_ten * Math.SQRT1_2;
  for (const from of [-side, 0, side]) {
    context.moveTo(from - 2, side + 2);
    context.lineTo(from + side + 2, -2);
  }
  context.stroke();
  return pixels(context);
}

function siteImage(tokens: Tokens, mark: "house" | "H"): ImageData {
  const context = canvasOf(19, 19);
  context.beginPath();
  context.roundRect(2, 2, 15, 15, 3.5);
  context.fillStyle = tokens("bg1");
  context.fill();
  context.strokeStyle = tokens("p4");
  context.lineWidth = 1.2;
  context.stroke();
  context.fillStyle = tokens("p4");
  context.strokeStyle = tokens("p4");
  context.lineWidth = 1.5;
  context.stroke(new Path2D(mark === "H" ? "M7 6v7M12 6v7M7 9.500h5" : "M5.500 10L9.500 6l4 4M6.800 9.500v3.700h5.400V9.500"));
  return pixels(context);
}

/** Where the operator pointed: a small cross in the colour of the hand. */
function pointedImage(tokens: Tokens): ImageData {
  const context = canvasOf(28, 28);
  for (const [colour, width] of [[tokens("bg0"), 5], [tokens("acc"), 2]] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(new Path2D("M14 3v8M14 17v8M3 14h8M17 14h8"));
  }
  return pixels(context);
}

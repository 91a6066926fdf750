/** Where a unit's label stands beside its symbol, so that what is chosen stays readable; all in pixels of the screen. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}
type Offset = readonly [right: number, down: number];

/** From a symbol's middle to its label. */
export const UNIT_LABEL_PX = 18;

/** From the symbol's middle to the middle of the label's left edge: right of it, or where that lies over something taken, below, above or left. What is taken first matters most. */
export function labelOffset(symbol: { readonly x: number; readonly y: number }, { width, height }: Size, taken: readonly Box[]): Offset {
  const beside: Offset = [UNIT_LABEL_PX, 0];
  const away = UNIT_LABEL_PX + height / 2;
  const along = [-width / 2, 0, -width];
  const spots: readonly Offset[] = [beside, ...along.map((right) => [right, away] as const), ...along.map((right) => [right, -away] as const), [-UNIT_LABEL_PX - width, 0]];
  const isFree = ([right, down]: Offset, of: readonly Box[]) => {
    const box = { left: symbol.x + right, top: symbol.y + down - height / 2, width, height };
    return !of.some((other) => meet(box, other));
  };
  return spots.find((spot) => isFree(spot, taken)) ?? spots.find((spot) => isFree(spot, taken.slice(0, 1))) ?? beside;
}

function meet(one: Box, other: Box): boolean {
  return one.left < other.left + other.width && other.left < one.left + one.width && one.top < other.top + other.height && other.top < one.top + one.height;
}

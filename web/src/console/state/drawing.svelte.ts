/** A hazard zone on its way from the hand to the map: the pen, the line so far, the shape that waits for its name. */
import type { Pen, PenShape, Stroke } from "../map/pen";

/** A shape that was drawn and is not declared yet. */
export interface Draft {
  readonly shape: PenShape;
  readonly ring: readonly (readonly [lon: number, lat: number])[];
  readonly centre: { readonly lon: number; readonly lat: number } | null;
  readonly radius_m: number | null;
}

export class Drawing {
  /** What is being drawn; null while there is no pen in the hand. */
  shape: PenShape | null = $state(null);
  stroke: Stroke | null = $state.raw(null);
  draft: Draft | null = $state.raw(null);
  private pen: Pen | null = null;

  begin(shape: PenShape): void {
    this.cancel();
    this.draft = null;
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    this.shape = shape;
  }

  /** The map has a pen for it; put it away at once if nobody wants to draw any more. */
  take(pen: Pen): void {
    if (this.shape === null) pen.end();
    else this.pen = pen;
  }

  undo(): void {
    this.pen?.undo();
  }

  close(): void {
    this.pen?.close();
  }

  /** Nothing was drawn. */
  cancel(): void {
    this.pen?.end();
    this.pen = null;
    this.shape = null;
    this.stroke = null;
  }

  moved(stroke: Stroke | null): void {
    this.stroke = stroke;
  }

  done(stroke: Stroke): void {
    const { shape } = this;
    if (shape === null) return;
    this.cancel();
    this.draft = { shape, ring: stroke.ring, centre: stroke.centre, radius_m: stroke.radius_m === null ? null : Math.max(1, Math.round(stroke.radius_m)) };
  }

  /** The circle gets another radius. */
  resize(radius_m: number, ring: Draft["ring"]): void {
    if (this.draft?.centre) this.draft = { ...this.draft, radius_m, ring };
  }

  /** What a key does while the pen is in the hand; whether it did anything. */
  pressed(key: string): boolean {
    if (this.shape === null) return false;
    if (key === "Escape") this.cancel();
    else if (key === "Enter") this.close();
    else if (key === "Backspace" || key === "Delete") this.undo();
    else return false;
    return true;
  }
}

/** What was told here last about each call and task, shown until the node has told us so itself. */
import type { Step } from "./calls";

export type Told = ReadonlyMap<string, Step>;

/** What had gone out already when a look at the node begins: its answer knows of these. */
export function goneOut(told: Told, waits: (id: string) => boolean): Told {
  return new Map([...told].filter(([id]) => !waits(id)));
}

/** What a look has not told us back: what waits here, and what was told while it was on its way. */
export function stillTold(told: Told, answered: Told, waits: (id: string) => boolean): Told {
  return new Map([...told].filter(([id, step]) => waits(id) || answered.get(id) !== step));
}

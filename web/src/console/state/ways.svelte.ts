/** Ways over the roads for the eye: of units on their way, and of those that a command proposes. */
import type { Api } from "../../kernel/api";
import type { Incident } from "../../kernel/incidents";
import type { Unit } from "../../kernel/units";
import { metresBetween, type Way } from "../map/shapes";
import type { RouteFound } from "./answers";

/** A way is asked for anew when its unit is this far from where it was asked. */
const AGAIN_AFTER_M = 200;
const AT_ONCE_MAX = 8;

export interface Wanted {
  readonly unit: Unit;
  readonly from: { readonly lon: number; readonly lat: number };
  readonly incident: Incident;
  readonly kind: Way["kind"];
}

interface Known {
  readonly from: { readonly lon: number; readonly lat: number };
  readonly found: RouteFound | null;
}

export class Ways {
  drawn: readonly Way[] = $state.raw([]);
  /** Seconds on the road by unit, as far as they are known. */
  seconds: ReadonlyMap<string, RouteFound> = $state.raw(new Map());
  private readonly known = new Map<string, Known>();
  private readonly asking = new Set<string>();
  private wanted: readonly Wanted[] = [];

  constructor(private readonly api: Api) {}

  /** These ways are to be seen now, and no others. */
  want(wanted: readonly Wanted[]): void {
    this.wanted = wanted.slice(0, AT_ONCE_MAX);
    const keys = new Set(this.wanted.map(keyOf));
    for (const key of this.known.keys()) if (!keys.has(key)) this.known.delete(key);
    for (const one of this.wanted) {
      const key = keyOf(one);
      const known = this.known.get(key);
      if (this.asking.has(key) || (known && metresBetween(known.from, one.from) < AGAIN_AFTER_M)) continue;
      void this.ask(key, one);
    }
    this.publish();
  }

  private async ask(key: string, one: Wanted): Promise<void> {
    const { lon, lat } = one.incident;
    if (lon === null || lat === null) return;
    this.asking.add(key);
    const source = { lon: one.from.lon, lat: one.from.lat };
    const found = await this.api
      .post<RouteFound>("/v1/routes", { source, target: { lon, lat }, mode: "lights" })
      .catch(() => null); // no way over the roads: nothing is drawn, the order stands
    this.asking.delete(key);
    this.known.set(key, { from: source, found });
    this.publish();
  }

  private publish(): void {
    const drawn: Way[] = [];
    const seconds = new Map<string, RouteFound>();
    for (const one of this.wanted) {
      const found = this.known.get(keyOf(one))?.found;
      if (!found) continue;
      drawn.push({ kind: one.kind, geometry: found.geometry });
      seconds.set(one.unit.id, found);
    }
    // The same ways are not drawn anew: without a graphics card that takes the processor a while.
    if (!sameWays(drawn, this.drawn)) this.drawn = drawn;
    this.seconds = seconds;
  }
}

function sameWays(some: readonly Way[], others: readonly Way[]): boolean {
  return some.length === others.length && some.every((way, at) => way.kind === others[at]!.kind && way.geometry === others[at]!.geometry);
}

function keyOf(one: Wanted): string {
  return `${one.unit.id} ${one.incident.id} ${one.incident.lon},${one.incident.lat} ${one.kind}`;
}

/** Ways over the roads for the eye: of units on their way, and of those that a command proposes. */
import { Problem, type Api } from "../../kernel/api";
import type { Incident, OpenAssignment } from "../../kernel/incidents";
import type { Unit } from "../../kernel/units";
import { metresBetween, type Way } from "../map/shapes";
import type { RouteFound } from "./answers";

/** A way is asked for anew when its unit is this far from where it was asked. */
const AGAIN_AFTER_M = 200;
const AT_ONCE_MAX = 8;
/** No answer came, or a busy one: asked again after so long, whether its unit moved or not. */
const RETRY_AFTER_MS = 5_000;
const TOO_MANY = 429;

export interface Wanted {
  readonly unit: Unit;
  readonly from: { readonly lon: number; readonly lat: number };
  readonly incident: Incident;
  readonly kind: Way["kind"];
}

interface Known {
  readonly from: { readonly lon: number; readonly lat: number };
  /** Null where there is no way over the roads, or none was told yet. */
  readonly found: RouteFound | null;
  /** When it was found, by the city's clock. */
  readonly at: number;
  /** Over which state of the roads it was found. */
  readonly roads: number;
  /** When it is asked anew because no answer came; null where one did. */
  readonly retry_at: number | null;
}

export class Ways {
  drawn: readonly Way[] = $state.raw([]);
  /** Seconds on the road by unit, as far as they are known. */
  seconds: ReadonlyMap<string, RouteFound> = $state.raw(new Map());
  /** When crews that were seen on their way would be there, over the roads of now. */
  private arrivals: ReadonlyMap<string, number> = $state.raw(new Map());
  private readonly known = new Map<string, Known>();
  private readonly asking = new Set<string>();
  private wanted: readonly Wanted[] = [];
  private roads = 0;

  /** `now` is the city's clock. */
  constructor(private readonly api: Pick<Api, "post">, private readonly now: () => number) {}

  /** When a crew is expected: once it rolls over the roads of now, before that as its order says. */
  expectedAt(one: OpenAssignment): number | null {
    const rolling = one.status === "en_route" ? this.arrivals.get(one.unit_id) : undefined;
    return rolling ?? (one.eta_at === null ? null : Date.parse(one.eta_at));
  }

  /** Roads were closed or opened: each way is found anew, and stays until it is. */
  roadsChanged(): void {
    this.roads += 1;
    this.want(this.wanted);
  }

  /** These ways are to be seen now, and no others. */
  want(wanted: readonly Wanted[]): void {
    this.wanted = wanted.slice(0, AT_ONCE_MAX);
    const keys = new Set(this.wanted.map(keyOf));
    for (const key of this.known.keys()) if (!keys.has(key)) this.known.delete(key);
    for (const one of this.wanted) {
      const key = keyOf(one);
      if (this.asking.has(key) || this.isKnown(this.known.get(key), one)) continue;
      void this.ask(key, one);
    }
    this.publish();
  }

  private isKnown(known: Known | undefined, { from }: Wanted): boolean {
    if (!known) return false;
    if (known.retry_at !== null) return Date.now() < known.retry_at;
    return known.roads === this.roads && metresBetween(known.from, from) < AGAIN_AFTER_M;
  }

  private async ask(key: string, one: Wanted): Promise<void> {
    const { lon, lat } = one.incident;
    if (lon === null || lat === null) return;
    this.asking.add(key);
    const { roads } = this;
    const from = { lon: one.from.lon, lat: one.from.lat };
    try {
      const found = await this.api.post<RouteFound>("/v1/routes", { source: from, target: { lon, lat }, mode: "lights" });
      this.known.set(key, { from, found, at: this.now(), roads, retry_at: null });
    } catch (error) {
      // No way over the roads: nothing is drawn, the order stands. No answer: what was known is drawn until one comes.
      this.known.set(key, isFinal(error)
        ? { from, found: null, at: 0, roads, retry_at: null }
        : { from, found: this.known.get(key)?.found ?? null, at: this.known.get(key)?.at ?? 0, roads, retry_at: Date.now() + RETRY_AFTER_MS });
    }
    this.asking.delete(key);
    this.publish();
  }

  private publish(): void {
    const drawn: Way[] = [];
    const seconds = new Map<string, RouteFound>();
    const arrivals = new Map<string, number>();
    for (const one of this.wanted) {
      const { found, at } = this.known.get(keyOf(one)) ?? { found: null, at: 0 };
      if (!found) continue;
      if (one.kind === "under_way") arrivals.set(one.unit.id, at + found.travel_time_s * 1_000);
      drawn.push({ kind: one.kind, geometry: found.geometry });
      seconds.set(one.unit.id, found);
    }
    // The same ways are not drawn anew: without a graphics card that takes the processor a while.
    if (!sameWays(drawn, this.drawn)) this.drawn = drawn;
    this.seconds = seconds;
    this.arrivals = arrivals;
  }
}

/** Whether the same question would have the same answer. */
function isFinal(error: unknown): boolean {
  return error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== TOO_MANY;
}

function sameWays(some: readonly Way[], others: readonly Way[]): boolean {
  return some.length === others.length && some.every((way, at) => way.kind === others[at]!.kind && way.geometry === others[at]!.geometry);
}

function keyOf(one: Wanted): string {
  return `${one.unit.id} ${one.incident.id} ${one.incident.lon},${one.incident.lat} ${one.kind}`;
}

/** Analysis layers of the map: closed roads, what is reached, who covers what, where more happens than chance explains. */
import type { Feature, FeatureCollection } from "geojson";
import { Problem } from "../../kernel/api";
import { USUAL_HOURS, USUAL_MINUTES, type LayerAct, type ReachFrom } from "../../kernel/layer_grammar";
import type { Unit } from "../../kernel/units";
import type { Page } from "./answers";

export type Asked = "reach" | "cover" | "hot";
/** How a layer stands; `stale` shows what was found before. */
export type Standing = "reading" | "read" | "stale" | "busy" | "no_road_near" | "no_roads" | "no_cells" | "nobodyFree" | "noIncidents";

/** What the layers need of the desk. */
export interface Charted {
  readonly api: { get<T>(path: string): Promise<T>; post<T>(path: string, body?: unknown): Promise<T> };
  readonly now: number;
  readonly closuresInForce: readonly unknown[];
  units(): Iterable<Unit>;
  whereabouts(unit: Unit): { readonly lon: number; readonly lat: number } | null;
  readonly unitsById: ReadonlyMap<string, Unit>;
}

interface Drawn<T> extends FeatureCollection {
  readonly method?: string;
  readonly features: (Feature & { readonly properties: T })[];
}
export type Reached = Drawn<{ within_s: number; area_km2: number }>;
export type Covered = Drawn<{ name: string | null; cells: number; share: number }> & { readonly share: number };
export type ClosedRoads = Drawn<{ speed_share: number }> & { readonly roads: number; readonly closures: number };
export type Hot = Drawn<{ cell: string; weight: number; score: number }> & { readonly hot_count: number; readonly cell_count: number };

const AGAIN_MS: Readonly<Record<Asked, number>> = { reach: 30_000, cover: 20_000, hot: 120_000 };
const BUSY_AGAIN_MS = 3_000;
/** As many as the service takes; a seat that has more looks at a part. */
export const STANDS_MAX = 200;
const PAGE_MAX = 200;
/** Two thousand incidents in the span; a city's day has some hundreds. */
const PAGES_MAX = 10;
/** Roads follow a closure within some fifty milliseconds; whoever looks before finds the roads before it. */
const ROADS_FOLLOW_MS = 300;
const ROADS_AGAIN_MS = 3_000;
const ROADS_LOOKS_MAX = 5;
const HOUR_MS = 3_600_000;
const TOLD: ReadonlySet<string> = new Set<Standing>(["no_road_near", "no_roads", "no_cells"]);

export class Layers {
  closed = $state(true);
  reach: { readonly from: ReachFrom; readonly minutes: number } | null = $state.raw(null);
  cover: { readonly capability: string | null; readonly minutes: number } | null = $state.raw(null);
  hot: { readonly hours: number } | null = $state.raw(null);
  readonly standing: Record<Asked, Standing> = $state({ reach: "reading", cover: "reading", hot: "reading" });
  reached: Reached | null = $state.raw(null);
  covered: Covered | null = $state.raw(null);
  spots: Hot | null = $state.raw(null);
  /** Closed and slowed roads as lines; null where nobody could be asked, and what was named is drawn. */
  closedRoads: ClosedRoads | null = $state.raw(null);
  /** How many units were counted, and of how many; how many incidents. */
  counted = $state.raw({ units: 0, of: 0, incidents: 0 });
  private readonly turn: Record<Asked, number> = { reach: 0, cover: 0, hot: 0 };
  private roadsTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly timers: Partial<Record<Asked, ReturnType<typeof setTimeout>>> = {};

  constructor(private readonly desk: Charted) {}

  /** As a line of the command line says: a layer is turned on anew, closed roads on or off. */
  show(act: LayerAct): void {
    if (act.layer === "closed") this.closed = !this.closed;
    else if (act.layer === "reach" && act.from) this.turnReach({ from: act.from, minutes: act.minutes });
    else if (act.layer === "cover") this.turnCover({ capability: act.capability, minutes: act.minutes });
    else if (act.layer === "hot") this.turnHot({ hours: act.hours });
    else this.turnOff();
  }

  turnReach(asked: Layers["reach"]): void {
    this.reach = asked;
    this.reached = null;
    void this.ask("reach");
  }

  turnCover(asked: Layers["cover"]): void {
    this.cover = asked;
    this.covered = null;
    void this.ask("cover");
  }

  turnHot(asked: Layers["hot"]): void {
    this.hot = asked;
    this.spots = null;
    void this.ask("hot");
  }

  turnOff(): void {
    this.turnReach(null);
    this.turnCover(null);
    this.turnHot(null);
  }

  /** Roads were closed or opened: they are drawn anew, and what went over them is found anew. */
  roadsChanged(): void {
    this.lookAtRoads(ROADS_FOLLOW_MS, ROADS_LOOKS_MAX);
    if (this.reach) void this.ask("reach");
    if (this.cover) void this.ask("cover");
  }

  stop(): void {
    this.turnOff();
    clearTimeout(this.roadsTimer);
  }

  private lookAtRoads(inMs: number, looks: number): void {
    clearTimeout(this.roadsTimer);
    this.roadsTimer = setTimeout(() => void this.drawRoads(looks), inMs);
  }

  /** Again while the roads are not under as many closures as the picture has. */
  private async drawRoads(looks: number): Promise<void> {
    const closures = this.desk.closuresInForce.length;
    try {
      this.closedRoads = closures > 0 ? await this.desk.api.get<ClosedRoads>("/v1/closures/roads") : null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.closedRoads = null;
      if (error.status === 403) return;
    }
    const isBehind = closures > 0 && this.closedRoads?.closures !== closures;
    if (isBehind && looks > 1 && closures === this.desk.closuresInForce.length) this.lookAtRoads(ROADS_AGAIN_MS, looks - 1);
  }

  static readonly usual = { minutes: USUAL_MINUTES, hours: USUAL_HOURS };

  private async ask(layer: Asked): Promise<void> {
    clearTimeout(this.timers[layer]);
    this.turn[layer] += 1;
    const turn = this.turn[layer];
    if (this[layer] === null) return;
    const before = this.standing[layer];
    if (this.foundOf(layer) === null) this.standing[layer] = "reading";
    let standing: Standing;
    try {
      standing = await this.find(layer, () => this.turn[layer] === turn);
    } catch (error) {
      standing = standingOf(error, before === "read" || before === "stale");
    }
    if (this.turn[layer] !== turn) return;
    this.standing[layer] = standing;
    this.timers[layer] = setTimeout(() => void this.ask(layer), standing === "busy" ? BUSY_AGAIN_MS : AGAIN_MS[layer]);
  }

  private foundOf(layer: Asked): FeatureCollection | null {
    return { reach: this.reached, cover: this.covered, hot: this.spots }[layer];
  }

  private async find(layer: Asked, isWanted: () => boolean): Promise<Standing> {
    if (layer === "reach") return this.findReach(isWanted);
    return layer === "cover" ? this.findCover(isWanted) : this.findHot(isWanted);
  }

  /** Half the time is drawn too: how far the edge is from what is easily reached. */
  private async findReach(isWanted: () => boolean): Promise<Standing> {
    const { from, minutes } = this.reach!;
    const unit = from.unit_id === null ? undefined : this.desk.unitsById.get(from.unit_id);
    const at = (unit && this.desk.whereabouts(unit)) ?? from;
    const bands = [...new Set([Math.max(60, minutes * 30), minutes * 60])].map((seconds) => `&seconds=${seconds}`).join("");
    const found = await this.desk.api.get<Reached>(`/v1/isochrones?lon=${at.lon}&lat=${at.lat}${bands}`);
    if (isWanted()) this.reached = found;
    return "read";
  }

  private async findCover(isWanted: () => boolean): Promise<Standing> {
    const { capability, minutes } = this.cover!;
    const free = [...this.desk.units()].filter((unit) => unit.available && (capability === null || unit.told.capabilities.includes(capability)));
    const stands = free.slice(0, STANDS_MAX).flatMap((unit) => {
      const here = this.desk.whereabouts(unit);
      return here ? [{ name: unit.call_sign, lon: here.lon, lat: here.lat, capabilities: unit.told.capabilities }] : [];
    });
    const found = await this.desk.api.post<Covered>("/v1/coverage/map", { stands, seconds: minutes * 60, ...(capability === null ? {} : { capability }) });
    if (isWanted()) {
      this.covered = found;
      this.counted = { ...this.counted, units: stands.length, of: free.length };
    }
    return stands.length > 0 ? "read" : "nobodyFree";
  }

  private async findHot(isWanted: () => boolean): Promise<Standing> {
    const since = new Date(this.desk.now - this.hot!.hours * HOUR_MS).toISOString();
    const cells = new Map<string, number>();
    let incidents = 0;
    let cursor: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const next: string = cursor === null ? "" : `&cursor=${cursor}`;
      const told: Page<{ readonly cell: string | null }> = await this.desk.api.get(`/v1/incidents?since=${encodeURIComponent(since)}&limit=${PAGE_MAX}${next}`);
      for (const { cell } of told.items) {
        incidents += 1;
        if (cell !== null && cell !== "") cells.set(cell, (cells.get(cell) ?? 0) + 1);
      }
      cursor = told.next;
      if (cursor === null) break;
    }
    const demand = [...cells].map(([cell, weight]) => ({ cell, weight }));
    const found = demand.length > 0 ? await this.desk.api.post<Hot>("/v1/hotspots", { demand }) : null;
    if (isWanted()) {
      this.spots = found;
      this.counted = { ...this.counted, incidents };
    }
    return found ? "read" : "noIncidents";
  }
}

function standingOf(error: unknown, hadFound: boolean): Standing {
  if (!(error instanceof Problem)) throw error;
  if (TOLD.has(error.code)) return error.code as Standing;
  if (error.status === 429) return "busy";
  return hadFound ? "stale" : "busy";
}

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { closedFeatures, coverFeatures, reachFeatures } from "../src/console/map/overlays";
import { Layers, type Charted } from "../src/console/state/layers.svelte";
import { Problem } from "../src/kernel/api";
import { closuresOf } from "../src/kernel/closures";
import { unitOf, type Unit } from "../src/kernel/units";
import { AT, pictureOf, unitTold } from "./builders";

const PICTURE = pictureOf(
  ["station", "st1", "dispatch", { code: "S1", name_zh: "站", name_en: "Station", point: { lon: 174.7, lat: -36.9 } }],
  ["unit", "u1", "dispatch", unitTold({ call_sign: "A01", capabilities: ["als"] })],
  ["unit", "u2", "dispatch", unitTold({ call_sign: "A02", primary: "not_available" })],
);
const COVER = { type: "FeatureCollection", share: 0.9, features: [
  { type: "Feature", geometry: { type: "Point", coordinates: [0, 0] }, properties: { name: "A01", cells: 9, share: 0.9 } },
  { type: "Feature", geometry: { type: "Point", coordinates: [0, 0] }, properties: { name: null, cells: 1, share: 0.1 } },
] };

/** A desk whose node answers what the test says. */
class Charts implements Charted {
  readonly now = Date.parse(AT);
  closuresInForce: readonly unknown[] = [];
  closed: unknown = { features: [], roads: 0, closures: 0 };
  readonly unitsById = new Map<string, Unit>(["u1", "u2"].map((id) => [id, unitOf(PICTURE, id)!]));
  readonly asked: { path: string; body: unknown }[] = [];
  failing: Problem | null = null;
  pages: readonly { items: readonly { cell: string | null }[]; next: string | null }[] = [];
  readonly api = {
    get: async <T>(path: string) => this.answer<T>(path, undefined, path === "/v1/closures/roads" ? this.closed : path.startsWith("/v1/incidents") ? this.pages[this.asked.length] : { features: [] }),
    post: async <T>(path: string, body?: unknown) => this.answer<T>(path, body, path === "/v1/coverage/map" ? COVER : { features: [], hot_count: 0 }),
  };
  units = () => this.unitsById.values();
  whereabouts = (unit: Unit) => unit.home;

  private answer<T>(path: string, body: unknown, told: unknown): T {
    this.asked.push({ path, body });
    if (this.failing) throw this.failing;
    return told as T;
  }
}

const problem = (status: number, code: string) => new Problem(status, code, "", null, {});
const settle = () => vi.advanceTimersByTimeAsync(0);
let charts: Charts;
let layers: Layers;

beforeEach(() => {
  vi.useFakeTimers();
  charts = new Charts();
  layers = new Layers(charts);
});
afterEach(() => {
  layers.stop();
  vi.useRealTimers();
});

describe("the cover", () => {
  it("is asked of those that are free and can do it, again by itself, and not when it is off", async () => {
    layers.turnCover({ capability: "als", minutes: 8 });
    await settle();
    expect(charts.asked[0]).toMatchObject({ path: "/v1/coverage/map", body: { seconds: 480, capability: "als", stands: [{ name: "A01" }] } });
    expect([layers.standing.cover, layers.counted.units]).toEqual(["read", 1]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(charts.asked.length).toBe(2);
    layers.roadsChanged();
    await settle();
    expect(charts.asked.length).toBe(3);
    layers.turnCover(null);
    await vi.advanceTimersByTimeAsync(100_000);
    expect([charts.asked.length, layers.covered]).toEqual([3, null]);
  });
  it("of nobody is said to be a gap", async () => {
    charts.unitsById.clear();
    layers.turnCover({ capability: null, minutes: 8 });
    await settle();
    expect(layers.standing.cover).toBe("nobodyFree");
  });
  it("that could not be brought up to date says so and stays, and is tried again sooner when others are busy", async () => {
    layers.turnCover({ capability: null, minutes: 8 });
    await settle();
    charts.failing = problem(503, "unavailable");
    await vi.advanceTimersByTimeAsync(20_000);
    expect([layers.standing.cover, layers.covered?.share]).toEqual(["stale", 0.9]);
    charts.failing = problem(429, "analysis_busy");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(layers.standing.cover).toBe("busy");
    charts.failing = null;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(layers.standing.cover).toBe("read");
  });
});

describe("the other layers", () => {
  it("name why nothing is reached", async () => {
    charts.failing = problem(409, "no_road_near");
    layers.turnReach({ from: { lon: 1, lat: 1, name: "", unit_id: null }, minutes: 8 });
    await settle();
    expect(layers.standing.reach).toBe("no_road_near");
  });
  it("ask from where a unit is now, for the time and half of it", async () => {
    layers.turnReach({ from: { lon: 0, lat: 0, name: "A01", unit_id: "u1" }, minutes: 10 });
    await settle();
    expect(charts.asked[0]?.path).toBe("/v1/isochrones?lon=174.7&lat=-36.9&seconds=300&seconds=600");
  });
  it("count incidents by cell over all pages", async () => {
    charts.pages = [{ items: [{ cell: "c1" }, { cell: "c1" }, { cell: null }], next: "7" }, { items: [{ cell: "c2" }], next: null }];
    layers.turnHot({ hours: 24 });
    await settle();
    const last = charts.asked.at(-1);
    expect(last).toMatchObject({ path: "/v1/hotspots", body: { demand: [{ cell: "c1", weight: 2 }, { cell: "c2", weight: 1 }] } });
    expect([charts.asked[1]?.path.endsWith("&cursor=7"), layers.counted.incidents]).toEqual([true, 4]);
  });
  it("ask nothing where nothing happened", async () => {
    charts.pages = [{ items: [], next: null }];
    layers.turnHot({ hours: 6 });
    await settle();
    expect([layers.standing.hot, charts.asked.length]).toEqual(["noIncidents", 1]);
  });
});

describe("what is drawn", () => {
  it("tells gaps from cover, and the outer time from the inner", () => {
    const square = (size: number) => [[[0, 0], [size, 0], [size, size], [0, size], [0, 0]]];
    const pieces = { ...COVER, features: [{ ...COVER.features[0], geometry: { type: "MultiPolygon", coordinates: [square(0.01), square(0.1)] } }] };
    const named = coverFeatures(pieces as never).features.filter((one) => one.properties?.["part"] === "name");
    expect(named.map((one) => [one.properties?.["name"], one.geometry])).toEqual([["A01", { type: "Point", coordinates: [0.04, 0.04] }]]);
    expect(coverFeatures(COVER as never).features.map((one) => one.properties?.["gap"])).toEqual([false, true]);
    const bands = { type: "FeatureCollection", features: [240, 480].map((within_s) => ({ type: "Feature", geometry: COVER.features[0]!.geometry, properties: { within_s } })) };
    expect(reachFeatures(bands as never, String).features.map((one) => one.properties)).toMatchObject([{ outer: false, label: "4" }, { outer: true, label: "8" }]);
    expect(reachFeatures(null, String).features).toEqual([]);
  });
  it("are closed and slowed roads in force, as lines where these are known; a zone's area is the zone's to draw", () => {
    const at = { lon: 1, lat: 1 };
    const told = { ring: [], stretches: [{ tail: at, head: at }], speed_share: 0, reason: "flood", closed_at: AT, zone_id: null };
    const closures = closuresOf(pictureOf(
      ["closure", "c1", "geo", told], ["closure", "c2", "geo", { ...told, speed_share: 0.5 }], ["closure", "c3", "geo", { ...told, opened_at: AT }],
      ["closure", "c4", "geo", { ...told, ring: [at, at, at, at] }], ["closure", "c5", "geo", { ...told, stretches: [], ring: [at, at, at, at], zone_id: "z1" }],
    ));
    const parts = (roads: Parameters<typeof closedFeatures>[1]) => closedFeatures(closures, roads).features.map((one) => one.properties?.["part"]);
    expect(parts(null)).toEqual(["closed", "slowed", "closed", "area"]);
    const line = (speed_share: number) => ({ type: "Feature" as const, geometry: { type: "LineString" as const, coordinates: [[1, 1], [2, 2]] }, properties: { speed_share } });
    expect(parts({ type: "FeatureCollection", features: [line(0), line(0.5), line(0)] })).toEqual(["closed", "slowed", "closed", "area"]);
  });
});

describe("closed roads", () => {
  const looks = () => charts.asked.filter((one) => one.path === "/v1/closures/roads").length;
  it("are looked at once they follow a closure, and again while they are behind it", async () => {
    charts.closuresInForce = ["c1"];
    layers.roadsChanged();
    await vi.advanceTimersByTimeAsync(200);
    expect(looks()).toBe(0);
    await vi.advanceTimersByTimeAsync(200);
    expect([looks(), layers.closedRoads?.closures]).toEqual([1, 0]);
    charts.closed = { features: [], roads: 7, closures: 1 };
    await vi.advanceTimersByTimeAsync(20_000);
    expect([looks(), layers.closedRoads?.roads]).toEqual([2, 7]);
  });
  it("are not asked for where none are closed, and what was named is drawn where nobody answers", async () => {
    layers.roadsChanged();
    await vi.advanceTimersByTimeAsync(20_000);
    expect([looks(), layers.closedRoads]).toEqual([0, null]);
    charts.closuresInForce = ["c1"];
    charts.failing = problem(503, "away");
    layers.roadsChanged();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([looks(), layers.closedRoads]).toEqual([5, null]);
  });
  it("are not asked for again by whoever may not read them", async () => {
    charts.closuresInForce = ["c1"];
    charts.failing = problem(403, "forbidden");
    layers.roadsChanged();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looks()).toBe(1);
  });
});

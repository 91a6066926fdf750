import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Ways, type Wanted } from "../src/console/state/ways.svelte";
import { Problem } from "../src/kernel/api";
import { incidentOf, type OpenAssignment } from "../src/kernel/incidents";
import { unitOf } from "../src/kernel/units";
import { incidentTold, pictureOf, unitTold } from "./builders";

const picture = pictureOf(["unit", "u1", "dispatch", unitTold()], ["incident", "i1", "incident", incidentTold()]);
const WANTED: Wanted = {
  unit: unitOf(picture, "u1")!, from: { lon: 174.7, lat: -36.9 }, incident: incidentOf(picture, "i1")!, kind: "proposed",
};
const NOW = Date.parse("2026-03-01T08:00:00Z");
const answers: (() => unknown)[] = [];
let asked = 0;
let ways: Ways;

/** The way that the node finds at this moment, `lon` being where it leads over. */
const over = (lon: number) => () => ({ geometry: { type: "LineString", coordinates: [[lon, -36.9]] }, travel_time_s: 60, distance_m: 900, times_s: [] });
const fails = (status: number) => () => {
  throw new Problem(status, "test", "", null, {});
};
const drawn = () => ways.drawn.map((way) => way.geometry.coordinates[0]![0]);

async function look(after_ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(after_ms);
  ways.want([WANTED]);
  await vi.advanceTimersByTimeAsync(0);
}

async function roadsChange(): Promise<void> {
  ways.roadsChanged();
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  asked = answers.length = 0;
  ways = new Ways({
    post: async <T>() => {
      asked += 1;
      return answers.shift()!() as T;
    },
  }, () => NOW);
});
afterEach(() => vi.useRealTimers());

it("a unit that stands has its way asked for once", async () => {
  answers.push(over(1));

  await look();
  await look(60_000);

  expect([asked, drawn()]).toEqual([1, [1]]);
});

it("a way is found anew when a road is closed and when it is open again, though its unit stands", async () => {
  answers.push(over(1), over(2), over(1));
  await look();

  await roadsChange();
  expect(drawn()).toEqual([2]);
  await roadsChange();
  expect(drawn()).toEqual([1]);
});

it("a way that was asked for before the road was closed is asked for again", async () => {
  answers.push(over(1), over(2));

  ways.want([WANTED]);
  await roadsChange();
  await look();

  expect([asked, drawn()]).toEqual([2, [2]]);
});

it.each([0, 429, 503])("a way that had no answer (%i) is asked for again after a while, not at each look", async (status) => {
  answers.push(fails(status), over(1));

  await look();
  await look(1_000);
  expect([asked, drawn()]).toEqual([1, []]);
  await look(5_000);
  expect([asked, drawn()]).toEqual([2, [1]]);
});

it("the old way stays while no answer comes, and is replaced by the next one", async () => {
  answers.push(over(1), fails(0), over(2));
  await look();

  await roadsChange();
  expect(drawn()).toEqual([1]);
  await look(5_000);
  expect(drawn()).toEqual([2]);
});

it("where there is no way over the roads nothing is drawn, and nobody asks again", async () => {
  answers.push(over(1), fails(422));
  await look();

  ways.roadsChanged();
  await look(60_000);

  expect([asked, drawn()]).toEqual([2, []]);
});

it("a crew that rolls is expected by the roads of now, one that has not left as its order says", async () => {
  const order = { unit_id: "u1", eta_at: "2026-03-01T08:05:00Z" };
  const [rolls, waits] = ["en_route", "acknowledged"].map((status) => ({ ...order, status }) as unknown as OpenAssignment);
  answers.push(over(1), () => ({ ...over(2)(), travel_time_s: 900 }));
  const look = async () => (ways.want([{ ...WANTED, kind: "under_way" }]), vi.advanceTimersByTimeAsync(0));

  await look();
  expect([ways.expectedAt(rolls!), ways.expectedAt(waits!)]).toEqual([NOW + 60_000, Date.parse(order.eta_at)]);
  ways.roadsChanged();
  await look();
  expect(ways.expectedAt(rolls!)).toBe(NOW + 900_000);
  ways.want([]);
  expect(ways.expectedAt(rolls!)).toBe(Date.parse(order.eta_at));
});

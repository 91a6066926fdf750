import { describe, expect, it } from "vitest";
import { Api, NO_ANSWER, Problem, SAME_FOR_MS } from "../src/kernel/api";
import { BusinessClock } from "../src/kernel/clock";
import { newId } from "../src/kernel/ids";
import { clockOf, incidentOf } from "../src/kernel/incidents";
import { countTabs, heldOrder, queueOrder } from "../src/kernel/queue";
import { figures } from "../src/kernel/time";
import { AT, dispatchTold, incidentTold, pictureOf } from "./builders";

const T0 = Date.parse(AT);
const assignment = {
  unit_id: "u1", status: "en_route", fence: 1, dispatched_at: AT, eta_at: "2026-06-01T10:05:00Z",
  acknowledge_by: null, reminded_at: null, steps: {},
} as const;

function incident(told: object, dispatch?: object) {
  const records: [string, string, string, object][] = [["incident", "i1", "incident", incidentTold(told)]];
  if (dispatch) records.push(["incident", "i1", "dispatch", dispatch]);
  return incidentOf(pictureOf(...records), "i1")!;
}

describe("ids", () => {
  it("are UUIDs of version 7, in order of time", () => {
    expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(newId(1_700_000_000_000) < newId(1_700_000_000_001)).toBe(true);
  });
});

describe("the api", () => {
  let now = 0;
  function apiOf(...answers: (Response | Error)[]) {
    const asked: { url: string; init: RequestInit }[] = [];
    const fetch = async (url: string, init: RequestInit) => {
      asked.push({ url, init });
      const answer = answers.shift()!;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return { api: new Api({ fetch, wait: async () => undefined, now: () => now }), asked };
  }
  const keyOf = (init: RequestInit) => (init.headers as Record<string, string>)["Idempotency-Key"];

  it("sends a lost command again under the same key", async () => {
    const { api, asked } = apiOf(new TypeError("no network"), new Response("{}", { status: 503 }), new Response('{"ok":1}'));
    expect(await api.post("/v1/x", {})).toEqual({ ok: 1 });
    expect(new Set(asked.map((one) => keyOf(one.init))).size).toBe(1);
    expect(asked).toHaveLength(3);
  });
  it("takes an answer whose body never comes for no answer, and asks again", async () => {
    const halfway = new Response(new ReadableStream({ start: (stream) => stream.error(new DOMException("signal timed out", "TimeoutError")) }));
    const { api, asked } = apiOf(halfway, new Response('{"ok":1}'));
    expect(await api.get("/v1/x")).toEqual({ ok: 1 });
    expect(asked).toHaveLength(2);
  });
  it("takes the same words for the same command until somebody says what became of it", async () => {
    const lost = () => new TypeError("no network");
    const { api, asked } = apiOf(lost(), lost(), lost(), new Response("{}"), new Response("{}"), new Response("{}"));
    await expect(api.post("/v1/x", { text: "a" })).rejects.toMatchObject({ code: NO_ANSWER });
    await api.post("/v1/x", { text: "b" });
    await api.post("/v1/x", { text: "a" });
    await api.post("/v1/x", { text: "a" });
    const [first, , , other, again, anew] = asked.map((one) => keyOf(one.init));
    expect(again).toBe(first);
    expect(new Set([first, other, anew]).size).toBe(3);
  });
  it("takes them for another command after a refusal, and after a while", async () => {
    const lost = () => new TypeError("no network");
    const refused = new Response(JSON.stringify({ code: "conflict" }), { status: 409 });
    const { api, asked } = apiOf(refused, lost(), lost(), lost(), new Response("{}"));
    await expect(api.post("/v1/x")).rejects.toBeInstanceOf(Problem);
    await expect(api.post("/v1/x")).rejects.toBeInstanceOf(Problem);
    now += SAME_FOR_MS + 1;
    await api.post("/v1/x");
    expect(new Set(asked.map((one) => keyOf(one.init))).size).toBe(3);
  });
  it("waits for the answer to the same command that is still being worked on", async () => {
    const inFlight = new Response(JSON.stringify({ code: "answer_in_flight" }), { status: 409 });
    const { api, asked } = apiOf(inFlight, new Response('{"ok":1}'));
    expect(await api.post("/v1/x")).toEqual({ ok: 1 });
    expect(new Set(asked.map((one) => keyOf(one.init))).size).toBe(1);
  });
  it("tells a refusal by its code and members and does not repeat it", async () => {
    const body = { code: "unit_taken", detail: "busy", call_sign: "A07", incident_id: "i9" };
    const { api, asked } = apiOf(new Response(JSON.stringify(body), { status: 409 }));
    await expect(api.post("/v1/x")).rejects.toMatchObject({ code: "unit_taken", status: 409, members: { call_sign: "A07" } });
    expect(asked).toHaveLength(1);
  });
  it("gives up with a code of its own where nobody answers", async () => {
    const { api } = apiOf(new Error("a"), new Error("b"), new Error("c"));
    await expect(api.get("/v1/x")).rejects.toBeInstanceOf(Problem);
  });
});

describe("business time", () => {
  it("runs at its speed, stands while paused, and does not jump for the wire", () => {
    let wall = 1_000;
    const clock = new BusinessClock(() => wall);
    clock.set({ business_time: AT, speed: 30, paused: false });
    wall += 1_000;
    expect(clock.now()).toBe(T0 + 30_000);
    clock.set({ business_time: new Date(T0 + 29_000).toISOString(), speed: 30, paused: false });
    expect(clock.now()).toBe(T0 + 30_000);
    clock.set({ business_time: AT, speed: 30, paused: true });
    wall += 5_000;
    expect(clock.now()).toBe(T0);
  });
});

describe("an incident", () => {
  it("waits until somebody is on it, and stands where its foremost unit does", () => {
    expect(incident({}).phase).toBe("waiting");
    expect(incident({}, dispatchTold({ assignments: { a: assignment } })).phase).toBe("en_route");
    const arrived = { ...assignment, status: "on_scene", steps: { on_scene: AT } } as const;
    expect(incident({}, dispatchTold({ assignments: { a: assignment, b: arrived } }))).toMatchObject({
      phase: "on_scene", arrived_at: T0,
    });
    expect(incident({ status: "held" }).phase).toBe("held");
  });
  it("counts down to its target, is near, is overdue, then counts from the arrival", () => {
    const target = dispatchTold({ target_at: "2026-06-01T10:08:00Z" });
    expect(clockOf(incident({}, target), T0 + 60_000)).toEqual({ tone: "left", seconds: 420 });
    expect(clockOf(incident({}, target), T0 + 400_000).tone).toBe("near");
    expect(clockOf(incident({}, target), T0 + 500_000)).toEqual({ tone: "overdue", seconds: 20 });
    const late = dispatchTold({ target_at: "2026-06-01T10:04:00Z", assignments: { a: assignment } });
    expect(clockOf(incident({}, late), T0 + 1_000).tone).toBe("near");
    const there = { ...assignment, status: "on_scene", steps: { on_scene: AT } } as const;
    expect(clockOf(incident({}, dispatchTold({ assignments: { a: there } })), T0 + 5_000)).toEqual({ tone: "up", seconds: 5 });
  });
});

describe("the queue", () => {
  const at = (minutes: number) => new Date(T0 + minutes * 60_000).toISOString();
  const picture = pictureOf(
    ["incident", "a", "incident", incidentTold({ number: 1, priority: 3 })],
    ["incident", "b", "incident", incidentTold({ number: 2, priority: 1, opened_at: at(2) })],
    ["incident", "c", "incident", incidentTold({ number: 3, priority: 1, opened_at: at(1), seat: "s2" })],
    ["incident", "b", "dispatch", dispatchTold({ target_at: at(3) })],
    ["incident", "d", "incident", incidentTold({ number: 4, status: "closed", closed_at: at(1) })],
    ["incident", "e", "incident", incidentTold({ number: 5, status: "closed", closed_at: at(-90) })],
  );
  const all = [...picture.idsOf("incident")].map((id) => incidentOf(picture, id)!);

  it("puts priority first, the overdue before the older, what is over last, and old endings away", () => {
    expect(queueOrder(all, T0 + 240_000).map((one) => one.id)).toEqual(["b", "c", "a", "d"]);
    expect(queueOrder(all, T0 + 130_000).map((one) => one.id)).toEqual(["c", "b", "a", "d"]);
  });
  it("counts its tabs", () => {
    expect(countTabs(all, "s2", T0 + 240_000)).toEqual({ area: 3, seat: 1, waiting: 3, overdue: 1 });
  });
  it("does not move rows under a hand", () => {
    const wanted = queueOrder(all, T0 + 240_000);
    expect(heldOrder(["a", "gone", "c"], wanted).map((one) => one.id)).toEqual(["a", "c", "b", "d"]);
  });
  it("shows figures that keep their width", () => {
    expect([figures(5), figures(151), figures(3_725)]).toEqual(["00:05", "02:31", "1:02:05"]);
  });
});

import { describe, expect, it } from "vitest";
import { Guide, SCENES_PATH, type Guided, type Keeper } from "../src/console/state/guide.svelte";
import { alsoTold, marksOf, newsOf, nextShown, nextWaiting, orderLine, type SceneRun, type SceneStep } from "../src/kernel/guide";
import { incidentOf, type Incident } from "../src/kernel/incidents";
import type { AssignmentTold, DispatchTold, IncidentTold } from "../src/kernel/records";
import { AT, dispatchTold, incidentTold, pictureOf } from "./builders";

const SIGNS: Readonly<Record<string, string>> = { u1: "A07", u2: "E21" };

function assignment(changed: Partial<AssignmentTold> = {}): AssignmentTold {
  return {
    unit_id: "u1", status: "dispatched", fence: 1, dispatched_at: AT, eta_at: "2026-06-01T10:05:00Z",
    acknowledge_by: null, reminded_at: null, steps: {}, ...changed,
  };
}

function incident(id: string, told: Partial<IncidentTold> = {}, dispatch: DispatchTold = dispatchTold()): Incident {
  return incidentOf(pictureOf(["incident", id, "incident", incidentTold(told)], ["incident", id, "dispatch", dispatch]), id)!;
}

const SENT = dispatchTold({ assignments: { a1: assignment() } });

describe("the steps of the first minute", () => {
  const none = { select: false, order: false, happened: false, report: false, scenes: false };

  it("have one that is for now: the first that is not done", () => {
    expect(marksOf(none)).toEqual({ select: "now", order: "later", happened: "later", report: "later", scenes: "later" });
    expect(marksOf({ ...none, report: true, select: true })).toEqual({ select: "done", order: "now", happened: "later", report: "done", scenes: "later" });
    expect(Object.values(marksOf({ select: true, order: true, happened: true, report: true, scenes: true }))).not.toContain("now");
  });

  it("propose what waits at one's own seat, then what somebody can be sent to", () => {
    const sent = incident("i0", { number: 1 }, SENT);
    const bare = incident("i1", { number: 2 });
    const advised = incident("i2", { number: 3 }, dispatchTold({ proposed: ["u1"] }));
    const mine = incident("i3", { number: 4, seat: "s9" }, dispatchTold({ proposed: ["u1"] }));

    expect(nextWaiting([sent, bare, advised, mine], "s9")?.number).toBe(4);
    expect(nextWaiting([sent, bare, advised], "s9")?.number).toBe(3);
    expect(nextWaiting([sent, bare], null)?.number).toBe(2);
    expect(nextWaiting([sent], null)).toBeUndefined();
  });

  it("name the real number and the recommended call signs", () => {
    const two = incident("i1", { number: 1042 }, dispatchTold({ proposed: ["u1", "u2"] }));

    expect(orderLine(two, (id) => SIGNS[id]!)).toBe("D 1042 A07 E21");
    expect(orderLine(incident("i1"), (id) => SIGNS[id]!)).toBeNull();
  });

  it("tell how each ordered unit stands, also when it is done, and of no other", () => {
    const assignments = {
      a1: assignment({ status: "en_route", steps: { acknowledged: AT, en_route: "2026-06-01T10:01:00Z" } }),
      a2: assignment({ unit_id: "u2", status: "cleared", steps: { cleared: "2026-06-01T10:30:00Z" } }),
      a3: assignment({ unit_id: "u3" }),
    };
    const news = newsOf(incident("i1", {}, dispatchTold({ assignments })), { incident_id: "i1", assignment_ids: ["a1", "a2", "gone"] });

    expect(news).toEqual([
      { unit_id: "u1", status: "en_route", since: Date.parse("2026-06-01T10:01:00Z"), eta: Date.parse("2026-06-01T10:05:00Z") },
      { unit_id: "u2", status: "cleared", since: Date.parse("2026-06-01T10:30:00Z"), eta: null },
    ]);
  });

  it("count who else was told, without tasks that were taken back", () => {
    const task = { kind: "verify", person_id: "p1", state: "accepted", stand_off_m: 0, offered_at: AT, due_at: AT, reason: null } as const;
    const dispatch = { ...dispatchTold(), tasks: { t1: task, t2: { ...task, state: "withdrawn" as const } } };

    expect(alsoTold(incident("i1", {}, dispatch))).toEqual({ workers: 1, bodies: [] });
  });
});

function step(name: string, incident_id = "i1"): SceneStep {
  return { scene: "silent-call", step: name, incident_id, number: 1, units: [], count: 0 };
}

describe("the step of a scene that the map shows", () => {
  const run: SceneRun = { name: "opening", state: "playing", began_at: AT, steps: [step("answered"), step("sent-ahead"), step("moved"), step("typed")] };

  it("is the last at which a place is new, once", () => {
    expect(nextShown(run, 0)?.step).toBe("moved");
    expect(nextShown(run, 3)).toBeNull();
  });
});

class World implements Guided {
  revision = 0;
  seatId = null;
  hasScenes: boolean | null = true;
  asked = 0;
  selectedId: string | null = null;
  readonly incidentsById = new Map<string, Incident>();
  answers: unknown[] = [];
  readonly posted: unknown[] = [];
  readonly api = {
    get: async <T>(path: string): Promise<T> => this.answer(path) as T,
    post: async <T>(path: string, body?: unknown): Promise<T> => {
      this.posted.push(body);
      return this.answer(path) as T;
    },
  };

  constructor(...incidents: Incident[]) {
    for (const one of incidents) this.incidentsById.set(one.id, one);
  }

  get order(): readonly Incident[] {
    return [...this.incidentsById.values()];
  }

  get selected(): Incident | undefined {
    return this.selectedId === null ? undefined : this.incidentsById.get(this.selectedId);
  }

  select(id: string | null): void {
    this.selectedId = id;
  }

  private answer(path: string): unknown {
    expect(path).toBe(SCENES_PATH);
    this.asked += 1;
    const answer = this.answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

function guideOf(world: World, keeper: Keeper | null = null) {
  const hands: { ordered: { incident_id: string; assignment_ids: string[] } | null; reported: null } = { ordered: null, reported: null };
  const flown: [number, number][] = [];
  return { guide: new Guide(world, hands, (lon, lat) => flown.push([lon, lat]), keeper), hands, flown };
}

describe("the guide", () => {
  it("follows what was selected while it waits, says when others were faster, and begins anew", () => {
    const world = new World(incident("i1"), incident("i2"));
    const { guide } = guideOf(world);
    world.select("i1");
    guide.look(world.selected);
    expect([guide.facts.select, guide.tooLate]).toEqual([true, false]);

    world.incidentsById.set("i1", incident("i1", {}, SENT));
    guide.look(world.selected);
    expect([guide.facts.select, guide.tooLate]).toEqual([false, true]);

    world.select("i2");
    guide.look(world.selected);
    expect([guide.followedId, guide.facts.select, guide.tooLate]).toEqual(["i2", true, false]);
  });

  it("checks the order off, and what happened once a crew has heard it", () => {
    const world = new World(incident("i1", {}, SENT));
    const { guide, hands } = guideOf(world);
    hands.ordered = { incident_id: "i1", assignment_ids: ["a1"] };
    expect([guide.facts.select, guide.facts.order, guide.facts.happened]).toEqual([true, true, false]);

    const heard = dispatchTold({ assignments: { a1: assignment({ status: "acknowledged", steps: { acknowledged: AT } }) } });
    world.incidentsById.set("i1", incident("i1", {}, heard));
    expect(guide.facts.happened).toBe(true);
    expect(guide.marks.report).toBe("now");
  });

  it("keeps its shape for the next visit, and does without a keeper", () => {
    const kept = new Map<string, string>();
    const keeper: Keeper = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
    const { guide } = guideOf(new World(), keeper);
    expect(guide.shape).toBe("open");
    guide.set("folded");

    expect(guideOf(new World(), keeper).guide.shape).toBe("folded");
    kept.set("beaconfire.guide", "upside down");
    expect(guideOf(new World(), keeper).guide.shape).toBe("open");
    const refusing: Keeper = { getItem: () => { throw new Error("no"); }, setItem: () => { throw new Error("no"); } };
    const { guide: forgetful } = guideOf(new World(), refusing);
    forgetful.set("closed");
    expect(forgetful.shape).toBe("closed");
  });

  it("leads whoever pressed play to each new place, when the picture knows it, and nobody else", async () => {
    const run: SceneRun = { name: "opening", state: "playing", began_at: AT, steps: [] };
    const told = (...steps: SceneStep[]) => ({ items: [], run: { ...run, steps } });
    const world = new World();
    const { guide, flown } = guideOf(world);
    world.answers = [told(step("answered"))];
    await guide.ask();
    expect([guide.mayPlay, world.selectedId, flown.length]).toEqual([true, null, 0]);

    world.answers = [run, told(step("answered")), told(step("answered")), told(step("answered"), step("sent-ahead"))];
    await guide.play();
    await guide.ask();
    expect(world.selectedId).toBeNull();
    world.incidentsById.set("i1", incident("i1"));
    await guide.ask();
    world.select(null);
    await guide.ask();

    guide.look(world.incidentsById.get("i1"));

    expect(guide.followedId).toBeNull();
    expect(world.posted).toEqual([{ name: "opening" }]);
    expect(flown).toEqual([[174.76, -36.86]]);
    expect(world.selectedId).toBeNull();
    expect(guide.sceneStep?.step).toBe("sent-ahead");
  });

  it("shows no button to whoever may not play, and goes on when the node is away for a moment", async () => {
    const world = new World();
    const { guide } = guideOf(world);
    world.answers = [new Error("403")];
    await guide.ask();

    expect([guide.mayPlay, guide.run]).toEqual([false, null]);
  });

  it("asks for no scenes where nobody plays them, and not before that is known", async () => {
    const world = new World();
    const { guide } = guideOf(world);
    for (const known of [null, false]) {
      world.hasScenes = known;
      await guide.ask();
    }

    expect([world.asked, guide.mayPlay]).toEqual([0, false]);
  });
});

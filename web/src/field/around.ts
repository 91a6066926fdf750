/** What a phone asks of the node: once what stays for a shift, and every few seconds what changes. */
import { Problem, type Api } from "../kernel/api";
import type { ClockReading } from "../kernel/clock";
import type { Assignment, Bed, HazardWarning, Incident, LadderedTask, Rung, Site, Standby, Task, Unit } from "./calls";

/** Who works with this phone, and what is called how. */
export interface Grounds {
  readonly person: string;
  readonly zone: string;
  readonly isCrew: boolean;
  readonly types: readonly { readonly code: string; readonly name_zh: string; readonly name_en: string }[];
  readonly hospitals: readonly Site[];
  readonly stations: readonly Site[];
}
export interface Around {
  readonly clock: ClockReading;
  readonly assignments: readonly Assignment[];
  readonly tasks: readonly Task[];
  readonly lately: readonly Task[];
  readonly rungs: Readonly<Record<string, readonly Rung[]>>;
  readonly warnings: readonly HazardWarning[];
  readonly incidents: Readonly<Record<string, Incident>>;
  readonly units: readonly Unit[];
  readonly standbys: readonly Standby[];
  readonly beds: readonly Bed[];
}
interface Items<T> {
  readonly items: readonly T[];
  readonly next?: string | null;
}
interface Session {
  readonly zone: string;
  readonly person: { readonly id: string; readonly grants: readonly { readonly role: string }[] };
}

/** A shift: what was asked longer ago is not looked at any more. */
const LATELY_MS = 12 * 3_600_000;
export const NOTHING: Around = {
  clock: { business_time: new Date(0).toISOString(), speed: 1, paused: false },
  assignments: [], tasks: [], lately: [], rungs: {}, warnings: [], incidents: {}, units: [], standbys: [], beds: [],
};

export async function askGrounds(api: Pick<Api, "get">): Promise<Grounds> {
  const { person, zone } = await api.get<Session>("/v1/session");
  const isCrew = person.grants.some((one) => one.role === "field");
  const [types, hospitals, stations] = await Promise.all([
    api.get<Items<Grounds["types"][number]>>("/v1/incident-types"),
    isCrew ? all<Site>(api, "/v1/hospitals") : [],
    isCrew ? all<Site>(api, "/v1/stations") : [],
  ]);
  const site = ({ id, name_zh, name_en, point }: Site): Site => ({ id, name_zh, name_en, point });
  return {
    person: person.id, zone, isCrew,
    types: types.items.map(({ code, name_zh, name_en }) => ({ code, name_zh, name_en })),
    hospitals: hospitals.map(site), stations: stations.map(site),
  };
}

export async function lookAround(api: Pick<Api, "get">, grounds: Grounds, before: Around): Promise<Around> {
  const [clock, mine, asks, warnings, units, standbys] = await Promise.all([
    api.get<ClockReading>("/v1/clock"),
    api.get<Items<Assignment>>("/v1/assignments?state=open"),
    api.get<Items<Task>>("/v1/tasks?state=active"),
    api.get<Items<HazardWarning>>("/v1/warnings").catch(() => ({ items: before.warnings })),
    grounds.isCrew ? all<Unit>(api, "/v1/units") : [],
    grounds.isCrew ? all<Standby>(api, "/v1/standby").catch(() => before.standbys) : [],
  ]);
  const since = new Date(Date.parse(clock.business_time) - LATELY_MS).toISOString();
  const carries = units.some((one) => one.type === "ambulance" && one.assignment_id !== null);
  const about = new Set([...mine.items, ...asks.items].map((one) => one.incident_id));
  const [over, ladders, incidents, beds] = await Promise.all([
    api.get<Items<Task>>(`/v1/tasks?state=ended&since=${since}`),
    Promise.all(asks.items.map((one) => api.get<LadderedTask>(`/v1/tasks/${one.id}`))),
    Promise.all([...about].map((id) => incident(api, id))),
    carries ? all<Bed>(api, "/v1/beds").catch(() => before.beds) : [],
  ]);
  return {
    clock, units, standbys, beds,
    assignments: mine.items,
    tasks: asks.items,
    lately: [...over.items].reverse(),
    rungs: Object.fromEntries(ladders.map((one) => [one.id, one.ladder])),
    warnings: warnings.items.filter((one) => one.warned_at !== null),
    incidents: Object.fromEntries(incidents.flatMap((one) => (one === null ? [] : [one]))),
  };
}

/** Whether somebody should look at the phone: something new is asked, called back, moved, or dangerous. */
export function isNews(before: Around, after: Around): boolean {
  const known = new Set([...before.assignments, ...before.tasks].map((one) => one.id));
  const was = new Map(before.assignments.map((one) => [one.id, one]));
  const zones = new Set(before.warnings.map((one) => one.zone.id));
  const stood = new Set(before.standbys.filter((one) => one.state === "ordered").map((one) => `${one.unit_id} ${one.station_id}`));
  return (
    [...after.assignments, ...after.tasks].some((one) => !known.has(one.id)) ||
    after.assignments.some((one) => one.recall_at !== null && was.get(one.id)?.recall_at === null) ||
    after.assignments.some((one) => one.address_changed && was.get(one.id)?.address_changed === false) ||
    after.warnings.some((one) => !zones.has(one.zone.id)) ||
    after.standbys.some((one) => one.state === "ordered" && !stood.has(`${one.unit_id} ${one.station_id}`))
  );
}

/** Null where a crew has begun something that incident has not opened yet. */
async function incident(api: Pick<Api, "get">, id: string): Promise<readonly [string, Incident] | null> {
  try {
    return [id, await api.get<Incident>(`/v1/incidents/${id}`)];
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

async function all<T>(api: Pick<Api, "get">, path: string): Promise<readonly T[]> {
  const found: T[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Items<T> = await api.get(cursor === "" ? path : `${path}?cursor=${encodeURIComponent(cursor)}`);
    found.push(...page.items);
    cursor = page.next ?? null;
  }
  return found;
}

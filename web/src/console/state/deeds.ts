/** Doing what was decided: each act is one command to the node, safe to send again (kernel/api.ts keeps its key). */
import type { Api } from "../../kernel/api";
import type { Act, ReportPlace } from "../../kernel/grammar";
import type { Turning } from "../../kernel/turning";
import { zoneKindOf } from "../../kernel/zones";
import type { Option, OrderMade, Received } from "./answers";

/** What came of an act, for a word of confirmation and the way back. */
export type Done =
  | { readonly did: "dispatch"; readonly act: Extract<Act, { do: "dispatch" }>; readonly order: OrderMade }
  | { readonly did: "report"; readonly received: Received }
  | { readonly did: "other"; readonly act: Exclude<Deed, { do: "dispatch" | "report" }> };

/** What only changes what this desk sees. */
export type Glance = Extract<Act, { do: "fly" | "help" | "layer" | "draw" | "preview" }>;
export type Deed = Exclude<Act, Glance>;

export async function perform(api: Api, act: Deed): Promise<Done> {
  switch (act.do) {
    case "dispatch": {
      const order = await api.post<OrderMade>(`/v1/incidents/${act.incident.id}/dispatch`, {
        unit_ids: act.units.map((unit) => unit.id),
        ...(act.recommendation === null ? {} : { recommendation_id: act.recommendation }),
        ...act.turning,
      });
      return { did: "dispatch", act, order };
    }
    case "report":
      return { did: "report", received: await sendReport(api, reportOf(act.type.code, act.text, act.place)) };
    case "take":
      await api.post(`/v1/incidents/${act.incident.id}/take`, { version: act.incident.version });
      return { did: "other", act };
    case "priority":
      await api.post(`/v1/incidents/${act.incident.id}/reclassify`, { priority: act.priority, reason: "seat", version: act.incident.version });
      return { did: "other", act };
    case "alarm":
      await api.post(`/v1/incidents/${act.incident.id}/alarm`, { level: act.level });
      return { did: "other", act };
    case "close":
      await api.post(`/v1/incidents/${act.incident.id}/close`, { disposition: act.disposition, version: act.incident.version });
      return { did: "other", act };
    case "note":
      await api.post(`/v1/incidents/${act.incident.id}/notes`, { text: act.text });
      return { did: "other", act };
    case "merge":
      await api.post(`/v1/incidents/${act.incident.id}/merge`, { into: act.into.id });
      return { did: "other", act };
    case "step":
      await tellStep(api, act.assignment_id, act.step, act);
      return { did: "other", act };
    case "zone":
      await api.post("/v1/zones", {
        kind: zoneKindOf(act.incident.told.type), severity: "severe", name: String(act.incident.number),
        centre: { lon: act.incident.lon, lat: act.incident.lat }, radius_m: act.radius_m,
        incident_id: act.incident.id, ...(act.closes ? { speed_share: 0 } : {}),
      });
      return { did: "other", act };
    case "instruct":
      await api.put(instructionPath(act), { kind: act.kind, ...(act.reason === null ? {} : { reason: act.reason }) });
      return { did: "other", act };
    case "uninstruct":
      await api.delete(instructionPath(act));
      return { did: "other", act };
    case "lift":
      await api.post(`/v1/zones/${act.zone.id}/lift`, {});
      return { did: "other", act };
    case "aid":
      await api.post(`/v1/incidents/${act.incident.id}/aid`, act.body === null ? {} : { body: act.body });
      return { did: "other", act };
    case "recall":
      await recallOrders(api, [act.assignment_id]);
      return { did: "other", act };
    case "casualties": {
      const { immediate, delayed, minor, dead } = act;
      await api.put(`/v1/incidents/${act.incident.id}/casualties`, { immediate, delayed, minor, dead });
      return { did: "other", act };
    }
  }
}

function instructionPath(act: { readonly incident: { readonly id: string }; readonly unit: { readonly id: string } }): string {
  return `/v1/incidents/${act.incident.id}/instructions/${act.unit.id}`;
}

/** Whose crews turn round when an option is taken. */
export function turningOf(option: Option): Turning {
  return {
    leaving: option.units.flatMap((one) => one.leaves?.assignment_id ?? []),
    standing_down: option.units.flatMap((one) => one.replaces?.assignment_id ?? []),
  };
}

/** The versions that our own steps made: an answer comes before its change is on the picture. */
const made = new Map<string, number>();

/** A step as a crew said it by radio; the desk names the state that it saw or made. */
export async function tellStep(
  api: Api,
  assignmentId: string,
  step: string,
  said: { readonly version?: number | null; readonly occurred_at?: number | null },
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { version, occurred_at } = said;
  const answer = await api.post<{ readonly version: number }>(`/v1/assignments/${assignmentId}/${step}`, {
    source: "radio",
    ...more,
    ...(typeof version === "number" ? { version: Math.max(version, made.get(assignmentId) ?? 0) } : {}),
    ...(typeof occurred_at === "number" ? { occurred_at: new Date(occurred_at).toISOString() } : {}),
  });
  made.set(assignmentId, answer.version);
}

export interface ReportTold {
  readonly channel: string;
  readonly type?: string;
  readonly text?: string;
  readonly position?: { readonly lon: number; readonly lat: number; readonly accuracy_m: number };
  readonly position_method?: string;
  readonly address?: string;
  readonly reporter?: { readonly name?: string; readonly phone?: string };
  readonly priority?: number;
}

/** How exact a point set by hand on the map is, in metres. */
export const POINTED_WITHIN_M = 30;

function reportOf(type: string, text: string, place: ReportPlace): ReportTold {
  const told = { channel: "phone", type, text };
  if (place === null) return told;
  if ("address" in place) return { ...told, address: place.address };
  return { ...told, position: { ...place, accuracy_m: POINTED_WITHIN_M }, position_method: "map" };
}

export function sendReport(api: Api, told: ReportTold): Promise<Received> {
  return api.post<Received>("/v1/reports", told);
}

/** Call orders back: undone at once while nobody can have heard them, else until the crew says that it heard. */
export async function recallOrders(api: Api, assignmentIds: readonly string[]): Promise<void> {
  for (const id of assignmentIds) {
    await api.post(`/v1/assignments/${id}/recall`, { reason: "desk_recalled" });
  }
}

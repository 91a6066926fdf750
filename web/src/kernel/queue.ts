/** The order of the queue and what its tabs hold. */
import { clockOf, isOverdue, isWaiting, type Incident } from "./incidents";

export const TABS = ["area", "seat", "waiting", "overdue"] as const;
export type Tab = (typeof TABS)[number];

export interface TabCounts extends Readonly<Record<Tab, number>> {}

/** Closed, merged and voided ones stay at the end for this long, then leave the list. */
export const ENDED_SHOWN_MS = 30 * 60_000;
const ENDED_SHOWN_MAX = 12;

export function inTab(incident: Incident, tab: Tab, seat: string | null, now: number): boolean {
  switch (tab) {
    case "area":
      return true;
    case "seat":
      return seat !== null && incident.told.seat === seat;
    case "waiting":
      return isWaiting(incident);
    case "overdue":
      return isOverdue(incident, now);
  }
}

export function countTabs(incidents: Iterable<Incident>, seat: string | null, now: number): TabCounts {
  const counts = { area: 0, seat: 0, waiting: 0, overdue: 0 };
  for (const incident of incidents) {
    if (!incident.live) continue;
    for (const tab of TABS) if (inTab(incident, tab, seat, now)) counts[tab] += 1;
  }
  return counts;
}

/** Priority first, overdue before the rest, then the oldest; what is over stands at the end. */
export function queueOrder(incidents: Iterable<Incident>, now: number): Incident[] {
  const live: { incident: Incident; overdue: number }[] = [];
  const over: Incident[] = [];
  for (const incident of incidents) {
    if (incident.live) {
      live.push({ incident, overdue: clockOf(incident, now).tone === "overdue" ? 0 : 1 });
    } else if (now - (incident.closed_at ?? incident.opened_at) < ENDED_SHOWN_MS) {
      over.push(incident);
    }
  }
  live.sort(
    (a, b) =>
      a.incident.priority - b.incident.priority ||
      a.overdue - b.overdue ||
      a.incident.opened_at - b.incident.opened_at ||
      a.incident.number - b.incident.number,
  );
  over.sort((a, b) => b.number - a.number);
  return [...live.map((one) => one.incident), ...over.slice(0, ENDED_SHOWN_MAX)];
}

/** Keep rows where they are while a hand is on them: only new rows are added, at the end. */
export function heldOrder(before: readonly string[], wanted: readonly Incident[]): Incident[] {
  const byId = new Map(wanted.map((one) => [one.id, one]));
  const held = before.flatMap((id) => byId.get(id) ?? []);
  const known = new Set(before);
  return [...held, ...wanted.filter((one) => !known.has(one.id))];
}

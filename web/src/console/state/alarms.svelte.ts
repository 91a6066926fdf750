/** Alarms that nobody has looked at yet: a new P1, a P1 whose first arrival is overdue, what was raised to the leader, who asks for aid. */
import { isOverdue, type Incident } from "../../kernel/incidents";
import { soundAlarm } from "./sound";

export interface Alarm {
  readonly incident_id: string;
  readonly number: number;
  readonly why: "newP1" | "overdueP1" | "raised" | "aidAsked";
}

interface Seen {
  readonly urgent: boolean;
  readonly overdue: boolean;
  readonly raised: number;
  readonly asked: number;
}

const AGAIN_AFTER_MS = 10_000;
const AGAIN_MAX = 3;

export class Alarms {
  list: readonly Alarm[] = $state.raw([]);
  private readonly known = new Map<string, Seen>();
  private soundedAt = 0;
  private sounded = 0;

  /** `leads`: whether who sits here is told of what stayed overdue; `answersFor`: the body whose aid is answered here, if any is. */
  constructor(
    private readonly leads: () => boolean = () => false,
    private readonly answersFor: () => string | null = () => null,
  ) {}

  /**
   * Look at an incident: what is urgent now and was not before is an alarm; at first sight of it all, what waits still.
   * What a desk has just opened itself, and has before it, is none.
   */
  look(incident: Incident, now: number, isFirstSight: boolean, isSelected = false): void {
    const before = this.known.get(incident.id);
    const seen = seenOf(incident, now, this.answersFor());
    this.known.set(incident.id, seen);
    this.letGo(incident, seen);
    if (incident.live && seen.asked > (before?.asked ?? 0)) return this.raise(incident, "aidAsked");
    if (isFirstSight && incident.phase !== "waiting") return seen.overdue ? this.raise(incident, "overdueP1") : undefined;
    if (this.leads() && incident.live && seen.raised > (before?.raised ?? 0)) this.raise(incident, "raised");
    if (before === undefined && isSelected) return;
    if (seen.urgent && !before?.urgent) this.raise(incident, "newP1");
    else if (seen.overdue && !before?.overdue) this.raise(incident, "overdueP1");
  }

  /** Somebody has looked, or has acted: its alarms, or those of one sort, are over. */
  settle(incidentId: string, why: Alarm["why"] | null = null): void {
    const isOver = (one: Alarm) => one.incident_id === incidentId && (why === null || one.why === why);
    if (this.list.some(isOver)) this.list = this.list.filter((one) => !isOver(one));
  }

  /** Sound again, a few times, while nobody has looked. */
  remind(wall: number): void {
    if (this.list.length === 0 || this.sounded >= AGAIN_MAX || wall - this.soundedAt < AGAIN_AFTER_MS) return;
    this.sound(wall);
  }

  /** What was raised rings until the leader has looked: that somebody came meanwhile does not say why nobody answered. */
  private letGo(incident: Incident, seen: Seen): void {
    if (!incident.live) this.settle(incident.id);
    if (seen.asked === 0) this.settle(incident.id, "aidAsked");
    if (!seen.urgent || incident.arrived_at !== null || incident.phase !== "waiting") this.settle(incident.id, "newP1");
    if (!seen.urgent || incident.arrived_at !== null) this.settle(incident.id, "overdueP1");
  }

  private raise(incident: Incident, why: Alarm["why"]): void {
    const others = this.list.filter((one) => one.incident_id !== incident.id);
    this.list = [{ incident_id: incident.id, number: incident.number, why }, ...others];
    this.sounded = 0;
    this.sound(Date.now());
  }

  private sound(wall: number): void {
    this.soundedAt = wall;
    if (soundAlarm()) this.sounded += 1;
  }
}

function seenOf(incident: Incident, now: number, body: string | null): Seen {
  const urgent = incident.live && incident.priority === 1;
  const overdue = urgent && incident.phase !== "handled" && isOverdue(incident, now);
  const asked = Object.values(incident.dispatch?.aid ?? {}).filter((one) => one.state === "asked" && one.body === body).length;
  return { urgent, overdue, raised: Object.keys(incident.dispatch?.raised ?? {}).length, asked };
}

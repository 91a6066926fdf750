/** Alarms that nobody has looked at yet: a new P1, a P1 whose first arrival is overdue. */
import { isOverdue, type Incident } from "../../kernel/incidents";
import { soundAlarm } from "./sound";

export interface Alarm {
  readonly incident_id: string;
  readonly number: number;
  readonly why: "newP1" | "overdueP1";
}

const AGAIN_AFTER_MS = 10_000;
const AGAIN_MAX = 3;

export class Alarms {
  list: readonly Alarm[] = $state.raw([]);
  private readonly known = new Map<string, { urgent: boolean; overdue: boolean }>();
  private soundedAt = 0;
  private sounded = 0;

  /**
   * Look at an incident: what is urgent now and was not before is an alarm; at first sight of it all, what waits still.
   * What a desk has just opened itself, and has before it, is none.
   */
  look(incident: Incident, now: number, isFirstSight: boolean, isSelected = false): void {
    const urgent = incident.live && incident.priority === 1;
    const overdue = urgent && incident.phase !== "handled" && isOverdue(incident, now);
    const before = this.known.get(incident.id);
    this.known.set(incident.id, { urgent, overdue });
    if (!urgent || incident.arrived_at !== null) this.settle(incident.id);
    else if (incident.phase !== "waiting") this.settle(incident.id, "newP1");
    if (isFirstSight && incident.phase !== "waiting") return;
    if (before === undefined && isSelected) return;
    if (urgent && !before?.urgent) this.raise({ incident_id: incident.id, number: incident.number, why: "newP1" });
    else if (overdue && !before?.overdue) this.raise({ incident_id: incident.id, number: incident.number, why: "overdueP1" });
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

  private raise(alarm: Alarm): void {
    this.list = [alarm, ...this.list.filter((one) => one.incident_id !== alarm.incident_id)];
    this.sounded = 0;
    this.sound(Date.now());
  }

  private sound(wall: number): void {
    this.soundedAt = wall;
    if (soundAlarm()) this.sounded += 1;
  }
}

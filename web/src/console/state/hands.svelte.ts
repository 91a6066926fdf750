/** The hands of the operator: run acts, say what came of them, keep the way back open for a while. */
import type { Act } from "../../kernel/grammar";
import { mayDo } from "../../kernel/rights";
import type { Done as Ordered } from "../../kernel/guide";
import { problemWords } from "../words/problems";
import { words, wordFor } from "../words";
import type { Received } from "./answers";
import { perform, recallOrders, type Deed, type Done } from "./deeds";
import type { Desk } from "./desk.svelte";

const SHOWN_MS = 6_000;
/** For so long an order may be taken back from its toast. */
const UNDO_MS = 15_000;

export interface Toast {
  readonly key: number;
  readonly text: string;
  readonly tone: "ok" | "bad";
  readonly undo: (() => void) | null;
  readonly until: number;
}

export class Hands {
  toasts: readonly Toast[] = $state.raw([]);
  busy = $state(false);
  helpOpen = $state(false);
  reporting = $state(false);
  /** What came of the last report, with its candidates, until it is put away. */
  received: Received | null = $state.raw(null);
  /** The last order and the last report of this pair of hands, for whoever asks what became of them. */
  ordered: Ordered | null = $state.raw(null);
  reported: Received | null = $state.raw(null);
  private nextKey = 1;

  constructor(
    private readonly desk: Desk,
    private readonly flyTo: (lon: number, lat: number) => void,
  ) {}

  /** Do it; true when it was done. The reason of a refusal is said and thrown away nowhere. */
  async run(act: Act): Promise<boolean> {
    if (act.do === "help") {
      this.helpOpen = true;
      return true;
    }
    if (act.do === "fly") return this.fly(act);
    if (!mayDo(act, (action) => this.desk.may(action))) {
      this.say(words().command.why.not_allowed, "bad");
      return false;
    }
    return this.attempt(async () => this.confirm(await perform(this.desk.api, act as Deed)));
  }

  /** Anything else that asks the node: errors become words. */
  async attempt(run: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    try {
      await run();
      return true;
    } catch (error) {
      this.say(problemWords(error, (id) => this.desk.incidentsById.get(id)?.number), "bad");
      return false;
    } finally {
      this.busy = false;
    }
  }

  say(text: string, tone: Toast["tone"] = "ok", undo: (() => void) | null = null): void {
    const shown = undo ? UNDO_MS : SHOWN_MS;
    const toast = { key: this.nextKey, text, tone, undo, until: Date.now() + shown };
    this.nextKey += 1;
    this.toasts = [...this.toasts.slice(-3), toast];
    setTimeout(() => this.dismiss(toast.key), shown);
  }

  dismiss(key: number): void {
    this.toasts = this.toasts.filter((one) => one.key !== key);
  }

  private fly(act: Extract<Act, { do: "fly" }>): boolean {
    const place = act.unit
      ? this.desk.whereabouts(act.unit)
      : act.incident && act.incident.lon !== null && act.incident.lat !== null
        ? { lon: act.incident.lon, lat: act.incident.lat }
        : null;
    if (act.incident) this.desk.select(act.incident.id);
    if (place) this.flyTo(place.lon, place.lat);
    else this.say(words().noPlace, "bad");
    return place !== null;
  }

  private confirm(done: Done): void {
    const said = words().done;
    if (done.did === "dispatch") {
      const { assignments } = done.order;
      this.ordered = { incident_id: done.act.incident.id, assignment_ids: assignments.map((one) => one.id) };
      const signs = assignments.map((one) => one.call_sign).join(words().and);
      const undo = () => void this.takeBack(assignments.map((one) => one.id), signs);
      this.say(said.dispatch(signs, done.act.incident.number), "ok", undo);
    } else if (done.did === "report") {
      this.heard(done.received);
    } else {
      this.say(this.otherWords(done.act));
    }
  }

  heard(received: Received): void {
    this.reported = received;
    this.desk.select(received.incident_id);
    const text = received.attached ? words().report.attached(received.number) : words().report.made(received.number);
    this.say(text);
    if (received.candidates.length > 0) {
      this.received = received;
      this.reporting = true;
    } else {
      this.reporting = false;
    }
  }

  private async takeBack(assignmentIds: readonly string[], signs: string): Promise<void> {
    await this.attempt(async () => {
      await recallOrders(this.desk.api, assignmentIds);
      this.say(words().done.cancelled(signs));
    });
  }

  private otherWords(act: Extract<Done, { did: "other" }>["act"]): string {
    const said = words().done;
    switch (act.do) {
      case "take":
        return said.take(act.incident.number);
      case "priority":
        return said.priority(act.incident.number, `P${act.priority}`);
      case "alarm":
        return said.alarm(act.incident.number, act.level);
      case "close":
        return said.close(act.incident.number);
      case "note":
        return said.note(act.incident.number);
      case "merge":
        return said.merge(act.incident.number, act.into.number);
      case "step":
        return said.step(act.unit.call_sign, wordFor(words().detail.next, act.step));
      case "zone":
        return words().zones.declared(act.incident.number);
      case "lift":
        return words().zones.lifted;
    }
  }
}

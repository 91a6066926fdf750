/** The hands of the operator: run acts, say what came of them, keep the way back open for a while. */
import type { Act } from "../../kernel/grammar";
import type { Incident } from "../../kernel/incidents";
import { mayDo } from "../../kernel/rights";
import { lossesOf } from "../../kernel/turning";
import type { Done as Ordered } from "../../kernel/guide";
import { problemWords } from "../words/problems";
import { words, wordFor } from "../words";
import type { Received } from "./answers";
import { perform, recallOrders, turningOf, type Deed, type Done, type Glance } from "./deeds";
import type { Desk } from "./desk.svelte";
import type { Dossier } from "./dossier.svelte";
import type { Drawing } from "./drawing.svelte";
import type { Layers } from "./layers.svelte";
import { zoneName } from "./naming";

const SHOWN_MS = 6_000;
/** For so long an order may be taken back from its toast. */
const UNDO_MS = 15_000;

export interface Toast {
  readonly key: number;
  readonly text: string;
  readonly tone: "ok" | "bad";
  readonly undo: (() => void) | null;
  /** What the way back is called, where it is no recall. */
  readonly undoWord?: string;
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
  /** The unit that this desk weighs for the incident that is open: its way is looked up and drawn. */
  weighed: string | null = $state(null);
  /** What would be sent is asked: of which kind, if the line said so. */
  previewing: Extract<Act, { do: "preview" }> | null = $state.raw(null);
  /** Told of each word said of a unit, so that its panel reads anew. */
  oninstructed: () => void = () => undefined;
  private nextKey = 1;

  constructor(
    private readonly desk: Desk,
    private readonly flyTo: (lon: number, lat: number) => void,
    private readonly layers: Layers,
    private readonly drawing: Drawing,
  ) {}

  /** Do it; true when it was done. The reason of a refusal is said and thrown away nowhere. */
  async run(act: Act): Promise<boolean> {
    if (!mayDo(act, (action) => this.desk.may(action))) {
      this.say(words().command.why.not_allowed, "bad");
      return false;
    }
    if (isGlance(act)) return this.glance(act);
    return this.attempt(async () => this.confirm(await perform(this.desk.api, act as Deed)));
  }

  /** Send one of the options under an incident, if it was there to be read. */
  async send(dossier: Dossier, incident: Incident, nth: number): Promise<void> {
    const option = dossier.advice?.options[nth];
    if (!option) return;
    if (!dossier.isRead(nth)) return this.say(words().detail.changed, "bad");
    const units = option.units.flatMap((one) => this.desk.unitsById.get(one.unit_id) ?? []);
    const recommendation = nth === 0 ? (dossier.advice?.recommendation_id ?? null) : null;
    await this.run({ do: "dispatch", incident, units, recommendation, turning: turningOf(option) });
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

  say(text: string, tone: Toast["tone"] = "ok", undo: (() => void) | null = null, undoWord?: string): void {
    const shown = undo ? UNDO_MS : SHOWN_MS;
    const toast = { key: this.nextKey, text, tone, undo, until: Date.now() + shown, ...(undoWord === undefined ? {} : { undoWord }) };
    this.nextKey += 1;
    this.toasts = [...this.toasts.slice(-3), toast];
    setTimeout(() => this.dismiss(toast.key), shown);
  }

  dismiss(key: number): void {
    this.toasts = this.toasts.filter((one) => one.key !== key);
  }

  private glance(act: Glance): boolean {
    switch (act.do) {
      case "help":
        this.helpOpen = true;
        return true;
      case "fly":
        return this.fly(act);
      case "layer":
        this.layers.show(act);
        return true;
      case "draw":
        this.drawing.begin(act.shape);
        return true;
      case "preview":
        this.previewing = act;
        return true;
    }
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
      this.say([said.dispatch(signs, done.act.incident.number), ...this.turnedWords(done.act)].join(words().and === "、" ? "；" : "; "), "ok", undo);
    } else if (done.did === "report") {
      this.heard(done.received);
    } else if (done.act.do === "instruct") {
      const { unit, incident } = done.act;
      this.oninstructed();
      this.say(this.otherWords(done.act), "ok", () => void this.run({ do: "uninstruct", incident, unit }), words().done.takeBack);
    } else {
      if (done.act.do === "uninstruct") this.oninstructed();
      this.say(this.otherWords(done.act));
    }
  }

  /** From where crews were turned round, as it was when it was ordered. */
  private turnedWords(act: Extract<Act, { do: "dispatch" }>): string[] {
    const losses = lossesOf(act.units, act.turning, this.desk.incidents());
    return losses.map(({ units, incident }) => words().done.turned(units.map((unit) => unit.call_sign).join(words().and), incident.number));
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
      case "instruct":
        return said[act.kind === "kept" ? "keep" : "veto"](act.unit.call_sign, act.incident.number);
      case "uninstruct":
        return said.uninstruct(act.unit.call_sign);
      case "zone":
        return words().zones.declared(act.incident.number);
      case "lift":
        return words().zones.lifted(zoneName(act.zone, String(act.incident.number)));
      case "aid":
        return words().aid.done(act.incident.number);
      case "recall":
        return said.recalled(act.unit.call_sign);
      case "casualties":
        return words().casualties.saved(act.incident.number, words().aid.counts(act.immediate, act.delayed, act.minor, act.dead));
    }
  }
}

function isGlance(act: Act): act is Glance {
  return act.do === "help" || act.do === "fly" || act.do === "layer" || act.do === "draw" || act.do === "preview";
}

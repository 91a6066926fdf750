/** The guide through a demo's first minute: what it follows, and whether it is seen; the rest it reckons. */
import { isWaiting, type Incident } from "../../kernel/incidents";
import {
  marksOf,
  newsOf,
  nextShown,
  nextWaiting,
  wasHeard,
  type Done,
  type Facts,
  type Mark,
  type SceneRun,
  type ScenesTold,
  type SceneStep,
  type Step,
  type UnitNews,
} from "../../kernel/guide";
import type { Received } from "./answers";

/** What the guide needs of the desk. */
export interface Guided {
  readonly api: { get<T>(path: string): Promise<T>; post<T>(path: string, body?: unknown): Promise<T> };
  readonly revision: number;
  readonly order: readonly Incident[];
  readonly selected: Incident | undefined;
  readonly seatId: string | null;
  /** Whether there is anybody to play a scene; null while that is not known. */
  readonly hasScenes: boolean | null;
  readonly incidentsById: ReadonlyMap<string, Incident>;
  select(id: string | null): void;
}

export interface Acting {
  readonly ordered: Done | null;
  readonly reported: Received | null;
}

/** Kept for the next visit where the browser keeps anything. */
export interface Keeper {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export type Shape = "open" | "folded" | "closed";
const SHAPES: readonly Shape[] = ["open", "folded", "closed"];
const KEPT_AS = "beaconfire.guide";
export const OPENING = "opening";
export const SCENES_PATH = "/v1/demo/scenes";

export class Guide {
  shape: Shape = $state("open");
  /** The incident that was chosen to answer. */
  followedId: string | null = $state(null);
  run: SceneRun | null = $state.raw(null);
  /** Whether this person may play scenes: not known before the node said so. */
  mayPlay = $state(false);
  /** Whether this screen asked for the run that plays, and so is led along. */
  leads = $state(false);
  private seen = 0;

  constructor(
    private readonly desk: Guided,
    private readonly hands: Acting,
    private readonly fly: (lon: number, lat: number) => void,
    private readonly keeper: Keeper | null,
  ) {
    this.shape = kept(keeper);
  }

  set(shape: Shape): void {
    this.shape = shape;
    try {
      this.keeper?.setItem(KEPT_AS, shape);
    } catch {
      // Not kept; shown all the same.
    }
  }

  /** Follow what was selected, if it waits; until an order was given. A scene's selection is nobody's choice. */
  look(selected: Incident | undefined): void {
    if (this.playing && this.leads) return;
    if (this.hands.ordered === null && selected !== undefined && isWaiting(selected)) this.followedId = selected.id;
  }

  get followed(): Incident | undefined {
    void this.desk.revision;
    return this.followedId === null ? undefined : this.desk.incidentsById.get(this.followedId);
  }

  /** What waits at this moment and could be chosen. */
  get waiting(): Incident | undefined {
    void this.desk.revision;
    return nextWaiting(this.desk.order, this.desk.seatId);
  }

  get ordered(): Incident | undefined {
    void this.desk.revision;
    const { ordered } = this.hands;
    return ordered === null ? undefined : this.desk.incidentsById.get(ordered.incident_id);
  }

  get news(): readonly UnitNews[] {
    const incident = this.ordered;
    return incident && this.hands.ordered ? newsOf(incident, this.hands.ordered) : [];
  }

  get reported(): Incident | undefined {
    void this.desk.revision;
    const { reported } = this.hands;
    return reported === null ? undefined : this.desk.incidentsById.get(reported.incident_id);
  }

  /** Whether others were faster at the one that was chosen. */
  get tooLate(): boolean {
    const { followed } = this;
    return followed !== undefined && this.hands.ordered === null && !isWaiting(followed);
  }

  get facts(): Facts {
    return {
      select: this.hands.ordered !== null || (this.followedId !== null && !this.tooLate),
      order: this.hands.ordered !== null,
      happened: wasHeard(this.news),
      report: this.hands.reported !== null,
      scenes: this.run?.state === "played",
    };
  }

  get marks(): Readonly<Record<Step, Mark>> {
    return marksOf(this.facts);
  }

  get playing(): boolean {
    return this.run?.state === "playing";
  }

  get sceneStep(): SceneStep | null {
    return this.run?.steps.at(-1) ?? null;
  }

  /** Ask how far the scenes are, where there are any; whoever may not know is shown no button. */
  async ask(): Promise<void> {
    if (this.desk.hasScenes !== true) return;
    const told = await this.desk.api.get<ScenesTold>(SCENES_PATH).catch(() => null);
    if (told === null) return;
    this.mayPlay = true;
    this.run = told.run;
    if (this.leads && told.run) this.lead(told.run);
  }

  async play(): Promise<void> {
    this.run = await this.desk.api.post<SceneRun>(SCENES_PATH, { name: OPENING });
    this.leads = true;
    this.seen = 0;
  }

  /** Show where it happens, as soon as the picture knows it; nobody else's screen is moved. */
  private lead(run: SceneRun): void {
    const step = nextShown(run, this.seen);
    const incident = step === null ? undefined : this.desk.incidentsById.get(step.incident_id);
    if (step === null || !incident) return;
    this.seen = run.steps.length;
    this.desk.select(incident.id);
    if (incident.lon !== null && incident.lat !== null) this.fly(incident.lon, incident.lat);
  }
}

function kept(keeper: Keeper | null): Shape {
  try {
    const was = keeper?.getItem(KEPT_AS);
    return SHAPES.find((one) => one === was) ?? "open";
  } catch {
    return "open";
  }
}

/** One phone: who works with it, what it shows, what it was told here and whether that has gone out. */
import { Api, Problem } from "../kernel/api";
import { BusinessClock } from "../kernel/clock";
import { Newest } from "../kernel/newest";
import { keepSignedIn, wasSignedIn } from "../kernel/signed_in";
import { askGrounds, isNews, lookAround, NOTHING, type Around, type Grounds } from "./around";
import { AFTER, type Assignment, type Point, type Site, type Step, type Task, type Unit } from "./calls";
import { forget, keep, kept, type Kept } from "./kept";
import { browserShelf, Outbox, type Operation } from "./outbox";
import { goneOut, stillTold, type Told } from "./told";

export const LOOK_EVERY_MS = 5_000;
/** Some looks and what they may take: then nobody should take it for how things stand. */
const SILENT_AFTER_MS = 20_000;
const LEAVING_AS = "beaconfire.leaving";
const OF_UNIT: ReadonlySet<string> = new Set(["in-service", "out-of-service", "on-view"]);

export class Phone {
  readonly api = new Api();
  isSignedIn = $state(false);
  /** It is known by now whether somebody is signed in. */
  isAsked = $state(false);
  hasEnded = $state(false);
  isOnline = $state(navigator.onLine);
  /** When the node told us last, by the phone's clock, and whether that is long ago. */
  heardAt = $state(Date.now());
  isSilent = $state(false);
  grounds: Grounds | null = $state.raw(null);
  around: Around = $state.raw(NOTHING);
  waiting: readonly Operation[] = $state.raw([]);
  /** What waits here in the name of whoever is not signed in now. */
  othersWaiting = $state(0);
  private told: Told = $state.raw(new Map());
  private readonly clock = new BusinessClock();
  private readonly readings = new Newest();
  private readonly looks = new Newest();
  private readonly outbox = new Outbox(this.api, browserShelf(), (operations, others) => {
    this.waiting = operations;
    this.othersWaiting = others;
  });
  private pause: ReturnType<typeof setTimeout> | undefined;
  private ending: Promise<unknown> = Promise.resolve();
  /** The node has said who this is: until then nothing goes out, what is shown may be somebody else's. */
  private isKnown = false;

  constructor() {
    this.api.onSignedOut = () => {
      this.hasEnded = this.isSignedIn;
      this.putDown();
    };
  }

  get refused(): readonly Operation[] {
    return this.waiting.filter((one) => one.refused !== null && one.step !== "seen");
  }

  get unsent(): number {
    return this.waiting.filter((one) => one.refused === null).length;
  }

  /** What was shown last is shown at once; the node says what holds now as soon as it answers. */
  async begin(): Promise<void> {
    this.outbox.reread();
    if (wasSignedIn()) {
      const last = kept(localStorage, Date.now());
      if (last) this.restore(last);
      else this.isSignedIn = true;
      await this.enter().catch(unlessUnanswered);
    } else await this.endSession();
    this.isAsked = true;
  }

  tick(): void {
    this.isSilent = Date.now() - this.heardAt > SILENT_AFTER_MS;
    if (!this.isSignedIn || !this.isAsked) return;
    void (this.isKnown ? this.look() : this.enter().catch(unlessUnanswered));
  }

  end(): void {
    clearTimeout(this.pause);
  }

  /** A sign-out that is still on its way goes first, and none meanwhile: it would end the new session. */
  async signIn(user: string, password: string): Promise<void> {
    const signing = this.ending.then(async () => {
      await this.api.post("/v1/session", { sign_in: user, password });
      localStorage.removeItem(LEAVING_AS);
    });
    this.ending = signing.catch(() => undefined);
    await signing;
    await this.enter();
  }

  /** Without a net the session is ended as soon as there is one: until then it is nobody's here. */
  async leave(): Promise<void> {
    this.putDown();
    this.hasEnded = false;
    localStorage.setItem(LEAVING_AS, "1");
    await this.endSession();
  }

  backOnline(): void {
    this.isOnline = true;
    if (!this.isSignedIn) void this.endSession();
    else void (this.isKnown ? this.send() : this.enter().catch(unlessUnanswered));
  }

  /** Another window of this phone has told or sent something. */
  reread(): void {
    this.outbox.reread();
  }

  /** Tell a step: it is kept first, and then sent as soon as there is a network. */
  tell(kind: "assignments" | "tasks", id: string, step: Step, more: Record<string, unknown> = {}): void {
    const source = kind === "assignments" ? { source: "app" } : {};
    this.told = new Map([...this.told, [id, step]]);
    this.save();
    this.put(`/v1/${kind}/${id}/${step}`, { ...this.occurredNow(), ...source, ...more }, id, step);
  }

  /** Known once more, at another place: it moves no step. */
  tellNewPlace(one: Assignment): void {
    this.put(`/v1/assignments/${one.id}/acknowledge`, { ...this.occurredNow(), source: "app", fence: one.fence }, one.id, "new-place");
  }

  transport(one: Assignment): void {
    const known = one.destination ? { hospital_id: one.destination } : {};
    if (!one.destination && !this.isWaiting(bedOf(one), "destination")) this.tellDestination(one, null);
    this.tell("assignments", one.id, "transport", { fence: one.fence, ...known });
  }

  /** A bed is asked for beside the steps: that there is none keeps nobody from driving. */
  tellDestination(one: Assignment, hospital: Site | null): void {
    this.put(`/v1/assignments/${one.id}/destination`, hospital ? { hospital_id: hospital.id } : {}, bedOf(one), "destination");
  }

  tellStatus(unit: Unit, step: "in-service" | "out-of-service", reason: string | null): void {
    const status = step === "in-service" ? "in_service" : "out_of_service";
    this.put(`/v1/units/${unit.id}/status`, { status, ...this.occurredNow(), source: "app", ...(reason ? { reason } : {}) }, unit.id, step);
  }

  tellOnView(unit: Unit, type: string | null, position: Point | null): void {
    const what = { ...(type ? { type } : {}), ...(position ? { position } : {}) };
    this.put(`/v1/units/${unit.id}/on-view`, { ...this.occurredNow(), source: "app", ...what }, unit.id, "on-view");
  }

  /** The receipt: kept and sent like a step, and never in the way of one. */
  receive(task: Task): void {
    this.put(`/v1/tasks/${task.id}/seen`, this.occurredNow(), receiptOf(task), "seen");
  }

  isReceiptWaiting(task: Task): boolean {
    return this.waiting.some((one) => one.about === receiptOf(task));
  }

  isBedWaiting(one: Assignment): boolean {
    return this.isWaiting(bedOf(one), "destination");
  }

  /** Whether the crew still has to say that it knows where the incident lies now. */
  hasMoved(one: Assignment): boolean {
    return one.address_changed && !this.isWaiting(one.id, "new-place") && !this.isWaiting(one.id, "acknowledge");
  }

  putAway(one: Operation): void {
    this.outbox.dismiss(one.key);
    if (moves(one.step)) this.told = new Map([...this.told].filter(([id]) => id !== one.about));
    void this.send();
  }

  /** Where it stands with all that was told here. */
  standing(id: string, status: string): string {
    const last = this.told.get(id);
    const isRefused = last !== undefined && this.refused.some((one) => one.about === id && one.step === last);
    return last === undefined || isRefused ? status : (AFTER[last] ?? status);
  }

  unsentOf(id: string): ReadonlySet<Step> {
    return new Set(this.waiting.filter((one) => one.about === id && one.refused === null).map((one) => one.step as Step));
  }

  unsentOfUnit(unit: Unit): Step | null {
    return [...this.unsentOf(unit.id)].findLast((step) => OF_UNIT.has(step)) ?? null;
  }

  async send(): Promise<void> {
    clearTimeout(this.pause);
    if (!this.isKnown) return;
    const again = await this.outbox.drain();
    // A receipt that comes too late is needed no more: nobody has to be told.
    for (const one of this.outbox.waiting) if (one.step === "seen" && one.refused !== null) this.outbox.dismiss(one.key);
    if (again !== null) this.pause = setTimeout(() => void this.send(), again);
    else await this.look();
  }

  private put(path: string, body: Operation["body"], about: string, step: Step): void {
    this.outbox.add(path, body, about, step);
    void this.send();
  }

  private occurredNow(): { occurred_at: string } {
    return { occurred_at: new Date(this.clock.now()).toISOString() };
  }

  private isWaiting(about: string, step: string): boolean {
    return this.waiting.some((one) => one.about === about && one.step === step && one.refused === null);
  }

  private async enter(): Promise<void> {
    this.takeUp(await askGrounds(this.api));
    this.isKnown = true;
    keepSignedIn(true);
    keepPageHere();
    this.hasEnded = false;
    await this.look();
    void this.send();
  }

  private restore({ at, grounds, around, told }: Kept): void {
    const { business_time, speed, paused } = around.clock;
    const since = paused ? 0 : (Date.now() - at) * speed;
    this.clock.set({ business_time: new Date(Date.parse(business_time) + since).toISOString(), speed, paused });
    this.told = new Map(Object.entries(told) as [string, Step][]);
    this.takeUp(grounds);
    this.around = around;
    this.heardAt = at;
  }

  /** As it is shown: what was told here and has gone out is not asked for again after a reload. */
  private save(): void {
    if (this.grounds === null || this.around === NOTHING) return;
    keep(localStorage, { at: this.heardAt, grounds: this.grounds, around: this.around, told: Object.fromEntries(this.told) });
  }

  private takeUp(known: Grounds): void {
    if (this.grounds !== null && this.grounds.person !== known.person) {
      this.around = NOTHING;
      this.told = new Map();
    }
    this.grounds = known;
    this.isSignedIn = true;
    this.outbox.belongsTo(known.person);
    const open = this.waiting.filter((one) => one.refused === null && moves(one.step));
    this.told = new Map([...this.told, ...open.map((one) => [one.about, one.step as Step] as const)]);
  }

  private putDown(): void {
    this.isSignedIn = false;
    this.isKnown = false;
    this.grounds = null;
    this.around = NOTHING;
    this.told = new Map();
    this.outbox.belongsTo("");
    keepSignedIn(false);
    forget(localStorage);
  }

  private endSession(): Promise<unknown> {
    const once = (): Promise<void> => this.endOnce().catch(unlessUnanswered);
    this.ending = this.ending.then(once, once);
    return this.ending;
  }

  private async endOnce(): Promise<void> {
    if (localStorage.getItem(LEAVING_AS) === null) return;
    try {
      await this.api.delete("/v1/session");
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
    }
    localStorage.removeItem(LEAVING_AS);
  }

  private async look(): Promise<void> {
    const known = this.grounds;
    if (known === null) return;
    const isNewestReading = this.readings.ask();
    const isNewest = this.looks.ask();
    const waits = (id: string): boolean => this.waiting.some((one) => one.about === id && one.refused === null);
    const answered = goneOut(this.told, waits);
    try {
      const found = await lookAround(this.api, known, this.around);
      if (this.grounds?.person !== known.person) return;
      this.heardAt = Date.now();
      this.isSilent = false;
      if (isNewestReading()) this.clock.set(found.clock);
      if (!isNewest()) return;
      if (isNews(this.around, found)) shake();
      this.around = found;
      this.told = stillTold(this.told, answered, waits);
      this.save();
    } catch (error) {
      // What is shown stays; the header says since when.
      unlessUnanswered(error);
    }
  }
}

function unlessUnanswered(error: unknown): void {
  if (!(error instanceof Problem)) throw error;
}

function moves(step: string): boolean {
  return AFTER[step as Step] !== undefined;
}

function bedOf(one: Assignment): string {
  return `${one.id}/bed`;
}

/** A task that is asked anew, for another place, is to be seen anew. */
function receiptOf(task: Task): string {
  return `${task.id}/seen/${task.offered_at}`;
}

/** A browser that keeps no pages, or may not here, opens this one with a net only. */
function keepPageHere(): void {
  navigator.serviceWorker?.register("/field-worker.js", { scope: "/field" }).catch(() => undefined);
}

/** A browser lets a page shake the phone only once somebody has touched it. */
function shake(): void {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([300, 150, 300]);
}

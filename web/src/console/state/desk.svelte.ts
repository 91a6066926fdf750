/** The desk: the live picture of one signed-in person, as the console's parts read it. */
import { Api } from "../../kernel/api";
import { BusinessClock } from "../../kernel/clock";
import { browserFeedPorts, Feed, type Link } from "../../kernel/feed";
import type { BeatFrame, FactBrief, UnitHandles } from "../../kernel/generated/contracts";
import type { World } from "../../kernel/grammar";
import { incidentOf, type Incident } from "../../kernel/incidents";
import { Picture } from "../../kernel/picture";
import type { Fix } from "../../kernel/positions";
import { countTabs, heldOrder, inTab, queueOrder, type Tab, type TabCounts } from "../../kernel/queue";
import type { BodyTold, SeatTold, SiteTold } from "../../kernel/records";
import { unitOf, type Unit } from "../../kernel/units";
import { closuresOf, type Closure } from "../../kernel/closures";
import { zonesOf, type Zone } from "../../kernel/zones";
import { Alarms } from "./alarms.svelte";
import type { ClockTold, IncidentType, Page, Session } from "./answers";

const FLUSH_MS = 100;
const TICK_MS = 250;
const HELD_FOR_MS = 4_000;
const CLOCK_AGAIN_MS = 30_000;

export interface Site extends SiteTold {
  readonly id: string;
  readonly kind: "station" | "hospital";
}

export class Desk implements World {
  readonly picture = new Picture();
  readonly clock = new BusinessClock();
  readonly alarms = new Alarms(
    () => this.may("seat.hand-over"),
    () => (this.may("aid.answer") ? this.session.body.id : null),
  );
  readonly feed: Feed;

  /** Business time in milliseconds, moving on with each whole second. */
  now = $state(Date.now());
  link: Link = $state("connecting");
  /** For how many whole seconds no beat came. */
  silent_s = $state(0);
  delay = $state(0);
  speed = $state(1);
  paused = $state(false);
  isDemo = $state(false);
  /** Whether there is anybody to play a scene; null before the clock's answer said so. */
  hasScenes: boolean | null = $state(null);
  /** The demo waits for a desk's first order: it runs like the wall, and at its usual speed afterwards. */
  held = $state(false);
  usualSpeed = $state(1);
  round = $state(1);
  ready = $state(false);
  /** Moves on whenever anything in the picture did. */
  revision = $state(0);
  /** Moves on when a station or a hospital did. */
  siteRevision = $state(0);
  /** Moves on when an incident did, for what is costly to draw. */
  incidentRevision = $state(0);
  order: readonly Incident[] = $state.raw([]);
  counts: TabCounts = $state.raw({ area: 0, seat: 0, waiting: 0, overdue: 0 });
  tab: Tab = $state("area");
  selectedId: string | null = $state(null);
  pointed: { readonly lon: number; readonly lat: number } | null = $state.raw(null);
  zonesInForce: readonly Zone[] = $state.raw([]);
  closuresInForce: readonly Closure[] = $state.raw([]);
  incidentTypes: readonly IncidentType[] = $state.raw([]);
  session: Session = $state.raw(null as unknown as Session);

  /** Told of each new fact, for timelines; and of each batch of positions, for the map. */
  readonly factListeners = new Set<(fact: FactBrief, kind: string, id: string) => void>();
  readonly fixListeners = new Set<() => void>();
  readonly fixes = new Map<string, Fix>();
  readonly incidentsById = new Map<string, Incident>();
  readonly unitsById = new Map<string, Unit>();

  private moved = new Set<string>();
  private readonly byNumber = new Map<number, string>();
  private readonly bySign = new Map<string, string>();
  private readonly unitByHandle = new Map<number, string>();
  private timers: ReturnType<typeof setInterval>[] = [];
  private heardAt = Date.now();
  private handleEpoch = "";
  private heldUntil = 0;

  constructor(
    readonly api: Api,
    session: Session,
  ) {
    this.session = session;
    const ticket = async () => (await api.post<{ ticket: string }>("/v1/feed/ticket")).ticket;
    this.feed = new Feed(this.picture, browserFeedPorts(ticket), {
      link: (link) => (this.link = link),
      beat: (beat) => this.takeBeat(beat),
      fact: (fact, kind, id) => this.factListeners.forEach((listen) => listen(fact, kind, id)),
      fixes: (fixes) => this.takeFixes(fixes),
      handles: (handles) => this.takeHandles(handles),
      whole: () => this.flush(),
      drifted: (why) => console.info(`feed: asked for the picture anew: ${why}`),
    });
  }

  start(): void {
    this.feed.start();
    this.timers = [
      setInterval(() => this.flush(), FLUSH_MS),
      setInterval(() => this.tick(), TICK_MS),
      setInterval(() => void this.readClock(), CLOCK_AGAIN_MS),
    ];
    void this.readClock();
    void this.readTypes();
  }

  stop(): void {
    this.feed.stop();
    this.timers.forEach(clearInterval);
  }

  get selected(): Incident | undefined {
    void this.revision;
    return this.selectedId === null ? undefined : this.incidentsById.get(this.selectedId);
  }

  get seatId(): string | null {
    return this.session.seat?.id ?? null;
  }

  /** Whether it is offered: what their roles never allow is not. */
  may(action: string): boolean {
    return this.session.may.includes(action);
  }

  get zone(): string {
    return this.session.zone;
  }

  select(id: string | null): void {
    this.selectedId = id;
    if (id !== null) this.alarms.settle(id);
  }

  /** A hand is on the queue: rows stay where they are for a moment. */
  holdOrder(): void {
    this.heldUntil = Date.now() + HELD_FOR_MS;
  }

  letOrderGo(): void {
    this.heldUntil = 0;
  }

  inTab(tab: Tab): readonly Incident[] {
    return this.order.filter((one) => inTab(one, tab, this.seatId, this.now) && (tab === "area" || one.live));
  }

  // What the command line asks.

  incidentByNumber(number: number): Incident | undefined {
    const id = this.byNumber.get(number);
    return id === undefined ? undefined : this.incidentsById.get(id);
  }

  unitByCallSign(callSign: string): Unit | undefined {
    const id = this.bySign.get(callSign);
    return id === undefined ? undefined : this.unitsById.get(id);
  }

  incidents(): Iterable<Incident> {
    return this.incidentsById.values();
  }

  units(): Iterable<Unit> {
    return this.unitsById.values();
  }

  zones(): Iterable<Zone> {
    return this.zonesInForce;
  }

  types(): readonly IncidentType[] {
    return this.incidentTypes;
  }

  // What parts ask for names and places.

  typeOf(code: string | null): IncidentType | undefined {
    return code === null ? undefined : this.incidentTypes.find((one) => one.code === code);
  }

  seat(id: string): SeatTold | undefined {
    return this.picture.data<SeatTold>("seat", id, "agency");
  }

  body(id: string): BodyTold | undefined {
    return this.picture.data<BodyTold>("body", id, "agency");
  }

  callSign(unitId: string): string {
    return this.unitsById.get(unitId)?.call_sign ?? unitId.slice(-4);
  }

  station(id: string): SiteTold | undefined {
    return this.picture.data<SiteTold>("station", id, "dispatch");
  }

  hospital(id: string): SiteTold | undefined {
    return this.picture.data<SiteTold>("hospital", id, "dispatch");
  }

  /** Stations and hospitals; of stations that the map has no longer those alone that are some unit's. */
  sites(): Site[] {
    return (["station", "hospital"] as const).flatMap((kind) =>
      Array.from(this.picture.idsOf(kind)).flatMap((id) => {
        const told = this.picture.data<SiteTold>(kind, id, "dispatch");
        return told && (!told.retired_at || this.isHome(id)) ? [{ ...told, id, kind }] : [];
      }),
    );
  }

  private isHome(stationId: string): boolean {
    return Array.from(this.unitsById.values()).some((unit) => unit.told.station_id === stationId);
  }

  /** Where a unit was last seen, or its station where it has told nothing yet. */
  whereabouts(unit: Unit): { readonly lon: number; readonly lat: number } | null {
    return this.fixes.get(unit.id) ?? unit.home;
  }

  /** Units that moved or changed since this was last asked. */
  drainMoved(): ReadonlySet<string> {
    const { moved } = this;
    this.moved = new Set();
    return moved;
  }

  async setClock(change: { speed?: number; paused?: boolean }): Promise<void> {
    this.takeClock(await this.api.put<ClockTold>("/v1/clock", change));
  }

  private async readClock(): Promise<void> {
    const told = await this.api.get<ClockTold>("/v1/clock").catch(() => null);
    if (told) this.takeClock(told);
  }

  private takeClock(told: ClockTold): void {
    this.isDemo = told.demo;
    this.hasScenes = told.scenes;
    this.clock.set(told);
    this.speed = told.speed;
    this.paused = told.paused;
    this.held = told.held_at_wall_pace;
    this.usualSpeed = told.usual_speed;
    this.round = told.replay_round ?? 1;
  }

  private async readTypes(): Promise<void> {
    const page = await this.api.get<Page<IncidentType>>("/v1/incident-types").catch(() => null);
    if (page) this.incidentTypes = page.items;
  }

  private takeBeat(beat: BeatFrame): void {
    this.clock.set(beat);
    if (beat.speed !== this.speed) void this.readClock();
    this.speed = beat.speed;
    this.paused = beat.paused;
    this.heardAt = Date.now();
  }

  private takeHandles(told: UnitHandles): void {
    if (told.epoch !== this.handleEpoch) this.unitByHandle.clear();
    this.handleEpoch = told.epoch;
    for (const [unit, handle] of Object.entries(told.handles)) this.unitByHandle.set(handle, unit);
  }

  private takeFixes(fixes: readonly Fix[]): void {
    for (const fix of fixes) {
      const unit = this.unitByHandle.get(fix.handle);
      if (unit === undefined) continue;
      this.fixes.set(unit, fix);
      this.moved.add(unit);
    }
    this.fixListeners.forEach((listen) => listen());
  }

  /** Bring what changed into what the parts read; at most ten times a second. */
  private flush(): void {
    const touched = this.picture.drain();
    if (touched.size === 0) return;
    const now = this.clock.now();
    let stationsMoved = false;
    let sitesMoved = false;
    let incidentsMoved = false;
    let zonesMoved = false;
    let closuresMoved = false;
    for (const thing of touched) {
      const [kind, id] = thing.split(" ") as [string, string];
      if (kind === "incident") {
        this.refreshIncident(id, now);
        incidentsMoved = true;
      }
      if (kind === "zone" || kind === "unit") zonesMoved = true;
      if (kind === "closure") closuresMoved = true;
      if (kind === "unit") this.refreshUnit(id);
      else if (kind === "station") stationsMoved = true;
      if (kind === "station" || kind === "hospital") sitesMoved = true;
    }
    if (stationsMoved) for (const id of this.picture.idsOf("unit")) this.refreshUnit(id);
    if (this.feed.pos !== null) this.ready = true;
    this.arrange(now);
    if (incidentsMoved) this.incidentRevision += 1;
    if (sitesMoved) this.siteRevision += 1;
    if (closuresMoved) this.closuresInForce = closuresOf(this.picture);
    if (zonesMoved) this.zonesInForce = zonesOf(this.picture);
    this.revision += 1;
  }

  private refreshIncident(id: string, now: number): void {
    const incident = incidentOf(this.picture, id);
    if (!incident) {
      this.incidentsById.delete(id);
      return;
    }
    this.incidentsById.set(id, incident);
    this.byNumber.set(incident.number, id);
    this.alarms.look(incident, now, !this.ready, id === this.selectedId);
  }

  private refreshUnit(id: string): void {
    this.moved.add(id);
    const unit = unitOf(this.picture, id);
    if (!unit) {
      this.unitsById.delete(id);
      return;
    }
    this.unitsById.set(id, unit);
    this.bySign.set(unit.call_sign.toUpperCase(), id);
  }

  private arrange(now: number): void {
    const wanted = queueOrder(this.incidentsById.values(), now);
    const held = Date.now() < this.heldUntil;
    const next = held ? heldOrder(this.order.map((one) => one.id), wanted) : wanted;
    const same = next.length === this.order.length && next.every((one, nth) => one === this.order[nth]);
    if (!same) this.order = next;
    this.counts = countTabs(this.incidentsById.values(), this.seatId, now);
  }

  private tick(): void {
    this.delay = this.feed.delay();
    this.silent_s = Math.floor((Date.now() - this.heardAt) / 1_000);
    const now = Math.floor(this.clock.now() / 1_000) * 1_000;
    if (now === this.now) return;
    this.now = now;
    for (const incident of this.incidentsById.values()) {
      if (incident.priority === 1) this.alarms.look(incident, now, false);
    }
    this.alarms.remind(Date.now());
    this.arrange(now);
  }
}

/** What is asked about the selected incident beyond the picture: its reports, record and advice. */
import type { Desk } from "./desk.svelte";
import type { Entry, IncidentFile, Page, Recommendation, ReportRow } from "./answers";

const AFTER_FACT_MS = 250;
const PAGE_MAX = 500;

export class Dossier {
  reports: readonly ReportRow[] = $state.raw([]);
  entries: readonly Entry[] = $state.raw([]);
  advice: Recommendation | null = $state.raw(null);
  /** When this incident was last looked at; later entries are new to this pair of eyes. */
  seenUntil = $state(Number.POSITIVE_INFINITY);
  private id: string | null = null;
  private readonly lastLook = new Map<string, number>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly desk: Desk) {
    desk.factListeners.add((_fact, kind, id) => {
      if (kind === "incident" && id === this.id) this.soon();
    });
  }

  open(id: string | null): void {
    if (id === this.id) return;
    if (this.id !== null) this.lastLook.set(this.id, this.desk.clock.now());
    this.id = id;
    this.reports = [];
    this.entries = [];
    this.advice = null;
    clearTimeout(this.timer);
    if (id === null) return;
    this.seenUntil = this.lastLook.get(id) ?? Number.POSITIVE_INFINITY;
    void this.read();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(), AFTER_FACT_MS);
  }

  private async read(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    const { api } = this.desk;
    const [file, timeline, advice] = await Promise.all([
      api.get<IncidentFile>(`/v1/incidents/${id}`).catch(() => null),
      api.get<Page<Entry>>(`/v1/incidents/${id}/timeline?limit=${PAGE_MAX}`).catch(() => null),
      api.get<Recommendation>(`/v1/incidents/${id}/recommendation`).catch(() => null),
    ]);
    if (this.id !== id) return;
    if (file) this.reports = file.reports;
    if (timeline) this.entries = timeline.items;
    this.advice = advice;
  }
}

/** A week on the wall: its days in a zone, where a stretch lies in it, and stretches that go on. */
import type { Duty, Gap, Shift } from "./answers";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The calendar day of a moment in a zone, `2026-11-23`. */
export function dayIn(moment: number, zone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(moment);
}

/** The time of day of a moment in a zone, `08:00`. */
export function hourIn(moment: number, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(moment);
}

/** The first moment of a calendar day in a zone; of a day without midnight its first moment that is. */
export function midnight(day: string, zone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  let found = wanted;
  for (let nth = 0; nth < 3; nth += 1) {
    const off = Date.parse(`${dayIn(found, zone)}T${hourIn(found, zone)}:00Z`) - found;
    found = wanted - Math.round(off / MINUTE_MS) * MINUTE_MS;
  }
  return found;
}

/** A day further or back. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return dayAfter(day, -((weekday + 6) % 7));
}

/** Where a stretch lies in a week, as shares of it from 0 to 1. */
export function placed(stretch: { readonly from_at: string; readonly until_at: string }, week: { readonly from_at: string; readonly until_at: string }) {
  const [begins, ends] = [Date.parse(week.from_at), Date.parse(week.until_at)];
  const share = (moment: string) => Math.min(1, Math.max(0, (Date.parse(moment) - begins) / (ends - begins)));
  const from = share(stretch.from_at);
  return { from, length: share(stretch.until_at) - from };
}

/** Shifts of the same that follow each other without a pause are one stretch. */
export function joined(shifts: readonly Shift[]): Shift[] {
  const found: Shift[] = [];
  for (const one of shifts) {
    const nth = found.findLastIndex((other) => other.person_id === one.person_id && other.body === one.body && other.part === one.part);
    const before = found[nth];
    if (before && before.until_at === one.from_at) found[nth] = { ...before, until_at: one.until_at };
    else found.push(one);
  }
  return found;
}

/** Stretches in as few rows as let none lie over another. */
export function laned<T extends { readonly from_at: string; readonly until_at: string }>(stretches: readonly T[]): T[][] {
  const lanes: T[][] = [];
  for (const one of stretches) {
    const lane = lanes.find((other) => (other.at(-1)?.until_at ?? "") <= one.from_at);
    if (lane) lane.push(one);
    else lanes.push([one]);
  }
  return lanes;
}

/** The weekday (1 is Monday) and the time of a moment in a zone. */
export function said(moment: string, zone: string): { readonly weekday: number; readonly hour: string } {
  const at = Date.parse(moment);
  const weekday = new Date(`${dayIn(at, zone)}T00:00:00Z`).getUTCDay();
  return { weekday: weekday === 0 ? 7 : weekday, hour: hourIn(at, zone) };
}

export function hoursOf(gaps: readonly Gap[]): number {
  const whole = gaps.reduce((sum, one) => sum + Date.parse(one.until_at) - Date.parse(one.from_at), 0);
  return Math.round(whole / 360_000) / 10;
}

/** A line as it is edited: dates instead of moments, the last day instead of the moment after it. */
export interface Draft {
  part: Duty["part"];
  who: string;
  weekdays: number[];
  begins: string;
  ends: string;
  from: string;
  through: string;
}

export function draftOf(duty: Duty, zone: string): Draft {
  return {
    part: duty.part,
    who: duty.person_id ?? duty.body ?? "",
    weekdays: [...duty.weekdays],
    begins: duty.begins,
    ends: duty.ends,
    from: dayIn(Date.parse(duty.from_at), zone),
    through: duty.until_at === null ? "" : dayIn(Date.parse(duty.until_at) - 1, zone),
  };
}

/** The line that a draft means; what was not touched of `was` keeps its very moment. */
export function dutyOf(draft: Draft, zone: string, was: Duty | null): Duty {
  const before = was === null ? null : draftOf(was, zone);
  const moment = (day: string) => new Date(midnight(day, zone)).toISOString();
  const isDesk = draft.part === "desk";
  return {
    part: draft.part,
    person_id: isDesk ? null : draft.who,
    body: isDesk ? draft.who : null,
    weekdays: draft.weekdays,
    begins: draft.begins,
    ends: draft.ends,
    from_at: was !== null && before?.from === draft.from ? was.from_at : moment(draft.from),
    until_at: was !== null && before?.through === draft.through ? was.until_at : draft.through === "" ? null : moment(dayAfter(draft.through, 1)),
  };
}

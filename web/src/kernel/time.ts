/** Times and lengths as figures that do not jump. */
import type { Language } from "./language";

/** Seconds as `m:ss` padded to `mm:ss`, hours as `h:mm:ss`. */
export function figures(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds));
  const s = String(whole % 60).padStart(2, "0");
  const m = String(Math.floor(whole / 60) % 60).padStart(2, "0");
  const h = Math.floor(whole / 3_600);
  return h > 0 ? `${h}:${m}:${s}` : `${m}:${s}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The time of day in a zone, `22:41:07`. */
export function timeOfDay(moment: number, zone: string): string {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
    formats.set(zone, format);
  }
  return format.format(moment);
}

const DAY_MIN = 1_440;
/** A time of day further back than this is one that has not come yet. */
const BACK_MAX_MIN = 720;
const MINUTE_MS = 60_000;

/** Whether a word is a time as people say it on the radio: `14:05`, or `-5` for five minutes ago. */
export function isSaidTime(word: string): boolean {
  return /^(?:\d{1,2}:\d{2}|-\d{1,3})$/.test(word);
}

/** The moment that a said time means: the nearest such time that has passed in the zone, or null. */
export function momentSaid(word: string, now: number, zone: string): number | null {
  if (!isSaidTime(word)) return null;
  if (word.startsWith("-")) {
    const minutes = Number(word.slice(1));
    return minutes > BACK_MAX_MIN ? null : now - minutes * MINUTE_MS;
  }
  const [hours, minutes] = word.split(":").map(Number) as [number, number];
  if (hours > 23 || minutes > 59) return null;
  const wanted = hours * 60 + minutes;
  const thisMinute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  let back = (minuteOfDay(thisMinute, zone) - wanted + DAY_MIN) % DAY_MIN;
  back += minuteOfDay(thisMinute - back * MINUTE_MS, zone) - wanted; // where clocks were moved between
  if (back < 0 || back > BACK_MAX_MIN) return null;
  const moment = thisMinute - back * MINUTE_MS;
  return minuteOfDay(moment, zone) === wanted ? moment : null;
}

function minuteOfDay(moment: number, zone: string): number {
  const [hours, minutes] = timeOfDay(moment, zone).split(":").map(Number) as [number, number];
  return hours * 60 + minutes;
}

/** Metres as `180 m` (`180 米`) below a kilometre, else `1.5 km`. */
export function distance(metres: number, language: Language = "en"): string {
  if (metres >= 995) return `${(metres / 1_000).toFixed(1)} km`;
  return `${Math.round(metres)} ${language === "zh" ? "米" : "m"}`;
}

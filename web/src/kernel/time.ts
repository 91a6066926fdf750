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

/** Metres as `180 m` (`180 米`) below a kilometre, else `1.5 km`. */
export function distance(metres: number, language: Language = "en"): string {
  if (metres >= 995) return `${(metres / 1_000).toFixed(1)} km`;
  return `${Math.round(metres)} ${language === "zh" ? "米" : "m"}`;
}

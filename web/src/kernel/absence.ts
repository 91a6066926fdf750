/** Why nothing stands where something could: nobody on an incident, nobody proposed for it. */
import type { Incident } from "./incidents";

/** Nobody is on it: yet, any more, or at any time. */
export type NobodyOn = "noUnits" | "unitsDone" | "noUnitWent";

export function nobodyOn(incident: Incident): NobodyOn {
  const ended = Object.values(incident.dispatch?.assignments ?? {});
  if (ended.some((one) => one.status === "cleared")) return "unitsDone";
  return incident.phase === "waiting" || incident.phase === "call" ? "noUnits" : "noUnitWent";
}

/** Nobody is proposed for what has no place: no road leads there. What was pointed at can become its place. */
export function isPlaceless(incident: Incident): boolean {
  return incident.live && (incident.lon === null || incident.lat === null);
}

/** What a report needs beside its kind: somewhere to go, or what was told. */
export function isToldEnough(told: { readonly text: string; readonly place: string; readonly isPointed: boolean }): boolean {
  return told.isPointed || told.text.trim() !== "" || told.place.trim() !== "";
}

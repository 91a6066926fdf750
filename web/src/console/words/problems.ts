/** A refusal in the words of the page. */
import { Problem } from "../../kernel/api";
import { words } from "./index";

export function problemWords(error: unknown, numberOf: (incidentId: string) => number | undefined = () => undefined): string {
  const known = words().problem;
  if (!(error instanceof Problem)) return known.unknown(String(error));
  if (error.code === "unit_taken") {
    const { call_sign, incident_id } = error.members;
    const number = typeof incident_id === "string" ? numberOf(incident_id) : undefined;
    return known.unit_taken(String(call_sign ?? ""), String(number ?? "?"));
  }
  const word = (known as Readonly<Record<string, unknown>>)[error.code];
  if (typeof word === "string") return word;
  if (error.status === 401) return known.unauthenticated;
  if (error.status === 403) return known.forbidden;
  if (error.status === 404) return known.not_found;
  if (error.status === 422 || error.status === 400) return `${known.invalid} ${error.pointer ?? ""}`.trim();
  if (error.status >= 500) return known.unavailable;
  return known.unknown(error.code);
}

/** What an alarm level would ask for and who would go, in words. */
import { figures } from "../../kernel/time";
import { words } from "../words";
import type { Foreseen } from "./answers";
import { needWords } from "./timeline";

/** Read under stress: who is there first, the rest is counted. */
const NAMED_MAX = 4;

/** Without a place nobody is looked for: then nothing is said of who is missing. */
export function wouldWords(seen: Foreseen, isPlaceless: boolean): string {
  const why = words().why;
  const [option] = seen.would.options;
  const soonest = [...(option?.units ?? [])].sort((a, b) => a.travel_time_s - b.travel_time_s);
  const named = soonest.slice(0, NAMED_MAX).map((unit) => `${unit.call_sign} ${figures(unit.travel_time_s)}`);
  const who = [...named, ...(soonest.length > NAMED_MAX ? [why.others(soonest.length - NAMED_MAX)] : [])].join(words().and);
  const short = isPlaceless || seen.would.short.length === 0 ? [] : [why.wouldShort(needWords(seen.would.short))];
  const nobody = isPlaceless ? why.wouldNeedPlace : why.wouldNobody;
  const parts = [why.would(words().detail.alarm(seen.level), needWords(seen.would.needs)), who ? why.wouldSend(who) : nobody, ...short];
  return parts.join(words().and === "、" ? "；" : "; ");
}

/** Mutual aid: who is asked for units, and what they answer. */
import type { Words } from "../../../kernel/language";
import type { aid as zh } from "../zh/aid";

export const aid: Words<typeof zh> = {
  aid: {
    heading: "Mutual aid",
    ask: "Ask a neighbour for what is short",
    whom: "Whom to ask first",
    nearest: "The nearest that has one",
    askOf: (body) => `Ask ${body}`,
    done: (number) => `Aid is asked for ${number}`,
    nobodyThere: "nobody is at its desks",
    ours: "your body is asked",
    asked: (body, needs) => `${body}: ${needs}`,
    until: (time) => `answer by ${time}`,
    give: "Give",
    units: "Call signs, parted by spaces",
    decline: "Decline",
    withdraw: "Withdraw",
    noSuchUnit: (sign) => `There is no unit ${sign}.`,
    counts: (immediate, delayed, minor, dead) => `${immediate} immediate, ${delayed} delayed, ${minor} minor, ${dead} dead`,
    goesTo: (hospital) => `to ${hospital}, bed kept`,
    busy: (capability, free, all, off, elsewhere) =>
      `${capability}: ${free} of ${all} free${elsewhere > 0 ? `, ${elsewhere} of them proposed elsewhere` : ""}${off > 0 ? `, ${off} out of service` : ""}`,
    state: { asked: "asked", accepted: "gives units", declined: "gives none", expired: "did not answer", withdrawn: "withdrawn", ended: "is done" },
  },
};

/** Who answers for a place, what is near it and what happened there. */
import type { Words } from "../../../kernel/language";
import type { here as zh } from "../zh/here";

export const here: Words<typeof zh> = {
  here: {
    heading: "Who answers here",
    upward: "Lies in",
    outside: (metres) => `outside every cell, the nearest is ${metres} away`,
    agency: "In charge",
    nobody: "no agency is known",
    onDuty: "On duty",
    noDuty: "nobody is on duty",
    withheld: "not yours to see",
    away: "cannot be found out now",
    responseAreas: "Response area",
    hazards: "Hazard zones",
    places: "Key places near",
    people: (count) => `${count} people`,
    previous: "Within a year",
    none: "none",
  },
};

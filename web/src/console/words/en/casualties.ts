/** Who is hurt, what hospitals take, and who is taken where. */
import type { Words } from "../../../kernel/language";
import type { casualties as zh } from "../zh/casualties";

export const casualties: Words<typeof zh> = {
  casualties: {
    heading: "Casualties",
    none: "not counted yet",
    class: { immediate: "Immediate", delayed: "Delayed", minor: "Minor", dead: "Dead" },
    save: "Note",
    saved: (number, counts) => `Casualties of ${number}: ${counts}`,
    asks: (needs) => `asks for ${needs} in all`,
    beds: "Hospital beds",
    bedsOf: (hospital) => `How many ${hospital} takes`,
    kept: (count) => `${count} on the way`,
    toldAt: (time) => `told ${time}`,
    untold: "not told",
    left: (count) => `${count} left`,
    none_left: "no bed left",
    bedsSaved: (hospital, count) => `${hospital} takes ${count}`,
    destination: "Destination",
    chooseHospital: "To another hospital…",
    nearest: "The nearest with a bed",
    goesTo: (unit, hospital) => `${unit} goes to ${hospital}, a bed is kept`,
    goesWithout: (unit, hospital) => `${unit} goes to ${hospital}, no bed is kept: call the hospital`,
    to: (hospital) => `to ${hospital}`,
    noHospital: "No hospital is known: noted as on its way, ask by radio where to",
  },
};

/** Hazard zones. */
import type { Words } from "../../../kernel/language";
import type { zones as zh } from "../zh/zones";

export const zones: Words<typeof zh> = {
  zones: {
    heading: "Hazard zones",
    kind: {
      fire: "Fire", hazmat: "Hazmat", explosion: "Explosion", flood: "Flood", landslide: "Landslide", collapse: "Collapse", violence: "Violence",
      epidemic: "Epidemic", other: "Hazard", geofence: "Geofence",
    },
    severity: { minor: "minor", moderate: "moderate", severe: "severe", extreme: "extreme" },
    drawn: "drawn",
    units: (signs) => `Inside, warned: ${signs}`,
    since: "Since",
    standOff: "Stand-off",
    roads: "Roads inside",
    closed: "closed",
    notClosed: "open",
    cells: "Cells touched",
    people: "Key places",
    places: (count, people) => `${count}, for ${people} people`,
    lift: "Lift",
    lifted: "Hazard zone lifted, roads are as before",
    declared: (number) => `Hazard zone declared around ${number}`,
  },
};

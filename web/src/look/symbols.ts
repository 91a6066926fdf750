/** The shapes of the look as SVG path data, drawn alike by the pages (SVG) and the map (canvas). */
import type { Priority } from "../kernel/generated/contracts";
import type { Phase } from "../kernel/incidents";
import type { Glyph } from "../kernel/units";

/** Priorities in a box of 28 by 24: the shape, and the baseline of the text in it. */
export const PRIORITY_SHAPES: Readonly<Record<Priority, { readonly path: string; readonly baseline: number; readonly filled: boolean }>> = {
  1: { path: "M9.3 1h9.4L25 7.3v9.4L18.7 23H9.3L3 16.7V7.3z", baseline: 15.9, filled: true },
  2: {
    path: "M12.25 2.2a2.05 2.05 0 0 1 3.5 0L25.4 18.900A2.05 2.05 0 0 1 23.650 22H4.350A2.05 2.05 0 0 1 2.600 18.900z",
    baseline: 19.1,
    filled: true,
  },
  3: {
    path: "M12.590 1.390a2 2 0 0 1 2.820 0l9.200 9.200a2 2 0 0 1 0 2.820l-9.200 9.200a2 2 0 0 1-2.820 0l-9.200-9.200a2 2 0 0 1 0-2.820z",
    baseline: 15.8,
    filled: false,
  },
  4: {
    path: "M6.500 2.500h15a2.500 2.500 0 0 1 2.500 2.500v14a2.500 2.500 0 0 1-2.500 2.500h-15A2.500 2.500 0 0 1 4 19V5a2.500 2.500 0 0 1 2.500-2.500z",
    baseline: 15.8,
    filled: false,
  },
};

/** What is inside a unit's circle, in a box of 24 around (12, 12); holes by even-odd. */
export const UNIT_GLYPHS: Readonly<Record<Glyph, string>> = {
  flame:
    "M12.500 5.900c.4 2.500-3.300 4.200-3.300 7.500 0 2.100 1.300 3.600 3 3.600s3-1.300 3-3.200c0-1.400-.8-2.300-1.100-3.500-.6.5-.9 1.100-.8 1.900-1.300-1.700-.2-4.300-.8-6.300z",
  ladder:
    "M8.600 6.500h1.600v2h3.600v-2h1.600v11h-1.600v-2h-3.600v2H8.600zM10.200 9.900v1.500h3.600V9.900zM10.200 12.700v1.400h3.600v-1.400z",
  cross: "M10.500 6.900h3v3.600h3.600v3h-3.600v3.600h-3v-3.600H6.900v-3h3.600z",
  shield: "M12 6.400l4.700 1.600v3.700c0 2.900-1.900 4.800-4.700 5.900-2.800-1.100-4.700-3-4.700-5.900V8z",
  star: "M12 6.200l1.800 3.700 4.100.5-3 2.800.8 4-3.700-2-3.700 2 .8-4-3-2.800 4.100-.5z",
  nut: "M12 6.300l4.900 2.850v5.700L12 17.700l-4.900-2.850v-5.700zM12 9.800a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400z",
};

/** The point that shows where a moving unit is heading, north up, around (12, 12). */
export const HEADING_POINT = "M12 -6L18 3.8a10.8 10.8 0 0 0-12 0z";

/** Statuses of incidents in a box of 12. `fill` parts are solid, `line` parts are strokes of 1.5. */
export const PHASE_SHAPES: Readonly<Record<Phase, { readonly fill?: string; readonly line?: string }>> = {
  call: { fill: "M3.200 1.200l1.700-.4 1 2.600-1.200 1a6 6 0 0 0 2.900 2.900l1-1.200 2.600 1-.4 1.700c-.2.8-.8 1.400-1.700 1.400A7.900 7.900 0 0 1 1.800 2.900c0-.9.6-1.500 1.400-1.700z" },
  waiting: { line: "M6 1.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9z" },
  assigned: { line: "M6 1.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9z", fill: "M6 6V1.500A4.500 4.500 0 0 1 10.500 6z" },
  en_route: { line: "M6 1.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9z", fill: "M6 1.500a4.500 4.500 0 0 1 0 9z" },
  on_scene: { fill: "M6 .8a5.200 5.200 0 1 1 0 10.400A5.200 5.200 0 0 1 6 .8z" },
  to_hospital: { fill: "M4.500 1h3v3.500H11v3H7.500V11h-3V7.500H1v-3h3.500z" },
  handled: { line: "M1.500 6.500l3 3 6-7" },
  verifying: { line: "M5 1.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7zM7.700 7.700l3.300 3.300" },
  held: { line: "M4 1.500v9M8 1.500v9" },
  closed: { line: "M2.500 2.500h7v7h-7z" },
  merged: { line: "M1.500 1.500l4.500 5 4.500-5M6 6.500v4.500" },
  voided: { line: "M6 1.500a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9zM2.900 9.100l6.200-6.200" },
};

/** Standing by: where free units would be best. */
import type { Words } from "../../../kernel/language";
import type { standby as zh } from "../zh/standby";

export const standby: Words<typeof zh> = {
  standby: {
    heading: "Standing by",
    goes: (unit, station) => `${unit} → ${station}`,
    freed: (gain) => `it is free: the next call costs ${gain} less there`,
    move_up: (gain) => `move up: the next call costs ${gain} less there`,
    chosen: "a desk's choice",
    send: "Send",
    no: "Leave it",
    ordered: "sent there",
    sent: (unit, station) => `${unit} stands by at ${station}`,
  },
};

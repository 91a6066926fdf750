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
  units: {
    heading: "All units",
    find: "Call sign, kind, status or station",
    none: "There is no such unit",
    more: (count) => `${count} more: type further`,
    toIncident: (number) => `Show ${number}`,
    send: (number) => `Send to ${number}`,
    turn: (number) => `Turn round to ${number}`,
    turnNow: (unit) => `Turn ${unit} round`,
    leave: "Leave it",
    standBy: "Send to stand by…",
    out: "Out of service…",
    in: "Back in service",
    reason: { vehicle: "vehicle fault", crew: "crew incomplete", rest: "rest", training: "training", other: "other" },
    nowOut: (unit) => `${unit} is out of service`,
    nowIn: (unit) => `${unit} is in service again`,
  },
};

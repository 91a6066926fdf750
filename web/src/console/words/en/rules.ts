/** The rules of the engine that recommends: set here by whoever may. */
import type { Words } from "../../../kernel/language";
import type { rules as zh } from "../zh/rules";

export const rules: Words<typeof zh> = {
  rules: {
    heading: "Rules of recommendations",
    level_price: "Price of a level crossed",
    cover_price: "Price of cover taken away",
    diversions_max: "Crews turned round for one incident, at most",
    move_gain_min: "Least gain of a move-up, %",
    moves_per_hour_max: "Move-ups an hour, at most",
    save: "Set",
    saved: "The rules are changed; the next matching goes by them",
    reading: "Reading…",
    unread: "The rules could not be read",
  },
};

/** Night or day at the desk: night unless somebody chose day. */
import { ThemeChoice } from "../../spoken/theme.svelte";

export type { Theme } from "../../spoken/theme.svelte";

export const theme = new ThemeChoice("night", "beaconfire.theme");

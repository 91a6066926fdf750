/** The console's words in the present language. */
import { wordsOf } from "../../spoken/language.svelte";
import { en } from "./en";
import { zh } from "./zh";
import type { Words } from "../../kernel/language";

export type ConsoleWords = Words<typeof zh>;
export const words: () => ConsoleWords = wordsOf<ConsoleWords>({ zh, en });

/** The word of a code in one of the lists, or the code itself where no word is known. */
export function wordFor(list: Readonly<Record<string, string>>, code: string | null | undefined): string {
  return code === null || code === undefined ? "" : (list[code] ?? code);
}

/** Remarks on steps in words: a time that nobody told, and one that was told late. */
import { gapsOf, lateSince } from "../../kernel/steps";
import { timeOfDay } from "../../kernel/time";
import { words, wordFor } from "../words";
import type { Entry } from "./answers";

export function gapWords(gaps: readonly string[]): string[] {
  return gaps.map((step) => words().detail.gap(wordFor(words().assignment, step)));
}

export function lateWords(happened: unknown, toldAt: unknown, zone: string): string[] {
  const told = lateSince(happened, toldAt);
  return told === null ? [] : [words().detail.toldLate(timeOfDay(told, zone).slice(0, 5))];
}

export function remarksOn(entry: Entry, entries: readonly Entry[], zone: string): string[] {
  return [...gapWords(gapsOf(entry, entries)), ...lateWords(entry.data["occurred_at"], entry.data["told_at"], zone)];
}

import { expect, it, vi } from "vitest";
import type { Foreseen } from "../src/console/state/answers";

vi.hoisted(() => {
  vi.stubGlobal("location", { search: "?lang=en" });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal("document", { documentElement: {} });
});
const { wouldWords } = await import("../src/console/state/foreseen");

const engines = [{ capability: "engine", count: 2, alternatives: [], group: null }];
const foreseen = (options: object[]) => ({ level: 2, would: { options, needs: engines, short: options.length > 0 ? [] : engines } }) as unknown as Foreseen;

it("says of an incident without a place that it needs one first, not that nobody could be sent", () => {
  expect(wouldWords(foreseen([]), true)).toMatch(/^Alarm 2 asks for .* in all; it needs a place first$/);
  expect(wouldWords(foreseen([]), false)).toMatch(/; nobody could be sent now; still short: /);
});

it("says who would go", () => {
  expect(wouldWords(foreseen([{ units: [{ call_sign: "E2", travel_time_s: 200 }, { call_sign: "E1", travel_time_s: 65 }] }]), false)).toContain("would send E1 01:05, E2 03:20 now");
});

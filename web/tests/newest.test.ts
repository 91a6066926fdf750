import { describe, expect, it } from "vitest";
import { Newest } from "../src/kernel/newest";

describe("the newest of several answers", () => {
  it("is not overwritten by an older one that arrives late", () => {
    const looks = new Newest();
    const older = looks.ask();
    const newer = looks.ask();

    expect([newer(), older()]).toEqual([true, false]);
    expect(looks.ask()()).toBe(true);
  });

  it("is shown also while a newer question still waits for its answer", () => {
    const looks = new Newest();
    const older = looks.ask();
    const newer = looks.ask();

    expect([older(), newer()]).toEqual([true, true]);
  });
});

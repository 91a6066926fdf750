import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { RIGHTS } from "../src/kernel/rights";

test("each right that an act needs is one that a role may have", () => {
  const roles = readFileSync(new URL("../../shared/platform/beaconfire_platform/access/roles.toml", import.meta.url), "utf-8");
  for (const right of [...Object.values(RIGHTS), "priority.override"]) expect(roles).toContain(`"${right}" = `);
});

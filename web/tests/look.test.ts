import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const TOKENS = readFileSync(new URL("../src/look/tokens.css", import.meta.url), "utf8");

function theme(name: string): Map<string, string> {
  const body = TOKENS.split(`[data-theme="${name}"] {`)[1]?.split("}")[0] ?? "";
  return new Map([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, k, v]) => [k!, v!]));
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each(["night", "day"])("the %s theme", (name) => {
  const tokens = theme(name);
  const pairs = [
    ...["tx0", "tx1", "tx2", "tx3", "acc", "p1", "p2", "p3", "p4", "ok", "warn"].flatMap((ink) =>
      ["bg1", "bg2"].map((ground) => [ink, ground] as const),
    ),
    ["accink", "acc"],
    ["p1ink", "p1"],
    ["p2ink", "p2"],
    ["p3", "p3bg"],
    ["p4", "p4bg"],
  ] as const;

  it.each(pairs)("lets %s be read on %s", (ink, ground) => {
    expect(contrast(tokens.get(ink)!, tokens.get(ground)!)).toBeGreaterThanOrEqual(4.5);
  });
});

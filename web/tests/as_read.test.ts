import { describe, expect, it } from "vitest";
import type { Api } from "../src/kernel/api";
import { AsRead, namedBy, READ_MS } from "../src/kernel/as_read";
import { understand, type Act, type Verdict } from "../src/kernel/grammar";
import { perform } from "../src/console/state/deeds";
import { dispatchTold, incidentTold, pictureOf, unitTold, worldOf } from "./builders";

const LINE = "D 1042";

/** What the line means while these are recommended. */
function advised(proposed: string[], line = LINE): Verdict {
  return understand(line, worldOf(pictureOf(
    ["incident", "i1", "incident", incidentTold({ number: 1042 })],
    ["incident", "i1", "dispatch", dispatchTold({ proposed })],
    ["unit", "u5", "dispatch", unitTold({ call_sign: "E51" })],
    ["unit", "u8", "dispatch", unitTold({ call_sign: "E81" })],
    ["unit", "u9", "dispatch", unitTold({ call_sign: "E91" })],
  )));
}

describe("an order by line", () => {
  it("goes at once as it was typed, however soon Enter comes", () => {
    const read = new AsRead();
    read.show("D 104", namedBy(advised([], "D 104")), 1_000);
    read.show(LINE, namedBy(advised(["u8", "u5"])), 1_050);
    expect(read.mayGo(1_051)).toBe(true);
  });
  it("does not go where other units are recommended since a moment, and goes once they could be read", () => {
    const read = new AsRead();
    read.show(LINE, namedBy(advised(["u8", "u5"])), 1_000);
    read.show(LINE, namedBy(advised(["u8", "u9"])), 9_000);
    expect(read.mayGo(9_100)).toBe(false);
    read.show(LINE, namedBy(advised(["u8", "u9"])), 9_300);
    expect(read.mayGo(9_000 + READ_MS - 1)).toBe(false);
    expect(read.mayGo(9_000 + READ_MS)).toBe(true);
  });
  it("does not go where nobody was recommended a moment ago", () => {
    const read = new AsRead();
    read.show(LINE, namedBy(advised([])), 1_000);
    read.show(LINE, namedBy(advised(["u8"])), 9_000);
    expect(read.mayGo(9_100)).toBe(false);
  });
  it("is not held up by advice that is gone for a moment and comes back as it was", () => {
    const read = new AsRead();
    read.show(LINE, namedBy(advised(["u8"])), 1_000);
    read.show(LINE, namedBy(advised([])), 8_900);
    read.show(LINE, namedBy(advised(["u8"])), 9_000);
    expect(read.mayGo(9_001)).toBe(true);
  });
  it("names the recommendation that its units were read from", async () => {
    const verdict = advised(["u8", "u5"]);
    const act = (verdict as { act: Extract<Act, { do: "dispatch" }> }).act;
    const newer = dispatchTold({ proposed: ["u8", "u9"] });
    const sent: unknown[] = [];
    const api = { post: (_path: string, body: unknown) => (sent.push(body), Promise.resolve({ assignments: [] })) };

    const dispatch = { ...newer, recommendation: { ...newer.recommendation!, recommendation_id: "rec2" } };
    await perform(api as unknown as Api, { ...act, incident: { ...act.incident, dispatch } });

    expect(sent).toMatchObject([{ unit_ids: ["u8", "u5"], recommendation_id: "rec1" }]);
  });
});

import { describe, expect, it } from "vitest";
import { isNews, NOTHING, type Around, type Grounds } from "../src/field/around";
import type { Assignment, Incident } from "../src/field/calls";
import { forget, keep, kept, KEPT_FOR_MS, type Drawer } from "../src/field/kept";

const GROUNDS: Grounds = { person: "p", zone: "Pacific/Auckland", isCrew: true, types: [], hospitals: [], stations: [] };
const INCIDENT = {
  number: 1042, type: "fire.smoke", priority: 1, label: "Queen St / Wyndham St", cell: "c1", reporter: { name: "Mary" },
  place: { point: { lon: 174.7, lat: -36.8 }, uncertainty_m: 20, address: "5 Hidden Lane" },
  reports: [{ text: "my neighbour Tom burns", address: "5 Hidden Lane", reporter: { phone: "+6421" } }],
  assignments: [{ id: "a", status: "en_route", note: "Tom" }],
} as unknown as Incident;
const ORDER = { id: "a", unit_id: "u", incident_id: "i", status: "en_route", recall_at: null, address_changed: false } as unknown as Assignment;
const AROUND: Around = { ...NOTHING, assignments: [ORDER], incidents: { i: INCIDENT } };

function aDrawer(): Drawer & { readonly text: () => string } {
  const held = new Map<string, string>();
  return {
    getItem: (name) => held.get(name) ?? null,
    setItem: (name, text) => void held.set(name, text),
    removeItem: (name) => void held.delete(name),
    text: () => [...held.values()].join(),
  };
}

describe("what a phone keeps to open without a net", () => {
  it("is what a fact may carry: no words, no address, nobody", () => {
    const drawer = aDrawer();
    keep(drawer, { at: 0, grounds: GROUNDS, around: AROUND, told: { a: "on-scene" } });
    expect(drawer.text()).toContain("Queen St / Wyndham St");
    for (const secret of ["Tom", "Hidden Lane", "Mary", "+6421"]) expect(drawer.text()).not.toContain(secret);
    expect(kept(drawer, 1)?.around.assignments).toEqual([ORDER]);
    expect(kept(drawer, 1)?.told).toEqual({ a: "on-scene" });
    expect(kept(drawer, 1)?.around.incidents["i"]?.reports).toEqual([]);
  });
  it("is not shown after a shift, nor once its person has left, nor where it cannot be read", () => {
    const drawer = aDrawer();
    keep(drawer, { at: 0, grounds: GROUNDS, around: AROUND, told: { a: "on-scene" } });
    expect(kept(drawer, KEPT_FOR_MS)).toBeNull();
    forget(drawer);
    expect(kept(drawer, 1)).toBeNull();
    drawer.setItem("beaconfire.around", "{");
    expect(kept(drawer, 1)).toBeNull();
  });
});

describe("whether somebody should look at the phone", () => {
  const other = (changed: Partial<Assignment>): Around => ({ ...AROUND, assignments: [{ ...ORDER, ...changed }] });
  const standby = { unit_id: "u", station_id: "s", state: "ordered" };
  it("is so for a new order, a recall, another place, a place to stand by", () => {
    expect(isNews(AROUND, other({ id: "b" }))).toBe(true);
    expect(isNews(AROUND, other({ recall_at: "2026-11-28T10:00:00Z" }))).toBe(true);
    expect(isNews(AROUND, other({ address_changed: true }))).toBe(true);
    expect(isNews(AROUND, { ...AROUND, standbys: [standby] })).toBe(true);
  });
  it("is not so for what they know", () => {
    const moved = other({ address_changed: true });
    expect(isNews(moved, moved)).toBe(false);
    expect(isNews(AROUND, other({ status: "on_scene" }))).toBe(false);
    expect(isNews(AROUND, { ...AROUND, standbys: [{ ...standby, state: "proposed" }] })).toBe(false);
  });
});

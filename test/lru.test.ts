import { describe, expect, it } from "vitest";
import { LruMap } from "../shared/lru.ts";

describe("a least-recently-used map", () => {
  it("drops what was unused for longest, and reports it", () => {
    const dropped: string[] = [];
    const map = new LruMap<string, number>({ maxEntries: 2, onDrop: (key) => dropped.push(key) });
    map.set("a", 1);
    map.set("b", 2);
    expect(map.get("a")).toBe(1);
    map.set("c", 3);
    expect(dropped).toEqual(["b"]);
    expect([map.get("a"), map.get("b"), map.get("c"), map.size]).toEqual([1, undefined, 3, 2]);
  });

  it("counts a value that is set again as used, and once", () => {
    const map = new LruMap<string, number>({ maxEntries: 2, maxWeight: 100, weightOf: (value) => value });
    map.set("a", 1);
    map.set("b", 2);
    map.set("a", 3);
    map.set("c", 4);
    expect([map.get("a"), map.get("b"), map.weight]).toEqual([3, undefined, 7]);
  });

  it("keeps within a weight, and the newest value in any case", () => {
    const map = new LruMap<string, number>({ maxEntries: 10, maxWeight: 10, weightOf: (value) => value });
    map.set("a", 6);
    map.set("b", 4);
    map.set("c", 5);
    expect([map.get("a"), map.get("b"), map.get("c"), map.weight]).toEqual([undefined, 4, 5, 9]);
    map.set("d", 11);
    expect([map.size, map.get("d"), map.weight]).toEqual([1, 11, 11]);
  });

  it("forgets what is deleted, without dropping it", () => {
    const dropped: string[] = [];
    const map = new LruMap<string, number>({ maxEntries: 1, onDrop: (key) => dropped.push(key) });
    map.set("a", 1);
    map.delete("a");
    map.delete("never");
    map.set("b", 2);
    expect([map.size, dropped]).toEqual([1, []]);
  });
});

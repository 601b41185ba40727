/** What Try decides is what the gateway answers, often enough to trust it. It needs no browser, only time. */
import { expect, it } from "vitest";
import { compareRandomCalls } from "../random-tries.ts";

it("decides 500 random calls as the gateway answers them", async () => {
  const came = await compareRandomCalls(500, 500);
  expect(came.get("allow")).toBeGreaterThan(50);
  expect(came.get("deny")).toBeGreaterThan(100);
  expect(came.get("notKnown") ?? 0).toBeLessThan(50);
});

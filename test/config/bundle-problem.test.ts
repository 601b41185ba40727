/**
 * What operators read when a newer bundle cannot be used.
 */
import { afterEach, expect, it, vi } from "vitest";
import { createBundleSource } from "../../shared/config/bundle-source.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

it("a problem is one JSON line on stderr unless somebody else listens", async () => {
  const lines: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(String(text)) > 0);
  const source = createBundleSource({}, { not: "a bundle" });
  await expect(source.current()).rejects.toMatchObject({ code: "bundleUnavailable" });
  await expect(source.current()).rejects.toMatchObject({ code: "bundleUnavailable" });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    type: "bundleProblem",
    location: "package:",
    message: expect.stringContaining("the policy bundle is refused"),
  });
});

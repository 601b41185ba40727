/** An upgrade whose catalogue asks another action: the access snapshot of a repository names each answer that changes. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import data from "../../shared/catalog/generated/catalog.generated.json" with { type: "json" };
import { root } from "./product.ts";

const folder = mkdtempSync(join(tmpdir(), "an upgrade "));
afterAll(() => rmSync(folder, { recursive: true }));

/** Loads the program of a version that has this catalogue. */
async function loadVersion(catalogue: object) {
  vi.resetModules();
  vi.doMock("../../shared/catalog/generated/catalog.generated.json", () => ({ default: catalogue }));
  return import("../cli/command-run.ts");
}

it("is red until the snapshot is written again, and names the answer", async () => {
  cpSync(join(root, "examples/aws"), folder, { recursive: true });
  // The snapshot alone must say it.
  rmSync(join(folder, "tests"), { recursive: true, force: true });
  const current = await loadVersion(data);
  expect(await current.run(["test", folder, "--update"])).toMatchObject({ status: 0 });

  const action = "DeleteInstance";
  const next = await loadVersion({ ...data, rare: { ...data.rare, StartContactRecording: { action } } });
  const { status, stdout } = await next.run(["test", folder]);
  expect(status).toBe(1);
  expect(stdout).toMatch(/access\.md:\d+:1 StartContactRecording, groups recorders: \w+ → never/);
  // Callers who may do everything may do this too.
  expect(stdout).not.toMatch(/StartContactRecording, groups admins/);

  expect(await next.run(["test", folder, "--update"])).toMatchObject({ status: 0 });
  expect(await next.run(["test", folder])).toMatchObject({ status: 0 });
});

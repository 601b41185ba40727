/** Noticing that a configuration folder changed. */
import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fingerprintFolder, watchFolder } from "../../../tools/local/watch-folder.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function makeFolder(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "watch-test-"));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const folder = join(parent, "config");
  await mkdir(join(folder, "policies"), { recursive: true });
  await writeFile(join(folder, "authorizer.yaml"), "a");
  await writeFile(join(folder, "policies", "p.json"), "a");
  return folder;
}

async function watchNew() {
  const folder = await makeFolder();
  let changes = 0;
  const watcher = watchFolder(folder, await fingerprintFolder(folder), async () => {
    changes++;
  });
  onTestFinished(() => watcher.close());
  const eventually = async (wanted: number) => {
    const endsAt = performance.now() + 5000;
    while (changes < wanted && performance.now() < endsAt) await pause(10);
    await pause(150);
    expect(changes).toBe(wanted);
  };
  return { folder, watcher, eventually, changes: () => changes };
}

describe("a watched folder", () => {
  it.each<[string, (folder: string) => Promise<void>]>([
    ["the configuration is written", (folder) => writeFile(join(folder, "authorizer.yaml"), "b")],
    [
      "a policy is written with as many letters",
      (folder) => writeFile(join(folder, "policies", "p.json"), "b"),
    ],
    ["a policy is added", (folder) => writeFile(join(folder, "policies", "q.json"), "b")],
    [
      "a policy is added in a new folder, some levels down",
      async (folder) => {
        await mkdir(join(folder, "policies", "hr", "eu"), { recursive: true });
        await writeFile(join(folder, "policies", "hr", "eu", "q.json"), "b");
      },
    ],
    [
      "the first environment is added",
      async (folder) => {
        await mkdir(join(folder, "environments"));
        await writeFile(join(folder, "environments", "prod.yaml"), "b");
      },
    ],
    ["a policy is removed", (folder) => unlink(join(folder, "policies", "p.json"))],
    [
      "an editor puts a new file in the old one's place",
      async (folder) => {
        await writeFile(join(folder, "p.tmp"), "b");
        await rename(join(folder, "p.tmp"), join(folder, "policies", "p.json"));
      },
    ],
    [
      "the folder is replaced",
      async (folder) => {
        const other = await makeFolder();
        await rename(folder, `${folder}.old`);
        await rename(other, folder);
      },
    ],
  ])("tells once when %s", async (_name, change) => {
    const { folder, eventually } = await watchNew();
    await change(folder);
    await eventually(1);
  });

  it("tells once for many changes in a row, and again for a later one", async () => {
    const { folder, eventually } = await watchNew();
    for (let index = 0; index < 20; index++) writeFileSync(join(folder, "policies", `${index}.json`), "x");
    await eventually(1);
    await writeFile(join(folder, "authorizer.yaml"), "later");
    await eventually(2);
  });

  it("tells of each change in a folder of policies, also in one that is new, and of its removal", async () => {
    const { folder, eventually } = await watchNew();
    const inner = join(folder, "policies", "hr");
    await mkdir(inner);
    await writeFile(join(inner, "q.json"), "a");
    await eventually(1);
    await writeFile(join(inner, "q.json"), "b");
    await eventually(2);
    await rename(inner, join(folder, "policies", "staff"));
    await eventually(3);
    await rm(join(folder, "policies", "staff"), { recursive: true });
    await eventually(4);
  });

  it("tells of a change from before it was watched", async () => {
    const folder = await makeFolder();
    const seen = await fingerprintFolder(folder);
    await writeFile(join(folder, "authorizer.yaml"), "changed while it was read");
    const notified = new Promise<void>((resolve) => {
      const watcher = watchFolder(folder, seen, async () => resolve());
      onTestFinished(() => watcher.close());
    });
    await expect(notified).resolves.toBeUndefined();
  });

  it("tells nothing when nothing changed, and nothing after it is closed", async () => {
    const { folder, watcher, changes } = await watchNew();
    await pause(1300);
    await watcher.close();
    await writeFile(join(folder, "authorizer.yaml"), "b");
    await pause(1300);
    expect(changes()).toBe(0);
  });

  it("goes on after a failure to reload", async () => {
    const folder = await makeFolder();
    let calls = 0;
    const watcher = watchFolder(folder, await fingerprintFolder(folder), async () => {
      calls++;
      throw new Error("bad");
    });
    onTestFinished(() => watcher.close());
    for (const wanted of [1, 2]) {
      await writeFile(join(folder, "authorizer.yaml"), `change ${wanted}`);
      await expect.poll(() => calls, { timeout: 5000 }).toBe(wanted);
    }
  });
});

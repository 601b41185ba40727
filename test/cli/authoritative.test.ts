/**
 * With `principals: authoritative`, each command that answers for the bundle alone says what it does not know.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../authoring/configuration/configuration-folder.ts";
import { run } from "./command-run.ts";

const note = "note: `principals: authoritative`: ";
let folder: ConfigurationFolder;
let additive: ConfigurationFolder;

beforeAll(async () => {
  const yaml = goodFiles["authorizer.yaml"] ?? "";
  const keep = (goodFiles["policies/read.json"] ?? "").replace('"Allow"', '"Deny"');
  const files = { ...goodFiles, "policies/keep.json": keep };
  folder = await createFolder({ ...files, "authorizer.yaml": `${yaml}principals: authoritative\n` });
  additive = await createFolder({ ...files, "authorizer.yaml": `${yaml}principals: additive\n` });
});
afterAll(async () => {
  await folder.remove();
  await additive.remove();
});

it.each([
  [["who-can", "DescribeUser", "*"]],
  [["what-can", "--group", "agents", "--config"]],
  [["test"]],
  [["validate"]],
  [["report", "--html"]],
])("%j says that an item may take away, and only then", async ([name = "", ...rest]) => {
  const said = async ({ path }: ConfigurationFolder) => {
    const page = join(path, "page.html");
    const argv = name === "report" ? [name, path, ...rest, page] : [name, ...rest, path];
    const { stderr } = await run(argv);
    const html = name === "report" ? await readFile(page, "utf8") : "";
    return [stderr.includes(note), html.includes("principals: authoritative")];
  };
  expect(await said(folder)).toEqual([true, name === "report"]);
  expect(await said(additive)).toEqual([false, false]);
});

it("explain decides with the item that it is given, in full, and without one says what it does not know", async () => {
  const file = join(folder.path, "caller.json");
  const explain = async ({ path }: ConfigurationFolder, attached?: object) => {
    await writeFile(file, JSON.stringify({ id: "a", groups: ["agents"], attached }));
    const { stdout } = await run(["explain", "DescribeUser", path, "--principal", file, "--json"]);
    const { outcome, notes, countsAttachments = false } = JSON.parse(stdout);
    return { outcome, countsAttachments, isNoted: JSON.stringify(notes).includes("authoritative") };
  };
  const allowed = { outcome: "allow", countsAttachments: false };
  expect(await explain(folder)).toEqual({ ...allowed, isNoted: true });
  expect(await explain(additive)).toEqual({ ...allowed, isNoted: false });
  const item = { policies: ["keep"] };
  expect(await explain(additive, item)).toEqual({ ...allowed, isNoted: false });
  expect(await explain(folder, item)).toEqual({ outcome: "deny", countsAttachments: true, isNoted: false });
  expect(await explain(folder, { boundary: ["keep"] })).toMatchObject({ outcome: "deny" });
});

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { systemReason } from "../../tools/authoring/system-reason.ts";

const here = import.meta.dirname;

it.each([
  ["a folder that is read", () => readFile(here), "it is a folder, and a file is needed"],
  ["a file that is listed", () => readdir(import.meta.filename), "a file is where a folder is needed"],
  ["nothing", () => readFile(join(here, "nothing")), "there is no such file or folder"],
  ["another error", () => Promise.reject(new Error("throttled")), "throttled"],
  ["no error at all", () => Promise.reject("no"), "no"],
])("says in words why the system refuses %s", async (_, attempt, reason) => {
  const error: unknown = await attempt().catch((cause: unknown) => cause);
  expect(systemReason(error)).toBe(reason);
});

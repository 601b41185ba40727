/** The page runs the tests of a configuration as the command `test` does: the same results, in the same words. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { loadConfiguration } from "../../tools/authoring/configuration/load-configuration.ts";
import { pageOptions } from "../../tools/console/build.mjs";
import type { OpenDraft } from "../../tools/console/page/engine/draft.ts";
import type { DraftTests } from "../../tools/console/page/engine/protocol.ts";
import { run } from "../cli/command-run.ts";

const root = resolve(import.meta.dirname, "../..");

/** As the page has it: without Node.js's modules. */
let page: { readonly OpenDraft: typeof OpenDraft };
let built = "";

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), "a built page "));
  const outfile = join(built, "draft.mjs");
  const entryPoints = ["tools/console/page/engine/draft.ts"];
  await build({ ...pageOptions(root), entryPoints, outfile, write: true });
  page = await import(pathToFileURL(outfile).href);
});
afterAll(() => rm(built, { recursive: true, force: true }));

/** A copy of AWS's examples, with other texts in some files. */
async function copyOf(texts: Readonly<Record<string, string | null>>): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "tests of a draft "));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const folder = join(parent, "config");
  await cp("examples/aws", folder, { recursive: true });
  for (const [path, text] of Object.entries(texts)) {
    if (text === null) await rm(join(folder, path), { recursive: true });
    else await writeFile(join(folder, path), text);
  }
  return folder;
}

async function filesOf(folder: string) {
  const names = await readdir(folder, { recursive: true });
  const kept = names.filter((name) => /\.(?:json|yaml|yml)$/.test(name));
  const read = async (name: string) => ({
    path: name.split(sep).join("/"),
    text: await readFile(join(folder, name), "utf8"),
  });
  return Promise.all(kept.map(read));
}

async function decides() {
  const loaded = await loadConfiguration("examples/aws");
  if (!loaded.ok) throw new Error("the examples cannot be used");
  return loaded.bundle;
}

/** What the page says, of the files as they are saved or with changes to them. */
async function inPage(folder: string, changed: Readonly<Record<string, string>> = {}) {
  const draft = new page.OpenDraft({ files: await filesOf(folder), decides: await decides() });
  await draft.judge(Object.entries(changed).map(([path, text]) => ({ path, text })));
  return draft.runTests();
}

/** What the command says: in JSON each test, and as text each line of those that fail. */
async function byCommand(folder: string) {
  const shown = `${relative(process.cwd(), folder)}${sep}`;
  const { stdout } = await run(["test", folder, "--json"]);
  const { stdout: text } = await run(["test", folder]);
  return {
    tests: JSON.parse(stdout.replaceAll(JSON.stringify(shown).slice(1, -1), "")).tests,
    text: text.replaceAll(shown, ""),
  };
}

function namedOf(tests: readonly Record<string, unknown>[]) {
  return tests.map(({ name, file, line, column, holds, note }) => ({
    name,
    file,
    line,
    column,
    holds,
    note,
  }));
}

async function expectSame(
  folder: string,
  changed: Readonly<Record<string, string>> = {},
): Promise<DraftTests> {
  const own = await inPage(folder, changed);
  for (const [path, text] of Object.entries(changed)) await writeFile(join(folder, path), text);
  const { tests, text } = await byCommand(folder);
  if (own?.kind !== "run") throw new Error(`the page says ${JSON.stringify(own)}`);
  expect(namedOf(own.tests as never)).toEqual(namedOf(tests));
  const lines = own.tests
    .filter(({ holds }) => !holds)
    .flatMap(({ file, line, column, name, why }) => [
      `✗ ${file}:${line}:${column} ${name}`,
      ...why.map((each) => `    ${each}`),
    ]);
  expect(text.split("\n").slice(0, lines.length)).toEqual(lines);
  return own;
}

const denyFile = "policies/deny-delete-update-users.json";
const instance = "00fbeee1-123e-111e-93e3-11111bfbfcc1";

/** Every form of a test; some hold, some only seem to, and some do not. */
const everyForm = `callers:
  operator: { groups: [operators] }
  handler: { groups: [contact-handlers] }
  nobody: { groups: [operator] }
tests:
  - name: by another statement
    as: [operator, nobody]
    call: [DeleteUser, DeleteQueue]
    input: { InstanceId: ${instance} }
    expect: explicitDeny
    by: deny-delete-update-users#NoSuch
  - name: by address and time
    as: handler
    call: StartChatContact
    from: 2001:db8::1
    at: 2026-12-24T18:00:00Z
    expect: deny
  - name: a request
    as: operator
    request: { method: GET, path: /users/${instance}/some-user }
    expect: implicitDeny
  - name: only refused
    as: operator
    call: DeleteUser
    input: { InstanceId: 11111111-123e-111e-93e3-11111bfbfcc1 }
    expect: deny
  - name: nobody deletes users
    nobody: { may: connect:DeleteUser, on: "*", except: { groups: [admins] } }
`;

describe("the tests of a draft", () => {
  it("hold where they hold for the command, and fail after a change, with the same reasons", async () => {
    const folder = await copyOf({});
    const before = await expectSame(folder);
    expect(before.kind === "run" && before.tests.every(({ holds }) => holds)).toBe(true);
    const policy = await readFile(join(folder, denyFile), "utf8");
    const after = await expectSame(folder, {
      [denyFile]: policy.replace('"connect:DeleteUser"', '"connect:DeleteQueue"'),
    });
    expect(after.kind === "run" && after.tests.filter(({ holds }) => !holds)).toMatchObject([
      { name: "operators delete and update no users of the us-east-1 instance", file: "tests/policies.yaml" },
    ]);
  });

  it("are of all forms, in all folders, those that are not saved too", async () => {
    const folder = await copyOf({});
    await mkdir(join(folder, "tests/more"));
    await writeFile(join(folder, "tests/more/all.yaml"), "tests: []\n");
    await writeFile(join(folder, "tests/.hidden.yaml"), "tests: nonsense\n");
    const result = await expectSame(folder, { "tests/more/all.yaml": everyForm });
    if (result.kind !== "run") return;
    expect(result.tests.filter(({ holds }) => !holds).length).toBeGreaterThan(4);
    expect(result.tests.some(({ holds, note }) => holds && note !== undefined)).toBe(true);
  });

  it("are not run if their files, or the configuration, cannot be used, or there are none", async () => {
    const wrong = {
      "tests/policies.yaml": everyForm.replace("2001:db8::1", "2001:db8::1%eth0"),
      "tests/a.yml": "",
    };
    const folder = await copyOf(wrong);
    const result = await inPage(folder);
    const { status, stderr } = await run(["test", folder]);
    expect([status, result?.kind]).toEqual([2, "wrong"]);
    const told = result?.kind === "wrong" ? result.issues : [];
    expect(told.map(({ code }) => code).sort()).toEqual(["badAddress", "wrongName"]);
    for (const { file, line, column, code, message } of told) {
      expect(stderr).toContain(`${file}:${line}:${column}`);
      expect(stderr).toContain(code);
      expect(stderr).toContain(message);
    }
    expect(await inPage(folder, { [denyFile]: "{" })).toEqual({ kind: "unusable" });
    expect(await inPage(await copyOf({ tests: null }))).toEqual({ kind: "none" });
  });

  it("end when another text is judged", async () => {
    const folder = await copyOf({});
    const draft = new page.OpenDraft({ files: await filesOf(folder), decides: await decides() });
    await draft.judge([]);
    const first = draft.runTests();
    await draft.judge([{ path: denyFile, text: "{" }]);
    expect(await first).toBeUndefined();
    expect(await draft.runTests()).toEqual({ kind: "unusable" });
  });
});

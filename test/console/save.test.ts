/** What the console's page may write: files of the configuration, and new policies, never another file, never over what somebody else changed. */
import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type FilesAnswer, type SaveConflict, tokenHeader } from "../../tools/console/api.ts";
import { ConfigurationFiles } from "../../tools/console/server/configuration-files.ts";
import { LocalConsole } from "../../tools/console/server/console.ts";

const policy = '{ "Version": "2012-10-17", "Statement": [] }\n';
const host = ["host", "127.0.0.1:3000"] as const;

let root = "";
let folder = "";
let ask: (method: string, name: string, body?: unknown) => Promise<{ status: number; text: string }>;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "a save "));
  const made = root;
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  folder = join(root, "config");
  await mkdir(join(folder, "policies/hr"), { recursive: true });
  await mkdir(join(folder, "environments"));
  await mkdir(join(folder, "tests"));
  await writeFile(join(root, "outside.json"), "outside");
  await writeFile(join(folder, "authorizer.yaml"), "bindings: []\n");
  await writeFile(join(folder, "policies/a.json"), policy);
  await writeFile(join(folder, "policies/hr/b.json"), `\ufeff${policy}`);
  await writeFile(join(folder, "environments/test.yaml"), "cors: {}\n");
  await writeFile(join(folder, "tests/all.yaml"), "tests: []\n");
  await writeFile(join(folder, "access.md"), "# Access\n");
  ask = open(folder);
});

/** Asks in process, as the page does: with the session's token. */
function open(path: string): typeof ask {
  const files = new ConfigurationFiles(path);
  const pages = new LocalConsole({
    configuration: async () => ({ ok: false, name: "config", problem: "none" }),
    others: async () => ({ environments: [], hasCandidate: false, hasRevisions: false }),
    other: async () => ({ ok: false, name: "config", problem: "none" }),
    firstCalls: () => [],
    files,
  });
  const answer = async (method: string, rawPath: string, body: unknown, token: string) => {
    const text = typeof body === "string" ? body : JSON.stringify(body ?? null);
    const headers = [host, [tokenHeader, token]] as const;
    const { status, body: answered } = await pages.answer({
      ...{ method, rawPath, rawQuery: "", headers },
      body: Buffer.from(text),
    });
    return { status, text: String(answered) };
  };
  return async (method, name, body) => {
    const { text } = await answer("GET", "/_console/", undefined, "");
    const [, token = ""] = /name="console-token" content="(\w+)"/.exec(text) ?? [];
    return answer(method, `/_console/api/${name}`, body, token);
  };
}

async function files(): Promise<FilesAnswer> {
  return JSON.parse((await ask("GET", "files")).text);
}

async function tagOf(path: string): Promise<string | null> {
  return (await files()).files.find((file) => file.path === path)?.tag ?? null;
}

describe("the files of a configuration", () => {
  it("are its policies, environments, tests and authorizer.yaml, without what is a link, hidden or of another kind", async () => {
    await symlink(join(root, "outside.json"), join(folder, "policies/link.json"));
    await symlink(root, join(folder, "tests/elsewhere"));
    await link(join(root, "outside.json"), join(folder, "policies/twice.json"));
    await writeFile(join(folder, "policies/.hidden.json"), policy);
    await writeFile(join(folder, "policies/large.json"), " ".repeat(1_000_001));
    await writeFile(join(folder, "policies/latin.json"), Buffer.from([0xe4]));
    const { isReadOnly, files: found } = await files();
    expect(isReadOnly).toBe(false);
    expect(found.map(({ path }) => path)).toEqual([
      "authorizer.yaml",
      "policies/a.json",
      "policies/hr/b.json",
      "environments/test.yaml",
      "tests/all.yaml",
    ]);
    expect(found[2]?.text).toBe(policy);
  });

  it("of a bundle are none, and nothing is saved", async () => {
    ask = open(join(root, "outside.json"));
    expect(await files()).toEqual({ isReadOnly: true, files: [] });
    const answer = await ask("PUT", "file", { path: "policies/new.json", text: policy, was: null });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("read only")]);
  });
});

describe("a save", () => {
  it("writes the whole file, once, with the rights that it had", async () => {
    const path = "policies/a.json";
    const { mode } = await stat(join(folder, path));
    const answer = await ask("PUT", "file", { path, text: "{\r\n}", was: await tagOf(path) });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { path, tag: await tagOf(path) }]);
    expect(await readFile(join(folder, path), "utf8")).toBe("{\r\n}");
    expect((await stat(join(folder, path))).mode).toBe(mode);
    expect((await readdir(join(folder, "policies"))).sort()).toEqual(["a.json", "hr"]);
  });

  it("keeps a byte order mark, and every line end", async () => {
    const path = "policies/hr/b.json";
    const text = "{\r\n}\n\r";
    for (const each of [text, policy]) {
      const answer = await ask("PUT", "file", { path, text: each, was: await tagOf(path) });
      expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { path, tag: await tagOf(path) }]);
      expect(await readFile(join(folder, path), "utf8")).toBe(`\ufeff${each}`);
    }
  });

  it("adds a policy, also in a new folder, and nothing else", async () => {
    const add = (path: string) => ask("PUT", "file", { path, text: policy, was: null });
    expect((await add("policies/sales/emea/new.json")).status).toBe(200);
    expect(await readFile(join(folder, "policies/sales/emea/new.json"), "utf8")).toBe(policy);
    for (const path of ["environments/new.yaml", "tests/new.yaml"])
      expect(await add(path)).toEqual({
        status: 400,
        text: expect.stringContaining("only policies can be added"),
      });
  });

  it("is refused with the file as it is now, if that changed, is gone, or is there already", async () => {
    const path = "policies/a.json";
    const was = await tagOf(path);
    await writeFile(join(folder, path), "theirs");
    const changed = await ask("PUT", "file", { path, text: "mine", was });
    expect(changed.status).toBe(409);
    const { now }: SaveConflict = JSON.parse(changed.text);
    expect(now).toEqual({ path, text: "theirs", tag: await tagOf(path) });
    expect((await ask("PUT", "file", { path, text: "mine", was: null })).status).toBe(409);
    expect(await readFile(join(folder, path), "utf8")).toBe("theirs");
    await rm(join(folder, path));
    const gone = await ask("PUT", "file", { path, text: "mine", was });
    expect([gone.status, JSON.parse(gone.text)]).toEqual([409, { path, now: null }]);
  });

  it("of two at the same time succeeds once", async () => {
    const was = await tagOf("policies/a.json");
    const answers = await Promise.all(
      ["one", "two"].map((text) => ask("PUT", "file", { path: "policies/a.json", text, was })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it.each([
    ...["../outside.json", "policies/../../outside.json", "policies/../authorizer.yaml", "/etc/passwd", ""],
    ...[
      "policies",
      "policies/",
      "policies/.json",
      "policies//a.json",
      "policies/.hidden.json",
      "./policies/a.json",
    ],
    ...[
      "policies\\..\\..\\outside.json",
      "policies/..\\outside.json",
      "C:\\outside.json",
      "policies/C:a.json",
    ],
    ...[
      "policies/a.json\0",
      "policies/a\0.json",
      "policies/a.json\n",
      "policies/a.json:stream.json",
      "policies/%2e%2e.json",
    ],
    ...[
      "policies/con.json",
      "policies/NUL.x.json",
      "policies/com1/a.json",
      "policies/a./b.json",
      "policies/lpt9.json",
    ],
    ...[
      "tests/../authorizer.yaml",
      "tests/aux.yaml",
      "tests/a.yaml/../../x.yaml",
      "environments/a/b.yaml",
      "environments/..yaml",
    ],
    ...[
      "access.md",
      "package.json",
      "authorizer.yaml/x",
      "policies/a/b/c/d/e/f.json",
      `policies/${"a".repeat(200)}.json`,
    ],
    "policies/\u0430.json",
    "policies/a\u2215b.json",
  ])("of %j is refused", async (path) => {
    const answer = await ask("PUT", "file", { path, text: policy, was: null });
    expect(answer.status).toBe(400);
    expect(await readFile(join(root, "outside.json"), "utf8")).toBe("outside");
    expect((await files()).files.length).toBe(5);
  });

  it("follows no link, and replaces no folder, no name of another file, and nothing that it cannot show", async () => {
    await symlink(join(root, "outside.json"), join(folder, "policies/link.json"));
    await symlink(join(root, "none.json"), join(folder, "policies/dangling.json"));
    await symlink(root, join(folder, "policies/out"));
    await link(join(root, "outside.json"), join(folder, "policies/twice.json"));
    await mkdir(join(folder, "policies/folder.json"));
    await writeFile(join(folder, "policies/large.json"), " ".repeat(1_000_001));
    for (const name of [
      "link",
      "dangling",
      "out/outside",
      "out/new",
      "twice",
      "folder",
      "a.json/b",
      "large",
    ]) {
      const answer = await ask("PUT", "file", { path: `policies/${name}.json`, text: policy, was: null });
      expect([name, answer.status]).toEqual([name, 400]);
    }
    expect(await readFile(join(root, "outside.json"), "utf8")).toBe("outside");
    expect((await readdir(root)).sort()).toEqual(["config", "outside.json"]);
  });

  it("needs a body of just the right shape, and a text that a file can hold", async () => {
    const path = "policies/new.json";
    const bodies: unknown[] = [
      ...["", "{", "null", "[]", "1", '{"path":"policies/new.json","text":"","was":null', "\ufffe"],
      ...[
        { path, text: policy },
        { path, text: 1, was: null },
        { path: [path], text: policy, was: null },
      ],
      ...[
        { path, text: policy, was: "abc" },
        { path, text: policy, was: null, more: 1 },
        { text: policy, was: null },
      ],
      ...[
        { path, text: "\ud800", was: null },
        { path, text: "x".repeat(1_000_001), was: null },
      ],
      '{"path":"policies/new.json","text":"\\ud800","was":null}',
    ];
    for (const body of bodies)
      expect((await ask("PUT", "file", body)).status, JSON.stringify(body)).toBe(400);
    expect((await files()).files.length).toBe(5);
    for (const method of ["POST", "GET", "DELETE", "PATCH"])
      expect((await ask(method, "file", { path, text: policy, was: null })).status).toBe(404);
  });
});

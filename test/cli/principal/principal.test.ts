/**
 * `principal`: what is attached, what is refused, and that of two writers none loses what the other wrote.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { principalKeyOf } from "../../../shared/principals/item.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { type FakeDynamo, itemOf, startDynamo, tableName } from "../../principals/fake-dynamodb.ts";
import { run } from "../command-run.ts";

const issuer = "https://issuer.example/";
const keyOf = (subject: string) => principalKeyOf({ issuer, id: subject }) ?? "";
const key = keyOf("alice");
const policy = goodFiles["policies/read.json"] ?? "";
let dynamo: FakeDynamo;
let folder: ConfigurationFolder;

beforeAll(async () => {
  dynamo = await startDynamo();
  folder = await createFolder({
    ...goodFiles,
    "policies/more.json": policy,
    "policies/bound.json": policy,
    "policies/hr/agents.json": policy,
    "policies/careful.json": policy.replace('"Allow"', '"Deny"'),
  });
});
afterAll(async () => {
  await dynamo.close();
  await folder.remove();
});
beforeEach(() => {
  for (const [name, value] of Object.entries(dynamo.environment)) vi.stubEnv(name, value);
  dynamo.items.clear();
  dynamo.requests.length = 0;
  dynamo.fault = undefined;
  dynamo.beforeWrite = undefined;
});
afterEach(() => vi.unstubAllEnvs());

const one = ["--table", tableName, "--issuer", issuer, "--subject", "alice"];
const attach = (...flags: string[]) =>
  run(["principal", "attach", ...one, "--config", folder.path, ...flags]);
const detach = (...flags: string[]) => run(["principal", "detach", ...one, ...flags]);
const list = (...flags: string[]) => run(["principal", "list", "--table", tableName, ...flags]);
const written = () => dynamo.items.get(key);

describe("principal attach", () => {
  it("makes an item, then adds to it, and says what is attached", async () => {
    const first = await attach("--policy", "read", "--policy", "more", "--boundary", "bound");
    const note = "note: the boundary `bound` limits what is attached here, not what a binding gives\n";
    expect(first).toMatchObject({ status: 0, stderr: note });
    expect(first.stdout).toMatch(
      /^\["https:\/\/issuer\.example\/","alice"\] policies more,read boundary bound version \d{13}\n$/,
    );
    const { version } = written() as { version: { N: string } };
    expect(written()).toEqual({
      principal: { S: key },
      policies: { SS: ["more", "read"] },
      boundary: { SS: ["bound"] },
      version,
    });
    const second = await attach("--policy", "bound");
    expect(second.stdout).toContain("policies bound,more,read boundary bound version");
    expect(Number((written() as typeof version & { version: typeof version }).version.N)).toBeGreaterThan(
      Number(version.N),
    );
  });

  it("takes a policy in a folder by its whole name", async () => {
    expect((await attach("--policy", "hr/agents")).stdout).toContain(
      " policies hr/agents boundary - version ",
    );
    expect(written()).toMatchObject({ policies: { SS: ["hr/agents"] } });
    expect((await list("--config", folder.path)).status).toBe(0);
    expect((await attach("--policy", "agents")).stderr).toContain("has no policy `agents`");
  });

  it("writes nothing when all of it is attached already", async () => {
    dynamo.items.set(key, itemOf(key, { policies: ["more", "read"] }));
    expect(await attach("--policy", "read")).toMatchObject({ status: 0 });
    expect(dynamo.requests).toEqual([`GetItem ${key}`]);
  });

  it("says of a policy that denies what its Denies are about", async () => {
    const { status, stderr } = await attach("--policy", "careful");
    expect(status).toBe(0);
    expect(stderr).toBe(
      "note: the Denies of `careful` limit what is attached here, not what a binding gives\n",
    );
  });

  it.each([
    [
      ["--policy", "reed"],
      "the configuration has no policy `reed`; nothing was attached; did you mean `read`",
    ],
    [["--boundary", "reed", "--policy", "read"], "no policy `reed`"],
    [["--policy", "constructor"], "no policy `constructor`"],
    [[], "name what to attach"],
    [["--policy", "read", "--issuer", "https://other.example"], "trusts no issuer `https://other.example`"],
    [["--policy", "read", "--issuer", "http://127.0.0.1:3000"], "trusts no issuer `http://127.0.0.1:3000`"],
    [["--policy", "read", "--subject", "x".repeat(2_048)], "too long for a key of DynamoDB"],
  ])("under %j attaches nothing, and says why", async (flags, message) => {
    const { status, stderr } = await attach(...flags);
    expect({ status, said: stderr.includes(message), stderr }).toMatchObject({ status: 2, said: true });
    expect(dynamo.items.size).toBe(0);
  });

  it("attaches nothing of a configuration with errors", async () => {
    const broken = await createFolder({ ...goodFiles, "policies/read.json": "{" });
    expect(await attach("--config", broken.path, "--policy", "read")).toMatchObject({ status: 1 });
    await broken.remove();
    expect(dynamo.requests).toEqual([]);
  });

  it("attaches no more names than functions take", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
    dynamo.items.set(key, itemOf(key, { policies: names }));
    expect(await attach("--policy", "read")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("at most 20 policies"),
    });
    expect(written()).toEqual(itemOf(key, { policies: names }));
  });

  it("does not build upon an item that is not understood", async () => {
    const garbage = { ...itemOf(key, { policies: ["read"] }), boundaries: { SS: ["bound"] } };
    dynamo.items.set(key, garbage);
    const { status, stderr } = await attach("--policy", "more");
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("remove it with `principal detach --all`"),
    });
    expect(written()).toBe(garbage);
  });

  it("adds to what somebody else wrote in between, also to an item made anew", async () => {
    dynamo.items.set(key, itemOf(key, { policies: ["more"], version: 5 }));
    dynamo.beforeWrite = () => {
      dynamo.beforeWrite = undefined;
      dynamo.items.set(key, itemOf(key, { policies: ["bound"], version: 6 }));
    };
    expect((await attach("--policy", "read")).stdout).toContain("policies bound,read boundary -");
    dynamo.items.clear();
    dynamo.beforeWrite = () => {
      dynamo.beforeWrite = undefined;
      dynamo.items.set(key, itemOf(key, { policies: ["bound"] }));
    };
    expect((await attach("--policy", "read")).stdout).toContain("policies bound,read boundary -");
  });

  it("gives up where others keep writing, and changes nothing", async () => {
    let version = 1;
    dynamo.items.set(key, itemOf(key, { policies: ["more"], version }));
    dynamo.beforeWrite = () => {
      version += 1;
      dynamo.items.set(key, itemOf(key, { policies: ["more"], version }));
    };
    expect(await attach("--policy", "read")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("others keep changing the same item"),
    });
    expect(written()).toEqual(itemOf(key, { policies: ["more"], version }));
  });

  it("loses nothing when many attach at once", async () => {
    const names = ["read", "more", "bound"];
    const runs = await Promise.all(names.map((name) => attach("--policy", name)));
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(written()).toMatchObject({ policies: { SS: ["bound", "more", "read"] } });
  });

  it("says what the table said when it cannot be used", async () => {
    dynamo.fault = { kind: "error", status: 400, code: "AccessDeniedException" };
    expect(await attach("--policy", "read")).toMatchObject({
      status: 2,
      stderr:
        "connect-authorizer: the table `principals`: the service answered 400 `AccessDeniedException`; your credentials need `dynamodb:GetItem`\n",
    });
    vi.stubEnv("AWS_REGION", "");
    vi.stubEnv("AWS_DEFAULT_REGION", "");
    expect(await attach("--policy", "read")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("`AWS_REGION` must name a region"),
    });
  });
});

describe("principal attach --for and --until", () => {
  const hour = 3_600_000;
  const nowMs = Date.parse("2030-01-01T00:00:00.250Z");
  beforeEach(() => void vi.spyOn(Date, "now").mockReturnValue(nowMs));
  afterEach(() => vi.restoreAllMocks());

  const endsOf = (item: unknown) => {
    const { until, ttl } = item as { until?: { M: Record<string, { N: string }> }; ttl?: { N: string } };
    const iso = (seconds: string | undefined) =>
      seconds === undefined ? "-" : new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
    const ends = Object.entries(until?.M ?? {}).map(([name, { N: end }]) => `${name} ${iso(end)}`);
    return { ends: ends.sort(), ttl: iso(ttl?.N) };
  };

  it.each([
    [["--for", "30m"], "2030-01-01T00:30:00", "29 min 59 s"],
    [["--for", "4h"], "2030-01-01T04:00:00", "3 h 59 min"],
    [["--for", "7d"], "2030-01-08T00:00:00", "6 d 23 h"],
    [["--until", "2030-01-01T02:00:00+01:00"], "2030-01-01T01:00:00", "59 min 59 s"],
  ])(
    "under %j writes the end as a number of seconds, for the policy and for DynamoDB",
    async (flags, end, left) => {
      const { status, stdout, stderr } = await attach("--policy", "read", ...flags);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toContain(` policies read (until ${end}Z, ${left} left) boundary - version `);
      expect(endsOf(written())).toEqual({ ends: [`read ${end}`], ttl: end });
      expect((await list("--config", folder.path)).status).toBe(0);
    },
  );

  it("keeps for each policy its own end, and lets DynamoDB delete only what says nothing more", async () => {
    await attach("--policy", "read", "--for", "1h");
    await attach("--policy", "more", "--for", "2h");
    const [read, more] = ["read 2030-01-01T01:00:00", "more 2030-01-01T02:00:00"];
    expect(endsOf(written())).toEqual({ ends: [more, read], ttl: "2030-01-01T02:00:00" });
    await detach("--policy", "more");
    expect(endsOf(written())).toEqual({ ends: [read], ttl: "2030-01-01T01:00:00" });
    await attach("--policy", "more", "--for", "2h");
    await attach("--boundary", "bound");
    expect(endsOf(written())).toEqual({ ends: [more, read], ttl: "-" });
    await detach("--boundary", "bound");
    await attach("--policy", "hr/agents");
    expect(endsOf(written())).toEqual({ ends: [more, read], ttl: "-" });
    await attach("--policy", "read");
    expect(endsOf(written())).toEqual({ ends: [more], ttl: "-" });
  });

  it("leaves out what has ended, unless its Denies go on", async () => {
    const denies = await createFolder({
      ...goodFiles,
      "policies/mixed.json": policy.replace(
        '"Statement": [',
        '"Statement": [{ "Effect": "Deny", "Action": "connect:DeleteUser", "Resource": "*" }, ',
      ),
      "policies/more.json": policy,
    });
    const attachTo = (...flags: string[]) =>
      run(["principal", "attach", ...one, "--config", denies.path, ...flags]);
    const { status, stderr } = await attachTo("--policy", "mixed", "--policy", "more", "--for", "1h");
    expect(status).toBe(0);
    expect(stderr).toContain("note: the Denies of `mixed` do not end; detach it to remove them\n");
    expect(endsOf(written()).ttl).toBe("-");
    vi.spyOn(Date, "now").mockReturnValue(nowMs + hour);
    expect((await list()).stdout).toContain(
      "mixed (until 2030-01-01T01:00:00Z, ended; only its Denies count),more (until",
    );
    const json = JSON.parse((await list("--json")).stdout);
    expect(json).toMatchObject([{ policies: [], ended: ["mixed", "more"] }]);
    await attachTo("--policy", "read");
    expect(written()).toMatchObject({ policies: { SS: ["mixed", "read"] } });
    await denies.remove();
  });

  it.each([
    [["--policy", "read", "--for", "4"], "--for: `4` must be minutes, hours or days"],
    [["--policy", "read", "--for", "0h"], "--for: `0h`"],
    [["--policy", "read", "--for", "-1h"], "--for"],
    [["--policy", "read", "--for", "1.5h"], "--for: `1.5h`"],
    [["--policy", "read", "--until", "tomorrow"], "--until: `tomorrow` is not a time"],
    [["--policy", "read", "--until", "2030-01-01T05:00:00"], "does not say its time zone"],
    [["--policy", "read", "--until", "2030-01-01T00:00:00Z"], "has passed; nothing was attached"],
    [["--policy", "read", "--for", "1h", "--until", "2031-01-01T00:00:00Z"], "name one of them"],
    [["--policy", "read", "--boundary", "bound", "--for", "1h"], "only policies have an end"],
    [["--boundary", "bound", "--for", "1h"], "only policies have an end"],
    [["--policy", "careful", "--for", "1h"], "`careful` has only Denies"],
  ])("under %j attaches nothing, and says why", async (flags, message) => {
    const { status, stderr } = await attach(...flags);
    expect({ status, said: stderr.includes(message), stderr }).toMatchObject({ status: 2, said: true });
    expect(dynamo.items.size).toBe(0);
  });
});

describe("principal detach", () => {
  it("takes away what is named, and with the last of it the item", async () => {
    dynamo.items.set(key, itemOf(key, { policies: ["more", "read"], boundary: ["bound"] }));
    const first = await detach("--policy", "more");
    expect(first).toMatchObject({ status: 0, stderr: "" });
    expect(first.stdout).toContain("policies read boundary bound version");
    const last = await detach("--policy", "read", "--boundary", "bound");
    expect(last).toMatchObject({ status: 0, stdout: `${key} has nothing attached\n` });
    expect(dynamo.items.size).toBe(0);
  });

  it("takes away nothing when one of the names is not attached", async () => {
    const item = itemOf(key, { policies: ["read"] });
    dynamo.items.set(key, item);
    expect(await detach("--policy", "read", "--policy", "reed")).toMatchObject({
      status: 1,
      stdout: "",
      stderr: "not attached: `reed`; nothing was changed\n",
    });
    expect(written()).toBe(item);
  });

  it.each([
    ["one that is understood", itemOf(key, { policies: ["read"] })],
    ["one that is not", { ...itemOf(key, { policies: ["read"] }), more: { S: "x" } }],
    ["one without a version", { principal: { S: key } }],
  ])("removes with --all an item: %s", async (_what, item) => {
    dynamo.items.set(key, item);
    expect(await detach("--all")).toMatchObject({ status: 0, stdout: `${key} has nothing attached\n` });
    expect(dynamo.items.size).toBe(0);
    expect(await detach("--all")).toMatchObject({
      status: 1,
      stderr: "nothing is attached; nothing was changed\n",
    });
  });

  it.each([[[]], [["--all", "--policy", "read"]]])("needs to know what: %j", async (flags) => {
    expect(await detach(...flags)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("name what to detach"),
    });
  });
});

describe("principal list", () => {
  it("lists all items, page after page", async () => {
    const subjects = ["a", "b", "c", "d", "e"];
    for (const each of subjects) dynamo.items.set(keyOf(each), itemOf(keyOf(each), { policies: ["read"] }));
    const { status, stdout } = await list();
    expect(status).toBe(0);
    expect(stdout).toBe(
      subjects.map((each) => `${keyOf(each)} policies read boundary - version 1\n`).join(""),
    );
    expect(dynamo.requests).toEqual(["Scan", "Scan", "Scan"]);
    const json = await list("--json");
    expect(JSON.parse(json.stdout)[4]).toEqual({
      issuer,
      id: "e",
      policies: ["read"],
      boundaries: [],
      version: 1,
    });
  });

  it("lists one principal's", async () => {
    dynamo.items.set(key, itemOf(key, { policies: ["read"] }));
    const flags = ["--issuer", issuer, "--subject", "alice"];
    expect((await list(...flags)).stdout).toBe(`${key} policies read boundary - version 1\n`);
    expect(await list("--issuer", issuer, "--subject", "bob")).toMatchObject({ status: 0, stdout: "" });
    expect(await list("--issuer", issuer)).toMatchObject({ status: 2 });
  });

  it("tells of items that give nothing, and why", async () => {
    dynamo.items.set(key, { ...itemOf(key, { policies: ["read"] }), boundaries: { SS: ["bound"] } });
    dynamo.items.set("alice", itemOf("alice", { policies: ["read"] }));
    dynamo.items.set(keyOf("bob"), itemOf(keyOf("bob"), { policies: ["gone"] }));
    const plain = await list();
    expect(plain.status).toBe(1);
    expect(plain.stderr.split("\n")).toEqual([
      `\`${key}\` gives nothing: it has the unknown member \`boundaries\``,
      '`alice` gives nothing: its key is not `["issuer","subject"]`',
      "",
    ]);
    expect((await list("--config", folder.path)).stderr).toContain(
      `\`${keyOf("bob")}\` gives nothing: it names the policy \`gone\`, which the configuration does not have`,
    );
  });
});

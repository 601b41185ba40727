/**
 * The state file: what was answered is there after any end of the process, and nobody else's file is touched.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as sdk from "@aws-sdk/client-connect";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { type LocalConnect, startLocalConnect } from "../../../tools/local/connect/server.ts";
import { fromJson, toJson } from "../../../tools/local/connect/state/values.ts";
import type { World } from "../../../tools/local/connect/world.ts";
import { run } from "../../cli/command-run.ts";
import { clientOf, east, instances, smallSeed, west } from "./connect-fixture.ts";

let folder = "";
let file = "";
let left = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "a state "));
  file = join(folder, "state.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Started {
  readonly connect: LocalConnect;
  readonly client: sdk.ConnectClient;
  stop(): Promise<void>;
}

async function start(given: Partial<Parameters<typeof startLocalConnect>[0]> = {}): Promise<Started> {
  const connect = await startLocalConnect({ instances, seed: smallSeed, stateFile: file, ...given });
  const client = clientOf(connect);
  const stop = async () => {
    client.destroy();
    await connect.close();
  };
  onTestFinished(stop);
  return { connect, client, stop };
}

function createQueue(
  client: sdk.ConnectClient,
  Name: string,
  more: Partial<sdk.CreateQueueCommandInput> = {},
) {
  const HoursOfOperationId = seedIds.hoursOfOperation;
  return client.send(new sdk.CreateQueueCommand({ InstanceId: east, Name, HoursOfOperationId, ...more }));
}

async function queueNames(client: sdk.ConnectClient): Promise<readonly (string | undefined)[]> {
  const names: (string | undefined)[] = [];
  const pages = sdk.paginateListQueues({ client }, { InstanceId: east, MaxResults: 1000 });
  for await (const { QueueSummaryList = [] } of pages)
    names.push(...QueueSummaryList.map(({ Name }) => Name));
  return names;
}

/** Goes from one file to another as a killed process leaves it: without its last rewriting. */
function leaveAsKilled(): void {
  const content = readFileSync(file);
  file = join(folder, `left ${++left}.jsonl`);
  writeFileSync(file, content);
}

describe("a state file", () => {
  it("gives back resources, tags, contacts, settings, numbers and answers after a kill, without the seed again", async () => {
    const { client } = await start();
    const token = { InstanceId: east, ContactFlowId: seedIds.contactFlow, ClientToken: "t-1" };
    const chat = new sdk.StartChatContactCommand({ ...token, ParticipantDetails: { DisplayName: "x" } });
    const first = await client.send(chat);
    const { QueueId = "", QueueArn = "" } = await createQueue(client, "Bücher\u2028$date", {
      Tags: { $date: "a" },
    });
    const gone = await createQueue(client, "gone");
    await client.send(new sdk.DeleteQueueCommand({ InstanceId: east, QueueId: gone.QueueId }));
    await client
      .send(new sdk.DeleteQueueCommand({ InstanceId: west, QueueId: seedIds.queue }))
      .catch(() => 0);
    await client.send(new sdk.TagResourceCommand({ resourceArn: QueueArn, tags: { team: "b" } }));
    const levels = { LevelOne: { Name: "Site" } };
    const structure = { InstanceId: east, HierarchyStructure: levels };
    await client.send(new sdk.UpdateUserHierarchyStructureCommand(structure));
    const queue = new sdk.DescribeQueueCommand({ InstanceId: east, QueueId });
    const before = await client.send(queue);
    leaveAsKilled();

    const again = await start();
    expect(await again.client.send(queue)).toEqual({ ...before, $metadata: expect.anything() });
    expect(before.Queue?.Tags).toEqual({ $date: "a", team: "b" });
    expect(await queueNames(again.client)).toEqual(["BasicQueue", "Bücher\u2028$date"]);
    expect((await again.client.send(chat)).ContactId).toBe(first.ContactId);
    const described = new sdk.DescribeUserHierarchyStructureCommand({ InstanceId: east });
    expect((await again.client.send(described)).HierarchyStructure?.LevelOne?.Name).toBe("Site");
  });

  it("is made for its owner alone, with the seed, and keeps no password", async () => {
    const { client } = await start();
    const IdentityInfo = { FirstName: "A", LastName: "B" };
    const profile = { SecurityProfileIds: [seedIds.agentProfile], RoutingProfileId: seedIds.routingProfile };
    const PhoneConfig = { PhoneType: "SOFT_PHONE" as const };
    const user = { InstanceId: east, Username: "someone", Password: "Secret-123", PhoneConfig, IdentityInfo };
    await client.send(new sdk.CreateUserCommand({ ...user, ...profile }));
    expect(readFileSync(file, "utf8")).toContain("someone");
    expect(readFileSync(file, "utf8")).not.toContain("Secret-123");
    if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("loses what was torn in its last line, and only that", async () => {
    const { client } = await start();
    await createQueue(client, "whole");
    leaveAsKilled();
    appendFileSync(file, '[{"in":0,"table":"Queue","row":{"id":"tor');
    const again = await start();
    expect(await queueNames(again.client)).toEqual(["BasicQueue", "whole"]);
    await createQueue(again.client, "after");
    leaveAsKilled();
    expect(await queueNames((await start()).client)).toEqual(["BasicQueue", "whole", "after"]);
  });

  it("gets shorter when most of its lines mean nothing any more", async () => {
    const { client } = await start();
    const long = "x".repeat(300_000);
    const { QueueId } = await createQueue(client, "one");
    for (let count = 0; count < 30; count++) {
      const Content = JSON.stringify({ long, count });
      const flow = { InstanceId: east, ContactFlowId: seedIds.contactFlow, Content };
      await client.send(new sdk.UpdateContactFlowContentCommand(flow));
    }
    expect(statSync(file).size).toBeLessThan(6 * 1024 * 1024);
    leaveAsKilled();
    const again = await start();
    const flow = new sdk.DescribeContactFlowCommand({ InstanceId: east, ContactFlowId: seedIds.contactFlow });
    expect((await again.client.send(flow)).ContactFlow?.Content).toContain('"count":29');
    expect(
      (await again.client.send(new sdk.DescribeQueueCommand({ InstanceId: east, QueueId }))).Queue?.Name,
    ).toBe("one");
  });

  it("has what happens between calls, and what a call meets when it can't be written", async () => {
    let world: World | undefined;
    const { client } = await start({
      prepare(made) {
        world = made;
      },
    });
    world?.instance(east).settings.set("moved by itself", { at: new Date(0) });
    await new Promise(setImmediate);
    expect(readFileSync(file, "utf8")).toContain('"setting":"moved by itself"');
    world?.instance(east).settings.set("has no form", { at: new Map() });
    await expect(queueNames(client)).rejects.toThrow("can't be written: a Map has no form");
  });

  it("seeds an instance that is new, and refuses to lose one", async () => {
    await (await start({ instances: instances.slice(0, 1) })).stop();
    const both = await start();
    const list = new sdk.ListUsersCommand({ InstanceId: west });
    expect((await both.client.send(list)).UserSummaryList).toHaveLength(1);
    await both.stop();
    await expect(start({ instances: instances.slice(1) })).rejects.toThrow(
      `has the state of ${instances[0]?.arn}, which is no instance here`,
    );
    expect(existsSync(`${file}.lock`)).toBe(false);
  });
});

describe("a file that can't be used", () => {
  const header = (changes: object) =>
    JSON.stringify({
      format: "connect-authorizer local Connect",
      version: 1,
      instances: [instances[0]?.arn],
      ...changes,
    });

  it.each([
    ["another text", "hello", "is not a state of the local Connect, and is left as it is"],
    ["other lines", "hello\nyou\n", "is not a state of the local Connect, and is left as it is"],
    [
      "another version",
      `${header({ version: 2 })}\n`,
      "has version 2 of the format, and this release reads version 1",
    ],
    ["no instances", `${header({ instances: 1 })}\n`, ":1: `instances` must be a list of ARNs"],
    ["a damaged line", `${header({})}\n[{"in":0,"tags":{}}]\nx\n[]\n`, ":3: this line is damaged"],
    ["a change of no kind", `${header({})}\n[{"in":0,"row":{}}]\n`, ":2: this line is damaged"],
    ["no row", `${header({})}\n[{"in":0,"table":"Queue","row":{"id":"a"}}]\n`, ":2: this line is damaged"],
    ["an instance too many", `${header({})}\n[{"in":1,"tags":{}}]\n`, ":2: the header has no instance 1"],
    [
      "no such family",
      `${header({})}\n[{"in":0,"table":"Cat","last":1}]\n`,
      ":2: this change can't be made again: there is no family `Cat`",
    ],
    ["no UTF-8", Buffer.from([0xff, 0x0a]), "is not UTF-8"],
  ])("%s is refused in a sentence, and not changed", async (_what, content, message) => {
    writeFileSync(file, content);
    const { status, stderr } = await run(["local-connect", "--port", "0", "--state", file]);
    expect([status, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(readFileSync(file)).toEqual(Buffer.from(content));
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it.each([
    ["a folder", () => folder, 1, "is no file"],
    ["-", () => "-", 2, "`--state` needs a file"],
    ["below a file", () => join(file, "x"), 1, "can't be used for `--state`"],
  ])("%s", async (_what, path, expected, message) => {
    writeFileSync(file, "");
    const { status, stderr } = await run(["local-connect", "--port", "0", "--state", path()]);
    expect([status, stderr]).toEqual([expected, expect.stringContaining(message)]);
  });

  it("is no matter when Connect is elsewhere", async () => {
    const { status, stderr } = await run(["start", "--connect", "aws", "--state", file]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("`--state`")]);
  });
});

describe("its lock", () => {
  it("keeps a second server off until the first has ended", async () => {
    const { stop } = await start();
    await expect(start()).rejects.toThrow(
      `is in use by process ${process.pid}: stop it, or choose another file`,
    );
    await stop();
    await start();
  });

  it.each([
    ["a dead process's", { pid: 4_194_303_999, host: hostname() }, undefined],
    [
      "one of a process with this one's id, before a restart",
      { pid: process.pid, host: hostname() },
      undefined,
    ],
    ["a living process's", { pid: process.ppid, host: hostname() }, `by process ${process.ppid}: stop it`],
    ["another machine's", { pid: 1, host: "elsewhere" }, "by process 1 of the machine `elsewhere`"],
    ["nobody's", {}, "does not say by which process"],
  ])("is taken over if it is %s, or says who has it", async (_whose, owner, message) => {
    writeFileSync(`${file}.lock`, JSON.stringify(owner));
    if (message === undefined) await start();
    else await expect(start()).rejects.toThrow(message);
  });
});

describe.runIf(process.platform === "linux")("the lock of a process that nobody asks how it ended", () => {
  it("is taken over", async () => {
    // The shell becomes `sleep`, which does not ask how its child ended.
    const parent = spawn("sh", ["-c", "sh -c 'echo $$' & exec sleep 60"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    onTestFinished(() => void parent.kill("SIGKILL"));
    const [line] = await once(createInterface({ input: parent.stdout }), "line");
    const pid = Number(line);
    await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, "utf8")).toContain(") Z "));
    writeFileSync(`${file}.lock`, JSON.stringify({ pid, host: hostname() }));
    await start();
  });
});

describe("values", () => {
  it("come back as they were", () => {
    const value = {
      at: new Date(5),
      $date: "text",
      $$number: [{ $number: 1 }],
      list: [null, true, 0.5, Number.POSITIVE_INFINITY],
      ["__proto__"]: { a: 1 },
    };
    expect(fromJson(JSON.parse(JSON.stringify(toJson(value))))).toStrictEqual(value);
    expect(() => toJson({ at: new Map() })).toThrow("a Map has no form");
  });
});

describe("SIGKILL", () => {
  const kills = Number(process.env["STATE_KILLS"] ?? 5);

  it(`in the middle of creates loses none that was answered: ${kills} times`, async () => {
    const answered: string[] = [];
    for (let count = 0; count < kills; count++) {
      const { client, child } = await startChild();
      await expectAll(client, answered.slice(-20));
      const ended = once(child, "exit");
      // While the other streams wait for their answers.
      const lastBefore = answered.length + 10 + count;
      const onAnswer = (contact: string) => {
        if (answered.push(contact) === lastBefore) child.kill("SIGKILL");
      };
      const streams = Array.from({ length: 4 }, () => createUntilDead(client, onAnswer));
      await Promise.all([...streams, ended]);
      client.destroy();
    }
    expect(answered.length).toBeGreaterThanOrEqual(10 * kills);
    await expectAll((await start({ instances: instances.slice(0, 1) })).client, answered);
  }, 600_000);
});

async function expectAll(client: sdk.ConnectClient, contacts: readonly string[]): Promise<void> {
  for (const ContactId of contacts)
    await client.send(new sdk.DescribeContactCommand({ InstanceId: east, ContactId }));
}

async function startChild(): Promise<{ client: sdk.ConnectClient; child: ChildProcess }> {
  const line = ["dist/cli.mjs", "local-connect", "--port", "0", "--state", file];
  const child = spawn(process.execPath, line, { stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  for await (const text of createInterface({ input: child.stdout })) {
    const [, url] = /^ready (http:.*)$/.exec(text) ?? [];
    if (url !== undefined) return { client: clientOf({ url } as LocalConnect), child };
  }
  throw new Error("it ended before it was ready");
}

/** Contacts have no quota. */
async function createUntilDead(
  client: sdk.ConnectClient,
  onAnswer: (contact: string) => void,
): Promise<void> {
  const task = { InstanceId: east, ContactFlowId: seedIds.contactFlow, Name: "task" };
  try {
    for (;;) onAnswer((await client.send(new sdk.StartTaskContactCommand(task))).ContactId ?? "");
  } catch (error) {
    if (error instanceof sdk.ConnectServiceException) throw error;
  }
}

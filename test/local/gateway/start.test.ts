/** `npm start` in this process and as a program: the real handlers, reloading, exit statuses, signals. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { loadConfiguration } from "../../../tools/authoring/configuration/load-configuration.ts";
import { loadPath } from "../../../tools/cli/open-configuration.ts";
import { type LocalSettings, startLocal } from "../../../tools/local/start-local.ts";
import { run } from "../../cli/command-run.ts";
import { send } from "./gateway-harness.ts";

const user = "/users/00fbeee1-123e-111e-93e3-11111bfbfcc1/00dtcddd1-123e-111e-93e3-11111bfbfcc1";

async function copyConfig(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gateway-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp("examples/aws", folder, { recursive: true });
  return folder;
}

async function getToken(url: string, groups: readonly string[]): Promise<string> {
  const response = await fetch(`${url}/local/token`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-local-token": "1" },
    body: JSON.stringify({ sub: "alice", groups }),
  });
  return ((await response.json()) as { token: string }).token;
}

async function eventually(condition: () => boolean): Promise<void> {
  const endsAt = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > endsAt) throw new Error("it did not come to pass within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts it with an Amazon Connect of its own. */
function startEmbedded(settings: { readonly configFolder: string } & Partial<LocalSettings>) {
  return startLocal({
    port: 0,
    api: "rest",
    connect: { kind: "embedded" },
    environment: {},
    load: loadConfiguration,
    program: "npx connect-authorizer",
    print: () => undefined,
    ...settings,
  });
}

describe("the local gateway with the deployed handlers", () => {
  async function start() {
    const configFolder = await copyConfig();
    const printed: string[] = [];
    const gateway = await startEmbedded({ configFolder, print: (text) => printed.push(text) });
    onTestFinished(() => gateway.close());
    return { gateway, configFolder, printed };
  }

  it("keeps the records of its decisions in a file, from which a policy can be learned", async () => {
    const configFolder = await copyConfig();
    const recordsFile = join(configFolder, "calls.jsonl");
    await writeFile(recordsFile, "an earlier line\n");
    const gateway = await startEmbedded({ configFolder, recordsFile });
    const headers = [["Authorization", `Bearer ${await getToken(gateway.url, ["admins"])}`]] as const;
    expect((await send(gateway.url, { path: user, headers })).status).toBe(200);
    await gateway.close();
    expect(await readFile(recordsFile, "utf8")).toMatch(/^an earlier line\n/);
    const { status, stdout } = await run(["least-privilege", "--from", recordsFile]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).Statement).toMatchObject([{ Action: ["connect:DescribeUser"] }]);
  });

  it("says which file of records it can't open", async () => {
    const configFolder = await copyConfig();
    const started = startEmbedded({ configFolder, recordsFile: configFolder });
    await expect(started).rejects.toThrow(/EISDIR.*gateway-test-/);
  });

  it("lets operators describe a user and refuses them to delete one, with an explicit deny", async () => {
    const { gateway } = await start();
    const token = await getToken(gateway.url, ["operators"]);
    const headers = [["Authorization", `Bearer ${token}`]] as const;
    const described = await send(gateway.url, { path: user, headers });
    expect(described.status).toBe(200);
    expect(described.json()).toMatchObject({ User: { Username: expect.any(String) } });
    const deleted = await send(gateway.url, { method: "DELETE", path: user, headers });
    expect(deleted.status).toBe(403);
    expect(deleted.json()).toMatchObject({
      __type: "AccessDeniedException",
      message: expect.stringMatching(
        /not authorized to perform: connect:DeleteUser on resource: .* explicit deny/,
      ),
    });
    const unbound = [["Authorization", `Bearer ${await getToken(gateway.url, [])}`]] as const;
    expect(await send(gateway.url, { path: user, headers: unbound })).toMatchObject({ status: 403 });
    const forged = [["Authorization", `Bearer ${token.slice(0, -8)}AAAAAAAA`]] as const;
    expect(await send(gateway.url, { path: user, headers: forged })).toMatchObject({ status: 401 });
  });

  it.each(["rest", "http"] as const)(
    "passes faults that a call orders on to the embedded Connect: %s",
    async (api) => {
      const unimplemented = "empty";
      const configFolder = await copyConfig();
      const gateway = await startEmbedded({
        configFolder,
        api,
        connect: { kind: "embedded", unimplemented },
      });
      onTestFinished(() => gateway.close());
      const token = ["Authorization", `Bearer ${await getToken(gateway.url, ["admins"])}`] as const;
      const meets = async (fault: string, path = user) => {
        const { status, headers } = await send(gateway.url, {
          path,
          headers: [token, ["X-Local-Connect-Fault", fault]],
        });
        return [status, headers["x-amzn-errortype"], headers["x-local-connect"]];
      };
      const none = undefined;
      expect(await meets("DescribeUser=throttle")).toEqual([429, "ThrottlingException", none]);
      expect(await meets("ListUsers=throttle")).toEqual([200, none, none]);
      // The proxy's client retries what changes nothing.
      expect(await meets("DescribeUser=error:503 x1")).toEqual([200, none, none]);
      const [status] = await meets("slow");
      expect(status).toBe(400);
      const notHere = "/analytics-data/instance/00fbeee1-123e-111e-93e3-11111bfbfcc1/datasets";
      expect(await meets("ListUsers=throttle", notHere)).toEqual([200, none, "stub"]);
    },
  );

  it("imitates an HTTP API when asked, in front of the same handlers", async () => {
    const configFolder = await copyConfig();
    const gateway = await startEmbedded({ configFolder, api: "http" });
    onTestFinished(() => gateway.close());
    const token = await getToken(gateway.url, ["operators"]);
    const headers = [["Authorization", `Bearer ${token}`]] as const;
    expect(await send(gateway.url, { path: user, headers })).toMatchObject({ status: 200 });
    const denied = await send(gateway.url, { method: "DELETE", path: user, headers });
    expect(denied).toMatchObject({ status: 403 });
    expect(denied.headers["x-amzn-errortype"]).toBe("AccessDeniedException");
    expect(denied.json()).toMatchObject({
      __type: "AccessDeniedException",
      message: expect.stringMatching(
        /not authorized to perform: connect:DeleteUser on resource: .* explicit deny/,
      ),
    });
    const rpc = JSON.stringify({ InstanceId: user.split("/")[2], UserId: user.split("/")[3] });
    const call = {
      method: "POST",
      headers: [...headers, ["Content-Type", "application/json"]] as const,
      body: rpc,
    };
    expect(await send(gateway.url, { ...call, path: "/operations/DescribeUser" })).toMatchObject({
      status: 200,
    });
    const deletion = await send(gateway.url, { ...call, path: "/operations/DeleteUser" });
    expect(deletion.json()).toMatchObject({ __type: "AccessDeniedException" });
    expect(await send(gateway.url, { path: user, headers: [] })).toMatchObject({ status: 401 });
  });

  it("lets the pages call that `cors` of authorizer.yaml names", async () => {
    const configFolder = await copyConfig();
    const file = join(configFolder, "authorizer.yaml");
    await writeFile(file, `${await readFile(file, "utf8")}\ncors: { allowOrigins: [https://a.example] }\n`);
    const gateway = await startEmbedded({ configFolder });
    onTestFinished(() => gateway.close());
    const preflight = [
      ["Origin", "https://a.example"],
      ["Access-Control-Request-Method", "GET"],
    ] as const;
    const asked = await send(gateway.url, { method: "OPTIONS", path: user, headers: preflight });
    const refused = await send(gateway.url, { path: user, headers: preflight.slice(0, 1) });
    for (const [reply, status] of [
      [asked, 204],
      [refused, 401],
    ] as const)
      expect(reply).toMatchObject({
        status,
        headers: { "access-control-allow-origin": "https://a.example" },
      });
  });

  it("takes a good change at once, past the authorizer's cache, and keeps the last good one after a bad change", async () => {
    const { gateway, configFolder, printed } = await start();
    const headers = [["Authorization", `Bearer ${await getToken(gateway.url, ["admins"])}`]] as const;
    const status = async () => (await send(gateway.url, { path: user, headers })).status;
    expect(await status()).toBe(200);

    const file = join(configFolder, "policies", "everything.json");
    const original = await readFile(file, "utf8");
    await writeFile(file, original.replace('"Allow"', '"Deny"'));
    await eventually(() => printed.some((text) => text.startsWith("reloaded ")));
    expect(await status()).toBe(403);

    await writeFile(file, '{ "Version": ');
    const refusal = /everything\.json:\d+:\d+ badJson .*\n.*the last good configuration stays in use/;
    await eventually(() => printed.some((text) => refusal.test(text)));
    expect(await status()).toBe(403);

    await writeFile(file, original);
    // A change that is seen while it is written is read twice.
    const versions = () => new Set(printed.filter((text) => text.startsWith("reloaded ")));
    await eventually(() => versions().size === 2);
    expect(await status()).toBe(200);
    for (const version of versions()) expect(version).toMatch(/^reloaded [0-9a-f]{64}$/);
  });

  it("serves the file of a bundle, and takes another bundle in its place", async () => {
    const configFolder = await copyConfig();
    const bundle = join(configFolder, "bundle.json");
    expect(await run(["bundle", configFolder, "--out", bundle])).toMatchObject({ status: 0 });
    const printed: string[] = [];
    const print = (text: string) => printed.push(text);
    const gateway = await startEmbedded({ configFolder: bundle, load: loadPath, print });
    onTestFinished(() => gateway.close());
    const headers = [["Authorization", `Bearer ${await getToken(gateway.url, ["admins"])}`]] as const;
    expect(await send(gateway.url, { path: user, headers })).toMatchObject({ status: 200 });

    const policy = join(configFolder, "policies", "everything.json");
    await writeFile(policy, (await readFile(policy, "utf8")).replace('"Allow"', '"Deny"'));
    await run(["bundle", configFolder, "--out", bundle]);
    await eventually(() => printed.some((text) => text.startsWith("reloaded ")));
    expect(await send(gateway.url, { path: user, headers })).toMatchObject({ status: 403 });

    await writeFile(bundle, "{");
    await eventually(() => printed.some((text) => text.includes("the last good configuration stays in use")));
    expect(printed.at(-1)).toContain("is neither a folder nor a bundle that can be used");
    expect(await send(gateway.url, { path: user, headers })).toMatchObject({ status: 403 });
  });

  it("serves an environment, decides by the names of its instances, and follows its file", async () => {
    const configFolder = await copyConfig();
    const arn = (id: string) => `arn:aws:connect:us-east-1:123456789012:instance/${id}`;
    const main = `instances: [{ name: main, arn: "${arn("aaaa")}" }]
issuers: [{ issuer: "https://issuer.example/", audience: app, claims: { groups: groups } }]
bindings: [{ match: { groups: [hr] }, policies: [everything] }]
routes:
  - route: GET /agents/{agentId}
    operation: DescribeUser
    input: { InstanceId: "\${main}", UserId: "{agentId}" }
`;
    const policy = (effect: string, resource: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: effect, Action: "connect:DescribeUser", Resource: resource },
      });
    const environment = join(configFolder, "environments", "prod.yaml");
    await mkdir(join(configFolder, "environments"));
    await writeFile(join(configFolder, "authorizer.yaml"), main);
    await writeFile(
      join(configFolder, "policies", "everything.json"),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how policies write names
      policy("Allow", "${main}/agent/*"),
    );
    await writeFile(environment, `instances: [{ name: main, arn: "${arn("pppp")}" }]\n`);
    const printed: string[] = [];
    const gateway = await startEmbedded({
      configFolder,
      configEnvironment: "prod",
      load: (path, options) => loadPath(path, { ...options, environment: "prod" }),
      print: (text) => printed.push(text),
    });
    onTestFinished(() => gateway.close());
    expect(printed.join("\n")).toContain(`  config   ${configFolder}, environment prod, version `);
    const headers = [["Authorization", `Bearer ${await getToken(gateway.url, ["hr"])}`]] as const;
    const [, , , id] = user.split("/");
    const described = await send(gateway.url, { path: `/users/pppp/${id}`, headers });
    expect(described).toMatchObject({ status: 200 });
    expect(described.json()).toMatchObject({ User: { Arn: `${arn("pppp")}/agent/${id}` } });
    // A route's instance is written by its name too.
    expect((await send(gateway.url, { path: `/agents/${id}`, headers })).json()).toEqual(described.json());
    expect(await send(gateway.url, { path: `/users/aaaa/${id}`, headers })).toMatchObject({ status: 403 });

    await writeFile(environment, `instances: [{ name: mian, arn: "${arn("pppp")}" }]\n`);
    await eventually(() => printed.some((text) => text.includes("the last good configuration stays in use")));
    expect(printed.at(-1)).toMatch(/environments\/prod\.yaml:1:21 unknownName no instance/);
    const other = "issuers: [{ issuer: https://prod.example/, audience: app, claims: { groups: teams } }]";
    await writeFile(environment, `instances: [{ name: main, arn: "${arn("pppp")}" }]\n${other}\n`);
    await eventually(() => printed.some((text) => text.startsWith("reloaded ")));
    expect(printed.join("\n")).not.toContain("restart to use");
  });

  it("removes the bundle it wrote for the handlers, which only this user could read", async () => {
    const temporary = await mkdtemp(join(tmpdir(), "gateway-test-"));
    vi.stubEnv("TMPDIR", temporary);
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await rm(temporary, { recursive: true, force: true });
    });
    const { gateway } = await start();
    const created = readdirSync(temporary).find((name) => name.startsWith("connect-authorizer-")) ?? "";
    const bundle = join(temporary, created, "bundle.json");
    expect((await stat(bundle)).mode & 0o777).toBe(0o600);
    expect(await readFile(bundle, "utf8")).not.toMatch(/"d"\s*:/);
    await gateway.close();
    expect(existsSync(join(temporary, created))).toBe(false);
  });

  it("tells where a candidate folder would decide differently, and follows its changes", async () => {
    const shadowFolder = await copyConfig();
    const main = join(shadowFolder, "authorizer.yaml");
    const original = await readFile(main, "utf8");
    await writeFile(main, original.replace("mode: enforce", "mode: shadow"));
    const policyFile = join(shadowFolder, "policies", "everything.json");
    const policy = await readFile(policyFile, "utf8");
    await writeFile(policyFile, policy.replace('"Allow"', '"Deny"'));
    const printed: string[] = [];
    const recordsFile = join(shadowFolder, "calls.jsonl");
    const gateway = await startEmbedded({
      configFolder: await copyConfig(),
      shadowFolder,
      recordsFile,
      print: (text) => printed.push(text),
    });
    onTestFinished(() => gateway.close());
    const headers = [["Authorization", `Bearer ${await getToken(gateway.url, ["admins"])}`]] as const;
    /** Calls, and gives the lines about differences that came of it. */
    const differences = async () => {
      const before = printed.length;
      expect((await send(gateway.url, { path: user, headers })).status).toBe(200);
      return printed.slice(before).filter((text) => text.startsWith("shadow "));
    };
    // A busy machine may have the candidate a moment later: no call waits for it.
    const settled = (lines: readonly string[]) =>
      vi.waitFor(async () => expect(await differences()).toEqual(lines), { timeout: 10_000 });
    const line =
      "shadow loses DescribeUser alice: allow everything#Everything, would be deny everything#Everything";
    await settled([line]);
    expect(printed.join("\n")).not.toContain("shadowMode");
    const records = (await readFile(recordsFile, "utf8")).trim().split("\n");
    expect(records.slice(-2).map((text) => JSON.parse(text).type)).toEqual(["decision", "shadow"]);

    await writeFile(policyFile, policy);
    await eventually(() => printed.some((text) => text.startsWith("reloaded the candidate ")));
    await settled([]);
    await writeFile(policyFile, "{");
    await eventually(() => printed.some((text) => text.includes("the last good candidate stays")));
  });

  it("does not decide by a configuration in shadow mode: not at its start, and not later", async () => {
    const { configFolder, printed } = await start();
    const file = join(configFolder, "authorizer.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("mode: enforce", "mode: shadow"));
    await eventually(() => printed.some((line) => line.includes("the last good configuration stays in use")));
    expect(printed.find((line) => line.includes("not reloaded"))).toMatch(
      /authorizer\.yaml:\d+:7 shadowMode a configuration in shadow mode can only be compared/,
    );
    await expect(startEmbedded({ configFolder })).rejects.toMatchObject({
      code: "invalidDocument",
    });
  });

  it("does not start with a bad configuration", async () => {
    const configFolder = await copyConfig();
    await writeFile(join(configFolder, "authorizer.yaml"), "instances: []\n");
    await expect(startEmbedded({ configFolder })).rejects.toMatchObject({
      code: "invalidDocument",
    });
  });
});

describe("npm start", () => {
  interface Run {
    readonly child: ChildProcess;
    readonly output: { stdout: string; stderr: string };
    readonly status: Promise<number | null>;
  }

  function run(...flags: readonly string[]): Run {
    const examples = ["--config", "examples/aws"];
    const child = spawn(process.execPath, ["tools/run.mjs", "cli", "start", ...examples, ...flags], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const status = new Promise<number | null>((resolve) => child.on("close", resolve));
    onTestFinished(async () => {
      child.kill("SIGTERM");
      await status;
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      output.stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output.stderr += chunk.toString();
    });
    return { child, output, status };
  }

  it("prints one line when ready, accepts requests, and exits 0 on a doubled SIGINT", async () => {
    const { child, output, status } = run("--port", "0");
    await eventually(() => output.stdout.includes("\n"));
    expect(output.stdout).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/);
    const url = output.stdout.trim().slice("ready ".length);
    expect(output.stderr).toContain(`--group operators --url ${url})`);
    const headers = [["Authorization", `Bearer ${await getToken(url, ["operators"])}`]] as const;
    expect(await send(url, { path: user, headers })).toMatchObject({ status: 200 });
    child.kill("SIGINT");
    child.kill("SIGINT");
    expect(await status).toBe(0);
    expect(output.stdout).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/);
  }, 30_000);

  it("stops when npm, which started it, is killed", async () => {
    const shell = `"${process.execPath}" tools/run.mjs cli start --port 0 --config examples/aws; true`;
    const npm = spawn("sh", ["-c", shell], {
      env: { ...process.env, npm_lifecycle_event: "start" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    let url = "";
    npm.stdout.on("data", (chunk: Buffer) => {
      url += chunk.toString().trim().slice("ready ".length);
    });
    await eventually(() => url !== "");
    npm.kill("SIGKILL");
    const isGone = () =>
      fetch(`${url}/healthz`).then(
        () => false,
        () => true,
      );
    await expect.poll(isGone, { timeout: 5000 }).toBe(true);
  }, 30_000);

  it("exits 2 for an unknown flag", async () => {
    const { output, status } = run("--prot", "1");
    expect(await status).toBe(2);
    expect(output).toMatchObject({ stdout: "", stderr: expect.stringContaining("--prot") });
  }, 30_000);

  it("exits 2 and prints every issue for a bad configuration", async () => {
    const folder = await copyConfig();
    await writeFile(join(folder, "policies", "everything.json"), '{ "Version": ');
    await writeFile(join(folder, "policies", "record-contacts.json"), '{ "Version": ');
    const { output, status } = run("--port", "0", "--config", folder);
    expect(await status).toBe(2);
    expect(output.stdout).toBe("");
    expect(output.stderr).toMatch(/everything\.json:\d+:\d+ badJson /);
    expect(output.stderr).toMatch(/record-contacts\.json:\d+:\d+ badJson /);
  }, 30_000);

  it("exits 1 and says what to do when the port is taken", async () => {
    const first = run("--port", "0");
    await eventually(() => first.output.stdout.includes("\n"));
    const port = new URL(first.output.stdout.trim().slice("ready ".length)).port;
    const second = run("--port", port);
    expect(await second.status).toBe(1);
    expect(second.output.stderr).toContain("--port");
  }, 30_000);
});

/** What has to work wherever Node.js does: scripts that any shell reads alike, signals, no warnings (docs/decisions/0100). */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";

const root = resolve(import.meta.dirname, "..");
const manifests = execFileSync("git", ["ls-files", "-z", "*package.json"], { cwd: root, encoding: "utf8" })
  .split("\0")
  .filter((file) => file !== "");
const scripts = manifests.flatMap((file) => {
  const manifest: { scripts?: Record<string, string> } = JSON.parse(
    readFileSync(resolve(root, file), "utf8"),
  );
  return Object.entries(manifest.scripts ?? {}).map(([name, script]) => [`${file} ${name}`, script] as const);
});

/** Programs that are there after `npm ci`, and SAM's where one deploys. */
const programs: readonly string[] = ["node", "npm", "biome", "tsc", "vitest", "connect-authorizer", "sam"];

/** Commands joined by `&&`, of words without quotes, globs, variables or anything else that shells read each in their way. */
function isPortable(script: string): boolean {
  return script.split(" && ").every((command) => {
    const [program = "", ...words] = command.split(" ");
    return programs.includes(program) && words.every((word) => /^[\w./:@=-]+%?$/.test(word));
  });
}

describe("the scripts of package.json", () => {
  it.each(scripts)("are read alike by every shell: %s", (_, script) => {
    expect(isPortable(script)).toBe(true);
  });

  it("are all found", () => {
    expect(scripts.map(([name]) => name)).toEqual(
      expect.arrayContaining(["package.json start", "package.json test", "package.json build"]),
    );
  });

  it.each([
    "exec node tools/run.mjs",
    "NODE_ENV=test node a.mjs",
    "node a.mjs $HOME",
    "node a.mjs %HOME%",
    "node a.mjs | more",
    "node 'a b.mjs'",
    'node "a b.mjs"',
    "vitest --include {a,b}.ts",
    "biome check src/*.ts",
    "node a.mjs; node b.mjs",
    "node a.mjs & node b.mjs",
    "node a.mjs || true",
    "node a.mjs > out.txt",
    "node a.mjs `date`",
    "node ~/a.mjs",
    "node a\\b.mjs",
    "rm -rf dist",
    "cp a b",
    "npm run a && rm b",
    "./tools/run.sh",
  ])("would be found not to be: %s", (script) => {
    expect(isPortable(script)).toBe(false);
  });
});

/** Our programs as you start them, without the variables that tests have. */
const { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: _, ...environment } = process.env;

interface Gateway {
  readonly npm: ChildProcess;
  readonly url: URL;
  readonly stderr: Promise<string>;
  /** Resolves once the gateway itself has ended too, which has the other end of its standard error. */
  readonly ended: Promise<unknown>;
}

async function npmStart(): Promise<Gateway> {
  const npm = spawn("npm", ["start", "--", "--port", "0", "--config", "examples/aws"], {
    cwd: root,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
    // A process group, as a terminal has for what runs in it.
    detached: true,
  });
  const ended = once(npm, "close");
  onTestFinished(async () => {
    if (npm.pid !== undefined && npm.exitCode === null && npm.signalCode === null)
      process.kill(-npm.pid, "SIGKILL");
    await ended;
  });
  const stderr = text(npm.stderr);
  let stdout = "";
  for await (const chunk of npm.stdout.iterator({ destroyOnReturn: false })) {
    stdout += String(chunk);
    const url = /^ready (http:\S+)$/m.exec(stdout)?.[1];
    if (url !== undefined) {
      npm.stdout.resume();
      return { npm, url: new URL(url), stderr, ended };
    }
  }
  throw new Error(`it ended before it was ready: ${await stderr}`);
}

/** Begins a request whose body is not complete; `finish` sends the rest and resolves to the answer. */
async function beginRequest({ port }: URL): Promise<{ finish(): Promise<string> }> {
  const socket = connect(Number(port), "127.0.0.1");
  const answer = text(socket);
  await once(socket, "connect");
  const head =
    "POST /operations/DescribeUser HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n";
  socket.write(head);
  await once(socket, "readable");
  return {
    finish() {
      socket.end("{}");
      return answer;
    },
  };
}

const stopping = "stopping: finishing requests in flight (signal again to stop at once)\n";

describe("npm start", () => {
  it("answers what is in flight, and ends, when a terminal interrupts it", async () => {
    const { npm, url, stderr, ended } = await npmStart();
    const request = await beginRequest(url);
    process.kill(-Number(npm.pid), "SIGINT");
    await expect.poll(() => isOpen(url)).toBe(false);
    expect(await request.finish()).toContain("HTTP/1.1 401 ");
    await ended;
    expect((await stderr).endsWith(stopping)).toBe(true);
  }, 30_000);

  it("does so too when npm alone is terminated", async () => {
    const { npm, url, stderr, ended } = await npmStart();
    const request = await beginRequest(url);
    npm.kill("SIGTERM");
    await expect.poll(() => isOpen(url)).toBe(false);
    expect(await request.finish()).toContain("HTTP/1.1 401 ");
    await ended;
    expect((await stderr).endsWith(stopping)).toBe(true);
  }, 30_000);
});

describe("our programs", () => {
  it("show no warning of Node.js or the SDK when the gateway starts and sends its first call", async () => {
    const { npm, url, stderr, ended } = await npmStart();
    const user = `${url.origin}/users/00fbeee1-123e-111e-93e3-11111bfbfcc1/00dtcddd1-123e-111e-93e3-11111bfbfcc1`;
    const made = await fetch(`${url.origin}/local/token`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-local-token": "1" },
      body: JSON.stringify({ sub: "alice", groups: ["operators"] }),
    });
    const { token }: { token: string } = JSON.parse(await made.text());
    const answer = await fetch(user, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    process.kill(-Number(npm.pid), "SIGTERM");
    await ended;
    expect(await stderr).not.toMatch(/warning/i);
  }, 30_000);

  it("show none when a command looks for a bundle in S3", () => {
    const { stderr } = spawnSync(
      process.execPath,
      ["tools/run.mjs", "cli", "diff", "s3://my-bucket/b.json", "examples/aws"],
      {
        cwd: root,
        encoding: "utf8",
        env: {
          ...environment,
          AWS_ENDPOINT_URL: "http://127.0.0.1:9",
          AWS_REGION: "us-east-1",
          AWS_ACCESS_KEY_ID: "local",
          AWS_SECRET_ACCESS_KEY: "local",
          AWS_MAX_ATTEMPTS: "1",
        },
      },
    );
    expect(stderr).toContain("ECONNREFUSED");
    expect(stderr).not.toMatch(/warning/i);
  }, 30_000);
});

function isOpen({ port }: URL): Promise<boolean> {
  const socket = connect(Number(port), "127.0.0.1");
  return new Promise((done) => {
    socket.once("connect", () => done(true)).once("error", () => done(false));
  }).then((open) => {
    socket.destroy();
    return open === true;
  });
}

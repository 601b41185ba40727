/** The flags and variables of `start`, and what it says when it cannot start. `test/local/gateway` holds what it serves. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DocumentError } from "../../../shared/errors.ts";
import { checkoutProgram } from "../../../tools/cli/called-as.ts";
import type { LocalSettings } from "../../../tools/local/start-local.ts";
import { run } from "../command-run.ts";

const startLocal = vi.hoisted(() => vi.fn());
vi.mock("../../../tools/local/start-local.ts", () => ({ startLocal }));

const variables = ["PORT", "AUTHORIZER_CONFIG", "AUTHORIZER_SHADOW_CONFIG", "CONNECT_ENDPOINT"];

beforeEach(() => {
  for (const name of variables) vi.stubEnv(name, "");
  startLocal.mockReset().mockRejectedValue(new Error("not in this test"));
});
afterEach(() => vi.unstubAllEnvs());

/** What a command line starts. */
async function settingsOf(...flags: readonly string[]) {
  const done = await run(["start", ...flags]);
  expect(done).toEqual({ status: 1, stdout: "", stderr: "not in this test\n" });
  const [settings] = startLocal.mock.lastCall as [LocalSettings];
  const { environment, load: _load, print: _print, withFolderOf: _folder, ...given } = settings;
  expect(environment).toBe(process.env);
  return given;
}

describe("the flags of start", () => {
  it("have defaults, also where a variable is empty", async () => {
    expect(await settingsOf()).toEqual({
      port: 3000,
      configFolder: "config",
      api: "rest",
      connect: { kind: "embedded", faults: [], unimplemented: "error" },
      program: checkoutProgram,
    });
  });

  it("are handed on for a center that moves", async () => {
    expect(await settingsOf("--live", "--live-seed=7", "--live-calls=0")).toMatchObject({
      connect: { live: { seed: 7 } },
      liveCallsPerMinute: 0,
    });
  });

  it("come from the environment", async () => {
    vi.stubEnv("PORT", "4000");
    vi.stubEnv("AUTHORIZER_CONFIG", "elsewhere");
    vi.stubEnv("AUTHORIZER_SHADOW_CONFIG", "next");
    vi.stubEnv("CONNECT_ENDPOINT", "aws");
    expect(await settingsOf()).toMatchObject({
      port: 4000,
      configFolder: "elsewhere",
      shadowFolder: "next",
      connect: { kind: "aws" },
    });
  });

  it("win over the environment", async () => {
    for (const name of variables) vi.stubEnv(name, "1");
    const line =
      "--port 0 --config=here --shadow-config other --connect http://localhost:9000/x --api http --records r.jsonl";
    expect(await settingsOf(...line.split(" "))).toMatchObject({
      port: 0,
      configFolder: "here",
      shadowFolder: "other",
      api: "http",
      connect: { kind: "url", url: "http://localhost:9000/x" },
      recordsFile: "r.jsonl",
    });
    expect(await settingsOf("here", "--connect", "aws", "--port", "65535")).toMatchObject({
      configFolder: "here",
    });
  });

  it.each([
    ["--prot 1", "did you mean `--port`"],
    ["--port", "--port <n>"],
    ["--port x", "the port must be a number from 0 to 65535, not `x`"],
    ["--port -1", "not `-1`"],
    ["--port 65536", "not `65536`"],
    ["--port 1e3", "not `1e3`"],
    ["--api", "--api <flavour>"],
    ["--api soap", "`--api soap` must be one of `rest`, `http`"],
    ["--fault slow", "`--fault`: `slow` must be `latency:300ms`"],
    ["--connect aws --fault throttle", "leave out `--connect`"],
    ["--connect aws --unimplemented empty", "leave out `--connect`"],
    ["--connect aws --live", "leave out `--connect`"],
    ["--live-calls 5", "`--live-calls` is of `--live`: add it"],
    ["--live --live-calls often", "`--live-calls` must be a number from 0 to 600, not `often`"],
    ["--live --live-calls 601", "not `601`"],
    ["--connect localhost:9000", "must be an http or https URL or `aws`, not `localhost:9000`"],
    ["--connect ftp://x", "not `ftp://x`"],
    ["--connect http://u:p@x", "must be an http or https URL"],
    ["--connect embedded", "not `embedded`"],
    ["--connect http://connect.example", "`--connect` must be an https URL"],
  ])("are refused with exit status 2 when unusable: %s", async (line, message) => {
    const { status, stdout, stderr } = await run(["start", ...line.split(" ")]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(startLocal).not.toHaveBeenCalled();
  });

  it("are refused when a variable is unusable", async () => {
    vi.stubEnv("PORT", "http");
    expect(await run(["start"])).toMatchObject({ status: 2, stderr: expect.stringContaining("`http`") });
  });
});

describe("start", () => {
  it("prints every error of a configuration as file:line:column code message and exits 2", async () => {
    const issue = { path: "", file: "config/a.json", line: 2, column: 3, code: "badJson", message: "wrong" };
    const warning = { ...issue, severity: "warning", code: "unused" } as const;
    startLocal.mockRejectedValue(new DocumentError([{ ...issue, severity: "error" }, warning]));
    const stderr = "config/a.json:2:3 badJson wrong\n";
    expect(await run(["start"])).toEqual({ status: 2, stdout: "", stderr });
  });

  it("exits 1 with what to do when the port is taken", async () => {
    const taken = Object.assign(new Error("address in use"), { code: "EADDRINUSE", port: 3000 });
    startLocal.mockRejectedValue(taken);
    const stderr =
      "another program has port 3000 of this machine: stop it, or choose another port with `--port`\n";
    expect(await run(["start"])).toEqual({ status: 1, stdout: "", stderr });
  });

  it("names a file that cannot be opened, and why in words", async () => {
    const refused = Object.assign(new Error("EISDIR: illegal, open '/'"), { code: "EISDIR", path: "/" });
    startLocal.mockRejectedValue(refused);
    const stderr = "`/`: it is a folder, and a file is needed\n";
    expect(await run(["start"])).toEqual({ status: 1, stdout: "", stderr });
  });
});

/** What the console sends for the person at it: only to this gateway, only with the session's token, and no token is told. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPath } from "../../tools/cli/open-configuration.ts";
import { tokenHeader } from "../../tools/console/api.ts";
import { startLocal } from "../../tools/local/start-local.ts";

async function start() {
  const printed: string[] = [];
  const gateway = await startLocal({
    ...{ port: 0, api: "rest", configFolder: "examples/aws", connect: { kind: "embedded" }, environment: {} },
    ...{ load: loadPath, program: "npx connect-authorizer", print: (text) => printed.push(text) },
  });
  const { url } = gateway;
  const page = await (await fetch(`${url}/_console/`)).text();
  const session = /name="console-token" content="(\w+)"/.exec(page)?.[1] ?? "";
  const ask = async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const all = { [tokenHeader]: session, ...headers };
    const answer = await fetch(`${url}/_console/api/${path}`, {
      ...{ method: "POST", headers: all, body: typeof body === "string" ? body : JSON.stringify(body) },
    });
    const text = await answer.text();
    return { status: answer.status, text, json: () => JSON.parse(text) };
  };
  const local = await fetch(`${url}/local/token`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-local-token": "1" },
    body: JSON.stringify({ sub: "alice", groups: ["admins"] }),
  });
  const { token }: { token: string } = JSON.parse(await local.text());
  return { ask, printed, token, close: () => gateway.close() };
}

let started: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  started = await start();
});
afterAll(() => started.close());

const call = {
  method: "POST",
  target: "/operations/ListUsers",
  headers: [["content-type", "application/json"]],
  body: JSON.stringify({ InstanceId: "00fbeee1-123e-111e-93e3-11111bfbfcc1" }),
};
const caller = { sub: "alice", groups: ["admins"] };

describe("a call that the console sends", () => {
  it("is answered by the gateway, for a caller or with a token", async () => {
    const { ask, token, printed } = started;
    const made = await ask("send", { ...call, caller });
    expect(made.json()).toMatchObject({
      ok: true,
      status: 200,
      body: expect.stringContaining("UserSummaryList"),
    });
    const pasted = await ask("send", { ...call, token });
    expect(pasted.json()).toMatchObject({ ok: true, status: 200 });
    const denied = await ask("send", { ...call, caller: { sub: "bob", groups: ["nobody"] } });
    expect(denied.json()).toMatchObject({ ok: true, status: 403 });
    const said = [made, pasted, denied].map(({ text }) => text).join() + printed.join();
    expect(said).not.toMatch(/eyJ[\w-]{10}/);
  });

  it("needs the session's token", async () => {
    const { ask } = started;
    for (const path of ["send", "who"])
      for (const headers of [{ [tokenHeader]: "" }, { [tokenHeader]: "0".repeat(64) }])
        expect((await ask(path, { ...call, caller }, headers)).status).toBe(403);
  });

  it.each([
    ["//attacker.example/", "target"],
    ["http://attacker.example/", "target"],
    ["@attacker.example/", "target"],
    ["\\attacker.example", "target"],
    ["/_console/api/configuration", "target"],
    ["/x/../_console/api/configuration", "target"],
    ["/local/token", "target"],
  ])("goes nowhere else: %s", async (target, problem) => {
    const { ask } = started;
    const answer = (await ask("send", { ...call, caller, target })).json();
    // A path that begins with two slashes is a path of this gateway, which has no such operation.
    if (answer.ok) expect(answer.status).toBeGreaterThanOrEqual(400);
    else expect(answer.problem).toContain(problem);
  });

  it.each([
    [{ ...call, caller: { sub: "" } }, "`sub`"],
    [{ ...call, caller: undefined }, "not an object"],
    [{ ...call, caller, method: "get it" }, "`method`"],
    [{ ...call, caller, headers: [["a"]] }, "`headers`"],
    [{ ...call, caller, body: 1 }, "`body`"],
    [{ ...call, token: "a\r\nb: c" }, "not an object"],
    ["no JSON", "JSON object"],
    [{ ...call, caller, headers: [["bad name", "x"]] }, "did not take"],
  ])("is refused with a reason: %j", async (body, problem) => {
    const { ask } = started;
    expect((await ask("send", body)).json()).toEqual({
      ok: false,
      problem: expect.stringContaining(problem),
    });
  });
});

describe("the sender of a token", () => {
  it("is who the authorizer takes it for", async () => {
    const { ask, token } = started;
    const who = (await ask("who", { token })).json();
    expect(who).toMatchObject({ ok: true, principal: { id: "alice", groups: ["admins"] } });
    expect(JSON.stringify(who)).not.toContain(token.slice(-20));
  });

  it("is nobody, for a token that the authorizer refuses", async () => {
    const { ask, token } = started;
    const forged = `${token.slice(0, -6)}AAAAAA`;
    expect((await ask("who", { token: forged })).json()).toEqual({
      ...{ ok: false, problem: "the token's signature is not valid" },
    });
    for (const bad of ["", "a.b.c", 1]) expect((await ask("who", { token: bad })).json().ok).toBe(false);
  });
});

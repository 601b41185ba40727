/** `simulate --aws` and `simulate --serve`: IAM's policy simulator in a file and on a port. */
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openConfiguration } from "../../../tools/cli/open-configuration.ts";
import { openSimulator } from "../../../tools/cli/simulate/serve-simulator.ts";
import type { LocalServer } from "../../../tools/cli/start/serve.ts";
import {
  type ConfigurationFolder,
  createFolder,
  goodFiles,
} from "../../authoring/configuration/configuration-folder.ts";
import { KeptText, run } from "../command-run.ts";

const load = async (path: string) => (await openConfiguration(path)).bundle;

const allow = { Effect: "Allow", Action: "connect:Describe*", Resource: "*" };
const policy = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
const group = "arn:aws:iam::123456789012:group/agents";
let folder: ConfigurationFolder;

beforeAll(async () => {
  folder = await createFolder({
    ...goodFiles,
    "a request.json": `\ufeff${JSON.stringify({ PolicyInputList: [policy], ActionNames: ["connect:DescribeUser"] })}`,
  });
});
afterAll(() => folder.remove());

describe("simulate --aws", () => {
  const ask = (request: unknown, ...flags: string[]) =>
    run(
      ["simulate", "--aws", "-", ...flags],
      typeof request === "string" ? request : JSON.stringify(request),
    );
  const mixed = { PolicyInputList: [policy], ActionNames: ["connect:DescribeUser", "connect:ListUsers"] };

  it("answers the request of a file, and of standard input", async () => {
    const { status, stdout, stderr } = await run(["simulate", "--aws", join(folder.path, "a request.json")]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      EvaluationResults: [{ EvalDecision: "allowed" }],
      IsTruncated: false,
    });
    const answered = JSON.parse((await ask(mixed)).stdout);
    expect(answered).toMatchObject({
      EvaluationResults: [{ EvalDecision: "allowed" }, { EvalDecision: "implicitDeny" }],
    });
  });

  it("decides a caller of the configuration where the request names one", async () => {
    const request = { PolicySourceArn: group, ActionNames: ["connect:ListUsers"] };
    const { status, stdout } = await ask(request, "--config", folder.path);
    expect({ status, answer: JSON.parse(stdout) }).toMatchObject({
      status: 0,
      answer: {
        EvaluationResults: [{ EvalDecision: "allowed", MatchedStatements: [{ SourcePolicyId: "read" }] }],
      },
    });
  });

  it.each([
    ["allow", 0, ["connect:DescribeUser"]],
    ["deny", 1, ["connect:DescribeUser"]],
    ["deny", 0, ["connect:ListUsers"]],
    ["implicitDeny", 0, ["connect:ListUsers"]],
    ["explicitDeny", 1, ["connect:ListUsers"]],
    ["allow", 1, ["connect:DescribeUser", "connect:ListUsers"]],
  ])(
    "with --expect %s exits with %i for %j, also where a page is short",
    async (expected, status, ActionNames) => {
      const done = await ask({ ...mixed, ActionNames, MaxItems: 1 }, "--expect", expected);
      expect(done).toMatchObject({ status, stderr: "" });
      expect(JSON.parse(done.stdout).EvaluationResults).toHaveLength(1);
    },
  );

  it.each([
    ["{", "`standard input` is not JSON"],
    ["", "`standard input` is empty; it must hold JSON"],
    ["[".repeat(40) + "]".repeat(40), "standard input is nested deeper than 32 levels"],
    ['{"a":1,"a":2}', "standard input has a member of an object twice"],
    ["[]", "standard input must hold a JSON object"],
    [
      '{"PolicyInputList":[]}',
      "An error occurred (ValidationError) when calling the SimulateCustomPolicy operation: 1 validation error detected: Value at 'actionNames'",
    ],
  ])("exits with 2 for %s, and says what is wrong", async (text, message) => {
    expect(await ask(text)).toEqual({ status: 2, stdout: "", stderr: expect.stringContaining(message) });
  });

  it.each([
    [["--aws", "nowhere.json"], "`nowhere.json` can't be read: there is no such file"],
    [[], "say what to decide: `--cases FILE`, `--aws FILE` or `--serve`"],
    [["--aws", "-", "--port", "1"], "exclude each other"],
    [["--serve", "--port", "x"], "the port must be a number from 0 to 65535"],
    [["--aws", "-", "--strict"], "exclude each other"],
    [["--strict"], "`--strict` is for `--cases FILE`"],
    [["--port", "1"], "`--port` is for `--serve`"],
  ])("refuses a command line that says nothing useful: %j", async (flags, message) => {
    expect(await run(["simulate", ...flags])).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining(message),
    });
  });
});

describe("simulate --serve", () => {
  let server: LocalServer;
  const stderr = new KeptText();
  beforeAll(async () => {
    server = await openSimulator({ port: 0, path: folder.path, load: () => load(folder.path) }, { stderr });
  });
  afterAll(() => server.close());

  interface Sent {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Record<string, string | string[]>;
  }

  function send(body: string, { method = "POST", path = "/", headers = {} }: Sent = {}) {
    return new Promise<{ status: number | undefined; type: string | undefined; text: string }>(
      (resolve, reject) => {
        const all = { "content-type": "application/x-www-form-urlencoded; charset=utf-8", ...headers };
        const sent = httpRequest(
          `${server.url}${path}`,
          { method, headers: all, agent: false },
          async (response) => {
            let text = "";
            for await (const chunk of response) text += String(chunk);
            resolve({ status: response.statusCode, type: response.headers["content-type"], text });
          },
        );
        sent.on("error", reject);
        sent.end(body);
      },
    );
  }

  const form = (fields: Record<string, string>) =>
    new URLSearchParams({ Version: "2010-05-08", ...fields }).toString();
  const custom = {
    Action: "SimulateCustomPolicy",
    "PolicyInputList.member.1": policy,
    "ActionNames.member.1": "connect:DescribeUser",
  };

  it("answers in IAM's XML, with the members of the answer in JSON", async () => {
    const { status, type, text } = await send(
      form({
        ...custom,
        "ResourceArns.member.1": "arn:aws:connect:us-east-1:123456789012:instance/<&>",
        "ContextEntries.member.1.ContextKeyName": "aws:username",
        "ContextEntries.member.1.ContextKeyType": "stringList",
        "ContextEntries.member.1.ContextKeyValues.member.2": "b",
        "ContextEntries.member.1.ContextKeyValues.member.1": "a",
        "X-Amz-Date": "x",
      }),
    );
    expect({ status, type }).toEqual({ status: 200, type: "text/xml" });
    const statement =
      "<member><SourcePolicyId>PolicyInputList.1</SourcePolicyId><SourcePolicyType>IAM Policy</SourcePolicyType><StartPosition><Line>1</Line><Column>38</Column></StartPosition><EndPosition><Line>1</Line><Column>100</Column></EndPosition></member>";
    const name = "arn:aws:connect:us-east-1:123456789012:instance/&lt;&amp;&gt;";
    expect(text.replace(/<RequestId>[0-9a-f-]{36}<\/RequestId>/, "<RequestId/>")).toBe(
      `<SimulateCustomPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulateCustomPolicyResult><EvaluationResults><member><EvalActionName>connect:DescribeUser</EvalActionName><EvalResourceName>${name}</EvalResourceName><EvalDecision>allowed</EvalDecision><MatchedStatements>${statement}</MatchedStatements><MissingContextValues></MissingContextValues><EvalDecisionDetails></EvalDecisionDetails><ResourceSpecificResults><member><EvalResourceName>${name}</EvalResourceName><EvalResourceDecision>allowed</EvalResourceDecision><MatchedStatements>${statement}</MatchedStatements></member></ResourceSpecificResults></member></EvaluationResults><IsTruncated>false</IsTruncated></SimulateCustomPolicyResult><ResponseMetadata><RequestId/></ResponseMetadata></SimulateCustomPolicyResponse>\n`,
    );
  });

  it("writes a map as entries", async () => {
    const { text } = await send(
      form({
        ...custom,
        "ResourceArns.member.1": "arn:aws:connect:us-east-1:999999999999:instance/a",
        CallerArn: "arn:aws:iam::123456789012:user/bob",
        ResourcePolicy: JSON.stringify({
          Statement: [{ ...allow, Principal: "*", Resource: "arn:aws:connect:*:*:*" }],
        }),
      }),
    );
    expect(text).toContain(
      "<EvalDecisionDetails><entry><key>IAM Policy</key><value>allowed</value></entry><entry><key>Resource Policy</key><value>allowed</value></entry></EvalDecisionDetails>",
    );
  });

  it("answers all four operations", async () => {
    const PolicySourceArn = group;
    const principal = await send(
      form({
        Action: "SimulatePrincipalPolicy",
        PolicySourceArn,
        "ActionNames.member.1": "connect:ListUsers",
        PolicyInputList: "",
        MaxItems: "1",
      }),
    );
    expect(principal).toMatchObject({
      status: 200,
      text: expect.stringContaining("<EvalDecision>allowed</EvalDecision>"),
    });
    const keys = JSON.stringify({ Statement: { ...allow, Condition: { Null: { "aws:username": "true" } } } });
    for (const own of [
      { Action: "GetContextKeysForCustomPolicy" },
      { Action: "GetContextKeysForPrincipalPolicy", PolicySourceArn },
    ])
      expect(await send(form({ ...own, "PolicyInputList.member.1": keys }))).toMatchObject({
        status: 200,
        text: expect.stringContaining(
          `<${own.Action}Result><ContextKeyNames><member>aws:username</member></ContextKeyNames>`,
        ),
      });
  });

  it.each([
    [{}, 400, "MissingAction", "must contain the parameter Action"],
    [
      { Action: "ListUsers" },
      400,
      "InvalidAction",
      "Could not find operation ListUsers for version 2010-05-08",
    ],
    [{ Action: "constructor" }, 400, "InvalidAction", "Could not find operation constructor"],
    [{ ...custom, Version: "2011-06-15" }, 400, "InvalidAction", "for version 2011-06-15"],
    [
      { ...custom, "PolicyInputList.member.3": "x" },
      400,
      "MalformedQueryString",
      "PolicyInputList.member.2 is missing",
    ],
    [
      { ...custom, "PolicyInputList.member.01": "x" },
      400,
      "MalformedQueryString",
      "PolicyInputList.member.2 is missing",
    ],
    [
      { ...custom, PolicyInputList: "x" },
      400,
      "MalformedQueryString",
      "PolicyInputList is a list: write PolicyInputList.member.1",
    ],
    [{ ...custom, "ResourceArns.1": "x" }, 400, "MalformedQueryString", "ResourceArns is a list"],
    [{ ...custom, "CallerArn.x": "x" }, 400, "MalformedQueryString", "CallerArn is one value"],
    [
      { ...custom, "ContextEntries.member.1": "x" },
      400,
      "MalformedQueryString",
      "ContextEntries.member.1 has members",
    ],
    [{ ...custom, [Array(20).fill("a").join(".")]: "x" }, 400, "MalformedQueryString", "nested too deeply"],
    [{ ...custom, MaxItems: "1e3" }, 400, "ValidationError", "at 'maxItems'"],
    [{ ...custom, Typo: "x" }, 400, "ValidationError", "Unknown parameter in input: 'Typo'"],
    [{ ...custom, __proto__x: "x" }, 400, "ValidationError", "Unknown parameter in input: '__proto__x'"],
    [
      {
        Action: "SimulatePrincipalPolicy",
        PolicySourceArn: "arn:aws:iam::123456789012:group/none",
        "ActionNames.member.1": "a:b",
      },
      404,
      "NoSuchEntity",
      "The group with name none cannot be found.",
    ],
    [
      { ...custom, "PolicyInputList.member.1": "{" },
      400,
      "InvalidInput",
      "Policy input list item 1 has invalid content",
    ],
  ])("answers %j with %i %s", async (fields, status, code, message) => {
    const answer = await send(form(fields as Record<string, string>));
    expect(answer).toMatchObject({ status, type: "text/xml" });
    expect(answer.text).toMatch(
      /^<ErrorResponse xmlns="[^"]+"><Error><Type>Sender<\/Type><Code>\w+<\/Code><Message>[^<]*<\/Message><\/Error><RequestId>[^<]+<\/RequestId><\/ErrorResponse>\n$/,
    );
    expect(answer.text).toContain(`<Code>${code}</Code>`);
    expect(answer.text).toContain(message);
  });

  it("refuses a parameter that is given twice", async () => {
    const { text } = await send(`${form(custom)}&ActionNames.member.1=a%3Ab`);
    expect(text).toContain("The parameter ActionNames.member.1 is given twice.");
  });

  it.each([
    ["another host: a name that was made to point here", 403, { headers: { host: "evil.example" } }],
    ["a page", 403, { headers: { origin: "http://127.0.0.1" } }],
    ["another method", 400, { method: "PUT" }],
    ["another path", 400, { path: "/?Action=SimulateCustomPolicy" }],
    ["another type", 400, { headers: { "content-type": "application/json" } }],
    ["a host that begins like this machine", 403, { headers: { host: "127.0.0.1.evil.example" } }],
  ])("refuses %s", async (_what, status, sent) => {
    expect(await send(form(custom), sent)).toMatchObject({
      status,
      text: expect.stringContaining("<ErrorResponse"),
    });
  });

  it.each(["localhost", "127.0.0.1:80", "[::1]:80", "LOCALHOST:1"])(
    "answers for the host %s",
    async (host) => {
      expect(await send(form(custom), { headers: { host } })).toMatchObject({ status: 200 });
    },
  );

  it("refuses a body that is too large", async () => {
    const answer = await send("a".repeat(9 * 1024 * 1024)).catch(() => ({ status: 413 }));
    expect(answer).toMatchObject({ status: 413 });
    expect(await send(form(custom))).toMatchObject({ status: 200 });
  });

  it("follows the configuration, and keeps the last good one", async () => {
    const ask = async () => {
      const { text } = await send(
        form({
          Action: "SimulatePrincipalPolicy",
          PolicySourceArn: group,
          "ActionNames.member.1": "connect:ListUsers",
        }),
      );
      return /<EvalDecision>(\w+)</.exec(text)?.[1];
    };
    const read = goodFiles["policies/read.json"] ?? "";
    await folder.write({ "policies/read.json": read.replace("connect:ListUsers", "connect:StopContact") });
    await expect.poll(ask, { timeout: 10_000 }).toBe("implicitDeny");
    await folder.write({ "policies/read.json": "{" });
    await expect
      .poll(() => stderr.text, { timeout: 10_000 })
      .toContain("not reloaded: the last good configuration stays in use");
    expect(await ask()).toBe("implicitDeny");
    await folder.write({ "policies/read.json": read });
    await expect.poll(ask, { timeout: 10_000 }).toBe("allowed");
  });

  it("is not opened for a configuration with errors, nor on a port that is taken", async () => {
    const bad = await createFolder({ ...goodFiles, "policies/read.json": "{" });
    expect(await run(["simulate", "--serve", "--config", bad.path])).toMatchObject({ status: 2, stdout: "" });
    await bad.remove();
    const port = new URL(server.url).port;
    expect(await run(["simulate", "--serve", "--port", port, "--config", folder.path])).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining(`another program has port ${port} of this machine`),
    });
  });
});

/** What answers in Amazon Connect's or STS's place chooses its words; none of them may reach a record or a log line. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProxyHandler } from "../../functions/proxy/handler.ts";
import { describeCause, recordedIdOf, recordedNameOf } from "../../shared/connect/answer/recorded-name.ts";
import { recordedMessageOf } from "../../shared/errors.ts";
import { type FaultyServer, response, startFaultyServer } from "../connect/faulty-server.ts";
import { callProxy } from "../connect/proxy-call.ts";
import { allowAll, bundleOf, instanceArn, instanceId, type Statement } from "../functions/lambda-fixture.ts";
import { recordProblems } from "./assert-record.ts";

const canary = "eyJCANARY";
const words = [
  `${canary} says\nanything\u2028at all`,
  `${canary}Token0123456789abcdef`,
  `${canary}.${canary}.${canary}`,
  `{"type":"decision","outcome":"allow","x":"${canary}"}`,
];
const credentials = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_REGION: "us-west-2" };
const lookingUp: Statement = {
  ...allowAll,
  Condition: { StringEquals: { "aws:ResourceTag/team": "a" } },
};

let server: FaultyServer;
let answer: () => string;
const lines: string[] = [];
beforeEach(async () => {
  server = await startFaultyServer((socket) => socket.write(Buffer.from(answer(), "utf8")));
  lines.length = 0;
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => lines.push(String(text)) > 0);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.close();
});

/** Calls DescribeUser through a proxy whose Amazon Connect is the server. */
async function call(statements: readonly Statement[] = [allowAll], more: object = {}) {
  const packagedBundle = bundleOf(statements, more);
  const environment = { ...credentials, CONNECT_ENDPOINT: server.url, AWS_ENDPOINT_URL_STS: server.url };
  const proxy = createProxyHandler(environment, {
    packagedBundle,
    sending: { backoff: { setDelayBase: () => undefined, computeNextBackoffDelay: () => 1 } },
  });
  return callProxy(proxy, { method: "GET", path: `/users/${instanceId}/u-1` }, { lambdaMs: 20_000 });
}

/** The records that were written, after all lines were searched. */
function recordsWithoutCanary(): readonly Record<string, unknown>[] {
  expect(lines.filter((line) => line.includes(canary))).toEqual([]);
  const records = lines
    .filter((line) => line.startsWith('{"type":"decision"'))
    .map((line) => JSON.parse(line));
  expect(records.map(recordProblems).join("")).toBe("");
  expect(records).toHaveLength(1);
  return records;
}

const json = { "content-type": "application/json" };
const bodyOf = (text: string) =>
  JSON.stringify({ __type: text, code: text, name: text, message: text, Message: text, reason: text });

describe("an error of an endpoint that is not amazon connect", () => {
  for (const status of [302, 400, 403, 429, 500]) {
    it.each(words)(`with status ${status} leaves none of its words: %j`, async (text) => {
      answer = () =>
        response(status, bodyOf(text), { ...json, "x-amzn-requestid": text.split("\n")[0] ?? "" });
      const { status: answered } = await call();
      expect(answered).toBeGreaterThanOrEqual(400);
      const [record] = recordsWithoutCanary();
      expect(record).not.toHaveProperty("upstreamRequestId");
      expect(record?.["reason"]).toMatch(
        /^(unmodelled|ServiceException|ThrottlingException|ServiceUnavailableException)$/,
      );
    });
  }

  it.each(words.slice(1, 3))("that names itself in a header leaves none of its words: %j", async (text) => {
    answer = () => response(400, "{}", { ...json, "x-amzn-errortype": text });
    await call();
    expect(recordsWithoutCanary()).toMatchObject([{ outcome: "allow", status: 400, reason: "unmodelled" }]);
  });

  it("that is no JSON leaves none of its words", async () => {
    answer = () => response(200, `{"${canary}`, json);
    expect(await call()).toMatchObject({ status: 502 });
    recordsWithoutCanary();
  });

  it("keeps a name and an id that Amazon Connect gives", async () => {
    const id = "0e8e0f5b-6c1d-4a55-9f0e-3b8f4a3a1c77";
    answer = () =>
      response(404, '{"Message":"no"}', {
        ...json,
        "x-amzn-errortype": "ResourceNotFoundException",
        "x-amzn-requestid": id,
      });
    await call();
    expect(recordsWithoutCanary()).toMatchObject([
      { reason: "ResourceNotFoundException", upstreamRequestId: id },
    ]);
  });

  it.each(words)("to a look-up leaves none of its words: %j", async (text) => {
    answer = () => response(400, bodyOf(text), json);
    expect(await call([lookingUp])).toMatchObject({ status: 403 });
    expect(recordsWithoutCanary()).toMatchObject([
      { outcome: "deny", reason: expect.stringMatching(/failed with `(unmodelled|ServiceException)`$/) },
    ]);
  });

  it.each(words)("in the place of STS leaves none of its words: %j", async (text) => {
    const escaped = text.replaceAll("<", "&lt;");
    answer = () =>
      response(
        403,
        `<ErrorResponse><Error><Code>${escaped}</Code><Message>${escaped}</Message></Error></ErrorResponse>`,
        { "content-type": "text/xml" },
      );
    const roleArn = "arn:aws:iam::123456789012:role/connect";
    const instance = {
      arn: instanceArn,
      partition: "aws",
      region: "us-west-2",
      accountId: "123456789012",
      id: instanceId,
      roleArn,
    };
    expect(await call([allowAll], { instances: [instance] })).toMatchObject({ status: 502 });
    expect(recordsWithoutCanary()).toMatchObject([
      { message: `\`AssumeRole\` of \`${roleArn}\` failed with \`unmodelled\`` },
    ]);
  });
});

describe("what a record may hold of an upstream error", () => {
  it.each([
    ["ResourceNotFoundException", "ResourceNotFoundException"],
    ["AccessDeniedException", "AccessDeniedException"],
    ["ExpiredTokenException", "ExpiredTokenException"],
    ["resourcenotfoundexception", "unmodelled"],
    ["constructor", "unmodelled"],
    ["", "unmodelled"],
  ])("the name %j is %s", (name, expected) => {
    expect(recordedNameOf(name)).toBe(expected);
  });

  it.each([
    ["0e8e0f5b-6c1d-4a55-9f0e-3b8f4a3a1c77", true],
    ["0E8E0F5B-6C1D-4A55-9F0E-3B8F4A3A1C77", true],
    ["0e8e0f5b-6c1d-4a55-9f0e-3b8f4a3a1c77\n", false],
    ["token", false],
    ["", false],
  ])("the id %j is kept: %j", (id, isKept) => {
    expect(recordedIdOf(id)).toBe(isKept ? id : undefined);
  });

  const made = (members: object) => Object.assign(new Error(canary), members);
  it.each<[object, string]>([
    [made({ code: "ECONNREFUSED" }), "Error ECONNREFUSED"],
    [made({ code: `${canary}\n` }), "Error"],
    [made({ name: `${canary} text` }), "Error"],
    [made({ name: canary, code: "EPIPE", $fault: "client" }), "unmodelled"],
    [made({ name: "ThrottlingException", $fault: "client" }), "ThrottlingException"],
    [{ message: canary }, "unknown"],
  ])("a cause is told without its words: %o", (cause, expected) => {
    expect(describeCause(cause)).toBe(expected);
  });

  it("an error that is not ours is told by a name that is one", () => {
    expect(recordedMessageOf(made({ name: `${canary}\ntext` }))).not.toContain(canary);
  });
});

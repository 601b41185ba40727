/** An instance that has as many calls under way as it may: who still gets an answer, and what the others' records say. */
import { DescribeUserCommand } from "@aws-sdk/client-connect";
import { expect, it } from "vitest";
import { allowAll, bundleOf, given, instanceArn, instanceId, type Statement } from "./lambda-fixture.ts";
import { mockConnect } from "./mocked-connect.ts";

const connect = mockConnect();

const user = (id: string) => `/users/${instanceId}/${id}`;
const denied: Statement = { Effect: "Deny", Action: "connect:DeleteUser", Resource: "*" };

/** The functions of an instance with two places, and Connect, which answers when it is told to. */
function busyInstance() {
  const [instance] = bundleOf([]).config.instances;
  if (instance?.arn !== instanceArn) throw new Error("the fixture has another instance");
  const held: (() => void)[] = [];
  connect.on(DescribeUserCommand).callsFake(async () => {
    await new Promise<void>((resolve) => held.push(resolve));
    return { $metadata: {} };
  });
  const functions = given([allowAll, denied], {
    config: { instances: [{ ...instance, maxConcurrentCalls: 2 }] },
    sending: { maxWaitMs: 20 },
  });
  const call = (sub: string, method = "GET") => functions.call(method, user("u-1"), { claims: { sub } });
  return { functions, held, call };
}

it("a caller who makes all the calls leaves a place to the next caller, and is told to wait", async () => {
  const { functions, held, call } = busyInstance();
  const flood = Array.from({ length: 5 }, () => call("noisy"));
  await expect.poll(() => held.length).toBe(1);
  const quiet = call("quiet");
  await expect.poll(() => held.length).toBe(2);
  await expect.poll(() => functions.records.filter(({ status }) => status === 429).length).toBe(4);
  for (const answer of held) answer();
  expect(await quiet).toMatchObject({ status: 200 });
  const answers = await Promise.all(flood);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429, 429, 429]);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused).toMatchObject({
    headers: { "retry-after": "1", "x-amzn-errortype": "ThrottlingException" },
    body: { message: "too many calls to this instance are under way; try again" },
  });
  // By this message the record differs from one about Connect's own throttling.
  const record = functions.records.find(({ status }) => status === 429);
  expect(record).toMatchObject({
    ...{ outcome: "allow", principal: { id: "noisy" }, reason: "ThrottlingException" },
    message: "too many calls to this instance are under way; try again",
  });
  expect(record).not.toHaveProperty("upstreamRequestId");
});

it("a denied call takes no place, and waits for none", async () => {
  const { held, call } = busyInstance();
  const running = [call("a"), call("b")];
  await expect.poll(() => held.length).toBe(2);
  const answers = await Promise.all(Array.from({ length: 20 }, () => call("c", "DELETE")));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
  for (const answer of held) answer();
  expect(await Promise.all(running)).toMatchObject([{ status: 200 }, { status: 200 }]);
});

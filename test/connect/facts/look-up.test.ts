/**
 * Look-ups of what only Connect knows: counted, shared, kept for a while, and within a time budget.
 */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { Deadline } from "../../../shared/connect/deadline.ts";
import { createLookUp, type LookUpOptions } from "../../../shared/connect/facts/look-up.ts";
import {
  createSender,
  type OutgoingCall,
  type Sender,
  type SendResult,
} from "../../../shared/connect/send.ts";
import { readSettings } from "../../../shared/settings.ts";
import { instanceArn, instanceId } from "../../functions/lambda-fixture.ts";

const instance = {
  arn: instanceArn,
  partition: "aws",
  region: "us-west-2",
  accountId: "123456789012",
  id: instanceId,
};
const arn = (id: string) => `${instanceArn}/agent/${id}`;

/** A look-up for calls that have all the time in the world. */
function unhurried(send: Sender, options: LookUpOptions) {
  const lookUp = createLookUp(send, options);
  return (resource: string) => {
    const deadline = new Deadline(60_000);
    return lookUp(resource, { instance, deadline }).finally(() => deadline.close());
  };
}

const failed = (name: string): SendResult => ({
  kind: "failure",
  failure: { kind: "refused", status: 429, name, message: "no", members: {}, upstreamRequestId: undefined },
});

/** A look-up over a Connect that answers what `answer` says, or a user's tags. */
function counted(options: LookUpOptions = {}, answer?: (call: OutgoingCall) => Promise<SendResult>) {
  const sent: { readonly call: OutgoingCall; readonly timeoutMs: number }[] = [];
  const output = { tags: { Team: "blue" } };
  const lookUp = unhurried(async (call, { timeoutMs }) => {
    sent.push({ call, timeoutMs });
    return answer ? answer(call) : { kind: "output", output, upstreamRequestId: undefined };
  }, options);
  return { lookUp, sent };
}

describe("a look-up", () => {
  it("asks Connect once, in the region of the resource, within two seconds", async () => {
    const { lookUp, sent } = counted();
    expect(await lookUp(arn("u-1"))).toEqual(new Map([["aws:resourcetag/team", "blue"]]));
    expect(sent).toMatchObject([
      { call: { operation: "ListTagsForResource", input: { resourceArn: arn("u-1") }, instance } },
    ]);
    expect(sent[0]?.timeoutMs).toBe(2_000);
  });

  it("asks of what two Regions share in its own Region, and of nothing else in another", async () => {
    const { lookUp, sent } = counted();
    const number = "arn:aws:connect:eu-west-2:123456789012:phone-number/n-1";
    await lookUp(number);
    expect(sent).toMatchObject([
      {
        call: {
          operation: "ListTagsForResource",
          input: { resourceArn: number },
          instance: { ...instance, region: "eu-west-2" },
        },
      },
    ]);
    const user = arn("u-1").replace(instance.region, "eu-west-2");
    await expect(lookUp(user)).rejects.toThrow(`\`${user}\` cannot be looked up`);
    expect(sent).toHaveLength(1);
  });

  it("is one request for all who ask at the same time, and one for each resource", async () => {
    const { lookUp, sent } = counted();
    const found = await Promise.all(["u-1", "u-2", "u-1", "u-1", "u-2"].map((id) => lookUp(arn(id))));
    expect(new Set(found).size).toBe(2);
    expect(sent).toHaveLength(2);
  });

  it("is not shared with another caller while it waits for a place or an answer, and is shared once it has one", async () => {
    const answers: ((result: SendResult) => void)[] = [];
    const sent: (string | undefined)[] = [];
    const lookUp = createLookUp((call) => {
      sent.push(call.caller);
      return new Promise((resolve) => answers.push(resolve));
    });
    const deadline = new Deadline(60_000);
    const by = (caller: string) => lookUp(arn("u-1"), { instance, deadline, caller });
    const ok = (team: string): SendResult => ({
      kind: "output",
      output: { tags: { Team: team } },
      upstreamRequestId: undefined,
    });
    const [noisy, again, quiet] = [by("noisy"), by("noisy"), by("quiet")];
    expect(sent).toEqual(["noisy", "quiet"]);
    answers[1]?.(ok("blue"));
    expect(await quiet).toEqual(new Map([["aws:resourcetag/team", "blue"]]));
    expect(await by("third")).toBe(await quiet);
    answers[0]?.(failed("ThrottlingException"));
    await expect(noisy).rejects.toMatchObject({ code: "upstreamUnavailable" });
    await expect(again).rejects.toMatchObject({ code: "upstreamUnavailable" });
    expect(await by("noisy")).toBe(await quiet);
    expect(sent).toHaveLength(2);
    deadline.close();
  });

  it("is kept as it was asked for last, whichever answer comes last", async () => {
    let nowMs = 0;
    const answers: (() => void)[] = [];
    const lookUp = createLookUp(
      ({ caller }) =>
        new Promise((resolve) => {
          const output = { tags: { Team: caller } };
          answers.push(() => resolve({ kind: "output", output, upstreamRequestId: undefined }));
        }),
      { now: () => nowMs },
    );
    const deadline = new Deadline(60_000);
    const by = (caller: string) => lookUp(arn("u-1"), { instance, deadline, caller });
    const first = by("first");
    nowMs = 1;
    const second = by("second");
    for (const answer of answers.toReversed()) answer();
    await Promise.all([first, second]);
    expect(await by("third")).toBe(await second);
    deadline.close();
  });

  it("is used again for five seconds, counted from the question", async () => {
    let nowMs = 1_000_000;
    const { lookUp, sent } = counted({ now: () => nowMs });
    await lookUp(arn("u-1"));
    nowMs += 4_999;
    await lookUp(arn("u-1"));
    expect(sent).toHaveLength(1);
    nowMs += 1;
    await lookUp(arn("u-1"));
    expect(sent).toHaveLength(2);
  });

  it("keeps so many answers and no more, the oldest going first", async () => {
    const { lookUp, sent } = counted({ maxEntries: 2 });
    for (const id of ["u-1", "u-2", "u-3", "u-3", "u-2"]) await lookUp(arn(id));
    expect(sent).toHaveLength(3);
    await lookUp(arn("u-1"));
    expect(sent).toHaveLength(4);
  });

  it("fails for all who share it, names operation, resource and reason, and is asked anew the next time", async () => {
    let isDown = true;
    const ok: SendResult = { kind: "output", output: { tags: {} }, upstreamRequestId: undefined };
    const { lookUp, sent } = counted({}, async () => (isDown ? failed("ThrottlingException") : ok));
    const results = await Promise.allSettled([lookUp(arn("u-1")), lookUp(arn("u-1"))]);
    for (const result of results) {
      expect(result).toMatchObject({
        status: "rejected",
        reason: {
          code: "upstreamUnavailable",
          message: `\`ListTagsForResource\` of \`${arn("u-1")}\` failed with \`ThrottlingException\``,
        },
      });
    }
    expect(sent).toHaveLength(1);
    isDown = false;
    expect(await lookUp(arn("u-1"))).toEqual(new Map());
    expect(sent).toHaveLength(2);
  });

  it.each(["contact/c-1", "contact-flow/f-1", ""])(
    "fails when Connect describes nothing of %j",
    async (rest) => {
      const nothing = { kind: "output", output: {}, upstreamRequestId: undefined } as const;
      const { lookUp } = counted({}, async () => nothing);
      const resource = rest === "" ? instanceArn : `${instanceArn}/${rest}`;
      await expect(lookUp(resource)).rejects.toMatchObject({ code: "upstreamUnavailable" });
    },
  );

  it("cannot be made of what is no resource's ARN", async () => {
    const { lookUp, sent } = counted();
    await expect(lookUp("*")).rejects.toMatchObject({ code: "upstreamUnavailable" });
    expect(sent).toHaveLength(0);
  });

  it("gives up on a Connect that does not answer within its budget", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const lookUp = unhurried(createSender(readSettings({ CONNECT_ENDPOINT: url })), { timeoutMs: 50 });
    await expect(lookUp(arn("u-1"))).rejects.toMatchObject({
      code: "upstreamUnavailable",
      message: expect.stringContaining("`GatewayTimeoutException`"),
    });
    silent.closeAllConnections();
    await new Promise((done) => silent.close(done));
  });

  it("is not begun for a call that has been answered", async () => {
    const sent: OutgoingCall[] = [];
    const lookUp = createLookUp(async (call) => {
      sent.push(call);
      return { kind: "output", output: { tags: {} }, upstreamRequestId: undefined };
    });
    const deadline = new Deadline(60_000);
    await lookUp(arn("u-1"), { instance, deadline, caller: "a" });
    deadline.close();
    await expect(lookUp(arn("u-2"), { instance, deadline })).rejects.toMatchObject({
      code: "upstreamUnavailable",
    });
    expect(sent).toMatchObject([{ input: { resourceArn: arn("u-1") }, caller: "a" }]);
  });
});

/** Look-ups that several calls wait for: who may share one, and when it ends. */
import { describe, expect, it } from "vitest";
import { Deadline } from "../../../shared/connect/deadline.ts";
import { createLookUp } from "../../../shared/connect/facts/look-up.ts";
import type { Sender, SendOptions } from "../../../shared/connect/send.ts";
import type { ConnectInstance } from "../../../shared/request/types.ts";

const instance: ConnectInstance = {
  arn: "arn:aws:connect:us-east-1:123456789012:instance/i-1",
  partition: "aws",
  region: "us-east-1",
  accountId: "123456789012",
  id: "i-1",
};
const agent = `${instance.arn}/agent/a-1`;

/** A look-up whose answers the test gives. */
function fixture() {
  const sent: { readonly instance: ConnectInstance; readonly signal: SendOptions["signal"] }[] = [];
  let answer: () => void = () => undefined;
  const send: Sender = async (call, { signal }) => {
    sent.push({ instance: call.instance, signal });
    await new Promise<void>((resolve) => {
      answer = resolve;
      signal?.addEventListener("abort", () => resolve());
    });
    return { kind: "output", output: { tags: { Team: "blue" } }, upstreamRequestId: undefined };
  };
  return { lookUp: createLookUp(send), sent, answer: () => answer() };
}

describe("a look-up", () => {
  it("is one request for all who wait, and goes on while one of them does", async () => {
    const { lookUp, sent, answer } = fixture();
    const [leaves, stays] = [new Deadline(60_000), new Deadline(60_000)];
    const gone = lookUp(agent, { instance, deadline: leaves });
    const waiting = lookUp(agent, { instance, deadline: stays });
    leaves.close();
    await expect(gone).rejects.toMatchObject({ code: "upstreamUnavailable" });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.signal?.aborted).toBe(false);
    answer();
    expect(await waiting).toEqual(new Map([["aws:resourcetag/team", "blue"]]));
    stays.close();
  });

  it("is aborted when nobody waits any more, and made again for the next caller", async () => {
    const { lookUp, sent, answer } = fixture();
    const deadlines = [new Deadline(60_000), new Deadline(60_000)];
    const waiting = deadlines.map((deadline) => lookUp(agent, { instance, deadline }));
    for (const deadline of deadlines) deadline.close();
    for (const each of waiting) await expect(each).rejects.toMatchObject({ code: "upstreamUnavailable" });
    expect(sent[0]?.signal?.aborted).toBe(true);
    const deadline = new Deadline(60_000);
    const again = lookUp(agent, { instance, deadline });
    expect(sent).toHaveLength(2);
    answer();
    await again;
    deadline.close();
  });

  it("keeps its answer for calls of the same role alone", async () => {
    const { lookUp, sent, answer } = fixture();
    const deadline = new Deadline(60_000);
    for (const roleArn of [undefined, "r1", "r2", "r1"]) {
      const asked = lookUp(agent, { instance: { ...instance, ...(roleArn ? { roleArn } : {}) }, deadline });
      answer();
      await asked;
    }
    expect(sent.map((call) => call.instance.roleArn)).toEqual([undefined, "r1", "r2"]);
    deadline.close();
  });

  it.each([
    ["a resource of another region", agent.replace("us-east-1", "us-west-2")],
    ["what is no resource of Connect's", "arn:aws:s3:::bucket"],
  ])("is not made for %s", async (_, resource) => {
    const { lookUp, sent } = fixture();
    const deadline = new Deadline(60_000);
    await expect(lookUp(resource, { instance, deadline })).rejects.toMatchObject({
      code: "upstreamUnavailable",
    });
    expect(sent).toEqual([]);
    deadline.close();
  });
});

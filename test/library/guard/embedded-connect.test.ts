/** Guarded clients of the embedded Amazon Connect: every operation that it has, for callers who may and may not. */
import * as connect from "@aws-sdk/client-connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CommandClass } from "../../../shared/catalog/commands.ts";
import { implementedOperations } from "../../../tools/local/connect/operations.ts";
import { seedIds } from "../../../tools/local/connect/seed.ts";
import { type LocalConnect, startLocalConnect } from "../../../tools/local/connect/server.ts";
import { allowAll, instanceArn, instanceId } from "../../functions/lambda-fixture.ts";
import { clientOf, instances } from "../../local/connect/connect-fixture.ts";
import { inputOf } from "../../wire/synthetic-value.ts";
import { authorizerOf, guardedBy } from "../library-fixture.ts";

let local: LocalConnect;
let client: connect.ConnectClient;
beforeAll(async () => {
  local = await startLocalConnect({ instances });
  client = clientOf(local, "us-west-2");
});
afterAll(async () => {
  client.destroy();
  await local.close();
});

describe.each(implementedOperations())("%s", (name) => {
  const Command: CommandClass = Reflect.get(connect, `${name}Command`);
  const input = inputOf(name, { extent: "full" });

  it("is answered by Amazon Connect if it is allowed", async () => {
    const { authorizer, records } = await authorizerOf([allowAll]);
    const before = local.received.length;
    const guarded = await guardedBy(authorizer, client);
    const status = await guarded.send(new Command(input)).then(
      ({ $metadata }) => $metadata.httpStatusCode,
      ({ name: refusal, $metadata }) => {
        expect(refusal).not.toBe("AccessDeniedException");
        return $metadata.httpStatusCode;
      },
    );
    expect(local.received.slice(before).map(({ operation }) => operation)).toEqual([name]);
    expect(records).toMatchObject([{ operation: name, outcome: "allow", status }]);
  });

  it("does not reach Amazon Connect if it is denied", async () => {
    const { authorizer } = await authorizerOf([{ ...allowAll, Action: "connect:NoSuchAction" }]);
    const before = local.received.length;
    const sent = (await guardedBy(authorizer, client)).send(new Command(input));
    await expect(sent).rejects.toThrow(connect.AccessDeniedException);
    expect(local.received.length).toBe(before);
  });
});

describe("a guarded client of the embedded Amazon Connect", () => {
  it("decides by the tags that the resources have there", async () => {
    const Condition = { StringEquals: { "aws:ResourceTag/team": "a" } };
    const { authorizer } = await authorizerOf([{ ...allowAll, Condition }]);
    const guarded = await guardedBy(authorizer, client);
    const described = await guarded.send(
      new connect.DescribeQueueCommand({ InstanceId: instanceId, QueueId: seedIds.queue }),
    );
    expect(described.Queue?.Name).toBe("BasicQueue");
    const untagged = { InstanceId: instanceId, UserId: seedIds.user };
    await client.send(
      new connect.UntagResourceCommand({
        resourceArn: `${instanceArn}/agent/${seedIds.user}`,
        tagKeys: ["team"],
      }),
    );
    await expect(guarded.send(new connect.DescribeUserCommand(untagged))).rejects.toThrow(
      connect.AccessDeniedException,
    );
  });
});

/** A guarded client is used as any client: by promises and callbacks, page by page, by many callers at a time. */
import {
  AccessDeniedException,
  Connect,
  DeleteUserCommand,
  DescribeInstanceCommand,
  DescribeUserCommand,
  ListInstancesCommand,
  ListTagsForResourceCommand,
  ListUsersCommand,
  paginateListUsers,
  ResourceNotFoundException,
} from "@aws-sdk/client-connect";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { AuthorizerError, guardConnectClient, type Principal } from "../../../tools/library/index.ts";
import {
  allowAll,
  instanceArn,
  instanceId,
  type Statement,
  tokenOf,
} from "../../functions/lambda-fixture.ts";
import { authorizerOf, CountingTransport, clientOn, guardedBy } from "../library-fixture.ts";

const user = (UserId: string) => ({ InstanceId: instanceId, UserId });
const $metadata = { httpStatusCode: 200, requestId: "00000000-0000-4000-8000-000000000001" };
const noDelete: Statement = { Effect: "Deny", Action: "connect:DeleteUser", Resource: "*" };

/** A client whose `send` is a mock. */
function mocked() {
  const client = clientOn(new CountingTransport());
  const mock = mockClient(client);
  return { client, mock };
}

describe("a guarded client", () => {
  it("answers by a callback, with or without options", async () => {
    const { client, mock } = mocked();
    mock.on(DescribeUserCommand).resolves({ $metadata, User: { Id: "u-1" } });
    const { authorizer } = await authorizerOf([allowAll, noDelete]);
    const guarded = await guardedBy(authorizer, client);
    const described = await new Promise((done) => {
      guarded.send(new DescribeUserCommand(user("u-1")), (error, output) => done([error, output?.User?.Id]));
    });
    expect(described).toEqual([null, "u-1"]);
    const refused = await new Promise((done) => {
      guarded.send(new DeleteUserCommand(user("u-1")), {}, (error) => done(error));
    });
    expect(refused).toBeInstanceOf(AccessDeniedException);
  });

  it("decides each page", async () => {
    const { client, mock } = mocked();
    mock.on(ListUsersCommand).resolvesOnce({ $metadata, NextToken: "t" }).resolves({ $metadata });
    const { authorizer, records } = await authorizerOf([allowAll]);
    const guarded = await guardedBy(authorizer, client);
    let pages = 0;
    for await (const _ of paginateListUsers({ client: guarded, pageSize: 5 }, { InstanceId: instanceId }))
      pages++;
    expect(pages).toBe(2);
    expect(records.map(({ operation }) => operation)).toEqual(["ListUsers", "ListUsers"]);
    expect(mock.commandCalls(ListUsersCommand)[1]?.args[0].input).toMatchObject({
      NextToken: "t",
      MaxResults: 5,
    });
  });

  it("has the methods of the class that has one for each operation", async () => {
    const transport = new CountingTransport();
    const { config } = clientOn(transport);
    const { region, credentials } = config;
    const own = new Connect({ region, credentials, requestHandler: transport as never, maxAttempts: 1 });
    own.config.streamCollector = config.streamCollector;
    const { authorizer } = await authorizerOf([allowAll, noDelete]);
    const guarded = await guardedBy(authorizer, own);
    await guarded.describeUser(user("u-1"));
    await expect(guarded.deleteUser(user("u-1"))).rejects.toThrow(AccessDeniedException);
    expect(transport.requests.map(({ method }) => method)).toEqual(["GET"]);
  });

  it("says what the functions say, with the number of the record", async () => {
    const { client } = mocked();
    const { authorizer, records } = await authorizerOf([allowAll, noDelete]);
    const refused: AccessDeniedException = await (await guardedBy(authorizer, client))
      .send(new DeleteUserCommand(user("u-1")))
      .catch((error) => error);
    const message = `User: alice is not authorized to perform: connect:DeleteUser on resource: ${instanceArn}/agent/u-1 with an explicit deny in an identity-based policy`;
    expect(refused).toMatchObject({ message, Message: message, $fault: "client" });
    expect(refused.$metadata).toEqual({ httpStatusCode: 403, requestId: records[0]?.requestId });
    expect(records).toMatchObject([{ outcome: "deny", message, stage: "library", status: 403 }]);
  });

  it("sends canonical identifiers", async () => {
    const { client, mock } = mocked();
    mock.onAnyCommand().resolves({ $metadata });
    const { authorizer } = await authorizerOf([allowAll]);
    const input = { InstanceId: instanceArn, UserId: `${instanceArn}/agent/u-1` };
    await (await guardedBy(authorizer, client)).send(new DescribeUserCommand(input));
    expect(mock.call(0).args[0].input).toEqual(user("u-1"));
  });

  it("passes on what Amazon Connect answers, and records it", async () => {
    const { client, mock } = mocked();
    const missing = new ResourceNotFoundException({
      message: "no such user of secret",
      $metadata: { ...$metadata, httpStatusCode: 404 },
    });
    mock.on(DescribeUserCommand).resolvesOnce({ $metadata }).rejects(missing);
    const { authorizer, records } = await authorizerOf([allowAll]);
    const guarded = await guardedBy(authorizer, client);
    await guarded.send(new DescribeUserCommand(user("u-1")));
    await expect(guarded.send(new DescribeUserCommand(user("u-1")))).rejects.toBe(missing);
    const upstreamRequestId = $metadata.requestId;
    expect(records).toMatchObject([
      { outcome: "allow", status: 200, upstreamRequestId },
      { outcome: "allow", status: 404, reason: "ResourceNotFoundException", upstreamRequestId },
    ]);
    expect(JSON.stringify(records)).not.toContain("secret");
  });

  it("is destroyed without its client's connections", async () => {
    const transport = new CountingTransport();
    let destroyed = 0;
    transport.destroy = () => void destroyed++;
    const client = clientOn(transport);
    const { authorizer } = await authorizerOf([allowAll]);
    (await guardedBy(authorizer, client)).destroy();
    expect(destroyed).toBe(0);
    client.destroy();
    expect(destroyed).toBe(1);
  });

  it("ends with its signal", async () => {
    const { client, mock } = mocked();
    mock.on(ListTagsForResourceCommand).callsFake(() => new Promise(() => {}));
    const Condition = { StringEquals: { "aws:ResourceTag/Team": "blue" } };
    const { authorizer } = await authorizerOf([{ ...allowAll, Condition }]);
    const controller = new AbortController();
    const guarded = await guardedBy(authorizer, client);
    const sent = guarded.send(new DescribeUserCommand(user("u-1")), { abortSignal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await expect(sent).rejects.toMatchObject({ name: "AbortError" });
    expect(mock.commandCalls(DescribeUserCommand)).toHaveLength(0);
  });
});

describe("guarding", () => {
  it("refuses a principal that this authorizer did not make, at once", async () => {
    const { client } = mocked();
    const { authorizer } = await authorizerOf([allowAll]);
    const { authorizer: other } = await authorizerOf([allowAll]);
    const principal = await other.identify(tokenOf());
    for (const each of [principal, { ...principal }, undefined]) {
      expect(() => guardConnectClient(client, authorizer, each as Principal)).toThrow(
        expect.objectContaining({ name: "AuthorizerError", code: "unauthorized" }),
      );
    }
    expect(() => guardConnectClient(client, { ...authorizer }, principal)).toThrow(AuthorizerError);
  });

  it("refuses a client whose SDK keeps the serializer in each command", async () => {
    const { client } = mocked();
    client.middlewareStack.remove("serializerMiddleware");
    const { authorizer } = await authorizerOf([allowAll]);
    await expect(guardedBy(authorizer, client)).rejects.toMatchObject({ code: "unsupportedClient" });
  });
});

describe("a client's Region", () => {
  const east = instanceArn.replace("us-west-2", "us-east-1");
  const instances = [instanceArn, east].map((arn) => ({
    arn,
    partition: "aws",
    region: arn.split(":")[3] ?? "",
    accountId: "123456789012",
    id: instanceId,
  }));

  it("is that of the instances it is for", async () => {
    const { authorizer, records } = await authorizerOf([allowAll], { config: { instances } });
    for (const region of ["us-west-2", "us-east-1"]) {
      const transport = new CountingTransport();
      const guarded = await guardedBy(authorizer, clientOn(transport, { region }));
      // A replica has the same id; a call that names no instance is for the client's Region.
      await guarded.send(new DescribeUserCommand(user("u-1")));
      await guarded.send(new ListInstancesCommand({}));
      expect(records.slice(-2)).toMatchObject([{ region }, { region }]);
      const [other = ""] = [instanceArn, east].filter((arn) => !arn.includes(region));
      const foreign = guarded.send(new DescribeInstanceCommand({ InstanceId: other }));
      await expect(foreign).rejects.toMatchObject({
        name: "AccessDeniedException",
        message: expect.stringMatching(/^the call is for an instance in the Region .*: use a client for /),
      });
      expect(transport.requests).toHaveLength(2);
    }
  });

  it("without an instance refuses every call", async () => {
    const { authorizer } = await authorizerOf([allowAll]);
    const transport = new CountingTransport();
    const guarded = await guardedBy(authorizer, clientOn(transport, { region: "eu-west-1" }));
    for (const command of [new DescribeUserCommand(user("u-1")), new ListInstancesCommand({})])
      await expect(guarded.send(command as DescribeUserCommand)).rejects.toThrow(AccessDeniedException);
    expect(transport.requests).toEqual([]);
  });
});

describe("what policies need to know of resources", () => {
  const Condition = { StringEquals: { "aws:ResourceTag/Team": "blue" } };

  it("is looked up by the client itself, once for calls at the same time and after it", async () => {
    const { client, mock } = mocked();
    mock.on(ListTagsForResourceCommand).resolves({ $metadata, tags: { Team: "blue" } });
    mock.on(DescribeUserCommand).resolves({ $metadata });
    const { authorizer } = await authorizerOf([{ ...allowAll, Condition }]);
    const guarded = await guardedBy(authorizer, client);
    await Promise.all(["u-1", "u-2", "u-1"].map((id) => guarded.send(new DescribeUserCommand(user(id)))));
    // Another caller's guarded client shares it.
    await (await guardedBy(authorizer, client)).send(new DescribeUserCommand(user("u-1")));
    const asked = mock.commandCalls(ListTagsForResourceCommand).map(({ args }) => args[0].input.resourceArn);
    expect(asked).toEqual([`${instanceArn}/agent/u-1`, `${instanceArn}/agent/u-2`]);
  });

  it.each([
    ["has another value", { tags: { Team: "red" } }, /because no identity-based policy allows/],
    ["cannot be looked up", new Error("secret"), /could not be looked up: aws:ResourceTag\/Team$/],
  ])("denies if it %s", async (_, answer, message) => {
    const { client, mock } = mocked();
    const asked = mock.on(ListTagsForResourceCommand);
    if (answer instanceof Error) asked.rejects(answer);
    else asked.resolves({ $metadata, ...answer });
    const { authorizer, records } = await authorizerOf([{ ...allowAll, Condition }]);
    const sent = (await guardedBy(authorizer, client)).send(new DescribeUserCommand(user("u-1")));
    await expect(sent).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringMatching(message),
    });
    expect(mock.commandCalls(DescribeUserCommand)).toHaveLength(0);
    expect(JSON.stringify(records)).not.toContain("secret");
  });
});

describe("many callers", () => {
  it("never get each other's decisions", async () => {
    const transport = new CountingTransport();
    const client = clientOn(transport);
    const own: Statement = {
      ...allowAll,
      Resource: `${instanceArn}/agent/\${aws:userid}`,
    };
    const { authorizer, records } = await authorizerOf([own]);
    const ids = Array.from({ length: 20 }, (_, index) => `u-${index}`);
    const settled = await Promise.all(
      ids.map(async (id) => {
        const principal = await authorizer.identify(tokenOf({ sub: id }));
        const guarded = guardConnectClient(client, authorizer, principal);
        return Promise.allSettled(
          ids.map((other) => guarded.send(new DescribeUserCommand(user(other))).then(() => `${id} ${other}`)),
        );
      }),
    );
    const sent = settled.flat().flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
    expect(sent).toEqual(ids.map((id) => `${id} ${id}`));
    expect(transport.requests.map(({ path }) => path).sort()).toEqual(
      ids.map((id) => `/users/${instanceId}/${id}`).sort(),
    );
    expect(records).toHaveLength(ids.length ** 2);
  });
});

/** Every operation through a guarded client: an allowed one is sent as decided, a denied one is not sent. */
import * as connect from "@aws-sdk/client-connect";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { CommandClass } from "../../../shared/catalog/commands.ts";
import { routeCall } from "../../../shared/request/route/route.ts";
import { allowAll, tokenOf } from "../../functions/lambda-fixture.ts";
import listed from "../../wire/names-nothing.json" with { type: "json" };
import { inputOf, served } from "../../wire/synthetic-value.ts";
import { authorizerOf, CountingTransport, clientOn, guardedBy, type Kept } from "../library-fixture.ts";

let allowing: Kept;
let denying: Kept;
beforeAll(async () => {
  allowing = await authorizerOf([allowAll]);
  denying = await authorizerOf([allowAll, { Effect: "Deny", Action: "connect:*", Resource: "*" }]);
});

const variants = [
  { title: "full", options: { extent: "full" } },
  { title: "full, variant 1", options: { extent: "full", variant: 1 } },
  { title: "required", options: { extent: "required" } },
] as const;

/** Inputs that name none of the resources that policies are asked about: refused as malformed. */
const namesNothing: ReadonlySet<string> = new Set(listed);

function commandOf(name: string): CommandClass {
  return Reflect.get(connect, `${name}Command`);
}

/** Without what differs between two requests. */
function essenceOf(requests: CountingTransport["requests"]) {
  return requests.map(({ method, hostname, path, query, body }) => {
    const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body ?? "");
    return { method, hostname, path, query, body: text === "" ? undefined : JSON.parse(text) };
  });
}

describe.each(served.map(({ name }) => name))("%s", (name) => {
  const Command = commandOf(name);

  it("is sent as decided if it is allowed, and as without a guard", async () => {
    const [direct, guarded] = [new CountingTransport(), new CountingTransport()];
    const client = await guardedBy(allowing.authorizer, clientOn(guarded));
    const told = variants.filter(({ title }) => !namesNothing.has(`${name} ${title}`));
    for (const { options } of told) {
      const input = inputOf(name, options);
      await clientOn(direct).send(new Command(input));
      await client.send(new Command(input));
    }
    expect(guarded.requests).toHaveLength(told.length);
    expect(essenceOf(guarded.requests)).toEqual(essenceOf(direct.requests));
  });

  it("never reaches the transport if it is denied", async () => {
    const transport = new CountingTransport();
    const client = await guardedBy(denying.authorizer, clientOn(transport));
    const input = inputOf(name, { extent: "full" });
    await expect(client.send(new Command(input))).rejects.toThrow(connect.AccessDeniedException);
    expect(transport.requests).toEqual([]);
    expect(denying.records.at(-1)).toMatchObject({ stage: "library", operation: name, outcome: "deny" });
  });

  it("reaches a mock of the client only if it is allowed", async () => {
    const client = clientOn(new CountingTransport());
    const mock = mockClient(client);
    mock.onAnyCommand().resolves({ $metadata: {} });
    const input = inputOf(name, { extent: "full" });
    const refused = (await guardedBy(denying.authorizer, client)).send(new Command(input));
    await expect(refused).rejects.toMatchObject({ name: "AccessDeniedException", $fault: "client" });
    expect(mock.calls()).toHaveLength(0);
    await (await guardedBy(allowing.authorizer, client)).send(new Command(input));
    expect(mock.calls()).toHaveLength(1);
    expect(mock.call(0).args[0]).toBeInstanceOf(Command);
    expect(mock.call(0).args[0].input).toEqual(input);
  });
});

/** Ways to a client's transport, with and without `send`. */
const ways = {
  send: (client: connect.ConnectClient, command: connect.DescribeUserCommand) => client.send(command),
  callback: (client: connect.ConnectClient, command: connect.DescribeUserCommand) =>
    new Promise((done) => client.send(command, done)),
  "send of the class": (client: connect.ConnectClient, command: connect.DescribeUserCommand) =>
    Reflect.apply(connect.ConnectClient.prototype.send, client, [command]),
  "middleware of the command": (client: connect.ConnectClient, command: connect.DescribeUserCommand) =>
    command.resolveMiddleware(client.middlewareStack as never, client.config, {})(command),
};

it("reaches the transport in no way unless it is allowed (property)", async () => {
  const { authorizer } = await authorizerOf([
    { ...allowAll, Action: ["connect:*User*", "connect:List*", "connect:*Queue*", "connect:Start*"] },
    { Effect: "Deny", Action: "connect:*Profile*", Resource: "*" },
  ]);
  const principal = await authorizer.identify(tokenOf());
  const operations = fc.constantFrom(...served.map(({ name }) => name));
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      operations,
      fc.constantFrom(...Object.values(ways)),
      fc.nat(3),
      async (name, way, variant) => {
        const input = inputOf(name, { extent: "full", variant });
        const { outcome } = await authorizer.decide({ principal, operation: name, input });
        outcomes.add(outcome);
        const transport = new CountingTransport();
        const client = await guardedBy(authorizer, clientOn(transport));
        await Promise.resolve(way(client, new (commandOf(name))(input))).catch(() => undefined);
        const sent = transport.requests.map(
          ({ method, path }) => routeCall({ ...blank, method, rawPath: path }, [])?.row.name,
        );
        expect(sent).toEqual(outcome === "allow" ? [name] : []);
      },
    ),
    { numRuns: 300, seed: 15 },
  );
  expect(outcomes).toEqual(new Set(["allow", "deny"]));
});

const blank = { query: [], headers: new Map(), requestId: "" };

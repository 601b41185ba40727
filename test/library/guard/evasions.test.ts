/** What the guard has not decided never reaches the client's transport, however a command is made or changed. */
import { createRequire } from "node:module";
import {
  AccessDeniedException,
  ConnectClient,
  DeleteUserCommand,
  DescribeUserCommand,
  type DescribeUserCommandInput,
  ListUsersCommand,
} from "@aws-sdk/client-connect";
import { STSClient } from "@aws-sdk/client-sts";
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Authorizer } from "../../../tools/library/index.ts";
import { instanceArn, instanceId, type Statement } from "../../functions/lambda-fixture.ts";
import { casesOf } from "../../random-cases.ts";
import { authorizerOf, CountingTransport, clientOn, guardedBy } from "../library-fixture.ts";

/** The caller may only describe one user. */
const describeOne: Statement = {
  Effect: "Allow",
  Action: "connect:DescribeUser",
  Resource: `${instanceArn}/agent/u-1`,
};
const allowed = { InstanceId: instanceId, UserId: "u-1" };
const denied = { InstanceId: instanceId, UserId: "u-2" };
const allowedPath = `/users/${instanceId}/u-1`;

let authorizer: Authorizer;
let transport: CountingTransport;
let client: ConnectClient;
beforeAll(async () => {
  ({ authorizer } = await authorizerOf([describeOne]));
});
beforeEach(() => {
  transport = new CountingTransport();
  client = clientOn(transport);
});

/** What arrived, in a few words. */
function arrived(): readonly string[] {
  return transport.requests.map(({ method, path, query, body }) =>
    [method, path, ...Object.keys(query), ...(body === undefined ? [] : ["with a body"])].join(" "),
  );
}

const describedOnce = [`GET ${allowedPath}`];

/** The SDK's own `send` for a guarded client. */
function sendOf(guarded: ConnectClient, command: object): Promise<unknown> {
  return Reflect.apply(ConnectClient.prototype.send, guarded, [command]);
}

/** A middleware, and the members that it may change. */
type Anything = Record<string, unknown>;
type AnyStack = { add(middleware: unknown, options: object): void; remove(name: string): boolean };

function stackOf(holder: { readonly middlewareStack: unknown }): AnyStack {
  return holder.middlewareStack as AnyStack;
}

function changing(change: (args: { input: Anything; request: Anything }) => void) {
  return (next: (args: unknown) => unknown) => (args: { input: Anything; request: Anything }) => {
    change(args);
    return next(args);
  };
}

describe("a guarded client", () => {
  it("is a client of the same class, and leaves its client as it is", async () => {
    class Own extends ConnectClient {}
    const own = new Own({ region: "us-west-2", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
    const handler = own.config.requestHandler;
    const guarded = await guardedBy(authorizer, own);
    expect(guarded).toBeInstanceOf(Own);
    expect(guarded).not.toBe(own);
    expect(own.config.requestHandler).toBe(handler);
    expect(Object.hasOwn(own, "send")).toBe(false);
    own.destroy();
  });

  it.each<[string, (guarded: ConnectClient) => unknown]>([
    ["send", (guarded) => guarded.send(new DescribeUserCommand(denied))],
    ["the class's own send", (guarded) => sendOf(guarded, new DescribeUserCommand(denied))],
    [
      "a send of another service",
      (guarded) => Reflect.apply(STSClient.prototype.send, guarded, [new DescribeUserCommand(denied)]),
    ],
    [
      "a command that resolves its middleware itself",
      (guarded) => {
        const command = new DescribeUserCommand(denied);
        return command.resolveMiddleware(guarded.middlewareStack as never, guarded.config, {})(command);
      },
    ],
    [
      "its transport",
      (guarded) => {
        const base = {
          protocol: "https:",
          hostname: "connect.us-west-2.amazonaws.com",
          query: {},
          headers: {},
        };
        return guarded.config.requestHandler.handle({ ...base, method: "GET", path: allowedPath } as never);
      },
    ],
  ])("lets nothing through by %s", async (_, use) => {
    const guarded = await guardedBy(authorizer, client);
    await expect((async () => use(guarded))()).rejects.toThrow(AccessDeniedException);
    expect(arrived()).toEqual([]);
  });

  it("sends what is allowed by each of these", async () => {
    const guarded = await guardedBy(authorizer, client);
    const command = new DescribeUserCommand(allowed);
    await guarded.send(command);
    await sendOf(guarded, command);
    await command.resolveMiddleware(guarded.middlewareStack as never, guarded.config, {})(command);
    expect(arrived()).toEqual([...describedOnce, ...describedOnce, ...describedOnce]);
  });

  it("does not use handlers that its client keeps", async () => {
    const keeping = clientOn(transport, { cacheMiddleware: true });
    await keeping.send(new DescribeUserCommand(denied));
    expect(arrived()).toHaveLength(1);
    const guarded = await guardedBy(authorizer, keeping);
    await expect(guarded.send(new DescribeUserCommand(denied))).rejects.toThrow(AccessDeniedException);
    await expect(sendOf(guarded, new DescribeUserCommand(denied))).rejects.toThrow();
    expect(arrived()).toHaveLength(1);
  });

  it("passes a request only while its call is under way", async () => {
    const guarded = await guardedBy(authorizer, client);
    let kept: unknown;
    stackOf(guarded).add(
      changing(({ request }) => {
        kept = request;
      }),
      { step: "finalizeRequest", priority: "low" },
    );
    await guarded.send(new DescribeUserCommand(allowed));
    const again = guarded.config.requestHandler.handle(kept as never);
    await expect(again).rejects.toThrow(AccessDeniedException);
    expect(arrived()).toEqual(describedOnce);
  });
});

/** Makes a request as a presigner does: by a copy of the client's middleware, and without its transport. */
async function presign(guarded: ConnectClient, command: DescribeUserCommand | DeleteUserCommand) {
  const stack = guarded.middlewareStack.clone();
  const intercept = () => async (args: { request: unknown }) => ({
    response: {},
    output: { $metadata: {}, request: args.request },
  });
  stackOf({ middlewareStack: stack }).add(intercept, { step: "finalizeRequest", priority: "low" });
  const handler = command.resolveMiddleware(stack as never, guarded.config, {});
  return (await handler(command as never)).output as unknown;
}

describe("a signer that makes a URL", () => {
  it("gets requests that are allowed only", async () => {
    const guarded = await guardedBy(authorizer, client);
    expect(await presign(guarded, new DescribeUserCommand(allowed))).toMatchObject({
      request: { path: allowedPath },
    });
    await expect(presign(guarded, new DescribeUserCommand(denied))).rejects.toThrow(AccessDeniedException);
  });

  it("gets no request that means something else than its command", async () => {
    const guarded = await guardedBy(authorizer, client);
    // Says that it describes a user, by a route that deletes one.
    const [nine, namespace, name, , input, output] = new DescribeUserCommand(allowed).schema as unknown[];
    const route = { http: ["DELETE", "/users/{InstanceId}/{UserId}", 200] };
    const lying = new DescribeUserCommand(allowed);
    const own = lying.resolveMiddleware.bind(lying);
    lying.resolveMiddleware = (stack, ...others) => {
      const operationSchema = [nine, namespace, name, route, input, output];
      const relabelled = { ...stack, concat: (from: never) => relabel(stack.concat(from), operationSchema) };
      return own(relabelled as never, ...others);
    };
    await expect(presign(guarded, lying)).rejects.toThrow(/another request of the command than was decided/);
  });

  function relabel(stack: ConnectClient["middlewareStack"], operationSchema: unknown) {
    const resolve = (handler: never, context: Anything) =>
      stack.resolve(handler, {
        ...context,
        __smithy_context: { ...(context["__smithy_context"] as object), operationSchema },
      } as never);
    return { ...stack, resolve };
  }
});

describe("an input", () => {
  it("that was decided once is decided again when it is sent again", async () => {
    const { authorizer: own, records } = await authorizerOf([describeOne]);
    const guarded = await guardedBy(own, client);
    let handedOn: unknown;
    const keep = changing(({ input }) => {
      handedOn ??= input;
    });
    stackOf(guarded).add(keep, { step: "initialize" });
    await guarded.send(new DescribeUserCommand(allowed));
    expect(records).toHaveLength(1);
    await sendOf(guarded, new DescribeUserCommand(handedOn as DescribeUserCommandInput));
    expect(records).toHaveLength(2);
  });

  it("is sent as it was when send was called", async () => {
    const guarded = await guardedBy(authorizer, client);
    const input = { ...allowed };
    const command = new DescribeUserCommand(input);
    const sent = guarded.send(command);
    input.UserId = "u-2";
    command.input.UserId = "u-2";
    Object.assign(command, { input: denied });
    await sent;
    expect(arrived()).toEqual(describedOnce);
  });

  it.each<[string, (reads: () => string) => object]>([
    [
      "a getter",
      (reads) => ({
        InstanceId: instanceId,
        get UserId() {
          return reads();
        },
      }),
    ],
    [
      "a proxy",
      (reads) =>
        new Proxy(
          { ...allowed },
          { get: (target, name) => (name === "UserId" ? reads() : Reflect.get(target, name)) },
        ),
    ],
  ])("is read once: %s", async (_, make) => {
    const guarded = await guardedBy(authorizer, client);
    let count = 0;
    const input = make(() => (count++ === 0 ? "u-1" : "u-2"));
    await guarded.send(new DescribeUserCommand(input as DescribeUserCommandInput));
    expect(count).toBe(1);
    expect(arrived()).toEqual(describedOnce);
  });

  it("of a prototype does not count", async () => {
    const guarded = await guardedBy(authorizer, client);
    const input = Object.create(denied) as DescribeUserCommandInput;
    await expect(guarded.send(new DescribeUserCommand(input))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    expect(arrived()).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    [
      "a member that this version does not know",
      { ...allowed, NewMember: "x" },
      /NewMember: is not a member of this operation's input \(known up to SDK /,
    ],
    ["a missing member", { InstanceId: instanceId }, /UserId: is required/],
    ["bytes", { ...allowed, UserId: new Uint8Array(3) }, /bytes/],
    [
      "a getter that throws",
      {
        InstanceId: instanceId,
        get UserId() {
          throw new Error("secret");
        },
      },
      /^the input cannot be read$/,
    ],
  ])("is refused by name: %s", async (_, input, message) => {
    const guarded = await guardedBy(authorizer, client);
    const sent = guarded.send(new DescribeUserCommand(input as DescribeUserCommandInput));
    await expect(sent).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.stringMatching(message),
      $metadata: { httpStatusCode: 400 },
    });
    expect(arrived()).toEqual([]);
  });

  it("without end is refused", async () => {
    const guarded = await guardedBy(authorizer, client);
    const input: Record<string, unknown> = { ...allowed };
    input["UserId"] = input;
    await expect(guarded.send(new DescribeUserCommand(input as never))).rejects.toThrow(
      /deeper than 64 levels/,
    );
    expect(arrived()).toEqual([]);
  });
});

describe("a command", () => {
  class Changing extends DescribeUserCommand {
    constructor(_: DescribeUserCommandInput) {
      super(denied);
    }
  }
  class Resolving extends DescribeUserCommand {
    override resolveMiddleware(...[, config]: Parameters<DescribeUserCommand["resolveMiddleware"]>) {
      return new DescribeUserCommand(denied).resolveMiddleware(client.middlewareStack, config, {});
    }
  }
  class Transmitting extends DescribeUserCommand {
    override resolveMiddleware(...[, config]: Parameters<DescribeUserCommand["resolveMiddleware"]>) {
      const request = {
        protocol: "https:",
        hostname: "connect.us-west-2.amazonaws.com",
        query: {},
        headers: {},
      };
      const sent = { ...request, method: "DELETE", path: allowedPath };
      return () => config.requestHandler.handle(sent as never) as never;
    }
  }
  /** Says that it describes a user, and deletes it. */
  class Lying extends DeleteUserCommand {
    override schema = new DescribeUserCommand(allowed).schema as never;
  }

  it.each<[string, DescribeUserCommand | DeleteUserCommand]>([
    ["whose class changes its input", new Changing(allowed)],
    ["that resolves another", new Resolving(allowed)],
    ["that uses the transport itself", new Transmitting(allowed)],
    ["that says it is another", new Lying(allowed)],
    ["that is denied", new ListUsersCommand({ InstanceId: instanceId }) as never],
  ])("%s is refused", async (_, command) => {
    const guarded = await guardedBy(authorizer, client);
    await expect(guarded.send(command as DescribeUserCommand)).rejects.toThrow(AccessDeniedException);
    expect(arrived()).toEqual([]);
  });

  it.each<[string, unknown]>([
    [
      "of a newer SDK",
      { ...new DescribeUserCommand(allowed), schema: [9, "com.amazonaws.connect", "InventUser", {}, [], []] },
    ],
    ["of another service", { input: {}, schema: [9, "com.amazonaws.s3", "DescribeUser", {}, [], []] }],
    ["of an SDK without schemas", { input: allowed }],
    ["that is nothing", undefined],
  ])("%s is an unknown operation", async (_, command) => {
    const guarded = await guardedBy(authorizer, client);
    await expect(guarded.send(command as DescribeUserCommand)).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: expect.stringMatching(/known up to SDK .*newer version of connect-authorizer/),
      $metadata: { httpStatusCode: 404 },
    });
    expect(arrived()).toEqual([]);
  });

  it("of another copy of the SDK is decided, and refused by that copy's exception", async () => {
    const require = createRequire(import.meta.url);
    for (const name of Object.keys(require.cache))
      if (name.includes("client-connect")) delete require.cache[name];
    const other: typeof import("@aws-sdk/client-connect") = require("@aws-sdk/client-connect");
    expect(other.DescribeUserCommand).not.toBe(DescribeUserCommand);
    const { region, credentials } = client.config;
    const foreign = new other.ConnectClient({ region, credentials, requestHandler: transport as never });
    foreign.config.streamCollector = client.config.streamCollector;
    const guarded = await guardedBy(authorizer, foreign);
    await guarded.send(new other.DescribeUserCommand(allowed));
    const refused = guarded.send(new other.DescribeUserCommand(denied));
    await expect(refused).rejects.toBeInstanceOf(other.AccessDeniedException);
    // The command of one copy by the client of another.
    await (await guardedBy(authorizer, client)).send(new other.DescribeUserCommand(allowed) as never);
    expect(arrived()).toEqual([...describedOnce, ...describedOnce]);
  });
});

describe("middleware", () => {
  type Place = "client" | "guarded" | "command";
  const places: readonly Place[] = ["client", "guarded", "command"];

  it.each(places)("that changes the input is decided again: of the %s", async (place) => {
    const { authorizer: wider, records } = await authorizerOf([
      { ...describeOne, Resource: [`${instanceArn}/agent/u-1`, `${instanceArn}/agent/u-3`] },
    ]);
    for (const [UserId, isAllowed] of [
      ["u-3", true],
      ["u-2", false],
    ] as const) {
      const own = clientOn(transport);
      const command = new DescribeUserCommand({ ...allowed });
      const add = (holder: { readonly middlewareStack: unknown }) =>
        stackOf(holder).add(
          changing((args) => {
            args.input["UserId"] = UserId;
          }),
          { step: "initialize" },
        );
      if (place === "client") add(own);
      const guarded = await guardedBy(wider, own);
      if (place === "guarded") add(guarded);
      if (place === "command") add(command);
      const sent = guarded.send(command);
      await (isAllowed ? sent : expect(sent).rejects.toThrow(AccessDeniedException));
    }
    expect(arrived()).toEqual([`GET /users/${instanceId}/u-3`]);
    expect(records.map(({ outcome }) => outcome)).toEqual(["allow", "allow", "deny", "allow"]);
  });

  it("that replaces or removes the serializer sends nothing", async () => {
    const request = {
      protocol: "https:",
      hostname: "connect.us-west-2.amazonaws.com",
      query: {},
      headers: {},
    };
    const own = (next: (args: object) => unknown) => (args: object) =>
      next({ ...args, request: { ...request, method: "GET", path: `/users/${instanceId}/u-2` } });
    const replaced = await guardedBy(authorizer, client);
    stackOf(replaced).add(own, { name: "serializerMiddleware", step: "serialize", override: true });
    await expect(replaced.send(new DescribeUserCommand(allowed))).rejects.toThrow();
    const removed = await guardedBy(authorizer, client);
    stackOf(removed).remove("serializerMiddleware");
    await expect(removed.send(new DescribeUserCommand(allowed))).rejects.toThrow();
    const ofCommand = new DescribeUserCommand(allowed);
    stackOf(ofCommand).add(own, { name: "serializerMiddleware", step: "serialize", override: true });
    await expect((await guardedBy(authorizer, client)).send(ofCommand)).rejects.toThrow();
    expect(arrived()).toEqual([]);
  });

  it("may add headers, and retry", async () => {
    const guarded = await guardedBy(authorizer, client);
    const traced = changing(({ request }) => {
      Object.assign(request["headers"] as object, { "x-trace": "1" });
    });
    stackOf(guarded).add(traced, { step: "build" });
    const twice = (next: (args: unknown) => Promise<unknown>) => async (args: unknown) => {
      await next(args);
      return next(args);
    };
    stackOf(guarded).add(twice, { step: "finalizeRequest", priority: "low" });
    await guarded.send(new DescribeUserCommand(allowed));
    expect(arrived()).toEqual([...describedOnce, ...describedOnce]);
    expect(transport.requests[0]?.headers).toMatchObject({ "x-trace": "1" });
  });

  const inputChanges: readonly ((args: { input: Anything; request: Anything }) => void)[] = [
    ({ input }) => {
      input["UserId"] = "u-2";
    },
    (args) => {
      args.input = { ...denied };
    },
    ({ input }) => {
      delete input["UserId"];
    },
    ({ input }) => {
      input["Extra"] = "x";
    },
  ];
  const requestChanges: readonly ((args: { input: Anything; request: Anything }) => void)[] = [
    ({ request }) => {
      request["path"] = `/users/${instanceId}/u-2`;
    },
    ({ request }) => {
      request["path"] = `${allowedPath}?a=b`;
    },
    ({ request }) => {
      request["path"] = `${allowedPath}#a`;
    },
    ({ request }) => {
      request["path"] = `${allowedPath}/`;
    },
    ({ request }) => {
      request["path"] = `${allowedPath}/../u-2`;
    },
    ({ request }) => {
      request["path"] = `//users/${instanceId}/u-1`;
    },
    ({ request }) => {
      request["method"] = "DELETE";
    },
    ({ request }) => {
      request["query"] = { UserId: "u-2" };
    },
    ({ request }) => {
      request["fragment"] = "a";
    },
    ({ request }) => {
      request["body"] = '{"UserId":"u-2"}';
    },
    ({ request }) => {
      request["body"] = new TextEncoder().encode("{}").buffer;
    },
    ({ request }) => {
      request["hostname"] = "elsewhere.example";
    },
    ({ request }) => {
      request["port"] = 81;
    },
    ({ request }) => {
      request["protocol"] = "http:";
    },
    ({ request }) => {
      Object.assign(request["headers"] as object, { "x-amz-resource-id": "u-2" });
    },
    (args) => {
      args.request = { ...args.request, path: `/users/${instanceId}/u-2` };
    },
    (args) => {
      args.request = new Proxy(args.request, {
        get: (target, name) => (name === "path" ? `/users/${instanceId}/u-2` : Reflect.get(target, name)),
      });
    },
  ];
  const steps = ["initialize", "serialize", "build", "finalizeRequest", "deserialize"] as const;
  const tampering = fc.record({
    place: fc.constantFrom(...places),
    step: fc.constantFrom(...steps),
    priority: fc.constantFrom("high", "normal", "low"),
    change: fc.nat(Math.max(inputChanges.length, requestChanges.length) - 1),
    ofInput: fc.boolean(),
    /** Waits first, so that the change comes while the call waits elsewhere. */
    late: fc.boolean(),
  });

  it("never lets anything through but what was decided (property)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tampering, { minLength: 1, maxLength: 4 }), async (tamperings) => {
        const counting = new CountingTransport();
        const own = clientOn(counting);
        const command = new DescribeUserCommand({ ...allowed });
        const add = (place: Place, holder: { readonly middlewareStack: unknown }) => {
          for (const each of tamperings.filter((one) => one.place === place)) {
            const changes = each.ofInput ? inputChanges : requestChanges;
            const change = changes[each.change % changes.length];
            const middleware =
              (next: (args: unknown) => unknown) => async (args: { input: Anything; request: Anything }) => {
                if (each.late)
                  setImmediate(() => {
                    if (args.request || each.ofInput) change?.(args);
                  });
                else if (args.request || each.ofInput) change?.(args);
                return next(args);
              };
            stackOf(holder).add(middleware, { step: each.step, priority: each.priority });
          }
        };
        add("client", own);
        const guarded = await guardedBy(authorizer, own);
        add("guarded", guarded);
        add("command", command);
        await Promise.allSettled([guarded.send(command), sendOf(guarded, command)]);
        for (const { method, hostname, path, query, body, headers } of counting.requests) {
          expect({ method, hostname, path, query, body }).toEqual({
            method: "GET",
            hostname: "connect.us-west-2.amazonaws.com",
            path: allowedPath,
            query: {},
            body: undefined,
          });
          expect(headers).not.toHaveProperty("x-amz-resource-id");
        }
      }),
      { numRuns: casesOf(400), seed: 15 },
    );
  });
});

/**
 * The remembered order of a client's middleware against the SDK's own, for every operation, deployed and not.
 */
import { ConnectClient, DescribeUserCommand } from "@aws-sdk/client-connect";
import { constructStack } from "@smithy/core/client";
import { describe, expect, it } from "vitest";
import { type CommandClass, findCommand, makeCommand } from "../../../shared/catalog/commands.ts";
import { operationSchemas } from "../../../shared/catalog/generated/operation-schemas.generated.ts";
import { refuseForeignAnswers } from "../../../shared/connect/answer/foreign-answer.ts";
import { sortOnce } from "../../../shared/connect/client/sorted-stack.ts";

type Stack = ConnectClient["middlewareStack"];
type Middleware = (next: unknown, context: object) => (args: object) => unknown;

/** Adds what a plugin adds, each with a mark that tells when it runs. */
function addTraced(stack: Stack, plugin: Parameters<Stack["use"]>[0], trace: string[]): void {
  const traced = (add: unknown) => (middleware: Middleware, place: { name?: string }) => {
    const marked: Middleware = (next, context) => {
      const run = middleware(next, context);
      return (args) => {
        trace.push(String(place.name));
        return run(args);
      };
    };
    (add as (middleware: Middleware, place: object) => void)(marked, { ...place, middleware: marked });
  };
  plugin.applyToStack({
    add: traced(stack.add),
    addRelativeTo: traced(stack.addRelativeTo),
  } as unknown as Stack);
}

/** A client of whose calls everything is seen; none leaves this process. */
function watchedClient(isSorted: boolean) {
  const trace: string[] = [];
  const sent: { readonly headers: Record<string, string> }[] = [];
  const client = new ConnectClient({
    region: "us-east-1",
    endpoint: "http://127.0.0.1:9",
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
    requestHandler: {
      handle: async (request: { readonly headers: Record<string, string> }) => {
        sent.push(request);
        return { response: { statusCode: 200, headers: {}, body: undefined } };
      },
    } as never,
  });
  refuseForeignAnswers(client);
  const marked = constructStack() as unknown as Stack;
  addTraced(marked, client.middlewareStack, trace);
  client.middlewareStack = marked;
  if (isSorted) sortOnce(client);
  return {
    /** The names of the middleware that a call passed, in order, and what came out of it. */
    async run(Class: CommandClass, input: object) {
      trace.length = 0;
      const command = new Class(input);
      const { middlewareStack: own } = command;
      own.use = (plugin) => addTraced(own as unknown as Stack, plugin as never, trace);
      const outcome = await client.send(command).then(
        () => "sent",
        (error: unknown) => String(error),
      );
      const { headers, ...request } = sent.pop() ?? { headers: {} };
      return { trace: [...trace], outcome, request, headers: Object.keys(headers) };
    },
  };
}

/** What an operation's path names, without which there is no request; and the token that the SDK would make up. */
function labelsOf([, , , traits]: (typeof operationSchemas)[number]): object {
  const labels = [...JSON.stringify(traits).matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => [name, "x"]);
  return { ...Object.fromEntries(labels), ClientToken: "t" };
}

describe("a client whose middleware is sorted once", () => {
  const [sorted, plain] = [watchedClient(true), watchedClient(false)];

  it.each(operationSchemas.map((schema) => [schema[2], schema] as const))(
    "calls %s through the same middleware as the SDK's",
    async (name, schema) => {
      const classes = [findCommand(name), makeCommand(schema, DescribeUserCommand)];
      for (const Class of classes) {
        if (!Class) throw new Error("no command");
        const expected = await plain.run(Class, labelsOf(schema));
        expect(expected.trace.length).toBeGreaterThan(10);
        // Twice: in the order that it has found, and in the one that it remembers.
        for (let time = 0; time < 2; time++)
          expect(await sorted.run(Class, labelsOf(schema))).toEqual(expected);
      }
    },
  );

  it("gives each call a context of its own", async () => {
    const contexts: object[] = [];
    const client = new ConnectClient({
      region: "us-east-1",
      endpoint: "http://127.0.0.1:9",
      credentials: { accessKeyId: "a", secretAccessKey: "s" },
    });
    client.middlewareStack.add((_next, context) => async () => {
      contexts.push(context);
      return { output: { $metadata: {} }, response: undefined };
    });
    sortOnce(client);
    for (let call = 0; call < 2; call++)
      await client.send(new DescribeUserCommand({ InstanceId: "i", UserId: "u" }));
    expect(new Set(contexts).size).toBe(2);
  });
});

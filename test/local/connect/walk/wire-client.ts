/** The JavaScript SDK's own client, which holds the JSON of each answer, as it came over the wire, against its schema. */
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import * as sdk from "@aws-sdk/client-connect";
import { afterEach, beforeEach } from "vitest";
import type { CommandClass } from "../../../../shared/catalog/commands.ts";
import { decodeValue } from "../../../../shared/request/decode/from-json.ts";
import { findOperationSchema } from "../../../../shared/request/decode/schemas.ts";
import { checkValues } from "../../../../tools/local/connect/records/checks.ts";
import { type LocalConnect, startLocalConnect } from "../../../../tools/local/connect/server.ts";
import { clientOf, instances, smallSeed } from "../connect-fixture.ts";
import type { Input } from "./inputs.ts";

export interface WireClient {
  /** Fails if the answer has an unknown member, lacks a required one, or has a value of another type or enumeration. */
  send(operation: string, input: Input): Promise<Input>;
  close(): void;
  /** Operations that have been answered. */
  readonly answered: ReadonlySet<string>;
}

export function wireClientOf(connect: LocalConnect): WireClient {
  const client = clientOf(connect);
  const answered = new Set<string>();
  let body = "";
  client.middlewareStack.add(
    (next) => async (call) => {
      const result = await next(call);
      const response = result.response as { body: AsyncIterable<Buffer> | Readable };
      const chunks: Buffer[] = [];
      for await (const chunk of response.body) chunks.push(chunk);
      body = Buffer.concat(chunks).toString("utf8");
      response.body = Readable.from([Buffer.from(body)]);
      return result;
    },
    { step: "deserialize", priority: "low" },
  );
  return {
    async send(operation, input) {
      const Command: CommandClass = Reflect.get(sdk, `${operation}Command`);
      const { $metadata, ...output } = (await client.send(new Command(input))) as unknown as Input;
      const schema = findOperationSchema(operation)?.output;
      if (schema && !schema.isUnitSchema()) {
        decodeValue(schema, JSON.parse(body), operation);
        checkValues(schema, output);
      }
      answered.add(operation);
      return output;
    },
    close: () => client.destroy(),
    answered,
  };
}

/** A client whose calls are written down, if `WALK_RECORD` names a folder: test/boto3/local_connect.py repeats them. */
export function recorded(client: WireClient): WireClient {
  const folder = process.env["WALK_RECORD"];
  if (folder === undefined) return client;
  const file = join(folder, `${randomUUID()}.jsonl`);
  const write = (call: object) => appendFileSync(file, `${JSON.stringify(call)}\n`);
  return {
    ...client,
    async send(operation, input) {
      try {
        const output = await client.send(operation, input);
        write({ operation, input, output });
        return output;
      } catch (error) {
        write({ operation, input, error: error instanceof Error ? error.name : "" });
        throw error;
      }
    },
  };
}

/** Starts a local Connect anew before every test of a file; returns what sends to it. */
export function useWireClient(): WireClient["send"] {
  let connect: LocalConnect;
  let client: WireClient;
  beforeEach(async () => {
    connect = await startLocalConnect({ instances, seed: smallSeed });
    client = recorded(wireClientOf(connect));
  });
  afterEach(async () => {
    client.close();
    await connect.close();
  });
  return (operation, input) => client.send(operation, input);
}

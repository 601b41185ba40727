/** The JavaScript SDK's own client, which also keeps the JSON of each answer as it came over the wire. */
import { Readable } from "node:stream";
import * as sdk from "@aws-sdk/client-connect";
import type { CommandClass } from "../../../../shared/catalog/commands.ts";
import type { LocalConnect } from "../../../../tools/local/connect/server.ts";
import { clientOf } from "../connect-fixture.ts";
import type { Input } from "./inputs.ts";

export interface WireClient {
  send(operation: string, input: Input): Promise<{ readonly output: Input; readonly json: unknown }>;
  close(): void;
}

export function wireClientOf(connect: LocalConnect): WireClient {
  const client = clientOf(connect);
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
      return { output, json: body === "" ? {} : JSON.parse(body) };
    },
    close: () => client.destroy(),
  };
}

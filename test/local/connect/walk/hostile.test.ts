/** Inputs whose texts no layer may touch, to every operation: each is answered or refused, and never a bug. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { implementedOperations } from "../../../../tools/local/connect/operations.ts";
import { type LocalConnect, startLocalConnect } from "../../../../tools/local/connect/server.ts";
import { inputOf } from "../../../wire/synthetic-value.ts";
import { instances } from "../connect-fixture.ts";
import { type WireClient, wireClientOf } from "./wire-client.ts";

let connect: LocalConnect;
let client: WireClient;
beforeAll(async () => {
  connect = await startLocalConnect({ instances });
  client = wireClientOf(connect);
});
afterAll(async () => {
  client.close();
  await connect.close();
});

describe("inputs with hostile texts", () => {
  it.each(["full", "empty"] as const)("are answered or refused by every operation: %s", async (extent) => {
    const failed: string[] = [];
    for (const name of implementedOperations()) {
      await client.send(name, { ...inputOf(name, { extent }) }).catch((error: unknown) => {
        const status: unknown = Reflect.get(
          Object(Reflect.get(Object(error), "$metadata")),
          "httpStatusCode",
        );
        if (typeof status !== "number" || status >= 500) failed.push(`${name}: ${String(error)}`);
      });
    }
    expect(failed).toEqual([]);
  });
});

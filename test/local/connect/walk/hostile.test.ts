/** Inputs whose texts no layer may touch, to every operation: each is answered or refused, and never a bug. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mayThrow } from "../../../../tools/local/connect/families/facts.ts";
import { implementedOperations } from "../../../../tools/local/connect/operations.ts";
import { type LocalConnect, startLocalConnect } from "../../../../tools/local/connect/server.ts";
import type { FaultName } from "../../../../tools/local/connect/service-fault.ts";
import { inputOf } from "../../../wire/synthetic-value.ts";
import { east, instances, smallSeed } from "../connect-fixture.ts";
import { type WireClient, wireClientOf } from "./wire-client.ts";

let connect: LocalConnect;
let client: WireClient;
beforeAll(async () => {
  connect = await startLocalConnect({ instances, seed: smallSeed });
  client = wireClientOf(connect);
});
afterAll(async () => {
  client.close();
  await connect.close();
});

describe("inputs with hostile texts", () => {
  it.each([
    ["full", {}],
    ["empty", {}],
    ["full, of an instance that exists", { InstanceId: east }],
  ] as const)(
    "are answered, or refused as the API Reference says, by every operation: %s",
    async (how, own) => {
      const extent = how === "empty" ? "empty" : "full";
      const failed: string[] = [];
      for (const name of implementedOperations()) {
        const input = { ...inputOf(name, { extent }) };
        if ("InstanceId" in input) Object.assign(input, own);
        await client.send(name, input).catch((error: unknown) => {
          const { httpStatusCode: status } = Object(Reflect.get(Object(error), "$metadata"));
          const isDocumented = mayThrow(name, Reflect.get(Object(error), "name") as FaultName);
          if (typeof status !== "number" || status >= 500 || !isDocumented)
            failed.push(`${name}: ${String(error)}`);
        });
      }
      expect(failed).toEqual([]);
    },
  );
});

/**
 * A drop-in endpoint: what Connect receives through the gateway is what it receives directly, and the client gets
 * the same output, for every operation.
 */
import * as connect from "@aws-sdk/client-connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeOutput } from "../../shared/request/answer/encode.ts";
import type { OperationInput } from "../../shared/request/types.ts";
import { tokenOf } from "../functions/lambda-fixture.ts";
import listed from "./names-nothing.json" with { type: "json" };
import {
  countArms,
  inputOf,
  makeValue,
  schemaOf,
  served,
  type ValueOptions,
  withSeconds,
} from "./synthetic-value.ts";
import { openWire, type Wire } from "./wire-fixture.ts";

let wire: Wire;
const token = tokenOf();
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.close());

/** Sends `POST /operations/{Operation}` with the whole input as JSON. */
async function sendRpc(name: string, input: OperationInput) {
  wire.received.length = 0;
  const answer = await fetch(`${wire.url}/operations/${name}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(withSeconds(input)),
  });
  await answer.arrayBuffer();
  return { status: answer.status, sent: [...wire.received] };
}

/** The three extents, the whole one in as many variants as it takes to use every arm of every union. */
function cases(name: string): readonly { readonly title: string; readonly options: ValueOptions }[] {
  const { input, output } = schemaOf(name);
  const variants = Math.max(2, countArms(input), countArms(output));
  return [
    ...Array.from({ length: variants }, (_, variant) => ({
      title: variant === 0 ? "full" : `full, variant ${variant}`,
      options: { extent: "full", variant } as const,
    })),
    { title: "required", options: { extent: "required" } },
    { title: "empty", options: { extent: "empty" } },
  ];
}

/**
 * Inputs that name none of the resources that the operation's policies are asked on: an empty list of identifiers, or
 * neither of two alternatives. Connect has nothing to do for them either; the gateway refuses them by the member.
 */
const namesNothing: ReadonlySet<string> = new Set(listed);

describe.each(served.map(({ name }) => name))("%s", (name) => {
  it.each(cases(name))("arrives and answers as without the gateway: $title", async ({ title, options }) => {
    wire.reply = encodeOutput(schemaOf(name), makeValue(schemaOf(name).output, options), "r-1");
    const input = inputOf(name, options);
    const plain = await wire.send(wire.direct, name, input);
    expect(plain.sent).toBeDefined();
    if (namesNothing.has(`${name} ${title}`)) {
      await expect(wire.send(wire.proxied, name, input)).rejects.toThrow(connect.InvalidParameterException);
      expect(wire.received).toEqual([]);
      return;
    }
    const through = await wire.send(wire.proxied, name, input);
    expect(through.sent).toEqual(plain.sent);
    expect(wire.received).toHaveLength(1);
    expect(through.output).toEqual(plain.output);
    // The RPC form is another spelling of the same call.
    expect(await sendRpc(name, input)).toEqual({ status: 200, sent: [plain.sent] });
  });

  it("answers as without the gateway when Connect's answer is empty, holds null or what is newer than the SDK", async () => {
    const input = inputOf(name, { extent: "full" });
    const members = [...schemaOf(name).output.structIterator()].map(([member]) => member);
    const nulls = Object.fromEntries(members.map((member) => [member, null]));
    for (const body of ["", "{}", JSON.stringify({ ...nulls, BrandNew: { a: [1] } })]) {
      wire.reply = { status: 200, headers: { "content-type": "application/json" }, body };
      const plain = await wire.send(wire.direct, name, input);
      const through = await wire.send(wire.proxied, name, input);
      expect(through.output).toEqual(plain.output);
    }
  });
});

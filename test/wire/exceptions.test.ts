/**
 * Connect's refusals through the gateway: by their own class or name, with every field, as without it.
 */
import * as connect from "@aws-sdk/client-connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findErrorSchema } from "../../shared/request/decode/schemas.ts";
import { instanceId, tokenOf } from "../functions/lambda-fixture.ts";
import { makeValue } from "./synthetic-value.ts";
import { openWire, type Wire } from "./wire-fixture.ts";

let wire: Wire;
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.close());

const input = { InstanceId: instanceId, UserId: "u-1" };

/** Everything that a program can read of the exception, but for the addresses of this very answer. */
async function exceptionOf(client: connect.ConnectClient): Promise<Record<string, unknown>> {
  const thrown: unknown = await wire.send(client, "DescribeUser", input).catch((error: unknown) => error);
  if (!(thrown instanceof Error)) throw new Error("the call was answered");
  const { $metadata, $response: _, ...fields } = thrown as connect.ConnectServiceException;
  return {
    ...fields,
    // The gateway writes the name into the body as well, where the SDK reads it when there is no header.
    __type: undefined,
    name: thrown.name,
    message: thrown.message,
    className: thrown.constructor.name,
    status: $metadata.httpStatusCode,
  };
}

const modelled = Object.keys(connect)
  .filter((name) => /Exception\$$/.test(name) && name !== "ConnectServiceException$")
  .map((name) => name.slice(0, -1));

/** Names of an exception's members; the SDK gives `Message` as JavaScript's own `message`. */
function membersOf(name: string): string[] {
  const schema = findErrorSchema(name);
  if (!schema) throw new Error(name);
  return [...schema.structIterator()].map(([member]) => (member === "Message" ? "message" : member));
}

describe("each modelled exception", () => {
  it("is one of 29 or more", () => {
    expect(modelled.length).toBeGreaterThanOrEqual(29);
  });

  it.each(modelled)("%s arrives by its class, with all its fields", async (name) => {
    const schema = findErrorSchema(name);
    if (!schema) throw new Error(name);
    const fields = makeValue(schema, { extent: "full" }) as object;
    wire.reply = {
      status: 409,
      headers: { "content-type": "application/json", "x-amzn-errortype": name },
      body: JSON.stringify(fields),
    };
    const plain = await exceptionOf(wire.direct);
    expect(plain).toMatchObject({ name, className: name, status: 409 });
    for (const member of membersOf(name)) expect(plain).toHaveProperty(member);
    expect(await exceptionOf(wire.proxied)).toEqual(plain);
  });
});

describe("an exception without a message", () => {
  it("arrives without one", async () => {
    const headers = { "content-type": "application/json", "x-amzn-errortype": "InvalidContactFlowException" };
    wire.reply = { status: 400, headers, body: JSON.stringify({ problems: [{ message: "p" }] }) };
    const plain = await exceptionOf(wire.direct);
    expect(await exceptionOf(wire.proxied)).toEqual(plain);
    // What clients in other languages read.
    const answer = await fetch(`${wire.url}/users/${instanceId}/u-1`, {
      headers: { authorization: `Bearer ${tokenOf()}` },
    });
    expect(await answer.json()).toEqual({
      __type: "InvalidContactFlowException",
      problems: [{ message: "p" }],
    });
  });
});

describe("an exception that the SDK does not model", () => {
  const body = { message: "no", Reason: "x", Detail: { a: [1, null, "ü"] }, Retry: false };

  it.each([
    ["in the header", { "x-amzn-errortype": "BrandNewException" }, body],
    [
      "in the header, with an address behind it",
      { "x-amzn-errortype": "BrandNewException:http://internal.example/doc/" },
      body,
    ],
    ["in the body's __type", {}, { ...body, __type: "com.amazonaws.connect#BrandNewException" }],
    ["in the body's code", {}, { ...body, code: "BrandNewException" }],
  ])("arrives by name with its fields, when Connect names it %s", async (_, headers, fields) => {
    for (const status of [400, 402, 404, 410]) {
      wire.reply = {
        status,
        headers: { "content-type": "application/json", ...(headers as Record<string, string>) },
        body: JSON.stringify(fields),
      };
      const plain = await exceptionOf(wire.direct);
      expect(plain).toMatchObject({ name: "BrandNewException", Reason: "x", Retry: false, status });
      expect(await exceptionOf(wire.proxied)).toEqual(plain);
    }
  });
});

import * as connect from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { operations } from "../../../shared/catalog/catalog.ts";
import { retryAfterSeconds } from "../../../shared/connect/answer/upstream-failure.ts";
import {
  isIdempotent,
  wasNotCarriedOut,
  wasNotConnected,
} from "../../../shared/connect/client/idempotent.ts";
import { findOperationSchema } from "../../../shared/request/decode/schemas.ts";

describe("a call may be repeated", () => {
  it("if it reads by GET or carries an idempotency token, of all operations", () => {
    const rows = operations().map((row) => {
      const schema = findOperationSchema(row.name);
      const members = [...(schema?.input.structIterator() ?? [])];
      const hasToken = members.some(([, member]) => member.getMergedTraits().idempotencyToken);
      return { row, hasToken, answer: isIdempotent(Reflect.get(connect, `${row.name}$`), {}) };
    });
    for (const { row, hasToken, answer } of rows)
      expect(answer, row.name).toBe(row.method === "GET" || hasToken);
    // What the schemas hold today: a newer SDK may add some, and a reader of this test should know what it means.
    expect(rows.filter(({ answer }) => answer).length).toBeGreaterThan(150);
    expect(rows.filter(({ answer }) => !answer).length).toBeGreaterThan(150);
  });

  it.each([
    ["one of the caller's own", { ClientToken: "t" }, true],
    ["none, since the SDK makes one", {}, true],
    ["an empty one, which does not identify the call", { ClientToken: "" }, false],
  ])("if its idempotency token is %s: %j, %j", (_, input, answer) => {
    expect(isIdempotent(connect.StartChatContact$, input)).toBe(answer);
  });

  it.each([
    ["no schema", undefined],
    ["something else", [3, "n", "User"]],
    ["an operation without a route", [9, "n", "Op", 0, connect.DescribeUser$[4], undefined]],
  ])("never of %s", (_, schema) => {
    expect(isIdempotent(schema, {})).toBe(false);
  });

  it.each([
    [true, Object.assign(new Error("refused"), { code: "ECONNREFUSED", syscall: "connect" })],
    [true, Object.assign(new Error("no such host"), { code: "ENOTFOUND", syscall: "getaddrinfo" })],
    [false, Object.assign(new Error("reset"), { code: "ECONNRESET", syscall: "read" })],
    [false, Object.assign(new Error("broken pipe"), { code: "EPIPE", syscall: "write" })],
    [false, Object.assign(new Error("no route any more"), { code: "EHOSTUNREACH", syscall: "read" })],
    [false, new Error("slow")],
    [true, new AggregateError([Object.assign(new Error("a"), { syscall: "connect" })])],
    [
      false,
      new AggregateError([
        Object.assign(new Error("a"), { syscall: "connect" }),
        Object.assign(new Error("b"), { syscall: "read" }),
      ]),
    ],
    [false, new AggregateError([])],
  ])("since nothing was sent: %s for %s", (answer, error) => {
    expect(wasNotConnected(error)).toBe(answer);
    expect(wasNotCarriedOut(error)).toBe(answer);
  });
});

describe("retry-after", () => {
  const nowMs = Date.parse("2030-01-01T00:00:00Z");
  it.each([
    ["7", 7],
    ["0", 1],
    ["1.2", 2],
    ["Tue, 01 Jan 2030 00:00:05 GMT", 5],
    ["Tue, 01 Jan 2019 00:00:05 GMT", 1],
    ["soon", 1],
    ["-3", 1],
    ["999999999", 86_400],
  ])("of `%s` is %i", (text, seconds) => {
    expect(retryAfterSeconds({ $response: { headers: { "retry-after": text } } }, nowMs)).toBe(seconds);
  });

  it.each([
    ["its AWS form in milliseconds", { $response: { headers: { "x-amz-retry-after": "2500" } } }, 3],
    ["no header", { $response: { headers: {} } }, 1],
    ["no response", new Error("x"), 1],
    ["nothing", undefined, 1],
  ])("of %s is at least a second", (_, error, seconds) => {
    expect(retryAfterSeconds(error, nowMs)).toBe(seconds);
  });
});

/**
 * Why a request is not its caller's: in `error_description` where the answer is ours (a function URL), and in the
 * authorizer's record, whose own answer API Gateway words (RFC 6750 section 3).
 */
import { describe, expect, it } from "vitest";
import { createCallerVerifier } from "../../shared/decide/verify-caller.ts";
import { tokenRefusals } from "../../shared/identity/token/token-error.ts";
import { makeProxyEvent } from "../../tools/local/gateway/events/make-events.ts";
import { attacks, trustedKeys } from "../identity/attacks.ts";
import { issuer } from "../identity/tokens.ts";
import { receive } from "./event-cases.ts";
import { given, instanceId } from "./lambda-fixture.ts";
import { mockConnect } from "./mocked-connect.ts";

const connect = mockConnect();

type TokenHeader = "authorization" | "x-connect-token";

const path = `/users/${instanceId}/u-1`;
const allowAll = { Effect: "Allow", Action: "*", Resource: "*" } as const;
/** A bundle takes what an issuer may publish, but for what is no public key. */
const keys = trustedKeys.keys.filter(({ kid }) => kid !== "oct" && kid !== "broken");
const issuers = [issuer({ jwks: { keys } })];
/** White space around a header's value is not part of it. */
const notSent = ["a symmetric key in the key set", "a space before", "a tab at the end"];
const sent = attacks.filter(({ name }) => !notSent.includes(name));

function start(tokenHeader: TokenHeader = "authorization") {
  return given([allowAll], {
    config: { issuers, tokenHeader },
    environment: { AUTHORIZER_TOKEN_HEADER: tokenHeader },
    verifyCaller: createCallerVerifier(),
  });
}

const byHeader = { authorization: start(), "x-connect-token": start("x-connect-token") };

/** What a function URL answers to a request with these headers. */
async function ask(tokenHeader: TokenHeader, headers: readonly (readonly [string, string])[]) {
  const { proxy, records } = byHeader[tokenHeader];
  records.length = 0;
  const request = receive({ method: "GET", path, headers: [] }, {});
  const answer = await proxy(makeProxyEvent("http2", { ...request, headers }, {}));
  expect(answer.statusCode).toBe(401);
  expect(connect.calls()).toHaveLength(0);
  const challenge = String(answer.headers?.["www-authenticate"]);
  // The characters that RFC 6750 section 3 allows: nothing ends the quotes or the header.
  const form = /^Bearer error="invalid_token", error_description="([\x20-\x21\x23-\x5b\x5d-\x7e]+)"$/;
  const description = form.exec(challenge)?.[1];
  expect(JSON.parse(answer.body)).toMatchObject({ __type: "UnauthorizedException", message: description });
  expect(records).toMatchObject([
    { outcome: "error", reason: "unauthorized", message: expect.stringContaining(description ?? "") },
  ]);
  return description;
}

const texts: readonly string[] = Object.values(tokenRefusals);
const something = "the request carries no bearer token: the header authorization holds something else";
const tokenText = /^[A-Za-z0-9\-._~+/]+=*$/;

describe("a 401 of a function URL", () => {
  it("says why, of every token that is refused, and nothing of the token", async () => {
    expect(texts.length).toBe(new Set(texts).size);
    for (const { token, refusal } of sent) {
      const description = await ask("authorization", [["Authorization", `Bearer ${token}`]]);
      const expected = tokenText.test(token) ? tokenRefusals[refusal] : something;
      expect([token.slice(0, 30), description]).toEqual([token.slice(0, 30), expected]);
    }
  });

  it("is recorded with the same reason by an authorizer, which can tell API Gateway no more than that it is one", async () => {
    const functions = byHeader.authorization;
    for (const { token, refusal } of sent.filter((attack) => tokenText.test(attack.token))) {
      functions.records.length = 0;
      await expect(functions.ask("GET", path, { token })).rejects.toThrow(/^Unauthorized$/);
      expect(functions.records).toMatchObject([{ message: expect.stringContaining(tokenRefusals[refusal]) }]);
    }
  });
});

const signature =
  "Credential=AKIDEXAMPLE/20261130/us-east-1/connect/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d672d79";
const signed = (header: string) =>
  `the header ${header} holds an AWS signature (SigV4) and no bearer token: clients that sign need tokenHeader: x-connect-token`;
const none = (header: string) => `the request carries no bearer token: there is none in the header ${header}`;

describe("a request without a bearer token", () => {
  it.each<[string, TokenHeader, readonly (readonly [string, string])[], string]>([
    ["no header", "authorization", [], none("authorization")],
    ["an empty header", "authorization", [["Authorization", ""]], none("authorization")],
    [
      "a signature",
      "authorization",
      [["Authorization", `AWS4-HMAC-SHA256 ${signature}`]],
      signed("authorization"),
    ],
    [
      "a signature for several Regions",
      "authorization",
      [["authorization", `AWS4-ECDSA-P256-SHA256 ${signature}`]],
      signed("authorization"),
    ],
    [
      "a signature in lower case",
      "authorization",
      [["Authorization", `aws4-hmac-sha256 ${signature}`]],
      signed("authorization"),
    ],
    [
      "a signature beside a token, in one header twice",
      "authorization",
      [
        ["Authorization", `AWS4-HMAC-SHA256 ${signature}`],
        ["Authorization", "Bearer a.b.c"],
      ],
      signed("authorization"),
    ],
    [
      "something like a signature",
      "authorization",
      [["Authorization", `AWS4-HMAC-SHA512 ${signature}`]],
      something,
    ],
    ["another scheme", "authorization", [["Authorization", "Basic YTpi"]], something],
    ["a token that is bound to its sender", "authorization", [["Authorization", "DPoP a.b.c"]], something],
    ["the token alone", "authorization", [["Authorization", "a.b.c"]], something],
    [
      "quotes and line breaks",
      "authorization",
      [["Authorization", 'Bearer "\r\nx-evil: 1", error="']],
      something,
    ],
    ["the token in another header", "authorization", [["X-Connect-Token", "a.b.c"]], none("authorization")],
    [
      "a signature where the token has a header of its own",
      "x-connect-token",
      [["Authorization", `AWS4-HMAC-SHA256 ${signature}`]],
      none("x-connect-token"),
    ],
  ])("is told what is in its place: %s", async (_name, tokenHeader, headers, expected) => {
    expect(await ask(tokenHeader, headers)).toBe(expected);
  });
});

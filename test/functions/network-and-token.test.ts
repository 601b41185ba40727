/**
 * What the two functions together make of a call's network and of its token's time: both travel, or are the proxy's alone
 * to know.
 */
import { DescribeUserCommand } from "@aws-sdk/client-connect";
import { describe, expect, it } from "vitest";
import { authorizerEvent, given, instanceId, proxyEvent, type Statement, tokenOf } from "./lambda-fixture.ts";
import { mockConnect } from "./mocked-connect.ts";

const connect = mockConnect();

const allowAll: Statement = { Effect: "Allow", Action: "*", Resource: "*" };
const path = `/users/${instanceId}/u-1`;

interface Call {
  readonly identity?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Whether the authorizer's event tells the VPC endpoint too, which AWS does not document. */
  readonly isToldTwice?: boolean;
  readonly isCached?: boolean;
}

async function statusOf(Condition: Statement["Condition"], how: Call): Promise<number> {
  connect.on(DescribeUserCommand).resolves({ $metadata: {} });
  const { identity = {}, claims = {}, isToldTwice = false, isCached = true } = how;
  const deny: Statement = { ...allowAll, Effect: "Deny", Condition: Condition ?? {} };
  const functions = given([allowAll, deny], {
    environment: isCached ? {} : { AUTHORIZER_CACHE_SECONDS: "0" },
  });
  const seen = authorizerEvent("GET", path, { token: tokenOf(claims) });
  if (isToldTwice) Object.assign(seen.requestContext.identity, identity);
  const { context, policyDocument } = await functions.authorize(seen);
  const [statement] = policyDocument.Statement;
  if (statement?.Effect === "Deny") return 403;
  const event = proxyEvent("GET", path, context ?? {});
  Object.assign(event.requestContext.identity, identity);
  return (await functions.proxy(event)).statusCode;
}

const own = { sourceIp: "10.0.0.7", vpcId: "vpc-1", vpceId: "vpce-1" };
const other = { sourceIp: "10.0.0.7", vpcId: "vpc-2", vpceId: "vpce-2" };
const settings = [true, false].flatMap((isToldTwice) =>
  [true, false].map((isCached): Call => ({ isToldTwice, isCached })),
);

describe.each(settings)("a Deny by network, with %j", (setting) => {
  it.each<[string, Statement["Condition"], Readonly<Record<string, string>>, number]>([
    ["one's own endpoint", { StringNotEquals: { "aws:SourceVpce": "vpce-1" } }, own, 200],
    ["another's endpoint", { StringNotEquals: { "aws:SourceVpce": "vpce-1" } }, other, 403],
    ["the public endpoint", { StringNotEquals: { "aws:SourceVpce": "vpce-1" } }, {}, 403],
    ["one's own VPC", { StringNotEqualsIfExists: { "aws:SourceVpc": "vpc-1" } }, own, 200],
    ["an address in a VPC", { IpAddress: { "aws:VpcSourceIp": "10.0.0.0/8" } }, other, 403],
    ["an address of the internet", { IpAddress: { "aws:VpcSourceIp": "192.0.2.0/24" } }, {}, 200],
    ["an endpoint's unknown owner", { StringEquals: { "aws:VpceOrgID": "o-1" } }, own, 403],
    ["no endpoint's owner", { StringEquals: { "aws:VpceOrgID": "o-1" } }, {}, 200],
  ])("is decided by what the proxy's event tells: %s", async (_, Condition, identity, status) => {
    expect(await statusOf(Condition, { ...setting, identity })).toBe(status);
  });
});

describe("a Deny by the time of the token", () => {
  const now = Math.floor(Date.now() / 1000);
  const revoked = { DateLessThan: { "aws:TokenIssueTime": new Date((now - 100) * 1000).toISOString() } };

  it.each([
    ["before", now - 101, 403],
    ["after", now - 99, 200],
    ["a time that it does not tell", undefined, 403],
  ])("refuses a token from %s", async (_, iat, status) => {
    expect(await statusOf(revoked, { claims: { iat } })).toBe(status);
  });
});

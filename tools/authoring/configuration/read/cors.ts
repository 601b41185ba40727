/** `cors`: which web pages may call the API from a browser. */
import * as z from "zod";
import { lowerAscii } from "../../../../shared/ascii.ts";
import {
  corsMethods,
  isCorsHeader,
  maxMaxAgeSeconds,
  normalizeOrigin,
} from "../../../../shared/bundle/rules/cors.ts";
import type { CorsConfiguration } from "../../../../shared/request/answer/cors.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import type { Sound } from "../check-shape.ts";
import { closed, listOf, someOf, textsOf, textThat } from "../members.ts";

/** What calls from pages need: the token in either header, and what AWS's SDK for JavaScript sends. */
const defaultHeaders = [
  "authorization",
  "content-type",
  "x-connect-token",
  "amz-sdk-invocation-id",
  "amz-sdk-request",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-user-agent",
];
const defaultExposed = ["x-amzn-requestid", "x-amzn-errortype", "retry-after"];

const header = textThat(
  (name) => isCorsHeader(lowerAscii(name)),
  (name) => `malformedHeader: \`${name}\` is not the name of a header`,
).meta({ pattern: "^[!#$%&'*+\\-.^_`|~0-9A-Za-z]+$", not: { const: "*" } });
const headers = textsOf(header, lowerAscii);

const originOf = (written: string) => normalizeOrigin(written) ?? written;
const origin = textThat(
  (written) => written === "*" || normalizeOrigin(written) !== undefined,
  (written) =>
    `malformedOrigin: \`${written}\` is not the origin of a web page; write scheme, host and port, like \`https://console.example.com\` (http only for this machine)`,
).meta({ pattern: "^(\\*|https?://[^\\s/\\\\?#@*]+/?)$" });

const seconds = `unknownValue: write a whole number of seconds from 0 to ${maxMaxAgeSeconds}`;

export const cors = closed(
  "Which web pages may call the API from a browser.",
  {
    allowOrigins: someOf(origin, originOf).describe(
      "Origins like https://console.example.com; `*` alone for all.",
    ),
  },
  {
    allowMethods: someOf(z.enum(corsMethods)).describe("Methods that pages may use."),
    allowHeaders: headers.describe(
      "Headers that pages may send. Default: those of AWS's SDK and the token's.",
    ),
    exposeHeaders: headers.describe("Headers of answers that pages may read."),
    maxAgeSeconds: z
      .int({ error: seconds, abort: true })
      .min(0, seconds)
      .max(maxMaxAgeSeconds, seconds)
      .describe("How long browsers may keep a preflight's answer."),
    allowCredentials: z
      .boolean("unknownValue: write `true` or `false`")
      .nullable()
      .describe("Whether pages may send cookies and the like."),
  },
);

/** Fills in what may be left out. */
export function readCors(given: Sound<z.infer<typeof cors>>, node: DocumentNode): CorsConfiguration {
  const { allowOrigins = [], allowMethods, allowHeaders, exposeHeaders, maxAgeSeconds = 600 } = given;
  const allowCredentials = given.allowCredentials ?? false;
  const every = allowOrigins.indexOf("*");
  const wildcard = node.at(["allowOrigins", every]);
  if (every >= 0 && allowOrigins.length > 1)
    wildcard.report("wildcardBesideOthers", "`*` means every origin; remove the other origins");
  // Browsers refuse the pair (Fetch standard, "CORS protocol and credentials").
  if (every >= 0 && allowCredentials)
    wildcard.report(
      "wildcardWithCredentials",
      "browsers refuse `*` with `allowCredentials`; list the origins",
    );
  return {
    allowOrigins: listOf(allowOrigins).map(originOf),
    allowMethods: listOf(allowMethods ?? ["GET", "POST", "PUT", "DELETE"]),
    allowHeaders: listOf(allowHeaders ?? defaultHeaders).map(lowerAscii),
    exposeHeaders: listOf(exposeHeaders ?? defaultExposed).map(lowerAscii),
    maxAgeSeconds,
    allowCredentials,
  };
}

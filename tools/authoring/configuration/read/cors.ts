/**
 * Reads `cors`: which web pages may call the API from a browser. Author side only.
 */
import { lowerAscii } from "../../../../shared/ascii.ts";
import {
  corsMethods,
  isCorsHeader,
  maxMaxAgeSeconds,
  normalizeOrigin,
} from "../../../../shared/bundle/rules/cors.ts";
import type { CorsConfiguration } from "../../../../shared/request/answer/cors.ts";
import type { DocumentNode } from "../../document/document-node.ts";
import { type PlacedText, readTexts } from "./texts.ts";

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
const defaultMethods = ["GET", "POST", "PUT", "DELETE"];
const defaultMaxAgeSeconds = 600;

/** Reads the whole of it; `undefined` when the configuration has none. */
export function readCors(node: DocumentNode | undefined): CorsConfiguration | undefined {
  const members = node?.mapping({
    required: ["allowOrigins"],
    optional: ["allowMethods", "allowHeaders", "exposeHeaders", "maxAgeSeconds", "allowCredentials"],
  });
  if (!members) return undefined;
  const origins = readTexts(members.get("allowOrigins"), { some: true });
  const allowCredentials = readFlag(members.get("allowCredentials"));
  return {
    allowOrigins: readOrigins(origins, allowCredentials),
    allowMethods: readMethods(members.get("allowMethods")),
    allowHeaders: readHeaders(members.get("allowHeaders"), defaultHeaders),
    exposeHeaders: readHeaders(members.get("exposeHeaders"), defaultExposed),
    maxAgeSeconds: readMaxAge(members.get("maxAgeSeconds")),
    allowCredentials,
  };
}

function readOrigins(origins: readonly PlacedText[], allowCredentials: boolean): readonly string[] {
  const seen = new Set<string>();
  for (const { text, node } of origins) {
    if (text === "*") {
      if (origins.length > 1)
        node.report("wildcardBesideOthers", "`*` stands for every origin: name it alone");
      // Browsers refuse the pair (Fetch standard, "CORS protocol and credentials").
      if (allowCredentials)
        node.report("wildcardWithCredentials", "`*` and `allowCredentials` exclude each other: name origins");
      seen.add(text);
      continue;
    }
    const origin = normalizeOrigin(text);
    if (origin === undefined) {
      const form =
        "write scheme, host and port, like `https://console.example.com` (http only for this machine)";
      node.report("malformedOrigin", `\`${text}\` is not the origin of a web page; ${form}`);
    } else if (seen.has(origin)) node.report("duplicateValue", `\`${origin}\` stands twice in this list`);
    else seen.add(origin);
  }
  return [...seen];
}

function readMethods(node: DocumentNode | undefined): readonly string[] {
  if (!node) return defaultMethods;
  const methods = readTexts(node, { some: true });
  for (const { text, node: item } of methods) {
    if (corsMethods.some((method) => method === text)) continue;
    item.report("unknownValue", `\`${text}\` is not a method here; known are ${corsMethods.join(", ")}`);
  }
  return methods.map(({ text }) => text);
}

function readHeaders(node: DocumentNode | undefined, usual: readonly string[]): readonly string[] {
  if (!node) return usual;
  const names = new Set<string>();
  for (const { text, node: item } of readTexts(node)) {
    const name = lowerAscii(text);
    if (!isCorsHeader(name)) item.report("malformedHeader", `\`${text}\` is not the name of a header`);
    else if (names.has(name)) item.report("duplicateValue", `\`${name}\` stands twice in this list`);
    names.add(name);
  }
  return [...names];
}

function readMaxAge(node: DocumentNode | undefined): number {
  if (!node) return defaultMaxAgeSeconds;
  const value = node.plain();
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= maxMaxAgeSeconds)
    return value;
  node.report("unknownValue", `write a whole number of seconds from 0 to ${maxMaxAgeSeconds}`);
  return defaultMaxAgeSeconds;
}

function readFlag(node: DocumentNode | undefined): boolean {
  const value = node?.plain() ?? false;
  if (typeof value !== "boolean") node?.report("unknownValue", "write `true` or `false`");
  return value === true;
}

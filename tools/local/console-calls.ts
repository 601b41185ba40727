/**
 * Calls that the console sends for the person at it: a token of the local issuer, or one that was pasted, and a request to
 * this gateway. Nothing is sent anywhere else, and no token leaves here.
 */

import { lowerAscii } from "../../shared/ascii.ts";
import { openRead } from "../../shared/bundle/bundle.ts";
import type { Bundle } from "../../shared/bundle/types.ts";
import type { CallerVerifier } from "../../shared/decide/verify-caller.ts";
import { CodedError } from "../../shared/errors.ts";
import { TokenError } from "../../shared/identity/token/token-error.ts";
import { isPlainObject } from "../../shared/shape.ts";
import type { SentAnswer, WhoAnswer } from "../console/api.ts";
import type { ConsoleCalls } from "../console/server/console.ts";
import { readTokenRequest } from "./tokens/token-endpoint.ts";
import { type TokenIssuer, TokenRequestError } from "./tokens/token-issuer.ts";

interface Surroundings {
  readonly tokens: TokenIssuer;
  readonly verify: CallerVerifier;
  /** What decides now. */
  readonly bundle: () => Bundle;
  /** Of this gateway. */
  readonly url: () => string;
}

export function createConsoleCalls(around: Surroundings): ConsoleCalls {
  return {
    who: (body) => findOut(body, around),
    send: (body) => send(body, around),
  };
}

/** Verifies a token as the authorizer does. Only keys of the token's issuer may be fetched for it. */
async function findOut(body: unknown, { verify, bundle }: Surroundings): Promise<WhoAnswer> {
  const token = isPlainObject(body) ? body["token"] : undefined;
  if (typeof token !== "string") return { ok: false, problem: "`token` must be a text" };
  const { tokenHeader } = bundle().config;
  const headers = new Map([[tokenHeader, [headerValue(token, tokenHeader)]]]);
  try {
    return { ok: true, principal: await verify(headers, openRead(bundle())) };
  } catch (error) {
    if (error instanceof TokenError) return { ok: false, problem: error.description };
    if (error instanceof CodedError) return { ok: false, problem: error.message };
    throw error;
  }
}

interface Call {
  readonly url: URL;
  readonly method: string;
  readonly headers: [string, string][];
  readonly body: string;
}

async function send(given: unknown, around: Surroundings): Promise<SentAnswer> {
  const call = readCall(given, around);
  if (typeof call === "string") return { ok: false, problem: call };
  const { url, method, headers, body } = call;
  try {
    const answer = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      ...(body === "" ? {} : { body }),
    });
    return { ok: true, status: answer.status, headers: [...answer.headers], body: await answer.text() };
  } catch {
    return { ok: false, problem: "the gateway did not take the request; its terminal may say why" };
  }
}

/** Reads it, or says what is wrong. */
function readCall(given: unknown, around: Surroundings): Call | string {
  if (!isPlainObject(given)) return "the body must be a JSON object";
  const { method, target, headers, body } = given;
  if (typeof method !== "string" || !/^[A-Z]{3,10}$/.test(method)) return "`method` must be a method of HTTP";
  if (typeof body !== "string") return "`body` must be a text";
  if (!isHeaders(headers)) return "`headers` must be a list of pairs of texts";
  const url = typeof target === "string" && target.startsWith("/") ? ownUrl(target, around.url()) : undefined;
  if (url === undefined) return "`target` must be a path of this gateway's API";
  const token = tokenOf(given, around.tokens);
  if ("problem" in token) return token.problem;
  const { tokenHeader } = around.bundle().config;
  const own = headers.filter(([name]) => lowerAscii(name) !== tokenHeader);
  const sent: readonly (readonly [string, string])[] = [
    ...own,
    [tokenHeader, headerValue(token.token, tokenHeader)],
  ];
  return { url, method, body, headers: sent.map(([name, value]) => [name, value]) };
}

/** A path of the API: not of another server, and not of the console. */
function ownUrl(target: string, gateway: string): URL | undefined {
  const text = `${gateway}${target}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOwn = url?.origin === gateway && !/^\/(?:_console|local)(?:\/|$)/.test(url.pathname);
  return isOwn ? url : undefined;
}

function tokenOf(
  { token, caller }: Readonly<Record<string, unknown>>,
  tokens: TokenIssuer,
): { readonly token: string } | { readonly problem: string } {
  if (typeof token === "string" && /^[\w.-]+$/.test(token)) return { token };
  const request = readTokenRequest(caller);
  if (typeof request === "string") return { problem: request };
  try {
    return { token: tokens.mintToken(request) };
  } catch (error) {
    if (error instanceof TokenRequestError) return { problem: error.message };
    throw error;
  }
}

function headerValue(token: string, tokenHeader: string): string {
  return tokenHeader === "authorization" ? `Bearer ${token}` : token;
}

function isHeaders(value: unknown): value is readonly (readonly [string, string])[] {
  const isPair = (each: unknown) =>
    Array.isArray(each) && each.length === 2 && each.every((part) => typeof part === "string");
  return Array.isArray(value) && value.every(isPair);
}
